"""The profile along the border line: what was recorded per km and year on each section, how sure that is, and what its neighbours
lead to expect. Numbers and finished sentences for the chart under the map (assets/profile.js)."""

import re
from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dashboard.answers.hot import class_words
from dashboard.answers.places import Places
from dashboard.language import Language
from layers.line_rates import REACH_KM, LineRates, line_rates, smooth_rate, weighted_interval
from layers.material import Material
from layers.period_days import in_period, known_years

#: Below this many events a section is said to be few: a single case more or less would change it.
FEW = 5
#: Points of the smooth curve along the line.
CURVE = 270
#: What the names of districts carry beside the name; left out where there is no room.
KIND_OF_AREA = re.compile(r"\bрайон\s|\sрайон$|\scity$|\sdistrict$|^ноҳияи\s")
#: People read rates per 100 km of border; numbers for programs stay per km.
PER_KM = 100
#: A value axis has at most this many lines above zero.
MOST_TICKS = 4

Floats = NDArray[np.float64]


class Recorded(NamedTuple):
    """What the chosen period holds on each of s sections: events, their kilograms, the sum of squares and the largest of these."""

    n: Floats
    kg: Floats
    squares: Floats
    largest: Floats


def answer(
    material: Material, places: Places, say: Language, classes: NDArray[np.uint8] | None = None, named: Collection[str] | None = None,
    whose: str = "",
) -> dict[str, Any]:  # fmt: skip
    """classes: of each section, 0 none, 1..3 hot, 4..6 cold by strength, 7 silent (`layers.hot_cells`); None where it is not known.

    named: ids of the sections of the viewer's sector, None for all; the others are its surroundings, drawn pale and in no sum.
    whose: the sector in words.
    """
    table, years, names = places.sections, known_years(material), places.names(say.code)
    recorded = _recorded(material)
    begin, end = table["from_km"].to_numpy(float), table["to_km"].to_numpy(float)
    rates = line_rates(recorded.n, begin, end, years)
    at = np.linspace(begin[0], end[-1], CURVE)
    kg = material.measure == "weight"
    shown, low, high = _shown(rates, recorded, kg)
    kinds = np.zeros(len(begin), np.uint8) if classes is None else classes
    here = np.array([named is None or id in named for id in table["section_id"]], bool)
    sections = [
        {
            "id": id, "name": names.get(id, id), "from_km": round(float(begin[i]), 1), "to_km": round(float(end[i]), 1),
            "n": int(recorded.n[i]), "kg": round(float(recorded.kg[i]), 3), "years": round(years, 3),
            "rate": _plain(rates.rate[i]), "rate_low": _plain(rates.rate_low[i]), "rate_high": _plain(rates.rate_high[i]),
            "shrunk": _plain(rates.shrunk[i]), "low": _plain(rates.low[i]), "high": _plain(rates.high[i]),
            "expected": _plain(rates.expected[i]), "above_line": _plain(rates.above[i]),
            "shown": _plain(shown[i]), "shown_low": _plain(low[i]), "shown_high": _plain(high[i]),
            "class": int(kinds[i]), "is_few": bool(0 < recorded.n[i] < FEW),
            "words": _words(i, rates, recorded, low, high, int(kinds[i]), kg, say) + ("" if here[i] else f" · {say('profile.around')}"),
            "is_around": not here[i],
        }
        for i, id in enumerate(table["section_id"])
    ]  # fmt: skip
    month = material.months
    period = say.period(month[material.first], month[material.last]) if material.last >= material.first else ""
    total = int(recorded.n[here].sum())
    lead = _lead(total, float(recorded.kg[here].sum()), years, period, kg, say)
    return {
        "measure": "kg" if kg else "n",
        "title": say("profile.title"),
        "unit": say("profile.unit_kg" if kg else "profile.unit_n"),
        "period": period,
        "years": round(years, 3),
        "n": total,
        "lead": f"{lead} · {whose}" if whose else lead,
        "rule": say("profile.rule_kg") if kg else say("profile.rule", reach=say.number(REACH_KM)),
        "caveats": _caveats(material, say),
        "is_silent": not years > 0,
        "line_rate": _plain(recorded.kg.sum() / rates.exposure.sum() if kg and years > 0 else rates.line_rate),
        "line_words": say("profile.line_rate"),
        "smooth_words": "" if kg else say("profile.smooth"),
        "length_km": round(float(end[-1]), 1),
        "ticks": _ticks(shown, high if kg else np.fmax(high, rates.rate), say),
        "km_ticks": [{"at": value, "text": say.number(value)} for value in range(0, int(end[-1]) + 1, 100)],
        "districts": _districts(places, names),
        "sections": sections,
        "smooth": {"km": [], "rate": []} if kg else _curve(at, smooth_rate(at, recorded.n, begin, end, years)),
    }


def _recorded(material: Material) -> Recorded:
    which = in_period(material)
    section, kg = material.happenings.section[which], material.happenings.kg[which]
    on = section >= 0
    section, kg, size = section[on], np.nan_to_num(kg[on], nan=0.0), len(material.section_ids)
    largest = np.zeros(size)
    np.maximum.at(largest, section, kg)
    n, total, squares = (np.bincount(section, weights=weights, minlength=size).astype(float) for weights in (None, kg, kg**2))
    return Recorded(n, total, squares, largest)


def _shown(rates: LineRates, recorded: Recorded, kg: bool) -> tuple[Floats, Floats, Floats]:
    """Height of each bar and the interval around it. Kilograms are not drawn towards the neighbours: one large seizure makes them."""
    if not kg:
        return rates.shrunk, rates.low, rates.high
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = weighted_interval(recorded.kg, recorded.squares, recorded.largest)
        return recorded.kg / rates.exposure, low / rates.exposure, high / rates.exposure


def _words(i: int, rates: LineRates, recorded: Recorded, low: Floats, high: Floats, kind: int, kg: bool, say: Language) -> str:
    """What the line above the chart says of a section: how many, how dense, how sure, and what the neighbours lead to expect."""
    n, weight = int(recorded.n[i]), float(recorded.kg[i])
    if not rates.exposure[i] > 0:
        return say("profile.unknown")
    parts = [say("profile.events", n=n)]
    if kg and n:
        parts[0] += f", {say.number(weight)}\u00a0{say('unit.kg')}" if weight > 0 else f", {say('profile.unweighed')}"
    if kg and weight > 0:
        parts.append(say("profile.rate_kg", rate=_read(weight / rates.exposure[i], say), low=_read(low[i], say), high=_read(high[i], say)))
    if not kg:
        parts.append(say("profile.rate", rate=_read(rates.shrunk[i], say), low=_read(low[i], say), high=_read(high[i], say)))
        parts.append(say("profile.expected", rate=_read(rates.expected[i], say)))
    if kind:
        parts.append(class_words(kind, say))
    if 0 < n < FEW:
        parts.append(say("profile.few", few=FEW))
    return " · ".join(parts)


def _read(per_km: float, say: Language) -> str:
    """A rate per 100 km with the two digits that carry something: 1,400, 25, 3.1, 0.42; what is below 0.005 reads 0."""
    value = PER_KM * float(per_km)
    if not value >= 0.005:
        return "0"
    return say.number(float(f"{value:.2g}"), max(0, 1 - int(np.floor(np.log10(value)))))


def _lead(n: int, kg_sum: float, years: float, period: str, kg: bool, say: Language) -> str:
    if not period or not years > 0:
        return say("profile.silent")
    if not n:
        return say("profile.nothing", period=period)
    weighed = (f", {say.number(kg_sum)}\u00a0{say('unit.kg')}" if kg_sum > 0 else f", {say('profile.unweighed')}") if kg else ""
    return f"{say('profile.events_line', n=n)}{weighed} · {period}"


def _caveats(material: Material, say: Language) -> list[str]:
    chosen = slice(material.first, material.last + 1)
    gaps, partly = int((~material.reported[chosen]).sum()), int((material.reported & (material.missing > 0))[chosen].sum())
    late = int(material.arriving[chosen].sum())
    said = [("profile.gaps", gaps), ("profile.partly", partly), ("profile.arriving", late)]
    return [say(key, n=n) for key, n in said if n] + [say("caveat.seizures")]


def _districts(places: Places, names: dict[str, str]) -> list[dict[str, Any]]:
    """Stretches that belong to one district of the Tajik side, from west to east: the names under the axis."""
    stretches: list[dict[str, Any]] = []
    table = places.sections
    for id, begin, end in zip(table["district_id"], table["from_km"], table["to_km"], strict=True):
        if stretches and stretches[-1]["id"] == id:
            stretches[-1]["to_km"] = round(float(end), 1)
        else:
            name = names.get(id, id)
            short = KIND_OF_AREA.sub("", name)
            stretches.append({"id": id, "name": name, "short": short, "from_km": round(float(begin), 1), "to_km": round(float(end), 1)})
    return stretches


def _ticks(shown: Floats, high: Floats, say: Language) -> list[dict[str, Any]]:
    """Round values from 0 to the top of the axis, as per km and as people read them: the tallest bar fits, and intervals as far as they
    are not out of all proportion."""
    tall = np.nan_to_num(shown, nan=0.0)
    reach = np.minimum(np.nan_to_num(high, nan=0.0), 1.8 * tall.max(initial=0.0))
    most = PER_KM * float(np.maximum(tall, reach).max(initial=0.0))
    if not most > 0:
        return []
    steps = (leap * 10.0**power for power in range(-9, 12) for leap in (1, 2, 2.5, 3, 4, 5))
    step = next(step for step in steps if step * MOST_TICKS >= most * (1 - 1e-9))
    digits = max(0, 1 - int(np.floor(np.log10(step)))) if step < 10 else 0
    return [
        {"at": float(f"{step * k / PER_KM:.6g}"), "text": say.number(step * k, digits)} for k in range(int(np.ceil(most / step - 1e-9)) + 1)
    ]


def _curve(at: Floats, rate: Floats) -> dict[str, list[float | None]]:
    return {"km": [round(float(km), 1) for km in at], "rate": [_plain(value) for value in rate]}


def _plain(value: Any) -> float | None:
    """A number that JSON has; None for what is not known."""
    return float(f"{float(value):.6g}") if np.isfinite(value) else None
