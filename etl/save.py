"""Save: the only step that touches the store. One file is one transaction; a file that was saved before changes nothing."""

from collections.abc import Collection, Iterable
from pathlib import Path

import sqlalchemy as sa

from etl.check import check_batch
from geodata.settings import Settings
from geodata.store.engine import open_store, reading_from
from geodata.store.tables import EVENTS
from geodata.store.writing import FileBatch, RowCounts, known_file, save_file

_CHUNK = 10_000


def store_if_there(settings: Settings) -> sa.Engine | None:
    """The store, or None where its file is not made yet: a file that cannot be read must not leave an empty store behind."""
    url = sa.make_url(settings.database_url) if settings.database_url.startswith("sqlite") else None
    if url is not None and url.database and not Path(url.database).exists():
        return None
    return open_store(settings, create=True)


def known_event_ids(engine: sa.Engine, ids: Iterable[str], without: Collection[str] = ()) -> set[str]:
    """Those of ``ids`` that the store has rows of, other rows than the reports ``without``."""
    wanted, known = list(ids), set[str]()
    with reading_from(engine) as connection:
        for start in range(0, len(wanted), _CHUNK):
            found = sa.select(EVENTS.c.event_id, EVENTS.c.report_id).where(EVENTS.c.event_id.in_(wanted[start : start + _CHUNK]))
            known.update(event_id for event_id, report_id in connection.execute(found) if report_id not in without)
    return known


def save(engine: sa.Engine, batch: FileBatch) -> RowCounts:
    """Save what one file brought, or nothing. Raises WrongTable before the store is touched, StoreProblem when it cannot be written."""
    check_batch(batch)
    save_file(engine, batch)
    # Another run may have saved the same file a moment before: its numbers are the ones that stand.
    return known_file(engine, batch.file_sha256, batch.feed) or batch.counts()
