"""How good are the hotspots, and do events repeat close by? The back-test and the Knox table as lines, tables and sentences."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from dashboard.language import Language
from layers.back_test import BLOCK, DRAWS, LEAST_EVENTS, LEAST_JUDGED, BackTest, Share, back_test, hot_rule, judged_months
from layers.hotspots import discoveries
from layers.material import Material
from layers.near_repeat import LEAST, SHARP_M, NearRepeat, near_repeat

#: Of the distance and time bands, the one pair that the sentence speaks of: decided before looking.
NEAREST, SOON = 0, 1
SAME_DAY = 0


class Numbers(NamedTuple):
    """What is the same in every language."""

    tested: BackTest
    repeats: NearRepeat


def numbers(material: Material, neighbours: csr_array) -> Numbers:
    """The back-test and the Knox table. neighbours: of the cells of the material (`layers.neighbourhoods.of_cells`)."""
    judged = judged_months(material.reported, material.arriving, material.last)
    return Numbers(back_test(material.cell_n, judged, hot_rule(neighbours)), repeats_of(material))


def answer(material: Material, found: Numbers, say: Language) -> dict[str, Any]:
    """The lead, groups and tables of the panel, and the same figures for programs."""
    tested, repeats = found
    tables = [*_back_table(tested, say), *_knox_table(repeats, say)]
    caveats = [say("proof.caveat_area"), say("proof.caveat_season")]
    if material.measure == "weight":
        caveats.insert(0, say("proof.caveat_counts"))
    return {
        "lead": lead(tested, say),
        "groups": [*_judged(tested, material, say), _near(repeats, material, say)],
        "tables": tables,
        "caveats": caveats,
        "back_test": _back_figures(tested, material),
        "near_repeat": _near_figures(repeats),
    }


def repeats_of(material: Material) -> NearRepeat:
    """The Knox table of all months up to the last chosen one; days are exchanged within their year."""
    found = material.happenings
    # A period before the first month ends before it.
    end = np.datetime64(material.months[0] if material.months else "1970-01", "M") + (material.last + 1)
    used = found.day < end.astype("datetime64[D]").astype(int)
    day = found.day[used]
    year = (np.datetime64("1970-01-01") + np.maximum(day, 0)).astype("datetime64[Y]").astype(int)
    return near_repeat(found.lon[used], found.lat[used], found.uncertainty_m[used], day, found.day_to[used], year)


def lead(tested: BackTest, say: Language) -> str:
    """One sentence: are the hotspots better than a plain count?"""
    if len(tested.months) < LEAST_JUDGED:
        return say("proof.lead_months", months=len(tested.months), least=LEAST_JUDGED)
    if tested.n.sum() < LEAST_EVENTS:
        return say("proof.lead_events", n=round(float(tested.n.sum())), least=LEAST_EVENTS)
    if not tested.has_verdict:
        return say("proof.lead_none_hot")
    shares = {"hit": tested.hit_rate.value, "plain": tested.plain_hit_rate.value, "chance": _chance(tested)}
    return say(f"proof.lead_{_against(tested)}", **{name: _percent(share, say) for name, share in shares.items()})


def _against(tested: BackTest) -> str:
    return "better" if tested.beats_plain else "worse" if tested.loses_to_plain else "same"


def _chance(tested: BackTest) -> float:
    """Hit rate of as many cells drawn by lot."""
    return float((tested.n * tested.area).sum() / tested.n.sum())


def _judged(tested: BackTest, material: Material, say: Language) -> list[dict[str, Any]]:
    if not tested.has_verdict:
        return []
    months = [material.months[k] for k in tested.months]
    chance = _chance(tested)
    area = _percent(float(tested.area.mean()), say)
    hit, pai, gain = tested.hit_rate, tested.pai, tested.gain
    against = _against(tested)
    items = [
        _item(
            "plain", "●",
            say("proof.caught", hit=_percent(hit.value, say)),
            say("proof.caught_detail", area=area, low=_percent(hit.low, say), high=_percent(hit.high, say)),
        ),
        _item(
            "good" if tested.beats_chance else "bad", "▲" if tested.beats_chance else "=",
            say("proof.chance_good" if tested.beats_chance else "proof.chance_bad", pai=_times(pai.value, say)),
            say("proof.chance_detail", chance=_percent(chance, say), low=_times(pai.low, say), high=_times(pai.high, say)),
        ),
        _item(
            "good" if against == "better" else "bad", {"better": "▲", "worse": "▼", "same": "="}[against],
            say(f"proof.plain_{against}"),
            say("proof.plain_detail", plain=_percent(tested.plain_hit_rate.value, say), gain=_points(gain.value, say),
                low=_points(gain.low, say), high=_points(gain.high, say)),
        ),
    ]  # fmt: skip
    note = say("proof.judged_note", period=say.period(months[0], months[-1]), months=len(months), n=round(float(tested.n.sum())))
    return [{"title": say("proof.judged_title"), "note": note, "items": items}]


def _near(repeats: NearRepeat, material: Material, say: Language) -> dict[str, Any]:
    sharp = say.number(SHARP_M / 1000)
    title = say("proof.near_title")
    if not len(repeats.observed):
        few = say("proof.near_few", sharp=sharp, n=repeats.n, all=repeats.n_all, least=LEAST)
        return {"title": title, "note": "", "items": [_item("plain", "–", few, "")]}
    period = say.period(_month(repeats.since), _month(repeats.until))
    note = say("proof.near_note", runs=repeats.runs, sharp=sharp, n=repeats.n, all=repeats.n_all, period=period)
    if repeats.n < repeats.n_sharp:
        note += " " + say("proof.near_latest", day=say.day(str(_date(repeats.since))))
    km, days = repeats.distances_m[NEAREST] / 1000, repeats.days[SOON]
    observed, expected, p = (table[NEAREST, SOON] for table in (repeats.observed, repeats.expected, repeats.p))
    found = p <= 0.05
    # A p of 1 in 1,000 is the least that so many deals can say.
    detail = say(
        "proof.near_detail",
        observed=int(observed),
        expected=_amount(expected, say),
        p=round(p * (repeats.runs + 1)),
        deals=repeats.runs + 1,
    )
    words = {"km": km, "days": days} | ({"ratio": _times(observed / expected, say)} if found else {})
    items = [_item("new" if found else "plain", "●" if found else "=", say(f"proof.near_{'yes' if found else 'no'}", **words), detail)]
    if repeats.p[NEAREST, SAME_DAY] <= 0.05:
        same, chance = int(repeats.observed[NEAREST, SAME_DAY]), _amount(repeats.expected[NEAREST, SAME_DAY], say)
        told = say("proof.near_same_day", km=km, observed=same, expected=chance)
        items.append(_item("plain", "!", told, say("proof.near_same_day_detail")))
    return {"title": title, "note": note, "items": items}


def _back_table(tested: BackTest, say: Language) -> list[dict[str, Any]]:
    if not tested.has_verdict:
        return []
    chance = _chance(tested)
    rows = [
        [say("proof.row_hot"), _with(tested.hit_rate, _percent, say), _with(tested.pai, _times, say)],
        [say("proof.row_plain"), _with(tested.plain_hit_rate, _percent, say), _with(tested.plain_pai, _times, say)],
        [say("proof.row_chance"), _percent(chance, say), say.number(1)],
    ]
    head = [say("proof.table_how"), say("proof.table_hit"), say("proof.table_pai")]
    return [{"title": say("proof.table_title"), "head": head, "rows": rows, "note": say("proof.table_note", draws=DRAWS, block=BLOCK)}]


def _knox_table(repeats: NearRepeat, say: Language) -> list[dict[str, Any]]:
    if not len(repeats.observed):
        return []
    marked = discoveries(repeats.p, 0.05)
    since = (0, *repeats.days[:-1])
    head = [say("proof.knox_distance"), say("proof.knox_same_day")]
    head += [say("proof.knox_days", first=first + 1, last=last) for first, last in zip(since[1:], repeats.days[1:], strict=True)]
    rows = []
    for d, (first, last) in enumerate(zip((0.0, *repeats.distances_m[:-1]), repeats.distances_m, strict=True)):
        cells = [
            f"{'● ' if marked[d, t] else ''}{say.number(int(repeats.observed[d, t]))}"
            + (f" ({_times(ratio, say)})" if np.isfinite(ratio := repeats.ratio[d, t]) else "")
            for t in range(len(repeats.days))
        ]
        rows.append([say("proof.knox_km", first=first / 1000, last=last / 1000), *cells])
    return [{"title": say("proof.knox_title"), "head": head, "rows": rows, "note": say("proof.knox_note")}]


def _back_figures(tested: BackTest, material: Material) -> dict[str, Any]:
    """The same for programs; None where there is nothing to divide by."""
    shares = {name: getattr(tested, name) for name in ("hit_rate", "plain_hit_rate", "pai", "plain_pai", "gain")}
    return {
        "months": [material.months[k] for k in tested.months],
        "n": float(tested.n.sum()),
        "area": float(tested.area.mean()) if len(tested.area) else None,
        "has_verdict": tested.has_verdict,
        "beats_plain": tested.beats_plain,
        "beats_chance": tested.beats_chance,
        **{name: [_or_none(value) for value in (share.value, share.low, share.high)] for name, share in shares.items()},
    }


def _near_figures(repeats: NearRepeat) -> dict[str, Any]:
    tables: dict[str, NDArray[Any]] = {name: getattr(repeats, name) for name in ("observed", "expected", "low", "high", "p")}
    counts = {"n": repeats.n, "n_sharp": repeats.n_sharp, "n_all": repeats.n_all, "runs": repeats.runs}
    return {**counts, "distances_m": list(repeats.distances_m), "days": list(repeats.days)} | {
        name: table.tolist() for name, table in tables.items()
    }


def _item(tone: str, sign: str, text: str, detail: str) -> dict[str, Any]:
    return {"tone": tone, "sign": sign, "text": text, "detail": detail, "picks": "", "filters": {}, "period": "", "id": "", "verdict": None}


def _with(share: Share, words: Any, say: Language) -> str:
    return f"{words(share.value, say)} ({words(share.low, say)}–{words(share.high, say)})"


def _percent(share: float, say: Language) -> str:
    """0.6661 -> 67; 0.0493 -> 4.9."""
    return say.number(100 * share, 0 if share >= 0.1 else 1)


def _points(share: float, say: Language) -> str:
    """A difference in points, with its sign: -1.2."""
    return ("+" if share > 0 else "−" if share < 0 else "") + say.number(abs(100 * share), 1)


def _times(times: float, say: Language) -> str:
    return say.number(times, 0 if times >= 20 else 1)


def _amount(expected: float, say: Language) -> str:
    return say.number(expected, 0 if expected >= 100 else 1)


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _date(day: int) -> np.datetime64:
    return np.datetime64("1970-01-01") + day


def _month(day: int) -> str:
    return str(_date(day).astype("datetime64[M]"))
