"""What the programmes cover: the register as it stood at the end of a year, need beside support, reach, effect. For every role.

Outsiders read the register without its notes, and everything about seizures from the published table (`coverage_counts`).
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dashboard.answers import coverage as words
from dashboard.answers import coverage_register as told
from dashboard.answers.coverage_claims import all_claims
from dashboard.answers.coverage_context import Context
from dashboard.answers.kept import kept
from dashboard.queries.coverage_counts import SECTIONS, Counted, by_districts, by_sections, seizure_cells
from geodata.places.border_line import border_line, locate_on_line
from geodata.places.boundaries import countries_at
from geodata.register.fields import TABLES
from geodata.register.loading import Register, load_register
from layers.coverage.by_hours import by_hours, sections_reached
from layers.coverage.gaps import BALANCED, GAP, need_and_support
from layers.coverage.reach import within_reach
from layers.coverage.supported import POINT, STANDING, chosen, supported
from layers.coverage.things import COLUMNS, corridor_things, crossing_things, line_things
from layers.line_rates import line_rates
from layers.travel.off_road import places, point_hours
from layers.travel.region import region_hours, region_network, region_scenarios

if TYPE_CHECKING:
    from dashboard.queries import Queries
    from dashboard.user import User

FIRST_YEAR = 1999
#: Kinds of things from which somebody sets out; bridges, training centres and teams of the police are none.
OFFICES = ("new_post", "renovated_post", "crossing", "office", "blo", "support")
#: Kinds that are never told to outsiders with a place: they would be a list of targets.
NOT_OUTSIDE = ("dog_team", "laboratory")
#: Steps of the slider, hours; where no road leads, so many km of a straight line count for an hour.
STEPS_H = [k / 4 for k in range(1, 33)]
KM_AN_HOUR = 25.0
#: Along the line, a thing belongs to the section within so many metres.
NEAR_LINE_M = 25_000
#: Fewer on the whole line are not ranked.
LEAST_EVENTS = 10
COUNTRIES = ("TJK", "AFG", "UZB", "KGZ", "TKM", "KAZ", "CHN", "PAK")
_ID = re.compile(r"[\w:/ .()&,-]{0,80}")


@dataclass(frozen=True)
class Asked:
    """The question of the page. year: the register as it stood on its last day, or today. began: only what began in that year."""

    year: int
    donor: str = ""
    implementer: str = ""
    component: str = ""
    began: str = ""
    hours: float = 2.0
    scenario: str = "summer"
    only: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str], today: dt.date) -> "Asked":
        """What cannot be read is left at its default: an old link still opens."""

        def text(key: str) -> str:
            return query.get(key, "") if _ID.fullmatch(query.get(key, "")) else ""

        year = int(query["year"]) if re.fullmatch(r"(19|20)\d\d", query.get("year", "")) else today.year
        hours = float(query["hours"]) if re.fullmatch(r"\d(\.\d{1,2})?", query.get("hours", "")) else cls.hours
        return cls(
            year=min(max(year, FIRST_YEAR), today.year),
            donor=text("donor"),
            implementer=text("implementer"),
            component=text("component"),
            began=query["began"] if re.fullmatch(r"(19|20)\d\d", query.get("began", "")) else "",
            hours=min(max(hours, STEPS_H[0]), STEPS_H[-1]),
            scenario=query["scenario"] if query.get("scenario") in region_scenarios() else cls.scenario,
            only="blo" if query.get("only") == "blo" else "",
        )

    def as_of(self, today: dt.date) -> dt.date:
        """The last day of the year, or today in the one that is running."""
        return min(dt.date(self.year, 12, 31), today)


# ---- the register -------------------------------------------------------------------------------------------------------


def register(queries: "Queries") -> Register:
    """The register with the rows of one's own, read again when a file of one's own has changed. Raises BadReference."""
    own = queries.settings.data / "register"
    return kept(queries.places).of("coverage register", _version(queries), lambda: load_register(own if own.is_dir() else None))


def _version(queries: "Queries") -> tuple[int, ...]:
    """When each file of one's own was written; 0 where there is none."""
    files = [queries.settings.data / "register" / f"{name}.csv" for name in TABLES]
    return tuple(int(file.stat().st_mtime_ns) if file.is_file() else 0 for file in files)


def everything(queries: "Queries", user: "User", as_of: dt.date) -> pd.DataFrame:
    """All things by a day as this viewer may see them (`layers.coverage.supported`), whatever was chosen."""
    table = supported(register(queries), queries.places.posts, as_of)
    if user.is_insider:
        return table
    placed = table["kind"].isin(NOT_OUTSIDE) & (table["where"] != "country")
    return table[~placed].assign(note="").reset_index(drop=True)


def things(queries: "Queries", asked: Asked, user: "User", today: dt.date) -> pd.DataFrame:
    """What was chosen of it."""
    return chosen(everything(queries, user, asked.as_of(today)), asked.donor, asked.implementer, asked.component, asked.began)


def overview(queries: "Queries", asked: Asked, user: "User", today: dt.date) -> dict[str, Any]:
    """Everything of the page that is no number of seizures."""
    as_of, held = asked.as_of(today), register(queries)
    # Numbers of the register alone: they stay the same until a file of it changes, whatever is reported.
    question = (replace(asked, hours=0.0, scenario="", only=""), as_of, user.role, user.say.code, _version(queries))
    return kept(queries.places).of("coverage overview", question, lambda: _overview(queries, held, asked, user, as_of, today))


def _overview(queries: "Queries", held: Register, asked: Asked, user: "User", as_of: dt.date, today: dt.date) -> dict[str, Any]:
    every = everything(queries, user, as_of)
    mine = chosen(every, asked.donor, asked.implementer, asked.component, asked.began)
    context = Context(held, queries.places, user.say, as_of, user.is_insider)
    # Which claim has which list hangs on no year: they are put beside each other once.
    question = (user.say.code, _version(queries))
    claims = kept(queries.places).of("coverage claims", question, lambda: all_claims(context))
    found = told.overview(context, every, mine, sections_of(queries, every), claims, asked)
    return found | {"year": asked.year, "years": [FIRST_YEAR, today.year], "as_of": as_of.isoformat()}


def sections_of(queries: "Queries", table: pd.DataFrame) -> dict[str, str]:
    """Id of a thing with a position -> the section of the line that it stands at, for those within 25 km of it."""
    points = table[table["where"] == POINT]
    km, metres = locate_on_line(points["lon"], points["lat"], queries.settings.cache)
    sections = queries.places.sections
    starts, ids = sections["from_km"].to_numpy(float), sections["section_id"].to_numpy(object)
    at = np.clip(np.searchsorted(starts, np.nan_to_num(km), side="right") - 1, 0, len(ids) - 1)
    near = np.nan_to_num(metres, nan=np.inf) <= NEAR_LINE_M
    return {str(id): str(ids[k]) for id, k, is_near in zip(points["id"], at, near, strict=True) if is_near}


# ---- need beside support ------------------------------------------------------------------------------------------------


def counted(queries: "Queries", user: "User", year: int) -> Counted:
    """Sections and months for insiders, where enough was recorded to rank them; else, and for all others, published districts."""
    if user.is_insider:
        found = by_sections(queries, user)
        window = found.until(year)
        if found.counts[:, window.first : window.last + 1].sum() >= LEAST_EVENTS:
            return found
    return by_districts(queries, user)


def gaps(queries: "Queries", asked: Asked, user: "User", today: dt.date) -> dict[str, Any]:
    """Need, support and their ranks of every section or district, in words."""
    return kept(queries.snapshot(user)).of(
        "coverage gaps", everything_asked(queries, asked, user, today), lambda: _gaps(queries, asked, user, today)
    )


def everything_asked(queries: "Queries", asked: Asked, user: "User", today: dt.date) -> tuple[object, ...]:
    """All that an answer hangs on beside the version of the store and the role, whose snapshot it is kept with."""
    return (asked, asked.as_of(today), user.say.code, _version(queries))


def _gaps(queries: "Queries", asked: Asked, user: "User", today: dt.date) -> dict[str, Any]:
    numbers = counted(queries, user, asked.year)
    window = numbers.until(asked.year)
    n = numbers.counts[:, window.first : window.last + 1].sum(axis=1)
    known = int(numbers.known[window.first : window.last + 1].sum())
    mine = things(queries, asked, user, today)
    if numbers.unit == SECTIONS:
        need, support = _section_need(queries, n, known), _section_support(queries, mine, asked)
    else:
        # Nothing published is not nothing: none, few and withheld look the same.
        need = np.where(n > 0, n, np.nan).astype(float)
        there = mine[mine["state"].isin(STANDING)].groupby("district_id")["quantity"].sum()
        support = there.reindex(numbers.ids).fillna(0).to_numpy(float)
    table = need_and_support(numbers.ids, need if known else np.full(len(n), np.nan), support).assign(n=n)
    # The neighbours' rate alone is no need of its own: where nothing was recorded there is no gap.
    table["kind"] = table["kind"].where((table["kind"] != GAP) | (table["n"] > 0), BALANCED)
    period = (numbers.label(window.first), numbers.label(window.last)) if window.last >= window.first else None
    return words.gaps(table, numbers.unit, period, asked.hours, queries.places, user.say)


def _section_need(queries: "Queries", n: Any, months: int) -> Any:
    sections = queries.places.sections
    return line_rates(n, sections["from_km"], sections["to_km"], months / 12).shrunk


def _section_support(queries: "Queries", mine: pd.DataFrame, asked: Asked) -> Any:
    """Supported posts and offices from which the middle of each section is reached in time, from either bank."""
    offices = _offices(mine, asked)
    sections = queries.places.sections
    if offices.empty:
        return np.zeros(len(sections))
    points = np.array([line.interpolate(0.5, normalized=True).coords[0] for line in sections["geometry"]])
    start = places(offices["lon"], offices["lat"], offices["country_iso3"])
    hours = region_hours(asked.scenario)
    found = [
        point_hours(region_network(), hours, start, places(points[:, 0], points[:, 1], [bank] * len(points))) for bank in ("TJK", "AFG")
    ]
    return (np.minimum(*found) <= asked.hours).sum(axis=0).astype(float)


def _offices(mine: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """One row a place from which somebody may set out."""
    kinds = ("blo",) if asked.only == "blo" else OFFICES
    stand = mine[mine["state"].isin(STANDING) & (mine["where"] == POINT) & mine["kind"].isin(kinds)]
    return stand.drop_duplicates("post_id").assign(id=lambda table: table["post_id"]).reset_index(drop=True)


# ---- within reach -------------------------------------------------------------------------------------------------------


def reach(queries: "Queries", asked: Asked, user: "User", today: dt.date) -> dict[str, Any]:
    """What share of everything lies within so many hours of what was chosen, at every step of the slider."""
    # Every step is told at once: which of them is looked at changes nothing.
    question = everything_asked(queries, replace(asked, hours=Asked.hours), user, today)
    return kept(queries.snapshot(user)).of("coverage reach", question, lambda: _reach(queries, asked, user, today))


def _reach(queries: "Queries", asked: Asked, user: "User", today: dt.date) -> dict[str, Any]:
    offices = _offices(things(queries, asked, user, today), asked)
    ground = kept(queries.places).of("coverage ground", None, lambda: _ground(queries))
    cells = seizure_cells(queries, user, asked.year)
    country = countries_at(cells["lon"], cells["lat"], COUNTRIES, queries.settings.cache) if len(cells) else np.empty(0, object)
    recorded = cells.assign(kind="seizures", group="", country_iso3=country)[COLUMNS]
    every = pd.concat([ground, recorded[recorded["country_iso3"] != ""]], ignore_index=True)
    found = within_reach(every, offices, region_network(), region_hours(asked.scenario), asked.hours, asked.hours * KM_AN_HOUR)
    n_sections, inside = sections_reached(found, STEPS_H, KM_AN_HOUR)
    numbers = counted(queries, user, asked.year)
    window = numbers.until(asked.year)
    period = (numbers.label(window.first), numbers.label(window.last)) if window.last >= window.first else None
    return words.reach(by_hours(found, STEPS_H, KM_AN_HOUR), STEPS_H, (n_sections, inside), len(offices), period, user)


def _ground(queries: "Queries") -> pd.DataFrame:
    """What does not change: the line by kilometre, crossings, corridors in pieces."""
    cache, tables = queries.settings.cache, queries.places

    def country_at(lon: Any, lat: Any) -> Any:
        return countries_at(lon, lat, COUNTRIES, cache)

    parts = [
        line_things(border_line(cache), pd.DataFrame(tables.sections)),
        crossing_things(tables.posts),
        corridor_things(tables.corridors, country_at),
    ]
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def areas(queries: "Queries") -> dict[str, Any]:
    """Outlines of the districts that the page colours, GeoJSON, EPSG:4326: approximate, as everywhere."""

    def make() -> dict[str, Any]:
        wanted = set(queries.places.districts["district_id"])
        every = queries.places.district_features()["features"]
        return {"type": "FeatureCollection", "features": [one for one in every if one["properties"]["district_id"] in wanted]}

    return kept(queries.places).of("coverage areas", None, make)
