"""The coverage page as files: a workbook, a GeoPackage, IATI 2.03 and 3W. What a file holds is what the page shows to the same viewer."""

import io
from datetime import date, datetime
from typing import TYPE_CHECKING

from dashboard.answers import coverage_files as as_files
from dashboard.answers.kept import kept
from dashboard.queries.coverage import Asked, everything_asked, gaps, overview, reach, register, things
from geodata.register.as_activities import programmes_as_activities
from geodata.register.iati_writing import write_iati
from geodata.register.three_w import write_three_w

if TYPE_CHECKING:
    from dashboard.queries import Queries
    from dashboard.user import User


def file(queries: "Queries", asked: Asked, user: "User", today: date, kind: str, made_at: datetime) -> bytes:
    """The bytes of a file of this kind: xlsx, gpkg, xml (IATI 2.03), csv (3W with HXL tags). made_at: with a time zone."""
    if kind in ("xml", "csv"):
        return _activities(queries, asked, user, today, kind, made_at)
    # The same question of the same day is the same file.
    question = everything_asked(queries, asked, user, today)
    return kept(queries.snapshot(user)).of(f"coverage {kind}", question, lambda: _tables(queries, asked, user, today, kind))


def _tables(queries: "Queries", asked: Asked, user: "User", today: date, kind: str) -> bytes:
    told = overview(queries, asked, user, today)
    facts = as_files.Facts(asked, told["as_of"], today, queries.facts(user).is_generated)
    if kind == "gpkg":
        return as_files.to_gpkg(told, facts, user.say)
    return as_files.to_xlsx(told, gaps(queries, asked, user, today), reach(queries, asked, user, today), facts, user.say)


def _activities(queries: "Queries", asked: Asked, user: "User", today: date, kind: str, made_at: datetime) -> bytes:
    """The chosen programmes: all of them where nothing was chosen, else those of what was."""
    held = dict(register(queries))
    programmes, funding = held["programmes"], held["funding"]
    held["funding"] = funding[funding["donor"] == asked.donor] if asked.donor else funding
    if asked.donor or asked.implementer or asked.began:
        codes = set(things(queries, asked, user, today)["programme"])
        codes |= set(held["funding"]["programme"]) if asked.donor else set()
        programmes = programmes[programmes["code"].isin(codes)]
    if asked.component:
        programmes = programmes[programmes["component"] == asked.component]
    held["programmes"] = programmes
    found = programmes_as_activities(held)
    if kind == "csv":
        return write_three_w(found)
    out = io.BytesIO()
    write_iati(found, out, made_at)
    return out.getvalue()
