"""The brief: one page to read aloud before a shift. Where it is hot, what changed, what is new, who fell silent, how sure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from dashboard.answers.hot import STABLE_FROM, class_words, hotter
from dashboard.language import Language
from dashboard.maps import printed
from dashboard.maps.palette import COLD, HOT

#: As many lines as fit one page with the map above them.
MOST = {"hot": 5, "changes": 6, "silent": 6, "alerts": 3}
#: The Tajik-Afghan line with a margin: west, south, east, north in degrees.
WHOLE_LINE = (67.35, 36.45, 75.05, 38.95)
#: The drawing: 0.1 mm a unit, as wide as the text of an A4 page.
WIDTH, HEIGHT = 1880, 800
COLD_FIRST, SILENT = 4, 7


class Answers(NamedTuple):
    """What the brief is made of: the answers of the page's own tabs, as they stand there."""

    hot: Mapping[str, Any]
    changes: Mapping[str, Any]
    silent: Mapping[str, Any]
    alerts: Mapping[str, Any]
    proof: Mapping[str, Any]


class Drawn(NamedTuple):
    """rings: closed lon/lat rings of the cells, kinds: their class 0..7. sections: id -> coordinates. posts: lon, lat, is open.
    unstable: numbers of the cells that are drawn as unstable."""

    rings: Sequence[Sequence[Sequence[float]]]
    kinds: Sequence[int]
    sections: Mapping[str, Sequence[Sequence[float]]]
    posts: Sequence[tuple[float, float, bool]]
    unstable: frozenset[int] = frozenset()


def brief(
    answers: Answers, drawn: Drawn, ground: Mapping[str, Any], names: Mapping[str, str], say: Language, *,
    period: str, what: str, place: str, window: printed.Window, is_generated: bool, today: date, version: str,
    unassigned: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Everything that stands on the page, in the viewer's language.

    names: section id -> its name. period, what, place: the chosen months, filters and sector in words. unassigned: a sentence about events
    that may belong to the sector.
    """
    named = answers.hot.get("named")
    hottest = sorted((s for s in answers.hot["sections"] if is_hot(s) and (named is None or s["id"] in named)), key=hotter)
    marked = {section["id"]: str(k + 1) for k, section in enumerate(hottest[: MOST["hot"]])}
    news = _items(answers.changes, ("emerging", "first_seen"))
    changed = _items(answers.changes, ("sections", "drugs", "all"))
    sentences = [
        ("where", answers.hot["lead"]),
        ("changed", answers.changes["lead"]),
        ("new", news[0]["text"] if news else say("brief.nothing_new")),
        ("silent", answers.silent["lead"]),
        ("sure", " ".join(text for text in (answers.proof["lead"], answers.proof.get("whose", "")) if text)),
    ]
    hot_lines = [
        {"mark": marked[s["id"]], "tone": "hot", "sign": "", "text": names.get(s["id"], s["id"]), "detail": _how_hot(s, say)}
        for s in hottest[: MOST["hot"]]
    ]
    quiet, standing = _items(answers.silent, ("sources", "silent")), _standing(answers.alerts)
    parts = {
        "hot": _part("hot", hot_lines, len(hottest) + answers.hot.get("elsewhere", 0), say),
        "changes": _part("changes", _lines(_woven(news, changed), MOST["changes"]), len(news) + len(changed), say),
        "silent": _part("silent", _lines(quiet, MOST["silent"]), len(quiet) + answers.silent.get("elsewhere", 0), say),
        "alerts": _part("alerts", _lines(standing, MOST["alerts"]), len(standing), say),
    }
    return {
        "title": say("brief.title", place=place),
        "file_name": f"Panj {today.isoformat()} {place}",
        "what": f"{period} · {what}",
        "made": say("brief.made", day=say.day(today.isoformat()), version=version),
        "generated": say("generated.banner") if is_generated else "",
        "map": _map(answers.hot, drawn, marked, ground, window, say),
        "legend": _legend(drawn, answers.hot, window, say),
        "sentences": [{"head": say(f"brief.head_{name}"), "text": text} for name, text in sentences],
        "columns": [[parts["hot"], parts["silent"]], [parts["changes"], parts["alerts"]]],
        "caveat": " ".join(
            dict.fromkeys([say("caveat.seizures"), *([unassigned] if unassigned else []), *answers.hot.get("warnings", [])])
        ),
        "method": " ".join(text for text in (answers.hot.get(name, "") for name in ("rule", "strengths", "within")) if text),
        "more": say.words["brief.more"],
        "attribution": f"{say('attribution.short')} · {say('disclaimer.boundaries')}",
    }


def is_hot(section: Mapping[str, Any]) -> bool:
    """Is a section of the hot answer called hot, of whatever strength?"""
    return 1 <= section["class"] < COLD_FIRST


def _items(answer: Mapping[str, Any], ids: Sequence[str]) -> list[Mapping[str, Any]]:
    """The lines of these groups that are worth reading aloud, in the order of ``ids``."""
    groups = {group.get("id", ""): group for group in answer.get("groups", [])}
    return [item for id in ids if id in groups for item in groups[id]["items"] if item.get("notable", True)]


def _standing(alerts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Alerts that stand in the newest data and were not called false."""
    items = [item for group in alerts.get("groups", []) for item in group["items"]]
    return [item for item in items if item.get("alert", {}).get("is_standing", True) and item.get("verdict") != "false"]


def _woven(first: Sequence[Any], second: Sequence[Any]) -> list[Any]:
    """Both kinds of news get room: one of each in turn."""
    longest = max(len(first), len(second))
    return [item for k in range(longest) for item in (*first[k : k + 1], *second[k : k + 1])]


def _lines(items: Sequence[Mapping[str, Any]], most: int) -> list[dict[str, Any]]:
    return [{"mark": "", **{name: item.get(name, "") for name in ("tone", "sign", "text", "detail")}} for item in items[:most]]


def _part(name: str, lines: list[dict[str, Any]], n: int, say: Language) -> dict[str, Any]:
    return {"title": say(f"brief.part_{name}"), "lines": lines, "none": say(f"brief.none_{name}"), "n_more": max(0, n - len(lines))}


def _how_hot(section: Mapping[str, Any], say: Language) -> str:
    told = [say("brief.section_n", n=int(section["n"])), class_words(section["class"], say)]
    if section.get("stability") is not None:
        told.append(say("brief.stays", share=say.number(100 * section["stability"], 0)))
    return "; ".join(told)


def _map(
    hot: Mapping[str, Any], drawn: Drawn, marked: Mapping[str, str], ground: Mapping[str, Any], window: printed.Window, say: Language
) -> str:
    cells = [
        (ring, _look(kind, unstable=number in drawn.unstable))
        for number, (ring, kind) in enumerate(zip(drawn.rings, drawn.kinds, strict=True))
        if kind
    ]
    bands = [
        (drawn.sections[s["id"]], _look(s["class"], unstable=_unstable(s), strong=True))
        for s in hot["sections"]
        if s["class"] and s["id"] in drawn.sections
    ]
    numbers = [(*_middle(drawn.sections[id]), mark) for id, mark in marked.items() if id in drawn.sections]
    picture = printed.Picture(cells=cells, bands=bands, posts=drawn.posts, numbers=numbers)
    return printed.draw(ground, picture, window, say.code, say("unit.km", km="").strip(), WIDTH, HEIGHT)


def _unstable(section: Mapping[str, Any]) -> bool:
    return section.get("stability") is not None and section["stability"] < STABLE


#: Radius of the dots of a cold cell by strength, in units of the drawing: cold is dotted and hot full, on grey paper too.
COLD_DOTS = (2.2, 3.3, 4.4)
#: Below this share of draws a hotspot is drawn as unstable.
STABLE = STABLE_FROM / 100


def _look(kind: int, *, unstable: bool = False, strong: bool = False) -> printed.Look:
    if kind == SILENT:
        return printed.Look(printed.HATCH)
    colours = HOT["light"] if kind < COLD_FIRST else COLD["light"]
    strength = kind - 1 if kind < COLD_FIRST else kind - COLD_FIRST
    if kind >= COLD_FIRST:
        return printed.Look(colours[-1], 0.5 if unstable else 1.0, unstable, COLD_DOTS[strength])
    return printed.Look(colours[strength], (0.5 if unstable else 1.0) if strong else (0.4 if unstable else 0.78), unstable)


def _middle(line: Sequence[Sequence[float]]) -> tuple[float, float]:
    lon, lat = line[len(line) // 2][:2]
    return float(lon), float(lat)


def _legend(drawn: Drawn, hot: Mapping[str, Any], window: printed.Window, say: Language) -> list[dict[str, str]]:
    """Only what is on this map."""
    used = {int(kind) for kind in drawn.kinds} | {int(section["class"]) for section in hot["sections"]}
    looks = [(3, "hot3"), (2, "hot2"), (1, "hot1"), (6, "cold3"), (5, "cold2"), (4, "cold1"), (SILENT, "silent")]
    items = [
        {"look": look, "words": say("brief.key_silent") if kind == SILENT else class_words(kind, say)}
        for kind, look in looks
        if kind in used
    ]
    if drawn.unstable or any(_unstable(section) for section in hot["sections"] if section["class"]):
        items.append({"look": "unstable", "words": say("brief.key_unstable")})
    shown = [is_open for lon, lat, is_open in drawn.posts if window[0] <= lon <= window[2] and window[1] <= lat <= window[3]]
    posts = [("post", "brief.key_post", any(shown)), ("post shut", "brief.key_post_shut", not all(shown))]
    items += [{"look": look, "words": say(key)} for look, key, there in posts if there]
    return [*items, {"look": "line", "words": say("brief.key_line")}]
