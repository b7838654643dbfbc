"""Taking in: a kept file -> located events and rejected rows, nothing saved yet. What persons decided about places is consulted."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa

from etl.collect import Collected
from etl.feeds import Feed
from etl.parse import Context, Parsed
from etl.people import strike_out_all
from etl.progress import Progress
from etl.reading import Table
from etl.rejected import without_persons as rejected_without_persons
from geodata.model import LOCATED_EVENT, REJECTED, columns, empty
from geodata.settings import Settings
from geodata.store import desk

#: Words of somebody, in which a person may be named.
FREE_TEXTS = (
    "place_text", "drug_text", "amount_text", "agency_text", "agency", "transport_text", "concealment", "concealment_text", "installation",
    "routing", "note", "place_kind", "place_kind_text", "packaging",
)  # fmt: skip
Decisions = Mapping[tuple[str, str], Mapping[str, Any]]


class Taken(NamedTuple):
    """What a file holds. rejected: REJECTED. review: questions about places, country_iso3, place_key, place_text, candidates."""

    table: Table
    parsed: Parsed
    located: pd.DataFrame
    rejected: pd.DataFrame
    review: pd.DataFrame


def take(settings: Settings, feed: Feed, collected: Collected, engine: sa.Engine | None, progress: Progress, latest_year: int) -> Taken:
    """Read, parse and place every row of a kept file. Raises BadFile; a bad row is a rejection."""
    table = feed.read(collected.path, collected.name, progress)
    progress("parse", 0, table.rows_in)
    parsed = feed.parse(table, Context(feed.name, collected.sha256, latest_year))
    if not feed.is_any_table:  # that one does it as it reads
        parsed = parsed._replace(events=without_persons(parsed.events, FREE_TEXTS), rejected=rejected_without_persons(parsed.rejected))
    progress("parse", table.rows_in, table.rows_in)
    located, review = locate(parsed.events, settings, decisions_of(engine), progress)
    ragged = rejected_without_persons(table.ragged)
    rejected = pd.concat([ragged, parsed.rejected], ignore_index=True).assign(feed=feed.name, file_sha256=collected.sha256)
    rejected = rejected.sort_values("row_number", ignore_index=True)[columns(REJECTED)]
    return Taken(table, parsed, located, rejected, review)


def without_persons(table: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """The table with names, plates, phones and document numbers struck out of its free texts."""
    filled = [name for name in names if name in table and table[name].notna().any()]
    return table.assign(**{name: strike_out_all(table[name], is_place=name == "place_text")[0] for name in filled})


def decisions_of(engine: sa.Engine | None) -> Decisions:
    """What persons said about places and nobody took back: (country, key of the text) -> answer, or the verdict not_a_place."""
    if engine is None:
        return {}
    standing = [one for one in desk.place_decisions(engine, role="command") if one.undone_at is None]
    return {(one.country_iso3, one.place_key): {"verdict": one.verdict} if one.verdict == "not_a_place" else one.answer for one in standing}


def locate(events: pd.DataFrame, settings: Settings, decisions: Decisions, progress: Progress) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Place n events (EVENT + GIVEN columns). Returns LOCATED_EVENT and the questions that are left."""
    no_questions = pd.DataFrame(columns=["country_iso3", "place_key", "place_text", "candidates"], dtype="str")
    if events.empty:
        return empty(LOCATED_EVENT), no_questions
    from etl.locate import locate_events, locate_outside

    if not events["country_iso3"].isin(settings.region).any():
        return locate_outside(events), no_questions
    from etl.ground import load_ground
    from geodata.places.gazetteer import load_gazetteer

    progress("locate", 0, len(events))
    gazetteer = load_gazetteer(settings.cache)
    ground = load_ground(settings.cache, settings.region)
    found = locate_events(events, gazetteer, ground, settings.region, decisions)
    progress("locate", len(events), len(events))
    return found.events, found.review if len(found.review) else no_questions
