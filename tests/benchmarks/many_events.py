"""Many events for the benchmarks of columns: 20 years, 16,500 places, 12 drugs; one in ten has two drugs, one in twenty no exact day."""

import numpy as np

from layers.columns.build import CODED, NUMBERS, Builder
from layers.columns.table import Columns

PLACES = 16_500
DAYS = 7_305
FIRST_DAY = 12_784  # 2005-01-01
WORDS = {
    "drug": ("", *"heroin opium hashish cannabis methamphetamine amphetamine nps cocaine ecstasy morphine precursor".split()),
    "kind": ("", "seizure", "armed_clash", "lab_destroyed"),
    "country_iso3": ("", "TJK", "AFG", "UZB", "KGZ", "KAZ", "TKM"),
    "transport": ("", "road", "rail", "river", "foot", "animal", "air"),
    "source_reliability": ("", "A", "B", "C", "X"),
    "information_accuracy": ("", "1", "2", "3", "4"),
    "agency": ("", *(f"agency {number}" for number in range(18))),
    "date_precision": ("", "day", "month", "quarter", "year", "unknown"),
}  # fmt: skip


def many_events(n: int, seed: int) -> Columns:
    """Columns of n events with `place`, int32, 0..16,499 (-1: none). The same seed gives the same events."""
    rng = np.random.default_rng(seed)
    day, day_to, precision = _dates(n, rng)
    share = rng.lognormal(0, 1.6, PLACES)
    order = np.argsort(np.where(day < 0, 2**31 - 1, day), kind="stable")
    day, day_to, precision = day[order], day_to[order], precision[order]
    event = np.arange(n)
    # The second drug of an event is a row of its own on the same day and place.
    more = np.flatnonzero(rng.random(n) < 0.1)
    row_event = np.sort(np.concatenate([event, more]))
    rows = len(row_event)
    number = np.arange(rows, dtype=np.uint64)
    place = np.searchsorted(np.cumsum(share) / share.sum(), rng.random(n)).astype(np.int32)
    place[rng.random(n) < 0.02] = -1
    arrays = {name: rng.integers(0, len(WORDS[name]), n)[row_event] if name in WORDS else np.zeros(rows, np.int64) for name in CODED}
    arrays["drug"] = rng.choice(len(WORDS["drug"]), rows, p=[0.03, 0.2, 0.1, 0.2, 0.2, 0.1, 0.06, 0.04, 0.02, 0.02, 0.02, 0.01])
    arrays |= {"date_precision": precision[row_event], "day": day[row_event], "day_to": day_to[row_event]}
    arrays |= {name: np.zeros(rows) for name in NUMBERS}
    arrays |= {"kg": np.round(rng.lognormal(0, 2, rows), 3), "hour": np.zeros(rows, np.int8), "has_quantity": np.ones(rows, np.uint8)}
    arrays |= {"report": np.column_stack([number, number]), "event": np.column_stack([row_event, row_event]).astype(np.uint64)}
    builder = Builder()
    builder.add_coded(arrays, {name: WORDS.get(name, ("",)) for name in CODED})
    del arrays
    return builder.finish().with_more({"place": place[row_event]})


def _dates(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First and last possible day, -1 for the undated, and the code of the precision."""
    day = (FIRST_DAY + np.minimum(rng.beta(1.3, 1.0, n) * DAYS, DAYS - 1)).astype(np.int32)
    day_to = day.copy()
    precision = rng.choice([1, 2, 3, 4, 5], n, p=[0.86, 0.08, 0.015, 0.02, 0.025])
    calendar = day.astype("datetime64[D]")
    for code, months in ((2, 1), (3, 3), (4, 12)):
        of_it = precision == code
        start = calendar[of_it].astype("datetime64[M]").astype(np.int64) // months * months
        day[of_it] = start.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        day_to[of_it] = (start + months).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1
    day[precision == 5] = day_to[precision == 5] = -1
    return day, day_to, precision
