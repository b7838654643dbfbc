"""Seen for the first time: drugs, ways of hiding, places and routes, each with how long the watch has been and how usual a new one is."""

from typing import Any

import numpy as np

from dashboard.answers.differences import FEW, events, group, item
from dashboard.answers.places import Places
from dashboard.answers.viewed import Viewed
from dashboard.answers.whole import TRAITS, Trait
from dashboard.language import Language
from layers.changes import Window
from layers.first_seen import FirstSeen, NewValue, first_seen
from layers.months import month_number, month_text

#: Words that stand for "not said": no value can be new with them.
NOT_SAID = ("unspecified", "other", "unknown")


def new_values(seen: Viewed, places: Places, now: Window, say: Language) -> dict[str, Any]:
    """Lines of everything first seen in the window, what was seen most often first within each trait."""
    start = month_number(seen.material.months[0])
    lines: list[dict[str, Any]] = []
    notes = [say("changes.first_note")]
    for trait in TRAITS:
        codes, words = _values(seen, trait, say)
        found = first_seen(codes, words, seen.event, seen.begin, seen.end, start + now.first, start + now.last)
        lines += [_line(trait, value, found, seen, places, now, say) for value in found.values]
        if found.is_long_enough and found.n_now:
            shares = {"new": found.n_new, "n": found.n_now, "expected": say.number(round(found.expected, 1))}
            notes.append(say(f"changes.first_usual_{trait}", **shares))
        elif found.n_now:
            notes.append(say(f"changes.first_short_{trait}"))
    lines.sort(key=lambda line: -(line["n"] or 0))
    return group("first_seen", say("changes.group_first"), " ".join(notes), lines)


def _values(seen: Viewed, trait: str, say: Language) -> Trait:
    """What each row says of a trait; nothing where it says nothing that could be new."""
    codes, words = seen.trait(trait)
    if trait in ("drug", "concealment"):
        # Free words are nearly always new; only words of the vocabulary can be compared.
        known = np.array([*(say.has(f"{trait}.{word}") and word not in NOT_SAID for word in words), False], bool)
        codes = np.where(known[codes], codes, -1)
    return Trait(codes, words)


def _line(
    trait: str, value: NewValue, found: FirstSeen, seen: Viewed, places: Places, now: Window, say: Language
) -> dict[str, Any]:  # fmt: skip
    lon, lat, text_there = seen.whole.where(int(seen.row[value.row]))
    picks, filters, name, readable = "", {}, value.value, True
    if trait == "drug":
        name, filters = say(f"drug.{value.value}"), {"d": value.value}
    elif trait == "concealment":
        name = say(f"concealment.{value.value}")
    elif trait == "route":
        name = " → ".join(say(f"country.{code}") if say.has(f"country.{code}") else code for code in value.value.split(">"))
    else:
        # As the report spelt it only where no name in the viewer's own script is known: that is listed, and not read aloud.
        own = places.names(say.code).get(value.value) or places.town_name(value.value, say.code)
        name, readable = own or text_there or value.value, bool(own)
        picks = f"post:{value.value}" if value.value in set(seen.material.post_ids) else _position(lon, lat)
    since = say.month(month_text(found.since)) if found.since is not None else ""
    detail = say("changes.first_detail", n=value.n, since=since, before=events(found.n_before, say))
    if value.n < FEW:
        detail += " " + say("changes.small")
    period = f"{seen.material.months[now.first]}..{seen.material.months[now.last]}"
    text = say(f"changes.first_{trait}", value=name)
    return item(text, detail, tone="new", sign="●", picks=picks, filters=filters, period=period, n=value.n, before=0, notable=readable)


def _position(lon: float, lat: float) -> str:
    return f"place:{lon:.5f},{lat:.5f}" if np.isfinite(lon) and np.isfinite(lat) else ""
