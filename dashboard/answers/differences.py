"""Differences in words: two periods, and how often chance alone makes them differ as much."""

from collections.abc import Sequence
from typing import Any

from dashboard.language import Language
from layers.changes import Difference

#: p up to here is called more than chance; up to the second, perhaps chance; above, no difference.
SURE, PERHAPS = 0.05, 0.25
RARE = 0.001
#: Known months of one period beyond this many times those of the other: a comparison says little.
UNEVEN = 2.0
#: Fewer events than this are single cases.
FEW = 5
REASONS = {
    "no_period": "change.no_period", "none_now": "change.no_reports_now", "none_before": "change.no_reports_before",
    "no_common": "changes.no_common", "nothing": "changes.nothing", "too_short": "changes.too_short",
}  # fmt: skip


def is_hardly_comparable(difference: Difference) -> bool:
    """Is one of the periods known for less than half as many months as the other, or do less than half of its events compare?"""
    return difference.p is not None and (_is_uneven(difference) or _is_small_part(difference))


def _is_uneven(difference: Difference) -> bool:
    months = sorted((difference.months_now, difference.months_before))
    return months[1] > UNEVEN * months[0]


def _is_small_part(difference: Difference) -> bool:
    """Sources that reported in one of the periods only made most of it: what is left says little about the whole."""
    pairs = ((difference.now, difference.compared_now), (difference.before, difference.compared_before))
    return any(all_of_them > UNEVEN * compared for all_of_them, compared in pairs)


def lead(what: str, period: str, difference: Difference, say: Language) -> str:
    """One short sentence: the two numbers and the verdict."""
    known = {"now": difference.reason != "none_now", "before": difference.reason != "none_before"}
    now = events(difference.now, say) if known["now"] or difference.now else say("card.silent")
    before = say.number(difference.before) if known["before"] or difference.before else say("card.silent")
    if difference.p is None:
        own = {"nothing": "changes.lead_nothing", "too_short": "changes.lead_too_short"}
        told = say(own.get(difference.reason, "changes.lead_unknown"))
    elif _is_small_part(difference):
        told = say("changes.lead_part", now=difference.compared_now, before=difference.compared_before)
    elif _is_uneven(difference):
        told = say("changes.lead_hardly", **{name: amounts(difference, say)[name] for name in ("months_now", "months_before")})
    elif difference.p <= SURE and difference.direction:
        told = say("changes.lead_more" if difference.direction > 0 else "changes.lead_fewer")
    else:
        told = say("changes.lead_maybe" if difference.p <= PERHAPS else "changes.lead_same")
    return say("changes.lead", what=what, now=now, before=before, period=period, verdict=told)


def events(n: int, say: Language) -> str:
    """12 events."""
    return say("changes.n_events", n=n)


def one_of(p: float) -> int:
    """1 / p, to two figures at most: 16, 35, 220."""
    times = 1 / max(p, 1e-12)
    for limit, step in ((20, 1), (100, 5), (1000, 10)):
        if times < limit:
            return max(round(times / step) * step, 1)
    return round(times / 100) * 100


def chance(p: float, say: Language, kind: str = "changes") -> str:
    """How often chance brings as much, in words; kind: changes (a difference) or silent (a pause)."""
    size = "rare" if p < RARE else "one_of" if p <= PERHAPS else "common"
    key = f"silent.chance_{size}" if kind == "silent" else f"changes.chance_{size}"
    return say(key, of=one_of(p), percent=say.number(100 * min(p, 1.0), 0))


def verdict(difference: Difference, say: Language, *, holds: bool | None = None) -> str:
    """More, fewer, perhaps, or no difference. holds: whether it holds among all things compared at once, where several were."""
    p = 1.0 if difference.p is None else difference.p
    if p <= SURE and holds is not False and difference.direction:
        return say("changes.is_more" if difference.direction > 0 else "changes.is_fewer")
    if p <= SURE and holds is False:
        return say("changes.alone")
    return say("changes.maybe" if p <= PERHAPS else "changes.no_difference")


def difference_sentence(difference: Difference, say: Language, *, holds: bool | None = None) -> str:
    """The test in words: verdict, chance, what was compared with what, and whether the numbers are small."""
    if difference.p is None:
        return say(REASONS.get(difference.reason, "change.no_period"))
    if _is_small_part(difference):
        return say("changes.part", now=difference.compared_now, before=difference.compared_before)
    if _is_uneven(difference):
        return say("changes.hardly", **amounts(difference, say))
    told = [verdict(difference, say, holds=holds), chance(difference.p, say)]
    whole = (difference.compared_now, difference.compared_before) == (difference.now, difference.before)
    if not whole or abs(difference.months_now - difference.months_before) > 0.05:
        # Whole months are those of every source; a mean of several is said to be one.
        exact = all(abs(months - round(months)) < 1e-9 for months in (difference.months_now, difference.months_before))
        told.append(say("changes.compared_one" if exact else "changes.compared", **amounts(difference, say)))
    if difference.compared_now + difference.compared_before < FEW:
        told.append(say("changes.small"))
    return " ".join(told)


def amounts(difference: Difference, say: Language) -> dict[str, object]:
    """What was compared, as values of a sentence."""
    return {
        "now": difference.compared_now,
        "before": difference.compared_before,
        "months_now": say.number(round(difference.months_now, 1)),
        "months_before": say.number(round(difference.months_before, 1)),
    }


def item(
    text: str, detail: str, *, tone: str = "plain", sign: str = "·", picks: str = "", filters: dict[str, str] | None = None,
    period: str = "", p: float | None = None, n: int | None = None, before: int | None = None, notable: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """One line of the panel."""
    return {
        "tone": tone, "sign": sign, "text": text, "detail": detail, "picks": picks, "filters": filters or {}, "period": period,
        "id": "", "verdict": None, "p": p, "n": n, "before": before, "notable": notable,
    }  # fmt: skip


def group(
    id: str, title: str, note: str, items: Sequence[dict[str, Any]], most: int = 12, *, shown: int | None = None, folded: str = ""
) -> dict[str, Any]:
    """The most important lines of one kind, and how many more there are. shown: the first so many stand open, None for all; the others are
    folded under one line, folded: its words."""
    kept = list(items[:most])
    fold = {"shown": shown, "folded": folded} if shown is not None and shown < len(kept) else {}
    return {"id": id, "title": title, "note": note, "items": kept, "more": max(len(items) - most, 0)} | fold


def tone_of(difference: Difference, *, holds: bool | None = None) -> tuple[str, str]:
    """Tone and sign of a compared line."""
    sign = {1: "▲", -1: "▼", 0: "="}[difference.direction]
    if difference.p is None or is_hardly_comparable(difference):
        return "plain", "?"
    stands = difference.p <= SURE and holds is not False
    return ("hot" if difference.direction > 0 else "cold") if stands and difference.direction else "plain", sign
