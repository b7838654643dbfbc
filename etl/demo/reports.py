"""Reports: n generated events as the rows that a feed would hand on, before anybody has placed them. Pure, decided by the seed."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.demo import words
from etl.demo.pool import Pool
from etl.demo.scene import KINDS, Scene
from etl.demo.whereabouts import whereabouts
from etl.identity import identify
from etl.parse import GIVEN, Context, event_table
from geodata.model import LOCATED_EVENT, columns

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
Objects = NDArray[np.object_]

_KIND_SHARES = {
    "section": (("seizure", 0.93), ("armed_clash", 0.05), ("other", 0.02)),
    "post": (("seizure", 0.965), ("closure", 0.012), ("reopening", 0.01), ("armed_clash", 0.005), ("post_opened", 0.003), ("other", 0.005)),
    "leg": (("seizure", 0.985), ("other", 0.015)),
    "town": (("seizure", 0.975), ("lab_destroyed", 0.012), ("other", 0.013)),
}
#: Share of the events of a kind whose report names a drug.
_WITH_DRUG = {"seizure": 1.0, "armed_clash": 0.4, "lab_destroyed": 0.8, "other": 0.1}
_MONTH_STARTS = np.arange(f"{words.FIRST_YEAR}-01", f"{words.LAST_YEAR + 1}-02", dtype="datetime64[M]").astype("datetime64[D]")


class _Events(NamedTuple):
    """n events in order of time. origin: row of the scene. month: 0 is the first. day: datetime64, the true one."""

    origin: Ints
    month: Ints
    day: NDArray[np.datetime64]
    kind: Objects
    drugs: Ints  # how many the report names
    repeated: NDArray[np.bool_]


def draw_reports(scene: Scene, n: int, rng: np.random.Generator, context: Context, first_number: int) -> pd.DataFrame:
    """n events as EVENT + GIVEN rows, one row a drug; `etl.locate` places them.

    A repeated row is an event of its own, as in every feed, so that n counts the repeats. first_number: of the report numbers,
    which make every report's content its own across files.
    """
    events = _events(scene, n, rng)
    counts = np.maximum(events.drugs, 1) + events.repeated
    of = np.repeat(np.arange(len(counts)), counts)
    return _as_rows(scene, events, counts, of, _per_event(scene, events, rng), rng, context, first_number)


def draw_located(scene: Scene, pool: Pool, n: int, rng: np.random.Generator, context: Context, first_number: int) -> pd.DataFrame:
    """n events as LOCATED_EVENT rows: as `draw_reports`, but where each was comes, with its answer, from the pool."""
    events = _events(scene, n, rng)
    counts = np.maximum(events.drugs, 1) + events.repeated
    of = np.repeat(np.arange(len(counts)), counts)
    at = pool.draw(events.origin, rng)
    told = {name: values[at] for name, values in pool.told.items()}
    rows = _as_rows(scene, events, counts, of, _per_event(scene, events, rng, told), rng, context, first_number)
    found = pool.found.iloc[at[of]].set_axis(rows.index)
    return pd.concat([rows.drop(columns=list(GIVEN)), found], axis=1)[columns(LOCATED_EVENT)]


def _as_rows(
    scene: Scene,
    events: _Events,
    counts: Ints,
    of: Ints,
    given: dict[str, NDArray[Any]],
    rng: np.random.Generator,
    context: Context,
    first_number: int,
) -> pd.DataFrame:
    """One row a drug, and one for each repeat. given: what all rows of an event share."""
    slot = np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts, counts)
    again = events.repeated[of] & (slot == counts[of] - 1)
    table = {name: values[of] for name, values in given.items()} | _drugs(scene, events, of, slot, rng)
    # A repeat says what the row before it says, in every column.
    source = np.arange(len(of)) - again
    table = {name: values[source] for name, values in table.items()}
    rows = pd.DataFrame({"row_number": np.arange(len(of)) + 2})
    content = pd.DataFrame(
        {name: _as_text(table[name]) for name in ("happened_from", "country_iso3", "place_text", "drug", "quantity", "unit")}
    )
    content["number"] = [f"D{number:08d}" for number in (of + first_number).tolist()]
    ids = identify(content.assign(row_number=rows["row_number"]), context.feed)
    first_of_event = ids["report_id"].to_numpy(object)[np.searchsorted(of, of)]
    event_id = np.where(again, ids["report_id"].to_numpy(object), first_of_event)
    identity = {"report_id": ids["report_id"], "event_id": event_id, "repeat_number": ids["repeat_number"]}
    return event_table(context, rows, {**identity, **table, "note": words.NOTE})


def _where(holds: NDArray[np.bool_], values: NDArray[Any]) -> Objects:
    """The values where it holds, None elsewhere."""
    found: Objects = values.astype(object)
    found[~holds] = None
    return found


def _as_text(values: NDArray[Any]) -> list[str]:
    return ["" if value is None or value != value else str(value) for value in values.tolist()]


def _events(scene: Scene, n: int, rng: np.random.Generator) -> _Events:
    repeats = round(n * words.REPEATED_SHARE) if n > 1 else 0
    drawn = n - repeats
    chances = np.cumsum(scene.intensity.ravel())
    flat = np.minimum(np.searchsorted(chances, rng.random(drawn) * chances[-1], side="right"), chances.size - 1)
    origin, month = np.divmod(flat, words.MONTHS)
    length = (_MONTH_STARTS[month + 1] - _MONTH_STARTS[month]).astype(int)
    day = _MONTH_STARTS[month] + (rng.random(drawn) * length).astype(int)
    order = np.argsort(day, kind="stable")
    origin, month, day = origin[order], month[order], day[order]
    kind = _kinds(np.array([o.kind for o in scene.origins], object)[origin], rng)
    named = rng.random(drawn) < pd.Series(kind).map(_WITH_DRUG).fillna(0.0).to_numpy(float)
    drugs = np.where(named, 1 + rng.choice(3, drawn, p=words.FURTHER_DRUGS), 0)
    repeated = np.zeros(drawn, bool)
    single = np.flatnonzero(drugs <= 1)
    repeated[rng.choice(single, min(repeats, len(single)), replace=False)] = True
    return _Events(origin, month, day, kind, drugs, repeated)


def _kinds(of: Objects, rng: np.random.Generator) -> Objects:
    kind: Objects = np.full(len(of), "seizure", dtype=object)
    for name in KINDS:
        rows = np.flatnonzero(of == name)
        kind[rows] = _pick(tuple((word, share) for word, share in _KIND_SHARES[name]), len(rows), rng)
    return kind


def _pick(choices: tuple[tuple[str, float], ...], n: int, rng: np.random.Generator) -> Objects:
    """n of the words by their shares; None for the share that is left over."""
    values: Objects = np.array([*(word for word, _ in choices), None], dtype=object)
    limits = np.cumsum([share for _, share in choices])
    chosen: Objects = values[np.searchsorted(limits, rng.random(n) * max(1.0, limits[-1]), side="right")]
    return chosen


def _per_event(
    scene: Scene, events: _Events, rng: np.random.Generator, told: dict[str, NDArray[Any]] | None = None
) -> dict[str, NDArray[Any]]:
    """Columns that all rows of an event share. told: what they say of the place; without it, that is drawn here."""
    n, origins = len(events.origin), scene.origins
    of_kind = np.array([o.kind for o in origins], object)[events.origin]
    country = np.array([o.country for o in origins], object)[events.origin]
    blank: Objects = np.full(n, None, dtype=object)
    table = {name: blank.copy() for name in ("agency", "transport", "transport_text", "concealment", "installation")}
    for kind in KINDS:
        rows = np.flatnonzero(of_kind == kind)
        ways = words.TRANSPORT[kind]
        at = _pick(tuple((str(i), share) for i, (_, _, share) in enumerate(ways)), len(rows), rng)
        table["transport"][rows] = [None if i is None else ways[int(i)][0] for i in at]
        table["transport_text"][rows] = [None if i is None else ways[int(i)][1] for i in at]
        table["concealment"][rows] = _pick(words.CONCEALMENT[kind], len(rows), rng)
        table["installation"][rows] = _pick((words.INSTALLATION[kind],), len(rows), rng)
    for iso3, agencies in words.AGENCIES.items():
        rows = np.flatnonzero(country == iso3)
        table["agency"][rows] = _pick(agencies, len(rows), rng)
    later = np.flatnonzero((country == "AFG") & (events.month >= words.AFG_CHANGE))
    table["agency"][later] = _pick(words.AFG_SINCE, len(later), rng)
    table["agency"][rng.random(n) < 0.12] = None
    seizure = events.kind == "seizure"
    for name in ("transport", "transport_text", "concealment"):
        table[name][~seizure] = None
    departure = _pick((("AFG", 0.3), ("TJK", 0.04)), n, rng)
    destination = _pick((("RUS", 0.18), ("KAZ", 0.05), ("TUR", 0.02)), n, rng)
    routing = _pick((("National territory/domestic seizure", 0.2), ("Border - inbound", 0.2), ("Border - transit", 0.05)), n, rng)
    table |= {"country_departure": departure, "country_destination": destination, "routing": routing}
    table |= {"kind": events.kind, "country_iso3": country, "hour": _hours(of_kind, rng)}
    return {**table, **_dates(events.day, rng), **(whereabouts(scene, events.origin, rng) if told is None else told)}


def _hours(of_kind: Objects, rng: np.random.Generator) -> Objects:
    """On the line at night, at a crossing by day; most reports do not say."""
    n = len(of_kind)
    night, day = np.round(22.5 + rng.normal(0, 3.2, n)) % 24, np.clip(np.round(13 + rng.normal(0, 3, n)), 6, 20)
    said = rng.random(n) < np.where(of_kind == "section", 0.45, 0.15)
    hours = np.where(of_kind == "section", night, day).astype(int)
    return np.array([hour if known else None for hour, known in zip(hours.tolist(), said, strict=True)], dtype=object)


def _dates(day: NDArray[np.datetime64], rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    n = len(day)
    precision = _pick(words.DATE_SHARES, n, rng)
    precision[pd.isna(precision)] = "day"
    month, year = day.astype("datetime64[M]"), day.astype("datetime64[Y]")
    quarter = year.astype("datetime64[M]") + ((month - year.astype("datetime64[M]")).astype(int) // 3) * 3
    first, last = day.copy(), day.copy()
    for name, start, length in (("month", month, 1), ("quarter", quarter, 3), ("year", year.astype("datetime64[M]"), 12)):
        rows = precision == name
        first[rows] = start[rows].astype("datetime64[D]")
        last[rows] = (start[rows] + length).astype("datetime64[D]") - 1
    known = precision != "unknown"
    texts = {name: _where(known, values.astype(str)) for name, values in (("happened_from", first), ("happened_to", last))}
    return {**texts, "date_precision": precision}


def _drugs(scene: Scene, events: _Events, of: Ints, slot: Ints, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """What was seized and how much, row by row."""
    countries = [o.country for o in scene.origins]
    known = sorted(set(countries))
    chances = _drug_chances(known)
    country = np.searchsorted(known, np.array(countries))[events.origin[of]]
    n = len(of)
    which = (rng.random(n)[:, None] > chances[country, events.month[of]]).sum(axis=1).clip(0, len(words.DRUGS) - 1)
    # Several drugs of one event are different ones: each starts from the first and goes on.
    which = (which[np.searchsorted(of, of)] + slot) % len(words.DRUGS)
    named = (events.drugs > 0)[of]
    drug: Objects = np.array([d.name for d in words.DRUGS], dtype=object)[which]
    texts = [words.DRUGS[i].words[int(u * len(words.DRUGS[i].words))] for i, u in zip(which.tolist(), rng.random(n).tolist(), strict=True)]
    median, sigma = (np.array([getattr(d, name) for d in words.DRUGS])[which] for name in ("median_kg", "sigma"))
    counted = np.array([d.unit for d in words.DRUGS], dtype=object)[which]
    amount = _digits(np.exp(np.log(median) + sigma * rng.standard_normal(n)).clip(0.001, 20_000.0), 3)
    bound = _pick(words.BOUND_SHARES, n, rng)
    amount = np.where(bound == "exact", amount, _digits(amount, 1))
    said = named & (rng.random(n) > 0.04)
    is_mass = counted == ""
    in_grams = is_mass & (amount < 1) & (rng.random(n) < 0.7)
    unit = np.where(in_grams, "Gram", np.where(is_mass, "Kilogram", counted))
    quantity = np.where(in_grams, np.round(amount * 1000, 3), np.where(is_mass, amount, np.maximum(1, np.round(amount))))
    return {
        "drug": _where(named, drug),
        "drug_text": _where(named, np.array(texts, dtype=object)),
        "quantity": np.where(said, quantity, np.nan),
        "unit": _where(said, unit),
        "weight_kg": np.where(said & is_mass, amount, np.nan),
        "weight_bound": _where(said & is_mass, bound),
    }


def _drug_chances(countries: list[str]) -> Floats:
    """Upper limits of each drug's share, float (countries, months, drugs)."""
    month = np.arange(words.MONTHS)
    share = np.empty((len(countries), words.MONTHS, len(words.DRUGS)))
    for k, drug in enumerate(words.DRUGS):
        season = 1 + (0.35 * np.cos(2 * np.pi * (month % 12 + 1 - drug.peak) / 12) if drug.peak else 0.0 * month)
        over_time = drug.share * np.exp(drug.trend * month / 12) * season
        for c, country in enumerate(countries):
            share[c, :, k] = over_time * words.LEANING.get(country, {}).get(drug.name, 1.0)
    return np.asarray(np.cumsum(share / share.sum(axis=2, keepdims=True), axis=2))


def _digits(values: Floats, n: int) -> Floats:
    """Values rounded to n significant digits, three decimals at most."""
    step = 10.0 ** (np.floor(np.log10(values)) - n + 1)
    return np.asarray(np.maximum(np.round(np.round(values / step) * step, 3), 0.001))
