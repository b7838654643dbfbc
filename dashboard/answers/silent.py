"""Who fell silent: sources as a whole, then posts and sections against their own rhythm. Silent is never cold."""

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.answers.differences import SURE, chance, group, item
from dashboard.answers.places import Places
from dashboard.answers.viewed import Viewed, source_name
from dashboard.language import Language
from layers.completeness import REPORTED
from layers.silence import LEAST_EVENTS, LEAST_MONTHS, LONG, NO_RHYTHM, QUIET, RHYTHM_MONTHS, SILENT, SOURCES_SILENT, Silence, silence

SECTION, POST = "section", "post"
#: What has been silent for longer is no news: folded under one line, below what is.
OLD_MONTHS = 36
MONTH_DAYS = 365.25 / 12


def answer(seen: Viewed, around: Viewed, places: Places, say: Language, named: Collection[str] | None = None) -> dict[str, Any]:
    """The silences at the end of the view's period.

    seen: the sources that are told of. around: the same view of the whole; posts and sections are held against all that they ever sent.
    named: ids of those that are told of, None for all.
    """
    material = seen.material
    if not material.months or material.last < material.first:
        return {"lead": say("change.no_reports_now"), "groups": [], "tables": [], "caveats": []}
    found = {kind: _judged(around, kind) for kind in (SECTION, POST)}
    here = {kind: np.array([named is None or id in named for id in _ids(around, kind)], bool) for kind in (SECTION, POST)}
    sources = _sources(seen, say)
    n_new = sum(line["n"] <= OLD_MONTHS for line in sources)
    old = say("silent.folded", n=len(sources) - n_new, years=round(OLD_MONTHS / 12))
    groups = [group("sources", say("silent.group_sources"), say("silent.note_sources"), sources, shown=n_new, folded=old)]
    edge = around.month_starts()[material.last] - OLD_MONTHS * MONTH_DAYS
    for id, standing in (("silent", SILENT), ("quiet", QUIET), ("long", LONG)):
        new, old_ones = (
            [
                line
                for kind, one in found.items()
                for line in _lines(one, here[kind] & ((one.last_day < edge) == is_old), standing, kind, around, places, say)
            ]
            for is_old in (False, True)
        )
        for lines in (new, old_ones):
            lines.sort(key=lambda line: (line["p"], -line["n"]))
        # What may be chance is no news either.
        shown, folded = (0, "changes.folded") if standing == QUIET else (len(new), "silent.folded")
        title, note = say(f"silent.group_{id}"), say(f"silent.note_{id}", years=say.number(round(RHYTHM_MONTHS / 12)))
        words = say(folded, n=len(new) + len(old_ones) - shown, years=round(OLD_MONTHS / 12))
        groups.append(group(id, title, note, [*new, *old_ones], shown=shown, folded=words))
    n_silent = len(groups[1]["items"]) + groups[1]["more"]
    lead = [say("silent.lead_some", n=n_silent)] if n_silent else [say("silent.lead_none")]
    if sources:
        lead.append(say("silent.lead_sources", n=len(sources)))
    return {
        "lead": " ".join(lead),
        "groups": [one for one in groups if one["items"]],
        "tables": [],
        "caveats": _caveats([(found[kind], here[kind]) for kind in found], seen, say),
    }


def _ids(seen: Viewed, kind: str) -> list[str]:
    return seen.material.section_ids if kind == SECTION else seen.material.post_ids


def _judged(seen: Viewed, kind: str) -> Silence:
    material = seen.material
    if kind == SECTION:
        event = np.flatnonzero(seen.section >= 0)
        thing, n = seen.section[event].astype(np.int64), len(material.section_ids)
    else:
        event, thing, n = seen.post_event, seen.post, len(material.post_ids)
    # An event without a month of its own has no day that a rhythm could be made of.
    on = seen.month[event] >= 0
    event, thing = event[on], thing[on]
    return silence(
        thing, seen.day[event], seen.source[event].astype(np.int64), n, seen.watch.known, seen.month_starts(),
        material.first, material.last,
    )  # fmt: skip


def _sources(seen: Viewed, say: Language) -> list[dict[str, Any]]:
    months, lines = seen.material.months, []
    for source, heard in seen.watch.fallen_silent(seen.material.last):
        since = seen.watch.status[source, heard + 1 : seen.material.last + 1]
        n = int((since != REPORTED).sum())
        name = source_name(seen.watch.sources[source], say)
        text = say("silent.source_since", source=name, month=say.month(months[heard]))
        before = int((seen.watch.status[source, : heard + 1] == REPORTED).sum())
        detail = say("silent.source_detail", n=n, heard=before)
        lines.append(item(text, detail, tone="silent", sign="▨", n=n, notable=True))
    return sorted(lines, key=lambda line: line["n"])


def _lines(
    found: Silence, here: NDArray[np.bool_], standing: int, kind: str, seen: Viewed, places: Places, say: Language
) -> list[dict[str, Any]]:
    ids, names = _ids(seen, kind), places.names(say.code)
    status = dict(zip(places.posts["id"], places.posts["status"], strict=True))
    lines = []
    for at in np.flatnonzero(here & (found.standing == standing)).tolist():
        id = ids[at]
        day = say.day(str(np.datetime64(int(found.last_day[at]), "D")))
        told = [
            say("silent.rhythm", n=int(found.n[at]), usual=_days(found.usual_gap, at, say), longest=_days(found.longest_gap, at, say)),
            say("silent.now", n=round(float(found.known_days[at]))),
            chance(float(found.p[at]), say, "silent"),
        ]
        if kind == POST and status.get(id, "open") != "open":
            told.append(say("silent.post_status", status=say(f"post_status.{status[id]}")))
        lines.append(
            item(
                say("silent.item", name=names.get(id, id), day=day), " ".join(told), tone="silent" if standing != QUIET else "plain",
                sign="▨" if standing != QUIET else "·", picks=f"{kind}:{id}", p=float(found.p[at]), n=int(found.n[at]),
                notable=standing == SILENT and float(found.p[at]) <= SURE,
            )
        )  # fmt: skip
    return lines


def _days(gaps: NDArray[np.float64], at: int, say: Language) -> str:
    return say.number(max(round(float(gaps[at])), 1)) if np.isfinite(gaps[at]) else "–"


def _caveats(found: list[tuple[Silence, NDArray[np.bool_]]], seen: Viewed, say: Language) -> list[str]:
    told = []
    unheard = sum(int((here & (one.standing == SOURCES_SILENT)).sum()) for one, here in found)
    rare = sum(int((here & (one.standing == NO_RHYTHM) & (one.last_day >= 0)).sum()) for one, here in found)
    never = sum(int((here & (one.last_day < 0)).sum()) for one, here in found)
    if unheard:
        told.append(say("silent.unheard", n=unheard))
    if rare:
        told.append(say("silent.rare", n=rare, least=LEAST_EVENTS, months=LEAST_MONTHS))
    if never:
        told.append(say("silent.never", n=never))
    if seen.watch.arriving[: seen.material.last + 1].any():
        told.append(say("silent.arriving"))
    return [*told, say("silent.caveat")]
