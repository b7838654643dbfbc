"""The bulletin's question to the store: a period, and the state of the store after a run, so that an old bulletin can be made again."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from dashboard.answers import bulletin as sheet
from dashboard.maps.bulletin_maps import GROUND, maps
from dashboard.queries import Queries
from dashboard.user import User
from geodata.errors import BadFile, NotAllowed
from geodata.store import reading
from geodata.version import panj_version
from layers import corridors as corridor_layer
from layers import sections as section_layer
from layers.bulletin_new import first_in_days
from layers.bulletin_tables import bulletin_tables
from layers.cells import centres
from layers.corridors import near
from layers.counting import tally
from layers.happenings import one_row_each
from layers.spread import footprints

#: Stores with more events than this are not asked what was never seen before: every event would have to be read.
MOST_EVENTS = 1_000_000
#: A bulletin is of at most so many days: three years.
MOST_DAYS = 1_100
COLUMNS_OF_ALL = ("event_id", "happened_from", "happened_to", "drug", "concealment", "country_departure", "country_destination")


def period(first: str, last: str, user: User) -> sheet.Period:
    """Two ISO days, and the days before them. Raises BadFile, naming what came."""
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as problem:
        raise BadFile(user.say("bulletin.bad_days", first=first[:20], last=last[:20])) from problem
    length = (end - begin).days + 1
    if not 1 <= length <= MOST_DAYS:
        raise BadFile(user.say("bulletin.bad_length", n=length, most=MOST_DAYS))
    before = begin - timedelta(days=1)
    if begin.day == 1 and (end + timedelta(days=1)).day == 1:  # whole months before whole months, however long they are
        months = (end.year - begin.year) * 12 + end.month - begin.month + 1
        number = begin.year * 12 + begin.month - 1 - months
        start = date(number // 12, number % 12 + 1, 1)
    else:
        start = begin - timedelta(days=length)
    return sheet.Period(begin.isoformat(), end.isoformat(), start.isoformat(), before.isoformat())


def runs(queries: Queries, user: User) -> list[dict[str, Any]]:
    """States of the store that a bulletin can be made of, the newest first: [run, finished_at]. Raises NotAllowed."""
    _insider(user)
    table = reading.runs(queries.engine, role=user.role)
    done = table[table["finished_at"].notna()]
    return [{"run": int(row["run_id"]), "finished_at": str(row["finished_at"])} for row in done[::-1].to_dict("records")]


def last_day(queries: Queries, user: User) -> str:
    """The day with which the record ends, ISO; empty where nothing is dated. Raises NotAllowed."""
    _insider(user)
    return reading.last_day(queries.engine, role=user.role)


def bulletin(queries: Queries, user: User, first: str, last: str, run: str = "") -> tuple[dict[str, Any], dict[str, str]]:
    """Ready texts and the maps (SVG by name). run: number of a run, none: the newest. Raises NotAllowed, BadFile."""
    _insider(user)
    asked, known = period(first, last, user), runs(queries, user)
    state = next((one for one in known if not run or str(one["run"]) == run), None)
    if state is None:
        raise BadFile(user.say("bulletin.no_such_run", run=run[:20]))
    # The newest state is what stands in the store: nothing needs to be put together from its history.
    as_of = None if state is known[0] else datetime.fromisoformat(state["finished_at"]).astimezone(UTC)
    rows = reading.events(queries.engine, role=user.role, as_of=as_of, between=(asked.before_first, asked.last))
    rows = rows[rows["drug"].notna()]
    now, before = (_inside(rows, *days) for days in ((asked.first, asked.last), (asked.before_first, asked.before_last)))
    touching = rows[(rows["happened_to"] >= asked.first) & (rows["happened_from"] <= asked.last)]
    seen, cells = _seen(queries, user, asked, now, before, touching["event_id"].nunique() - now["event_id"].nunique(), as_of)
    made = sheet.Made(state["run"], state["finished_at"], queries.about(user).is_generated, panj_version())
    lines = [(list(line.coords), int(n)) for line, n in zip(queries.places.sections["geometry"], seen.sections["n"], strict=True)]
    ways = [(list(line.coords), int(n)) for line, n in zip(queries.places.corridors["geometry"], seen.corridors["n"], strict=True)]
    drawn = maps(cells, lines, ways, queries.ground_shapes(GROUND), user.say.code, user.say("js.profile_km_unit"))
    return sheet.bulletin(seen, made, user.say), drawn


def _seen(
    queries: Queries, user: User, asked: sheet.Period, now: pd.DataFrame, before: pd.DataFrame, overlapping: int, as_of: datetime | None
) -> tuple[sheet.Seen, pd.DataFrame]:
    places, code = queries.places, user.say.code
    happened = one_row_each(now).reset_index(drop=True)
    spread = footprints(happened, places.areas)
    held = np.bincount(spread.which[spread.which >= 0], minlength=spread.shapes.shape[0])
    lon, lat = centres(spread.cells).T if len(spread.cells) else (np.zeros(0), np.zeros(0))
    cells = pd.DataFrame({"cell": spread.cells, "n": spread.shapes.T @ held, "lon": lon, "lat": lat})
    on_line = section_layer.count(places.sections, now)
    event, thing = near(places.corridors, happened).of(happened)
    wide = happened["uncertainty_m"].to_numpy(float, na_value=np.nan)[event] > corridor_layer.REACH_M
    along = tally(happened, event, thing, wide, len(places.corridors))
    new = None
    if (queries.facts(user).n_events or 0) <= MOST_EVENTS:
        history = reading.events(queries.engine, role=user.role, only=COLUMNS_OF_ALL, as_of=as_of)
        new = first_in_days(history, asked.first, asked.last, lambda trait, word: user.say.has(f"{trait}.{word}"))
    tables = bulletin_tables(now, before)
    return (
        sheet.Seen(
            asked, tables, overlapping, new, _counted(places.sections, on_line, code), _counted(places.corridors, along, code),
            int((spread.which < 0).sum()),
        ),
        cells[cells["n"] > 0],
    )  # fmt: skip


def _counted(things: pd.DataFrame, counts: pd.DataFrame, code: str) -> pd.DataFrame:
    names = things[f"name_{code}"].fillna(things["name_en"]).to_numpy(object)
    return pd.DataFrame({"name": names, "n": counts["n"].to_numpy(), "kg": counts["weight_kg"].to_numpy()})


def _inside(rows: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    return rows[(rows["happened_from"] >= first) & (rows["happened_to"] <= last)]


def _insider(user: User) -> None:
    if not user.is_insider:
        raise NotAllowed(user.say("problem.statistics_insiders"))
