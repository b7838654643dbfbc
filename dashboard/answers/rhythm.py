"""Night and season of what is picked: at which hours and in which months it happens, hidden where too few are known."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dashboard.language import MONTHS, Language
from layers.material import Material
from layers.months import month_number
from layers.period_days import month_days
from layers.rhythm import HOURS_WIDE, MONTHS_WIDE, NIGHT, Times, by_hour, by_month, night_share, peak

#: Fewer events than this make no profile: a handful of nights would be read as a habit.
LEAST = 10
#: Below this a season cannot be told from a single wave.
LEAST_MONTHS = 24
#: A peak that chance makes more often than this is not said to be one.
MOST_P = 0.05

Counts = NDArray[np.int64]


class Span(NamedTuple):
    """A stretch of time, and what happened in it at the place."""

    words: str
    first: int
    last: int
    found: Times


def answer(material: Material, times: Times, everywhere: Times, title: str, say: Language) -> dict[str, Any]:
    """times: of all events of the picked thing that pass the filters, over all time. everywhere: of the whole view, likewise.

    The chosen period where it holds `LEAST` events, else all time, and that is said. Season: all time also where the period is shorter
    than two years.
    """
    every = _span(material, 0, len(material.months) - 1, times, say)
    chosen = _span(material, material.first, material.last, times, say)
    told: dict[str, Any] = {"title": title, "n": len(chosen.found.day), "hidden": "", "hours": None, "months": None, "caveats": []}
    hours, months = _hours(every, chosen, material, everywhere, say), _months(every, chosen, material, say)
    if not hours and not months:
        return told | {"hidden": say("rhythm.hidden", n=len(every.found.day), least=LEAST)}
    missing = [say(key, least=LEAST) for key, part in (("rhythm.no_hours", hours), ("rhythm.no_months", months)) if not part]
    return told | {"hours": hours, "months": months, "caveats": [*missing, say("rhythm.caveat")]}


def _span(material: Material, first: int, last: int, times: Times, say: Language) -> Span:
    if last < first:
        return Span("", first, last, times.within(0, -1))
    begin, end = material.months[first], material.months[last]
    return Span(say.period(begin, end), first, last, times.within(*month_days(begin, end)))


def _hours(every: Span, chosen: Span, material: Material, everywhere: Times, say: Language) -> dict[str, Any] | None:
    span, counts = chosen, by_hour(chosen.found)
    if counts.sum() < LEAST:
        span, counts = every, by_hour(every.found)
    if counts.sum() < LEAST:
        return None
    share, low, high = night_share(counts)
    days = month_days(material.months[span.first], material.months[span.last])
    all_over = by_hour(everywhere.within(*days))
    usual = night_share(all_over)[0]
    percent = {name: _percent(value, say) for name, value in {"share": share, "low": low, "high": high, "usual": usual}.items()}
    n, of = int(counts.sum()), len(span.found.day)
    return {
        "title": say("rhythm.hours"),
        "n": n,
        "counts": counts.tolist(),
        "usual": (all_over / all_over.sum() * n).round(3).tolist(),
        "night": list(NIGHT),
        "labels": [f"{hour:02d}" for hour in range(24)],
        "lead": say("rhythm.night", **percent),
        "peak": _peak_words(counts, np.ones(24), HOURS_WIDE, "hours", say),
        "basis": say("rhythm.basis_hours", n=n, of=of, period=span.words),
    }


def _months(every: Span, chosen: Span, material: Material, say: Language) -> dict[str, Any] | None:
    span, counts = chosen, by_month(chosen.found)
    if counts.sum() < LEAST or _watched(material, chosen).sum() < LEAST_MONTHS:
        span, counts = every, by_month(every.found)
    if counts.sum() < LEAST:
        return None
    watched = _watched(material, span)
    n, known = int(counts.sum()), int(watched.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(watched > 0, counts / watched, np.nan)
    short = say("rhythm.short", n=known) if known < LEAST_MONTHS else ""
    return {
        "title": say("rhythm.months"),
        "n": n,
        "counts": counts.tolist(),
        "watched": watched.tolist(),
        "rate": [None if np.isnan(value) else round(float(value), 4) for value in rate],
        "labels": MONTHS[say.code],
        "lead": short or _peak_words(counts, watched, MONTHS_WIDE, "months", say),
        "peak": "",
        "basis": say("rhythm.basis_months", n=n, period=span.words, months=say("rhythm.watched", n=known)),
    }


def _watched(material: Material, span: Span) -> NDArray[np.float64]:
    """How many months with reports each month of the year had, float (12,)."""
    if span.last < span.first:
        return np.zeros(12)
    at = (month_number(material.months[0]) + np.arange(span.first, span.last + 1)) % 12
    return np.bincount(at[material.reported[span.first : span.last + 1]], minlength=12).astype(float)


def _peak_words(counts: Counts, watched: NDArray[np.float64], width: int, what: str, say: Language) -> str:
    found = peak(counts, watched, width)
    if found is None or found.p > MOST_P:
        return say(f"rhythm.flat_{what}")
    end = (found.start + width - 1) % len(counts)
    names = MONTHS[say.code] if what == "months" else [f"{hour:02d}:00" for hour in range(24)]
    until = names[end] if what == "months" else names[(end + 1) % 24]
    shares = {"share": _percent(found.share, say), "expected": _percent(found.expected, say)}
    return say(f"rhythm.peak_{what}", first=names[found.start], last=until, chance=say.number(round(1 / found.p)), **shares)


def _percent(share: float, say: Language) -> str:
    return say.number(100 * share, 0)
