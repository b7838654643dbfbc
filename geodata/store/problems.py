"""What a database says when it cannot go on -> one sentence that names the store and what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from geodata.errors import StoreProblem

AGAIN = "run `python -m etl run` again"
#: SQLite's primary result codes (https://www.sqlite.org/rescode.html) -> what to tell.
_SQLITE = {
    sqlite3.SQLITE_BUSY: f"is held by another program that is writing to it: wait until that import has ended, then {AGAIN}",
    sqlite3.SQLITE_LOCKED: f"is held by another program that is writing to it: wait until that import has ended, then {AGAIN}",
    sqlite3.SQLITE_FULL: f"could not grow, the disk is full; nothing of this file was saved: make room, then {AGAIN}",
    sqlite3.SQLITE_IOERR: "could not be read or written, the disk failed or is full; nothing of this file was saved: "
    f"check the disk and its free space, then {AGAIN}",
    sqlite3.SQLITE_READONLY: f"may not be written: give your account the right to write to it and to its folder, then {AGAIN}",
    sqlite3.SQLITE_PERM: f"may not be opened: give your account the right to read and write it and its folder, then {AGAIN}",
    sqlite3.SQLITE_CANTOPEN: f"cannot be opened: give your account the right to read and write it and its folder, then {AGAIN}",
}
_DAMAGED = {sqlite3.SQLITE_CORRUPT: "is damaged", sqlite3.SQLITE_NOTADB: "is no SQLite file"}
#: PostgreSQL's SQLSTATE (appendix A of its manual) -> what to tell.
_POSTGRES = {
    "53100": f"could not grow, the disk of the server is full; nothing of this file was saved: make room, then {AGAIN}",
    "55P03": f"is held by another program that is writing to it: wait until that import has ended, then {AGAIN}",
    "42501": "may not be written by this account: ask the keeper of the server for the right, or change DATABASE_URL",
}


def name_of(url: sa.URL) -> str:
    """How the store is called in a sentence: its file, or its address without the password."""
    return f"The store {url.database if url.get_backend_name() == 'sqlite' else url.render_as_string(hide_password=True)}"


def damaged(url: sa.URL, how: str) -> StoreProblem:
    """The file is there and cannot be read: what was imported is not lost, because the raw bytes are kept."""
    return StoreProblem(
        f"{name_of(url)} {how}; a store written by Panj was wanted. Move it away (with its -wal and -shm files, if any) "
        "and run `python -m etl run`: the files that came in are kept in the folder raw and can be imported again."
    )


def explain(error: SQLAlchemyError, url: sa.URL) -> StoreProblem:
    """The sentence for one error of the database."""
    cause = getattr(error, "orig", None)
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        primary = code & 0xFF  # the upper bits say more than a user can act on
        if primary in _DAMAGED:
            return damaged(url, _DAMAGED[primary])
        if primary in _SQLITE:
            return StoreProblem(f"{name_of(url)} {_SQLITE[primary]}.")
    state = getattr(cause, "sqlstate", None)
    if state in _POSTGRES:
        return StoreProblem(f"{name_of(url)} {_POSTGRES[state]}.")
    if isinstance(error, sa.exc.OperationalError) and code is None:
        why = _first_line(cause)
        return StoreProblem(f"{name_of(url)} does not answer ({why}): check that the server runs and that DATABASE_URL is right.")
    why = _first_line(cause or error)
    return StoreProblem(f"{name_of(url)} refused ({why}); nothing was changed. If it stays so, move the store away and {AGAIN}.")


@contextmanager
def explained(url: sa.URL) -> Iterator[None]:
    """Turn every error of the database inside into a StoreProblem."""
    try:
        yield
    except SQLAlchemyError as error:
        raise explain(error, url) from error


def _first_line(error: object) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
