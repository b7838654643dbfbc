"""Seen for the first time: drugs, ways of hiding, places and routes, each with how long the watch has been and how usual a new one is."""

from typing import Any

import pandas as pd

from dashboard.answers.differences import FEW, events, group, item
from dashboard.answers.places import Places
from dashboard.answers.viewed import Viewed
from dashboard.language import Language
from layers.changes import Window
from layers.first_seen import FirstSeen, NewValue, first_seen
from layers.months import month_number, month_text

TRAITS = ("drug", "concealment", "route", "place")
#: Words that stand for "not said": no value can be new with them.
NOT_SAID = ("unspecified", "other", "unknown")
#: Positions sharp enough to call a place a place.
PLACES = ("point", "place", "post")


def new_values(seen: Viewed, places: Places, now: Window, say: Language) -> dict[str, Any]:
    """Lines of everything first seen in the window, what was seen most often first within each trait."""
    start = month_number(seen.material.months[0])
    rows = seen.rows
    event, begin, end = (rows[name].to_numpy() for name in ("event", "begin", "end"))
    lines: list[dict[str, Any]] = []
    notes = [say("changes.first_note")]
    for trait in TRAITS:
        found = first_seen(_values(rows, trait, say), event, begin, end, start + now.first, start + now.last)
        lines += [_line(trait, value, found, seen, places, now, say) for value in found.values]
        if found.is_long_enough and found.n_now:
            shares = {"new": found.n_new, "n": found.n_now, "expected": say.number(round(found.expected, 1))}
            notes.append(say(f"changes.first_usual_{trait}", **shares))
        elif found.n_now:
            notes.append(say(f"changes.first_short_{trait}"))
    lines.sort(key=lambda line: -(line["n"] or 0))
    return group("first_seen", say("changes.group_first"), " ".join(notes), lines)


def _values(rows: pd.DataFrame, trait: str, say: Language) -> "pd.Series[str]":
    """What each row says of a trait; empty where it says nothing that could be new."""
    if trait == "route":
        both = rows["country_departure"].notna() & rows["country_destination"].notna()
        return (rows["country_departure"] + ">" + rows["country_destination"]).where(both)
    if trait == "place":
        return rows["place_id"].where(rows["precision_level"].isin(PLACES))
    values = rows[trait]
    codes, distinct = pd.factorize(values)
    # Free words are nearly always new; only words of the vocabulary can be compared.
    known = [say.has(f"{trait}.{text}") and text not in NOT_SAID for text in distinct]
    return values.where(pd.Series([*known, False]).to_numpy()[codes])


def _line(
    trait: str, value: NewValue, found: FirstSeen, seen: Viewed, places: Places, now: Window, say: Language
) -> dict[str, Any]:  # fmt: skip
    row = seen.rows.iloc[value.row]
    picks, filters, name = "", {}, value.value
    if trait == "drug":
        name, filters = say(f"drug.{value.value}"), {"d": value.value}
    elif trait == "concealment":
        name = say(f"concealment.{value.value}")
    elif trait == "route":
        name = " → ".join(say(f"country.{code}") if say.has(f"country.{code}") else code for code in value.value.split(">"))
    else:
        name = places.names(say.code).get(value.value) or (row["place_text"] if isinstance(row["place_text"], str) else value.value)
        picks = f"post:{value.value}" if value.value in set(seen.material.post_ids) else _position(row)
    since = say.month(month_text(found.since)) if found.since is not None else ""
    detail = say("changes.first_detail", n=value.n, since=since, before=events(found.n_before, say))
    if value.n < FEW:
        detail += " " + say("changes.small")
    period = f"{seen.material.months[now.first]}..{seen.material.months[now.last]}"
    text = say(f"changes.first_{trait}", value=name)
    return item(text, detail, tone="new", sign="●", picks=picks, filters=filters, period=period, n=value.n, before=0, notable=True)


def _position(row: "pd.Series[Any]") -> str:
    if pd.isna(row["lon"]) or pd.isna(row["lat"]):
        return ""
    return f"place:{float(row['lon']):.5f},{float(row['lat']):.5f}"
