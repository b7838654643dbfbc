"""Take a file of activities in (IATI, 3W): bytes kept, each activity read, kept or rejected with its reason, saved at once."""

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TextIO

import numpy as np
import sqlalchemy as sa

from etl.collect import collect
from etl.feeds import iati, three_w
from etl.progress import Progress, no_progress
from geodata.distances import metres_between
from geodata.errors import BadFile
from geodata.places.districts import load_provinces
from geodata.register.activities import Activity
from geodata.settings import Settings
from geodata.store.activities import (
    ActivityBatch,
    ActivityCounts,
    Rejected,
    Taken,
    drop_activity_file,
    known_activity_file,
    save_activities,
)
from geodata.store.engine import open_store

#: A point so near to a province's seat is likely to stand for the province.
NEAR_M = 1_000.0
SHOWN_REASONS = 10


class ActivityClosing(NamedTuple):
    """What came out of a file. flags: flag -> activities with it. is_known: the file was in the store before, nothing changed."""

    name: str
    counts: ActivityCounts
    flags: dict[str, int]
    rejected: list[Rejected]
    is_known: bool


def _iati(path: Path, name: str) -> Iterator[Taken | Rejected]:
    from etl.feeds.iati.reading import Unreadable, read_activity
    from etl.feeds.iati.streaming import activities

    for number, read in enumerate(activities(path, name), start=1):
        if read.element is None:
            yield Rejected(number, read.line, "xml_unreadable", read.problem, read.text)
            continue
        try:
            yield Taken(read.line, read_activity(read.element, read.version))
        except Unreadable as problem:
            identifier = (read.element.findtext("iati-identifier") or "").strip()
            yield Rejected(number, read.line, problem.reason, problem.detail, identifier)


#: feed -> how its files are read.
FEEDS: dict[str, Callable[[Path, str], Iterator[Taken | Rejected]]] = {iati.NAME: _iati, three_w.NAME: three_w.read}


def run_activities(settings: Settings, feed: str, file: Path, progress: Progress = no_progress, *, who: str = "") -> ActivityClosing:
    """Take a file in. The same file twice changes nothing. Raises BadFile (nothing was changed) and StoreProblem."""
    collected = collect(file, settings.raw, progress)
    store = open_store(settings, create=True)
    try:
        if known := known_activity_file(store, collected.sha256):
            counts = ActivityCounts(known.n_in, known.n_loaded, known.n_replaced, known.n_same, known.n_older, known.n_rejected)
            return ActivityClosing(collected.name, counts, {}, [], is_known=True)
        try:
            taken, rejected = _read(FEEDS[feed], collected.path, collected.name, progress)
        except BadFile:
            if collected.is_new:
                collected.path.unlink(missing_ok=True)
            raise
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        batch = ActivityBatch(collected.sha256, feed, collected.name, collected.size, who, now, taken, rejected)
        counts = save_activities(store, batch)
    finally:
        store.dispose()
    flags: dict[str, int] = {}
    for each in taken:
        for flag in each.activity.flags:
            flags[flag] = flags.get(flag, 0) + 1
    return ActivityClosing(collected.name, counts, flags, rejected, is_known=False)


def _read(
    read: Callable[[Path, str], Iterator[Taken | Rejected]], path: Path, name: str, progress: Progress
) -> tuple[list[Taken], list[Rejected]]:
    """Each identifier once: a second activity with it is rejected, for nobody can tell which of the two is meant."""
    taken: list[Taken] = []
    rejected: list[Rejected] = []
    lines: dict[str, int] = {}
    for number, each in enumerate(read(path, name), start=1):
        if number % 500 == 0:
            progress("parse", number, 0)
        if isinstance(each, Rejected):
            rejected.append(each)
        elif (first := lines.get(each.activity.identifier)) is not None:
            rejected.append(Rejected(number, each.line, "identifier_repeated", f"line {first} has it already", each.activity.identifier))
        else:
            lines[each.activity.identifier] = each.line
            taken.append(each)
    if not taken and not rejected:
        raise BadFile(f"{name} holds no activity: a file with at least one was wanted.")
    return _near_seats(taken), rejected


def _near_seats(taken: list[Taken]) -> list[Taken]:
    """Flag points within a kilometre of a province's seat: most often they stand for the province, or for the whole country."""
    provinces = load_provinces()
    seat_lon, seat_lat, names = (
        provinces["lon"].to_numpy(),
        provinces["lat"].to_numpy(),
        provinces["seat"].fillna(provinces["name_en"]).tolist(),
    )
    points = [
        (row, number, place.lon, place.lat)
        for row, each in enumerate(taken)
        for number, place in enumerate(each.activity.places)
        if place.lon is not None and place.lat is not None
    ]
    result = list(taken)
    for row, number, lon, lat in points:
        near = np.flatnonzero((abs(seat_lon - lon) < 0.03) & (abs(seat_lat - lat) < 0.02))
        near = near[metres_between(lon, lat, seat_lon[near], seat_lat[near]) <= NEAR_M] if len(near) else near
        if len(near):
            result[row] = result[row]._replace(activity=_flagged(result[row].activity, number, str(names[near[0]])))
    return result


def _flagged(activity: Activity, number: int, seat: str) -> Activity:
    places = list(activity.places)
    places[number] = places[number]._replace(near_seat=seat)
    return activity._replace(places=tuple(places), flags=tuple(dict.fromkeys((*activity.flags, "may_be_a_centroid"))))


def print_activities(closing: ActivityClosing, out: TextIO, *, quiet: bool = False) -> None:
    """The line that adds up; then what is odd and what was rejected."""
    n = closing.counts
    print(
        f"{closing.name}: {n.n_in} activities = {n.loaded} new + {n.replaced} replaced + {n.same} unchanged + {n.older} older than stored "
        f"+ {n.rejected} rejected{' (this file was in the store already: nothing changed)' if closing.is_known else ''}",
        file=out,
    )
    if quiet:
        return
    for flag, count in sorted(closing.flags.items()):
        print(f"  flagged {flag.replace('_', ' ')}: {count}", file=out)
    for each in closing.rejected[:SHOWN_REASONS]:
        print(f"  rejected, line {each.line}: {each.reason.replace('_', ' ')} ({each.detail})", file=out)
    if len(closing.rejected) > SHOWN_REASONS:
        print(f"  ... and {len(closing.rejected) - SHOWN_REASONS} more: python -m etl activities --rejected NAME", file=out)


def stored(store: sa.Engine, named: str) -> str:
    """The SHA-256 of the stored file of activities that is called ``named``, or begins with it. Raises BadFile."""
    from geodata.store.activities import activity_files

    files = activity_files(store, role="command")
    found = [file.sha256 for file in files if named == file.name or (len(named) >= 8 and file.sha256.startswith(named.lower()))]
    if len(found) != 1:
        known = ", ".join(sorted({file.name for file in files})) or "none"
        what = "several files" if found else "no file"
        raise BadFile(
            f"There is {what} of activities {named!r} in the store ({known}): the name or the beginning of the SHA-256 of one was wanted."
        )
    return found[0]


def write_out(settings: Settings, store: sa.Engine, file: Path, *, is_iati: bool) -> tuple[int, list[tuple[str, str]]]:
    """Write the register's programmes and all stored activities to ``file``; how many, and which were left out and why."""
    from geodata.register.as_activities import programmes_as_activities
    from geodata.register.iati_writing import write_iati
    from geodata.register.loading import load_register
    from geodata.register.three_w import write_three_w
    from geodata.store.activities import activities

    register = load_register(settings.data / "register")
    own = list(programmes_as_activities(register))
    known = {each.identifier for each in own}
    every = chain(own, (each for each in activities(store, role="command") if each.identifier not in known))
    if not is_iati:
        told = list(every)
        file.write_bytes(write_three_w(told))
        return len(told), []
    with file.open("wb") as out:
        written = write_iati(every, out, dt.datetime.now(dt.UTC))
    return written.n, written.left_out


__all__ = ["FEEDS", "ActivityClosing", "drop_activity_file", "print_activities", "run_activities", "stored", "write_out"]
