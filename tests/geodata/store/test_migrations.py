"""The shape of the store: migrations and tables say the same, on SQLite and on PostgreSQL."""

import io
import os

import pandas as pd
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from geodata.errors import StoreProblem
from geodata.settings import Settings
from geodata.store import reading, tables
from geodata.store.engine import open_store
from geodata.store.migrations import HEAD, REVISIONS
from geodata.store.upgrade import configuration, revisions
from geodata.store.writing import known_file, known_report_ids, mark_generated, save_file


def test_a_migrated_store_has_exactly_the_tables_of_the_code(store):
    with store.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), tables.METADATA)
    assert differences == []


def test_keys_and_blanks_of_a_migrated_store_are_those_of_the_code(store, tmp_path):
    direct = sa.create_engine(f"sqlite:///{tmp_path / 'direct.sqlite'}")
    tables.METADATA.create_all(direct)
    shapes = []
    for engine in (store, direct):
        look = sa.inspect(engine)
        shapes.append(
            {
                name: (
                    # A column that a later migration added stands at the end.
                    sorted((column["name"], str(column["type"]), column["nullable"]) for column in look.get_columns(name)),
                    look.get_pk_constraint(name)["constrained_columns"],
                    [(key["constrained_columns"], key["referred_table"], key["referred_columns"]) for key in look.get_foreign_keys(name)],
                    sorted((index["name"], tuple(index["column_names"])) for index in look.get_indexes(name)),
                )
                for name in tables.METADATA.tables
            }
        )
    direct.dispose()
    assert shapes[0] == shapes[1]


def test_the_revisions_that_are_known_without_alembic_are_those_in_the_folder():
    assert revisions() == REVISIONS
    assert REVISIONS[-1] == HEAD


def test_migrations_run_from_any_working_directory(settings, tmp_path, monkeypatch):
    elsewhere = tmp_path / "100%"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    open_store(settings, create=True).dispose()
    assert os.listdir(elsewhere) == []


def test_a_store_is_migrated_once_and_opening_it_again_changes_no_byte(settings):
    open_store(settings, create=True).dispose()
    before = (settings.data / "panj.sqlite").read_bytes()
    open_store(settings, create=True).dispose()
    open_store(settings, create=False).dispose()
    assert (settings.data / "panj.sqlite").read_bytes() == before


@pytest.mark.parametrize("table", tables.METADATA.sorted_tables, ids=lambda table: table.name)
def test_every_table_can_be_made_on_postgresql(table):
    text = str(CreateTable(table).compile(dialect=postgresql.dialect()))
    assert table.name in text
    for index in table.indexes:
        assert index.name in str(CreateIndex(index).compile(dialect=postgresql.dialect()))


def test_the_migrations_speak_postgresql_too():
    written = io.StringIO()
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": written})
    with Operations.context(context):
        for revision in reversed(list(ScriptDirectory.from_config(configuration()).walk_revisions())):
            revision.module.upgrade()
    for name in tables.METADATA.tables:
        assert f"CREATE TABLE {name} (" in written.getvalue()
    assert "DOUBLE PRECISION" in written.getvalue()


def test_no_statement_of_the_store_is_sqlite_only(store, events, batch):
    """Every statement that saving and reading send is built once more for PostgreSQL; only `engine` may speak to SQLite directly."""
    seen = []

    @sa.event.listens_for(store, "before_execute")
    def _(_connection, statement, *_rest):
        seen.append(statement)

    save_file(store, batch("a.csv", events(40), n_rejected=2, n_totals=2))
    save_file(store, batch("b.csv", events(40, seed=1)))
    known_report_ids(store, ["x"])
    known_file(store, "x", "y")
    with pytest.raises(StoreProblem, match="real reports"):
        mark_generated(store)
    for read in (reading.events, reading.rejected, reading.runs, reading.files, reading.aggregates, reading.national_totals, reading.facts):
        read(store, role="command")
    assert len(seen) > 40
    for statement in seen:
        text = str(statement.compile(dialect=postgresql.dialect()))
        assert "PRAGMA" not in text
        assert " OR IGNORE " not in text
    assert any("FOR UPDATE" in str(statement.compile(dialect=postgresql.dialect())) for statement in seen)


def test_a_store_of_the_first_shape_is_brought_up_to_date_with_everything_in_it(settings, store, events, batch, tmp_path):
    """The rows of an old store, and the same rows saved by the code of today, are the same content."""
    save_file(store, batch("a.csv", events(60, outside=5), n_rejected=3, n_totals=2))
    wanted = reading.events(store, role="command", in_region=None)
    old = Settings.from_environment({"PANJ_DATA": str(tmp_path / "old")})
    old.data.mkdir()
    engine = sa.create_engine(old.database_url)
    with engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for name in ("files", "runs", "events", "rejected", "national_totals", "aggregates", "held_totals"):
            fields = [column["name"] for column in sa.inspect(connection).get_columns(name)]
            with store.connect() as source:
                rows = [tuple(row) for row in source.exec_driver_sql(f"SELECT {', '.join(fields)} FROM {name}")]
            if rows:
                connection.exec_driver_sql(f"INSERT INTO {name} ({', '.join(fields)}) VALUES ({', '.join('?' * len(fields))})", rows)
    engine.dispose()
    with pytest.raises(StoreProblem, match="older Panj"):
        open_store(old, create=False)
    engine = open_store(old, create=True)
    found = reading.events(engine, role="command", in_region=None)
    assert set(found["locate_status"]) == {"located"}
    pd.testing.assert_frame_equal(found.assign(locate_status=None).astype({"locate_status": "str"}), wanted)
    save_file(engine, batch("a.csv", events(60, outside=5), n_rejected=3, n_totals=2))
    assert len(reading.runs(engine, role="command")) == 1, "the file is known"
    with engine.connect() as connection:
        assert connection.scalar(sa.select(tables.META.c.value).where(tables.META.c.key == "content")) != "0"
    engine.dispose()
