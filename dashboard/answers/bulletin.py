"""The bulletin of a period in words and tables: recorded seizures by country and drug, routes, hiding, and what was never seen before."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from dashboard.answers.printed_table import Heading, printed_table
from dashboard.language import Language
from layers.bulletin_tables import NOT_SAID, Tables, Total
from layers.first_seen import FirstSeen

#: Lines of a table at most; the rest goes together into one.
MOST = 15
COLUMNS = (Heading("bulletin.n", number=True), Heading("bulletin.kg", number=True), Heading("bulletin.n_before", number=True),
           Heading("bulletin.kg_before", number=True))  # fmt: skip
Named = Callable[[str], str]


class Period(NamedTuple):
    """Days, ISO, both included; the period before it is as long and ends the day before."""

    first: str
    last: str
    before_first: str
    before_last: str


class Seen(NamedTuple):
    """What a bulletin is made of. overlapping: seizures dated too vaguely to lie in the period. new: first seen, by trait; None where
    the store is too large to ask. lines, corridors: [name, n, kg], events on sections and along corridors. unplaced: without any cell.
    """

    period: Period
    tables: Tables
    overlapping: int
    new: Mapping[str, FirstSeen] | None
    sections: pd.DataFrame
    corridors: pd.DataFrame
    unplaced: int


class Made(NamedTuple):
    """From which state of the store. run: its number, 0 for none; finished_at: ISO, of that run; is_generated: demonstration data?"""

    run: int
    finished_at: str
    is_generated: bool
    panj: str


def bulletin(seen: Seen, made: Made, say: Language) -> dict[str, Any]:
    """Everything that is printed, in the viewer's language. Nothing depends on the clock."""
    tables, period = seen.tables, seen.period
    span = f"{say.day(period.first)} – {say.day(period.last)}"
    before = f"{say.day(period.before_first)} – {say.day(period.before_last)}"

    def part(key: str, table: dict[str, Any] | None, map: str = "", lines: Sequence[str] = (), note: str = "") -> dict[str, Any]:
        empty = table is not None and not table["rows"]
        told = [say("bulletin.none_recorded")] if empty else list(lines)
        return {
            "key": key, "title": say(f"bulletin.part_{key}"), "table": None if empty else table, "map": map, "lines": told, "note": note,
        }  # fmt: skip

    country, drug = _named("country", say), _named("drug", say)
    return {
        "language": say.code,
        "title": say("bulletin.title"),
        "kind": say("bulletin.kind").upper(),
        "name": span,
        "what": say("bulletin.what", period=span, before=before),
        "demonstration": say("generated.banner") if made.is_generated else "",
        "attribution": say("attribution.short"),
        "disclaimer": say("disclaimer.boundaries"),
        "caveat": say("bulletin.caveat"),
        "sentences": _sentences(seen, country, drug, before, say),
        "captions": {
            "cells": say("bulletin.map_cells", n=tables.now.n - seen.unplaced, unplaced=seen.unplaced),
            "line": say("bulletin.map_line"),
            "corridors": say("bulletin.map_corridors"),
        },
        "parts": [
            part("countries", _table(tables.countries, "bulletin.country", country, say)),
            part("drugs", _table(tables.drugs, "bulletin.drug", drug, say), note=say("bulletin.note_drugs")),
            part("of_country", _of_country(tables.of_country, country, drug, say)),
            part("routes", _table(tables.routes, "bulletin.route", _route(country), say) if len(tables.routes) else None,
                 "", [] if len(tables.routes) else [say("bulletin.no_routes")], say("bulletin.note_routes")),
            part("corridors", _plain(seen.corridors, "bulletin.corridor", say), "corridors", note=say("bulletin.note_corridors")),
            part("sections", _plain(seen.sections, "bulletin.section", say), "line"),
            part("transports", _table(tables.transports, "bulletin.transport", _named("transport", say), say)),
            part("concealments", _table(tables.concealments, "bulletin.concealment", _named("concealment", say), say)),
            part("new", None, lines=_new(seen.new, country, say)),
        ],
        "words": {"made": say("bulletin.made")},
        "versions": printed_table(
            [Heading(""), Heading("", wide=True)],
            [([say("bulletin.made_run"), say("bulletin.run", run=str(made.run), moment=made.finished_at.replace("T", " ")[:16])], False),
             ([say("bulletin.made_panj"), made.panj], False)],
            say,
        ),
    }  # fmt: skip


def _named(prefix: str, say: Language) -> Named:
    def named(key: str) -> str:
        if key == NOT_SAID:
            return say("bulletin.not_said")
        return say(f"{prefix}.{key}") if say.has(f"{prefix}.{key}") else key

    return named


def _route(country: Named) -> Named:
    return lambda key: " → ".join(country(part) for part in key.split(">"))


def _sentences(seen: Seen, country: Named, drug: Named, before: str, say: Language) -> list[str]:
    tables = seen.tables
    said = [
        say("bulletin.lead", n=tables.now.n, kg=kg_words(tables.now, say)),
        say("bulletin.lead_before", n=tables.before.n, kg=kg_words(tables.before, say), before=before),
    ]
    if tables.now.n:
        first, most = tables.countries.iloc[0], tables.drugs.sort_values(["kg", "key"], ascending=[False, True]).iloc[0]
        said.append(say("bulletin.lead_country", country=country(first["key"]), n=int(first["n"])))
        said.append(say("bulletin.lead_drug", drug=drug(most["key"]), kg=say.number(float(most["kg"]))))
    if tables.now.n_unweighed:
        said.append(say("bulletin.unweighed", n=tables.now.n_unweighed))
    if seen.overlapping:
        said.append(say("bulletin.overlapping", n=seen.overlapping))
    return said


def kg_words(total: Total, say: Language) -> str:
    """Kilograms, with the sign of a lower bound where one of them is."""
    return f"{'≥ ' if total.at_least else ''}{say.number(total.kg)} {say('unit.kg')}"


def _table(table: pd.DataFrame, heading: str, named: Named, say: Language) -> dict[str, Any]:
    rows = [
        (
            [
                named(row["key"]),
                say.number(row["n"]),
                _kg(row["kg"], row["at_least"], say),
                say.number(row["n_before"]),
                say.number(row["kg_before"]),
            ],
            False,
        )
        for row in table.head(MOST).to_dict("records")
    ]
    rest = table.iloc[MOST:]
    if len(rest):
        sums = [say.number(rest["n"].sum()), _kg(rest["kg"].sum(), bool(rest["at_least"].any()), say), say.number(rest["n_before"].sum()),
                say.number(rest["kg_before"].sum())]  # fmt: skip
        rows.append(([say("bulletin.rest", n=len(rest)), *sums], False))
    return printed_table([Heading(heading, wide=True), *COLUMNS], rows, say)


def _of_country(table: pd.DataFrame, country: Named, drug: Named, say: Language) -> dict[str, Any]:
    names = [Heading("bulletin.country"), Heading("bulletin.drug", wide=True), *COLUMNS[:2]]
    ordered = table.sort_values(["country", "kg", "n", "drug"], ascending=[True, False, False, True])
    rows = [
        ([country(row["country"]), drug(row["drug"]), say.number(row["n"]), _kg(row["kg"], row["at_least"], say)], False)
        for row in ordered.to_dict("records")
    ]
    return printed_table(names, rows, say)


def _plain(table: pd.DataFrame, heading: str, say: Language) -> dict[str, Any] | None:
    """Sections or corridors with anything recorded, most events first."""
    some = table[table["n"] > 0].sort_values(["n", "name"], ascending=[False, True]).head(MOST)
    rows = [([str(row["name"]), say.number(row["n"]), say.number(row["kg"])], False) for row in some.to_dict("records")]
    return printed_table([Heading(heading, wide=True), *COLUMNS[:2]], rows, say) if rows else None


def _new(new: Mapping[str, FirstSeen] | None, country: Named, say: Language) -> list[str]:
    if new is None:
        return [say("bulletin.new_not_asked")]
    lines = []
    for trait, found in new.items():
        named = _route(country) if trait == "route" else _named(trait, say)
        lines += [say(f"bulletin.new_{trait}", what=named(value.value), n=value.n) for value in found.values[:MOST]]
        if not found.is_long_enough and found.n_now:
            lines.append(say(f"bulletin.new_short_{trait}"))
    return lines or [say("bulletin.new_none")]


def _kg(kg: float, at_least: bool, say: Language) -> str:
    return f"{'≥ ' if at_least else ''}{say.number(float(kg))}"
