"""Open the store: make or check its file, bring its tables to the newest shape, hand out transactions.

Everything that only SQLite knows stands in this file and in `problems`; the statements elsewhere run on PostgreSQL as well.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from geodata.errors import StoreProblem
from geodata.settings import Settings
from geodata.store.migrations import HEAD, REVISIONS
from geodata.store.problems import damaged, explained, name_of

#: How long a writer waits for another one before it gives up with a sentence.
BUSY_SECONDS = 30.0
#: Memory for pages of the file; the 2 MiB of SQLite's default slow the import of large files.
CACHE_MIB = 64
_SQLITE_MAGIC = b"SQLite format 3\x00"


def open_store(settings: Settings, *, create: bool, busy_seconds: float = BUSY_SECONDS, cache_mib: int = CACHE_MIB) -> sa.Engine:
    """The store of ``settings``, ready for `reading` and `writing`.

    create: make the file and bring its tables to the newest shape; without it, a store that is not there or not of this shape
    is refused. cache_mib: as `CACHE_MIB`. Raises StoreProblem: missing, not a store, damaged, locked, made by a newer Panj, no right to
    write, no driver.
    """
    url = _url(settings.database_url)
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite:
        _check_file(url, create=create)
    engine = _engine(url, busy_seconds, cache_mib)
    try:
        with explained(url), engine.connect() as connection, connection.begin():
            found = _revision(connection, url)
        _check_revision(url, found, create=create)
        if is_sqlite and create:
            _write_ahead(engine)
        if found != HEAD:
            from geodata.store.upgrade import recount, upgrade  # Alembic costs a third of a second at start

            with writing_to(engine) as connection:
                upgrade(connection)
                if found is not None:
                    recount(connection)
    except BaseException:
        engine.dispose()
        raise
    return engine


def reading_from(engine: sa.Engine) -> AbstractContextManager[sa.Connection]:
    """One unchanging view of the store. Errors of the database come out as StoreProblem."""
    return _transaction(engine, "BEGIN")


def writing_to(engine: sa.Engine) -> AbstractContextManager[sa.Connection]:
    """One transaction, all or nothing; waits for other writers. Errors of the database come out as StoreProblem."""
    # A writer takes its place at once: turning a read into a write later fails without waiting.
    return _transaction(engine, "BEGIN IMMEDIATE")


@contextmanager
def _transaction(engine: sa.Engine, begin: str) -> Iterator[sa.Connection]:
    with explained(engine.url), engine.connect().execution_options(panj_begin=begin) as connection, connection.begin():
        yield connection


def _url(text: str) -> sa.URL:
    try:
        url = sa.make_url(text)
    except ArgumentError as error:
        raise StoreProblem(
            "DATABASE_URL is no database address: leave it empty for a file in PANJ_DATA, or write it as in postgresql+psycopg://user@host/panj."
        ) from error
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreProblem(f"DATABASE_URL asks for {url.get_backend_name()}: Panj keeps its store in sqlite or postgresql.")
    if url.get_backend_name() == "sqlite" and (not url.database or url.database == ":memory:" or url.database.startswith("file:")):
        raise StoreProblem("DATABASE_URL names no SQLite file: write it as in sqlite:///data/panj.sqlite.")
    return url


def _check_file(url: sa.URL, *, create: bool) -> None:
    """Refuse what SQLite would report late or unclearly. The file itself is made by SQLite."""
    path = Path(str(url.database))
    try:
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise StoreProblem(f"{name_of(url)} is a folder, a file was wanted: set DATABASE_URL or PANJ_DATA to another place.")
        if not path.exists():
            if create:
                return
            raise StoreProblem(f"{name_of(url)} is not there yet: run `python -m etl run` to make it.")
        with path.open("rb") as file:
            head = file.read(len(_SQLITE_MAGIC))
    except OSError as error:
        raise StoreProblem(
            f"{name_of(url)} cannot be opened ({error.strerror}): give your account the right to read and write it and its folder, "
            "or set PANJ_DATA to another folder."
        ) from error
    if head and head != _SQLITE_MAGIC:
        raise damaged(url, "is no SQLite file")


def _engine(url: sa.URL, busy_seconds: float, cache_mib: int) -> sa.Engine:
    try:
        if url.get_backend_name() != "sqlite":
            return sa.create_engine(url, pool_pre_ping=True)
        engine = sa.create_engine(url, connect_args={"timeout": busy_seconds})
    except ImportError as error:
        raise StoreProblem(
            f"DATABASE_URL asks for {url.drivername}, its driver is not installed ({error.name}): "
            "run `pip install -r requirements-postgres.txt`, or leave DATABASE_URL empty."
        ) from error

    @sa.event.listens_for(engine, "connect")
    def _(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # Python's sqlite3 would begin too late and never for a SELECT
        connection.execute("PRAGMA foreign_keys=ON")
        # With NORMAL, a power cut could take back a file that was reported as saved.
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA cache_size=-{cache_mib * 1024}")
        connection.execute("PRAGMA cell_size_check=ON")  # damage is found when a page is read, not later

    @sa.event.listens_for(engine, "begin")
    def _(connection: sa.Connection) -> None:
        begin = connection.get_execution_options().get("panj_begin", "BEGIN")
        if begin:
            connection.exec_driver_sql(begin)

    return engine


def _write_ahead(engine: sa.Engine) -> None:
    """Readers go on while a file is being saved. The mode stays with the file."""
    with explained(engine.url), engine.connect().execution_options(panj_begin="") as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")


def _revision(connection: sa.Connection, url: sa.URL) -> str | None:
    """The revision of the tables; None where there are none yet."""
    tables = set(sa.inspect(connection).get_table_names())
    if "alembic_version" in tables:
        found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
        return found
    # A PostgreSQL database brings tables of its own (PostGIS); a SQLite file is ours alone.
    if tables and url.get_backend_name() == "sqlite":
        raise damaged(url, f"holds other tables ({', '.join(sorted(tables)[:3])})")
    return None


def _check_revision(url: sa.URL, found: str | None, *, create: bool) -> None:
    if found is not None and found not in REVISIONS:
        raise StoreProblem(
            f"{name_of(url)} was made by a newer Panj (revision {found}, this one knows up to {HEAD}): "
            "update Panj, or set PANJ_DATA to another folder."
        )
    if found != HEAD and not create:
        state = "is empty" if found is None else f"was made by an older Panj (revision {found}, {HEAD} is wanted)"
        raise StoreProblem(f"{name_of(url)} {state}: run `python -m etl run` to bring it up to date.")
