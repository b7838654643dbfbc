"""What the tests of judging, undoing and replacing share: located rows of made-up facts, and files of them brought into a store."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from etl.judging import judge
from etl.merge import merge_events
from etl.progress import no_progress
from etl.replace import stored_file
from etl.save import known_event_ids, save
from geodata.model import LOCATED_EVENT, REJECTED, columns, empty
from geodata.store import reading
from geodata.store.engine import reading_from
from geodata.store.writing import FileBatch, known_file

START = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
PLACES = ("Panj", "Hamadoni", "Shohin", "Kulob", "Vose", "Farkhor", "Jayhun", "Qubodiyon")


def fact(number: int) -> dict[str, Any]:
    """Something that happened: day, drug, weight and place follow from its number, no two facts are near each other."""
    day = dt.date(2018, 1, 3) + dt.timedelta(days=number * 9)
    lon, lat = 68.5 + number % len(PLACES) * 0.4, 37.4 + number % 5 * 0.1
    return {
        "kind": "seizure", "happened_from": day.isoformat(), "happened_to": day.isoformat(), "date_precision": "day", "country_iso3": "TJK",
        "place_text": PLACES[number % len(PLACES)], "drug": ("heroin", "opium", "hashish")[number % 3], "quantity": 3.217 + number * 1.31,
        "unit": "kg", "weight_kg": 3.217 + number * 1.31, "weight_bound": "exact", "in_region": True, "lon": lon, "lat": lat,
        "uncertainty_m": 3_000.0, "precision_level": "place", "locate_rule": "exact_name_place", "locate_status": "located",
        "place_id": f"p{number % len(PLACES)}", "district_id": f"d{number % len(PLACES)}", "province_id": "tj-khatlon",
    }  # fmt: skip


def report(number: int, feed: str = "dca", **said: Any) -> dict[str, Any]:
    """One report of a fact, under an id that follows from the feed, the fact and what it says otherwise."""
    row = {**fact(number), "feed": feed, "repeat_number": 1, "agency": "DCA", **said}
    report_id = hashlib.sha256(f"{feed} {number} {sorted(said.items())}".encode()).hexdigest()[:32]
    return {"report_id": report_id, "event_id": row.pop("event_id", report_id), **row}


def table(rows: Sequence[dict[str, Any]], sha256: str) -> pd.DataFrame:
    """Rows of one file as LOCATED_EVENT; lines count from 2."""
    if not rows:
        return empty(LOCATED_EVENT)
    whole = empty(LOCATED_EVENT).reindex(range(len(rows)))
    said = pd.DataFrame(list(rows)).assign(file_sha256=sha256, row_number=range(2, len(rows) + 2))
    whole = whole.assign(**{name: said[name].to_numpy() for name in said})
    texts = {column.name: "str" for column in LOCATED_EVENT if column.kind == "text"}
    return whole.astype({**texts, "in_region": "bool"})[columns(LOCATED_EVENT)]


def bring(
    engine: sa.Engine, name: str, rows: Sequence[dict[str, Any]], *, hour: int = 0, replaces: str | None = None, feed: str = "dca"
) -> FileBatch | None:
    """Bring a file into the store as the pipeline does, at an hour after START. None: it was there already."""
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    if known_file(engine, sha256, feed) is not None:
        return None
    located = table(rows, sha256)
    old = None if replaces is None else stored_file(engine, feed, replaces)
    with reading_from(engine) as connection:
        judged = judge(connection, located, feed, old, no_progress)
    shared = located.loc[located["event_id"] != located["report_id"], "event_id"].unique()
    known = known_event_ids(engine, shared, without=judged.gone) | judged.known_events
    merged = merge_events(judged.located, judged.known_reports, known)
    moment = START + dt.timedelta(hours=hour)
    batch = FileBatch(
        feed=feed, file_sha256=sha256, name=name, size=1, rows_in=len(rows), located=judged.located, rejected=empty(REJECTED),
        national_totals=None, merged=merged.merged, repeats=merged.repeats, started_at=moment, finished_at=moment, as_of=moment.date(),
        events=merged.events, outside_region=merged.outside_region, replaces=old, gone=judged.gone, changed=judged.changed,
        pairs=judged.pairs, apart=judged.apart, seen=judged.seen, known=judged.known_reports,
    )  # fmt: skip
    save(engine, batch)
    return batch


def version(engine: sa.Engine) -> str:
    """The data version: same content, same version."""
    return reading.facts(engine, role="command").data_version


def content(engine: sa.Engine, as_of: dt.datetime | None = None) -> pd.DataFrame:
    """All rows, duplicates too, without the file in which they came first."""
    rows = reading.events(engine, role="command", in_region=None, duplicates=True, as_of=as_of)
    return rows.drop(columns=["file_sha256", "row_number"]).sort_values("report_id", ignore_index=True)
