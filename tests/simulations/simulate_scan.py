"""How often the early warning is wrong: data without anything new in them, data that break its assumption, and planted outbreaks.

Null: 150 places of very unequal weight in four sources, days of very unequal weight (season, campaigns, a month of silence) in each source,
place and day independent within a source. Each layout of places is used for many draws of days. Seeds follow from the one given.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from markdown_table import markdown
from numpy.typing import NDArray

from geodata.places.corridors import load_corridors
from layers.scan import INTERVAL_DAYS, SEED, STUDY_DAYS, THRESHOLD_DAYS, YEAR_DAYS, Cases, Scan, in_season, scan
from layers.scan_zones import Ground, ground
from layers.share_interval import share_interval

LAST = 20_000
SIZES = (500, 2500, 10_000)
#: Recurrence intervals of which the share of false alarms is counted, and what they are called.
RARE = ((30, "a month"), (91, "a quarter"), (THRESHOLD_DAYS, "a year (the threshold)"), (5 * 365, "5 years"), (6999, "19 years"))
DRAWS_A_LAYOUT = 50
N_PLACES, N_SOURCES = 150, 4
Draw = Callable[[np.random.Generator, NDArray[np.int64], NDArray[np.int32]], NDArray[np.int64]]


def tables(maps: int, seed: int) -> Iterator[str]:
    """Finished tables; one says BROKEN where alerts come oftener than they say."""
    yield _false_alarms(maps, seed)
    yield _weeks(max(maps // 50, 1), seed)
    yield _broken_assumptions(maps // 4, seed)
    yield _power(maps // 5, seed)


def _false_alarms(maps: int, seed: int) -> str:
    head = ["events in five years", "data sets", *(f"once in {name} or rarer" for _, name in RARE)]
    rows = [["what it says", "", *(f"{100 * INTERVAL_DAYS / days:.2f} %" for days, _ in RARE)]]
    for size in SIZES:
        n = maps if size < SIZES[-1] else maps // 4
        rare = np.array([_rarest(_scanned(there, draw, _null)) for there, draw in _data_sets(size, n, seed)])
        cells = []
        for days, _ in RARE:
            alarms = int((rare >= days).sum())
            low, high = share_interval(alarms, n)
            broken = " BROKEN" if low > INTERVAL_DAYS / days else ""
            cells.append(f"{100 * alarms / n:.2f} % ({100 * low:.2f}–{100 * high:.2f}){broken}")
        rows.append([f"{size:,}", str(n), *cells])
    return markdown("Early warning, nothing new: share of data sets with an alert (95 % interval)", head, rows)


def _weeks(years: int, seed: int) -> str:
    """52 scans of one growing data set: alerts that go on are one alert."""
    scans, alarms, alerts = 0, 0, 0
    for there, draw in _data_sets(2500, years, seed + 1):
        cases = _with_days(there.cases, _null(draw, np.arange(len(there.cases)), there.cases.stratum))
        before: list[set[int]] = []
        for week in range(51, -1, -1):
            found = scan(cases, there.zones, LAST - 7 * week, n_simulations=499)
            now = [set(one.cases.tolist()) for one in found.cylinders]
            alerts += sum(not any(len(one & old) * 2 >= min(len(one), len(old)) for old in before) for one in now)
            # What stood up to a quarter ago is gone on from.
            before = (now + before)[:20]
            scans, alarms = scans + 1, alarms + bool(now)
    wanted = INTERVAL_DAYS / THRESHOLD_DAYS
    rows = [
        ["weekly scans with an alert", f"{100 * alarms / scans:.2f} % (scans of one year are alike: no interval)", f"{100 * wanted:.2f} %"],
        ["alerts a year, each counted once", f"{alerts / years:.2f}", "at most 1"],
    ]  # fmt: skip
    return markdown(f"Early warning, nothing new: {years} years of weekly scans (2,500 events in five years)", ["", "seen", "says"], rows)


def _broken_assumptions(maps: int, seed: int) -> str:
    rows = []
    kinds: tuple[tuple[str, Draw], ...] = (
        ("every tenth event is followed by another at its place within a week", _repeated(0.1)),
        ("every fourth", _repeated(0.25)),
        ("half of the places have no event in the four months before the last day, every year", _seasons),
        ("places grow or shrink by 20 % a year", _trends),
    )
    for name, kind in kinds:
        rare = np.array([_rarest(_scanned(there, draw, kind)) for there, draw in _data_sets(2500, maps, seed + 2)])
        alarms = int((rare >= THRESHOLD_DAYS).sum())
        low, high = share_interval(alarms, maps)
        rows.append([name, f"{100 * alarms / maps:.1f} % ({100 * low:.1f}–{100 * high:.1f})"])
    title = f"Early warning where place and day do depend on each other (it says {100 * INTERVAL_DAYS / THRESHOLD_DAYS:.2f} %)"
    return markdown(title, ["2,500 events in five years", "alerts"], rows)


def _power(maps: int, seed: int) -> str:
    rows = []
    for name, quiet in (("a place with one case in that season of five years", True), ("the busiest tenth of the places", False)):
        cells = []
        for more in (4, 6, 10, 15):
            found = 0
            for there, draw in _data_sets(2500, maps, seed + 3):
                found += _finds(there, draw, more, quiet=quiet)
            cells.append(f"{100 * found / maps:.0f} %")
        rows.append([name, *cells])
    head = ["2,500 events in five years, and in the last two weeks so many more", "4", "6", "10", "15"]
    return markdown("Early warning: share of planted outbreaks that raise an alert", head, rows)


def _finds(there: Ground, draw: np.random.Generator, more: int, *, quiet: bool) -> bool:
    """Whether an alert holds most of the events that were moved to one place and the last two weeks."""
    cases = there.cases
    day = _null(draw, np.arange(len(cases)), cases.stratum)
    first = cases.unit[cases.unit_from[:-1]]
    often = np.bincount(first[in_season(day.astype(np.int32), LAST)], minlength=there.zones.n_units)
    at = np.flatnonzero(often == 1) if quiet else np.argsort(often)[-N_PLACES // 10 :]
    like = int(draw.choice(np.flatnonzero(first == draw.choice(at))))
    moved = draw.choice(np.flatnonzero(cases.stratum == cases.stratum[like]), min(more, 40), replace=False)
    units = [cases.unit[cases.unit_from[i] : cases.unit_from[i + 1]] for i in range(len(cases))]
    for case in moved:
        units[case] = units[like]
    day[moved] = LAST - draw.integers(0, 14, len(moved))
    unit_from = np.concatenate([[0], np.cumsum([len(one) for one in units])]).astype(np.int64)
    planted = Cases(day.astype(np.int32), cases.stratum, unit_from, np.concatenate(units).astype(np.int32))
    result = scan(planted, there.zones, LAST, n_simulations=499, seed=SEED)
    return any(np.isin(moved, one.cases).mean() > 0.5 for one in result.cylinders)


def _data_sets(size: int, n: int, seed: int) -> Iterator[tuple[Ground, np.random.Generator]]:
    for number in range(n):
        if number % DRAWS_A_LAYOUT == 0:
            there = _layout(size, np.random.default_rng([seed, size, number]))
        yield there, np.random.default_rng([seed, size, number, 1])


def _layout(size: int, draw: np.random.Generator) -> Ground:
    """Where each event lies: places of their own for each source, a few with half of everything."""
    lon, lat = draw.uniform(67.5, 74.5, N_PLACES), draw.uniform(36.8, 40.5, N_PLACES)
    source_of = draw.integers(0, N_SOURCES, N_PLACES)
    weight = draw.pareto(1.0, N_PLACES) + 0.05
    place = draw.choice(N_PLACES, size, p=weight / weight.sum())
    vague = draw.random(size) < 0.3
    east = np.clip(((lon - 67.5) / 7 * 40).astype(int), 0, 39)
    near_line = (lat < 38.0)[place] & ~vague
    table = pd.DataFrame(
        {
            "event_id": np.arange(size).astype(str), "feed": source_of[place].astype(str), "country_iso3": "TJK",
            "happened_from": "2020-01-01", "happened_to": "2020-01-01",
            # Nobody shares a position to the last digit, so that every event is a case.
            "lon": lon[place] + 1e-7 * np.arange(size), "lat": lat[place], "uncertainty_m": np.where(vague, 90_000.0, 2_000.0),
            "section_id": pd.Series(np.where(near_line, [f"s{e:02d}" for e in east[place]], ""), dtype="str").replace("", None),
            "district_id": pd.Series(np.where(vague, "", [f"d{p % 40}" for p in place]), dtype="str").replace("", None),
            "province_id": [f"p{p % 8}" for p in place],
        }
    )  # fmt: skip
    sections = pd.DataFrame({"section_id": [f"s{e:02d}" for e in range(40)], "from_km": np.arange(40) * 33.0})
    return ground(table, sections.assign(to_km=sections["from_km"] + 33.0), load_corridors())


def _null(draw: np.random.Generator, case: NDArray[np.int64], stratum: NDArray[np.int32]) -> NDArray[np.int64]:
    """Days of each source: a season, some campaigns of a week, a month of silence."""
    day = np.zeros(len(case), np.int64)
    back = np.arange(STUDY_DAYS)
    for source in range(int(stratum.max()) + 1):
        often = 1 + 0.6 * np.cos(2 * np.pi * back / YEAR_DAYS + draw.uniform(0, 2 * np.pi))
        for start in draw.integers(0, STUDY_DAYS - 7, 6):
            often[start : start + 7] *= 4
        silent = draw.integers(0, STUDY_DAYS - 30)
        often[silent : silent + 30] = 0
        mine = stratum == source
        day[mine] = LAST - draw.choice(STUDY_DAYS, int(mine.sum()), p=often / often.sum())
    return day


def _repeated(share: float) -> Draw:
    """Some events happen at the place and within a week of the one before them in the table."""

    def days(draw: np.random.Generator, case: NDArray[np.int64], stratum: NDArray[np.int32]) -> NDArray[np.int64]:
        day = _null(draw, case, stratum)
        place = case  # numbers of the cell of each case, see `_scanned`
        order = np.argsort(place, kind="stable")
        same = np.flatnonzero(place[order][1:] == place[order][:-1])
        same = same[draw.random(len(same)) < share]
        for one in same:
            day[order[one + 1]] = min(day[order[one]] + draw.integers(0, 7), LAST)
        return day

    return days


def _seasons(draw: np.random.Generator, case: NDArray[np.int64], stratum: NDArray[np.int32]) -> NDArray[np.int64]:
    """Half of the places are closed in the third of the year that ends with the last day: what the others have then is as ever."""
    day = _null(draw, case, stratum)
    closed = (case % 2 == 0) & ((LAST - day) % YEAR_DAYS < 120)
    day[closed] -= draw.integers(120, 245, int(closed.sum()))
    return day


def _trends(draw: np.random.Generator, case: NDArray[np.int64], stratum: NDArray[np.int32]) -> NDArray[np.int64]:
    """Each place keeps more of its late days, or of its early ones."""
    one, other = _null(draw, case, stratum), _null(draw, case, stratum)
    slope = np.where(case % 2 == 0, 0.2, -0.2)
    # Of two draws the later (or earlier) is taken with the chance that makes the rate rise by the slope a year.
    tilt = draw.random(len(case)) < np.minimum(np.abs(slope) * STUDY_DAYS / YEAR_DAYS / 2, 1)
    return np.where(tilt, np.where(slope > 0, np.maximum(one, other), np.minimum(one, other)), one)


def _scanned(there: Ground, draw: np.random.Generator, kind: Draw) -> Scan:
    """A scan of the layout with days of this kind; the kind is told the first unit of each case, which is its cell or its area."""
    first = there.cases.unit[there.cases.unit_from[:-1]].astype(np.int64)
    return scan(_with_days(there.cases, kind(draw, first, there.cases.stratum)), there.zones, LAST, threshold_days=RARE[0][0])


def _with_days(cases: Cases, day: NDArray[np.int64]) -> Cases:
    return Cases(day.astype(np.int32), cases.stratum, cases.unit_from, cases.unit)


def _rarest(result: Scan) -> float:
    return max((one.recurrence_days for one in result.cylinders), default=0.0)
