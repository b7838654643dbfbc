"""What changed: this period against the one before and against the same season, what is new on the line, and what was never seen before."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.answers.differences import (
    PERHAPS,
    REASONS,
    SURE,
    amounts,
    chance,
    difference_sentence,
    events,
    group,
    is_hardly_comparable,
    item,
    lead,
    one_of,
    tone_of,
)  # fmt: skip
from dashboard.answers.new_values import new_values
from dashboard.answers.places import Places
from dashboard.answers.viewed import Viewed, source_name
from dashboard.language import Language
from layers.changes import Difference, Window, amounts_p, compare, season_before
from layers.completeness import NOT_EXPECTED
from layers.hotspots import q_values
from layers.months import month_number
from layers.section_history import section_history
from layers.watch import month_after

#: Classes of a section's history that are news, most pressing first.
NEWS = ("new_hot", "intensifying_hot", "consecutive_hot", "sporadic_hot", "oscillating_hot", "historical_hot", "diminishing_hot")
#: More of one thing than this are not listed by name in a sentence.
MOST_NAMED = 4


def answer(
    seen: Viewed, around: Viewed, places: Places, say: Language, drugs: tuple[str, ...] = (), named: Collection[str] | None = None
) -> dict[str, Any]:
    """The changes of a view. drugs: the chosen drugs, none for all of them.

    seen: what is counted. around: the same view of the whole; a section answers for itself on both its banks. named: ids of the sections
    that are told of, None for all.
    """
    material = seen.material
    if not material.months or material.last < material.first:
        return {
            "lead": say("change.no_reports_now"), "groups": [], "tables": [], "caveats": [], "period": "", "before": "", "season": "",
            "comparisons": [],
        }  # fmt: skip
    now = Window(material.first, material.last)
    then = {"before": now.before(now.length), "season": season_before(now)}
    windows = {name: window for name, window in then.items() if window is not None}
    counts, known = seen.all_events(), seen.watch.known
    found = {name: compare(counts, known, now, window) for name, window in windows.items()}
    # A year ago the season was the same; the period before is the better comparison only for whole years.
    main = next((name for name in ("season", "before") if name in found and found[name].p is not None), "before")
    what = _subject(drugs, say)
    lines = [_whole_line(what, name, found[name], _span(seen, windows[name], say), say) for name in windows]
    whole = found[main].p is None or _is_whole(found[main])
    lines += _kilograms(seen, _subject(drugs, say, comparable=not whole), main, now, windows[main], found[main], say)
    groups = [
        _emerging(around, places, say, named),
        _sections(around, places, now, windows[main], main, say, named),
        *([_drugs(seen, known, now, windows[main], main, say)] if len(drugs) != 1 else []),
        *([_sources(seen, known, now, windows[main], main, say)] if len(seen.watch.sources) > 1 else []),
        new_values(seen, places, now, say),
        group("all", say("changes.group_all"), say("changes.note_all"), lines),
    ]
    return {
        "lead": _lead(drugs, _span(seen, windows[main], say), found[main], say),
        "groups": [one for one in groups if one["items"] or one["id"] in ("all", "first_seen")],
        "tables": [],
        "caveats": _caveats(seen, now, found[main], say),
        "period": _key(seen, now),
        "before": _key(seen, then["before"]),
        "season": _key(seen, then["season"]),
        "comparisons": [_plain(name, found[name], _key(seen, windows[name]), say) for name in windows],
    }


def _lead(drugs: tuple[str, ...], period: str, found: Difference, say: Language) -> str:
    """What the verdict is about: where some sources reported in one period only, the numbers of the others, and called that."""
    if found.p is None or is_hardly_comparable(found) or _is_whole(found):
        return lead(_subject(drugs, say), period, found, say)
    return lead(_subject(drugs, say, comparable=True), period, replace(found, now=found.compared_now, before=found.compared_before), say)


def _is_whole(found: Difference) -> bool:
    """Was all compared that was recorded?"""
    return (found.compared_now, found.compared_before) == (found.now, found.before)


def _subject(drugs: tuple[str, ...], say: Language, *, comparable: bool = False) -> str:
    if not drugs or len(drugs) > MOST_NAMED:
        return say("changes.comparable_records" if comparable else "changes.all_records")
    words = ", ".join(say(f"drug.{drug}") if say.has(f"drug.{drug}") else drug for drug in drugs)
    return say("changes.comparable_of", what=_capital(words)) if comparable else _capital(words)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _whole_line(what: str, name: str, found: Difference, span: str, say: Language) -> dict[str, Any]:
    tone, sign = tone_of(found)
    known_now, known_before = found.reason != "none_now", found.reason != "none_before"
    amounts = {
        "now": events(found.now, say) if known_now or found.now else say("card.silent"),
        "before": say.number(found.before) if known_before or found.before else say("card.silent"),
    }
    return item(
        say(f"changes.fact_{name}", what=what, period=span, **amounts), difference_sentence(found, say), tone=tone, sign=sign, p=found.p,
        n=found.now, before=found.before, notable=found.p is not None and found.p <= SURE and not is_hardly_comparable(found),
    )  # fmt: skip


def _kilograms(seen: Viewed, what: str, name: str, now: Window, then: Window, found: Difference, say: Language) -> list[dict[str, Any]]:
    """The kilograms of the events that were compared; nothing where none are known or there was no test."""
    if found.p is None or is_hardly_comparable(found):
        return []
    known = seen.watch.known
    both = [source for source in range(len(known)) if source not in found.left_out]
    inside = [_inside(seen, window) & np.isin(seen.source, both) for window in (now, then)]
    kg_now, kg_before = (seen.kg[mask & _is_known(seen)] for mask in inside)
    total = float(kg_now.sum() + kg_before.sum())
    if total <= 0:
        return []
    p = amounts_p(kg_now, kg_before, found)
    largest = float(max(kg_now.max(initial=0), kg_before.max(initial=0))) / total
    told = [chance(p, say)] if p is not None else []
    told.append(say("changes.kg_largest", share=say.number(100 * largest, 0)))
    up = kg_now.sum() * (1 - found.share) > kg_before.sum() * found.share
    text = say(f"changes.kg_{name}", what=what, now=say.number(float(kg_now.sum())), before=say.number(float(kg_before.sum())))
    sure = p is not None and p <= SURE
    return [item(text, " ".join(told), tone=("hot" if up else "cold") if sure else "plain", sign="▲" if up else "▼", p=p, notable=sure)]


def _drugs(seen: Viewed, known: NDArray[np.bool_], now: Window, then: Window, name: str, say: Language) -> dict[str, Any]:
    codes, drugs = seen.trait("drug")
    # An event with two packs of one drug is one event of it.
    pairs = np.unique(seen.event[codes >= 0] * max(len(drugs), 1) + codes[codes >= 0])
    counts = seen.counts(pairs // max(len(drugs), 1), pairs % max(len(drugs), 1), len(drugs))
    labels = [_capital(say(f"drug.{drug}") if say.has(f"drug.{drug}") else str(drug)) for drug in drugs]
    extras = [{"filters": {"d": str(drug)}} for drug in drugs]
    items, n = _compared(counts, labels, extras, known, now, then, name, say)
    return _surprises_first("drugs", items, say(f"changes.note_many_{name}", n=n), say)


def _sources(seen: Viewed, known: NDArray[np.bool_], now: Window, then: Window, name: str, say: Language) -> dict[str, Any]:
    sources = seen.watch.sources
    labels = [_capital(source_name(source, say)) for source in sources]
    extras = [{"filters": {"c": source.country_iso3}} for source in sources]
    counts = seen.counts(np.arange(len(seen.month)), seen.source.astype(np.int64), len(sources))
    items, n = _compared(counts, labels, extras, known, now, then, name, say)
    return _surprises_first("sources", items, say(f"changes.note_many_{name}", n=n), say)


def _sections(
    seen: Viewed, places: Places, now: Window, then: Window, name: str, say: Language, named: Collection[str] | None
) -> dict[str, Any]:
    ids = seen.material.section_ids
    counts = seen.counts(np.arange(len(seen.month)), seen.section.astype(np.int64), len(ids))
    names, here = places.names(say.code), [at for at, id in enumerate(ids) if named is None or id in named]
    extras = [{"picks": f"section:{ids[at]}"} for at in here]
    labels = [names.get(ids[at], ids[at]) for at in here]
    items, n = _compared(counts[here], labels, extras, seen.watch.known, now, then, name, say)
    return _surprises_first("sections", items, say(f"changes.note_many_{name}", n=n), say)


def _surprises_first(id: str, items: list[dict[str, Any]], note: str, say: Language) -> dict[str, Any]:
    """What is more than chance stands open; what chance explains, or nobody can tell, is folded under one line."""
    ordered = sorted(items, key=lambda line: not line["notable"])
    shown = sum(line["notable"] for line in items)
    return group(id, say(f"changes.group_{id}"), note, ordered, shown=shown, folded=say("changes.folded", n=len(items) - shown))


def _compared(
    counts: NDArray[np.int64], labels: list[str], extras: list[dict[str, Any]], known: NDArray[np.bool_], now: Window, then: Window,
    name: str, say: Language,
) -> tuple[list[dict[str, Any]], int]:  # fmt: skip
    """Lines of things compared at once, what stands out first, and how many were compared."""
    both = [np.r_[max(window.first, 0) : max(window.last + 1, 0)] for window in (now, then)]
    there = np.flatnonzero(counts[:, :, np.concatenate(both)].sum(axis=(1, 2)) > 0)
    found = {at: compare(counts[at], known, now, then) for at in there.tolist()}
    tested = [at for at, one in found.items() if one.p is not None]
    q = dict(zip(tested, q_values([float(found[at].p or 0.0) for at in tested]).tolist(), strict=True)) if tested else {}
    order = sorted(tested, key=lambda at: (float(found[at].p or 0.0), -found[at].now))
    lines = []
    for at in order:
        one, holds = found[at], q[at] <= SURE and not is_hardly_comparable(found[at])
        tone, sign = tone_of(one, holds=holds)
        text = say(f"changes.pair_{name}", what=labels[at], now=events(one.now, say), before=say.number(one.before))
        detail = difference_sentence(one, say, holds=holds)
        lines.append(item(text, detail, tone=tone, sign=sign, p=one.p, n=one.now, before=one.before, notable=holds, **extras[at]))
    return lines, len(tested)


def _emerging(seen: Viewed, places: Places, say: Language, named: Collection[str] | None) -> dict[str, Any]:
    """Sections that are hot now and were not, or more and more; and those that were hot and are no longer."""
    material = seen.material
    history, names = section_history(material), places.names(say.code)
    n = material.section_n[material.first : material.last + 1].sum(axis=0)
    items = []
    for kind in NEWS:
        for at in np.flatnonzero(history.kind == kind):
            id = material.section_ids[at]
            if named is not None and id not in named:
                continue
            text = f"{names.get(id, id)}: {say(f'emerging.{kind}')}"
            detail = f"{say('emerging.rule_' + kind.split('_')[0])} {say('changes.in_period', n=int(n[at]))}"
            hot = kind not in ("historical_hot", "diminishing_hot")
            tone, sign = ("new", "●") if kind == "new_hot" else ("hot", "▲") if hot else ("plain", "▼")
            items.append(item(text, detail, tone=tone, sign=sign, picks=f"section:{id}", n=int(n[at]), notable=hot))
    note = say(f"changes.steps_{'quarter' if history.width > 1 else 'month'}", n=history.n_steps)
    if history.is_short:
        note += " " + say("emerging.short", n=history.n_steps)
    return group("emerging", say("changes.group_emerging"), note, items)


def _caveats(seen: Viewed, now: Window, found: Difference, say: Language) -> list[str]:
    """What is missing in the numbers, the largest hole first."""
    told = []
    status = seen.watch.status[:, now.first : now.last + 1]
    known = seen.watch.known[:, now.first : now.last + 1]
    lacking = [
        (int((~known[source]).sum()), source)
        for source in range(len(known))
        if (status[source] != NOT_EXPECTED).any() and (~known[source]).any()
    ]
    for n, source in sorted(lacking, reverse=True):
        told.append(say("changes.gap", n=n, of=now.length, source=source_name(seen.watch.sources[source], say)))
    if found.left_out:
        names = [source_name(seen.watch.sources[source], say) for source in found.left_out]
        told.append(say("changes.left_out", sources=", ".join(names)))
    arriving = np.flatnonzero(seen.watch.arriving[now.first : now.last + 1])
    if len(arriving):
        months = seen.material.months
        told.append(say("changes.arriving", months=say.period(months[now.first + int(arriving[0])], months[now.last])))
    return [*told, say("caveat.seizures")]


def _plain(name: str, found: Difference, span: str, say: Language) -> dict[str, Any]:
    """For programs."""
    facts = {"against": name, "period": span, "now": found.now, "before": found.before, "p": found.p, "reason": found.reason}
    extra = (
        {} if found.p is None else {"one_of": one_of(found.p), "may_be_chance": found.p > PERHAPS, "k": found.k, "n_pairs": found.n_pairs}
    )
    return facts | amounts(found, say) | {
        "now": found.now, "before": found.before, "compared_now": found.compared_now, "compared_before": found.compared_before,
        "months_now": found.months_now, "months_before": found.months_before, "sentence": difference_sentence(found, say),
        "reason_text": say(REASONS[found.reason]) if found.reason else "",
    } | extra  # fmt: skip


def _inside(seen: Viewed, window: Window) -> NDArray[np.bool_]:
    return np.asarray((seen.month >= max(window.first, 0)) & (seen.month <= window.last) & (seen.source >= 0), np.bool_)


def _is_known(seen: Viewed) -> NDArray[np.bool_]:
    known = seen.watch.known
    return known[np.maximum(seen.source, 0), np.maximum(seen.month, 0)] if known.size else np.zeros(len(seen.month), bool)


def _key(seen: Viewed, window: Window | None) -> str:
    """2016-01..2016-03; months before the first report have names too."""
    if window is None:
        return ""
    first, last = (month_after(seen.material.months[0], at) for at in window)
    return f"{first}..{last}" if month_number(seen.material.months[0]) + window.first > 0 else ""


def _span(seen: Viewed, window: Window, say: Language) -> str:
    first, last = (month_after(seen.material.months[0], at) for at in window)
    return say.period(first, last)
