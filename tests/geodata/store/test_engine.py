"""Opening the store when something is wrong with it: each fault is one sentence, and nothing is broken further."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from geodata.errors import StoreProblem
from geodata.store import reading
from geodata.store.engine import open_store, reading_from, writing_to
from geodata.store.migrations import HEAD
from geodata.store.problems import explain
from geodata.store.writing import known_file, save_file


def refusal(call, *words: str) -> str:
    """The sentence with which ``call`` is refused; it must be one line and hold the words."""
    with pytest.raises(StoreProblem) as caught:
        call()
    sentence = str(caught.value)
    assert "\n" not in sentence
    for word in words:
        assert word in sentence
    return sentence


@pytest.fixture
def path(settings) -> Path:
    return settings.data / "panj.sqlite"


@pytest.fixture
def saved(settings, path, events, batch) -> Path:
    """A store with one file in it, closed."""
    engine = open_store(settings, create=True)
    save_file(engine, batch("a.csv", events(200)))
    engine.dispose()
    return path


def test_a_missing_store_names_its_file_and_the_command_that_makes_it(settings, path):
    refusal(lambda: open_store(settings, create=False), str(path), "not there yet", "python -m etl run")
    assert not settings.data.exists(), "asking for a store must not make one"


def test_an_empty_file_is_no_store_for_a_reader_and_becomes_one_for_an_import(settings, path):
    settings.data.mkdir()
    path.touch()
    refusal(lambda: open_store(settings, create=False), "is empty", "python -m etl run")
    open_store(settings, create=True).dispose()
    assert reading.facts(open_store(settings, create=False), role="command").n_events == 0


@pytest.mark.parametrize("create", [True, False])
def test_a_file_that_is_not_sqlite_is_refused_and_left_as_it_is(settings, path, create):
    settings.data.mkdir()
    path.write_bytes(b"date;place\n2018-05-05;Panj\n" * 100)
    before = path.read_bytes()
    refusal(lambda: open_store(settings, create=create), str(path), "no SQLite file", "Move it away", "kept in the folder raw")
    assert path.read_bytes() == before


@pytest.mark.parametrize("create", [True, False])
def test_a_sqlite_file_of_another_program_is_refused_and_left_as_it_is(settings, path, create):
    settings.data.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.close()
    before = path.read_bytes()
    refusal(lambda: open_store(settings, create=create), "holds other tables (bookmarks)")
    assert path.read_bytes() == before


def test_a_folder_in_the_place_of_the_store_is_refused(settings, path):
    path.mkdir(parents=True)
    refusal(lambda: open_store(settings, create=True), "is a folder")


def test_a_data_folder_that_cannot_be_made_is_refused(settings, tmp_path):
    (tmp_path / "file").touch()
    blocked = replace(settings, database_url=f"sqlite:///{tmp_path / 'file' / 'panj.sqlite'}")
    refusal(lambda: open_store(blocked, create=True), "cannot be opened", "PANJ_DATA")


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9])
def test_a_store_that_was_cut_short_is_called_damaged_when_opened_or_read(settings, saved, cut):
    os.truncate(saved, int(saved.stat().st_size * cut) // 4096 * 4096)

    def open_and_read() -> None:
        engine = open_store(settings, create=False)
        try:
            reading.events(engine, role="command")
        finally:
            engine.dispose()

    refusal(open_and_read, str(saved), "is damaged", "Move it away", "-wal")


def test_a_store_overwritten_in_the_middle_is_called_damaged_and_an_import_into_it_saves_nothing(settings, saved, events, batch):
    with saved.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(os.urandom(4096 * 8))
    before = saved.read_bytes()

    def open_and_save() -> None:
        engine = open_store(settings, create=True)
        try:
            save_file(engine, batch("b.csv", events(200, seed=1)))
        finally:
            engine.dispose()

    refusal(open_and_save, "is damaged")
    assert saved.read_bytes() == before


def test_a_store_of_a_newer_panj_is_refused_with_both_revisions(settings, saved):
    with sqlite3.connect(saved) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.close()
    for create in (True, False):
        refusal(lambda create=create: open_store(settings, create=create), "newer Panj", "0999", HEAD, "update Panj")


def test_a_writer_that_waits_in_vain_says_that_another_program_holds_the_store(settings, saved, events, batch):
    other = sqlite3.connect(saved, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    engine = open_store(settings, create=True, busy_seconds=0.1)
    refusal(lambda: save_file(engine, batch("b.csv", events(5, seed=1))), "held by another program", "wait")
    assert len(reading.events(engine, role="command")) == 200, "readers go on while somebody writes"
    other.execute("ROLLBACK")
    other.close()
    save_file(engine, batch("b.csv", events(5, seed=1)))
    assert len(reading.events(engine, role="command")) == 205
    engine.dispose()


def test_a_store_that_another_program_holds_alone_cannot_be_read_and_says_so(settings, saved):
    other = sqlite3.connect(saved, isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    other.execute("DELETE FROM meta WHERE 0")
    refusal(lambda: open_store(settings, create=False, busy_seconds=0.1), "held by another program")
    other.close()


def test_a_store_that_cannot_grow_says_the_disk_is_full_and_keeps_what_it_had(settings, saved, events, batch, contents):
    before = contents(saved)
    engine = open_store(settings, create=True)

    @sa.event.listens_for(engine, "connect")
    def _(connection, _record) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 3}")

    engine.dispose()  # the connection that opened the store has no limit
    refusal(lambda: save_file(engine, batch("b.csv", events(2000, seed=1))), "disk is full", "nothing of this file was saved", "make room")
    assert known_file(engine, batch("b.csv", events(1)).file_sha256, "press") is None
    engine.dispose()
    assert contents(saved) == before


FILL = """
import resource, signal, sys
from geodata.errors import StoreProblem
from geodata.settings import Settings
from geodata.store.engine import open_store
from geodata.store.writing import mark_generated
engine = open_store(Settings.from_environment({"PANJ_DATA": sys.argv[1]}), create=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    mark_generated(engine)
except StoreProblem as problem:
    print(problem)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
def test_a_write_that_the_system_refuses_is_a_sentence_and_changes_nothing(settings, contents, path):
    open_store(settings, create=True).dispose()
    before = contents(path)
    told = subprocess.run([sys.executable, "-c", FILL, str(settings.data)], capture_output=True, text=True, timeout=120, check=True)
    assert "nothing of this file was saved" in told.stdout
    assert contents(path) == before


def test_a_real_full_disk_is_a_sentence_and_leaves_nothing_half_written(tmp_path, settings, events, batch, contents):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here (needs root): {mounted.stderr.decode().strip()}")
    try:
        small = replace(settings, database_url=f"sqlite:///{disk / 'panj.sqlite'}")
        engine = open_store(small, create=True)
        save_file(engine, batch("a.csv", events(50)))
        before = contents(disk / "panj.sqlite")
        refusal(lambda: save_file(engine, batch("b.csv", events(5000, seed=1))), "full", "nothing of this file was saved")
        assert contents(disk / "panj.sqlite") == before
        assert len(reading.events(engine, role="command")) == 50
        engine.dispose()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@contextmanager
def without_rights() -> Iterator[None]:
    """Root may write everywhere; for the time inside, be nobody."""
    if os.name == "nt":
        pytest.skip("the rights of folders work otherwise on Windows")
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can enter; those of pytest belong to one alone."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_folder_that_may_not_be_written_is_a_sentence(settings, open_folder):
    open_folder.chmod(0o555)
    closed = replace(settings, database_url=f"sqlite:///{open_folder / 'panj.sqlite'}")
    with without_rights():
        refusal(lambda: open_store(closed, create=True), "cannot be opened", "right to read and write it and its folder")
    assert list(open_folder.iterdir()) == []


def test_a_store_that_may_only_be_read_refuses_an_import_with_a_sentence(settings, open_folder, events, batch):
    writable = replace(settings, database_url=f"sqlite:///{open_folder / 'panj.sqlite'}")
    engine = open_store(writable, create=True)
    save_file(engine, batch("a.csv", events(5)))
    engine.dispose()
    (open_folder / "panj.sqlite").chmod(0o444)
    open_folder.chmod(0o555)

    def open_and_save() -> None:
        save_file(open_store(writable, create=True), batch("b.csv", events(5, seed=1)))

    with without_rights():
        refusal(open_and_save, "right to")


@pytest.mark.parametrize(
    ("code", "words"),
    [(sqlite3.SQLITE_READONLY, "may not be written"), (sqlite3.SQLITE_CANTOPEN, "cannot be opened"), (14 | 2 << 8, "cannot be opened")],
)
def test_refusals_of_the_file_system_that_root_never_meets_have_their_sentence(code, words):
    cause = sqlite3.OperationalError("unable")
    cause.sqlite_errorcode = code
    problem = explain(sa.exc.OperationalError("BEGIN", None, cause), sa.make_url("sqlite:////somewhere/panj.sqlite"))
    assert words in str(problem)
    assert "/somewhere/panj.sqlite" in str(problem)


class PostgresSays(Exception):
    """What a PostgreSQL driver raises, as far as it is looked at."""

    def __init__(self, text: str, sqlstate: str | None) -> None:
        super().__init__(text)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("state", "words"), [("53100", "disk of the server is full"), ("42501", "by this account"), (None, "does not answer (refused)")]
)
def test_troubles_of_a_postgresql_server_are_sentences_without_the_password(state, words):
    url = sa.make_url("postgresql+psycopg://panj:secret@db/panj")
    sentence = str(explain(sa.exc.OperationalError("SELECT", None, PostgresSays("refused\nmore", state)), url))
    assert words in sentence
    assert "secret" not in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("not an address", "no database address"),
        ("mysql://root@localhost/panj", "asks for mysql"),
        ("sqlite://", "names no SQLite file"),
        ("sqlite:///:memory:", "names no SQLite file"),
    ],
)
def test_an_address_that_cannot_be_used_is_a_sentence(settings, url, words):
    refusal(lambda: open_store(replace(settings, database_url=url), create=True), "DATABASE_URL", words)


def test_a_missing_postgresql_driver_names_what_to_install(settings, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    refusal(lambda: open_store(replace(settings, database_url="postgresql+psycopg://u@h/panj"), create=True), "requirements-postgres.txt")


def test_a_transaction_that_fails_leaves_nothing_and_errors_that_are_not_the_databases_pass_through(store):
    with pytest.raises(ValueError, match="mine"), writing_to(store) as connection:
        connection.execute(sa.text("INSERT INTO meta VALUES ('half', 'written')"))
        raise ValueError("mine")
    with reading_from(store) as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM meta WHERE key = 'half'")).scalar() == 0


def test_the_store_is_in_wal_mode_durable_and_checks_its_references(store):
    with reading_from(store) as connection:
        modes = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert modes == ["wal", 2, 1]


def test_a_reader_sees_one_state_of_the_store_while_a_file_is_being_saved(store, events, batch):
    with reading_from(store) as connection:
        count = sa.text("SELECT count(*) FROM events")
        assert connection.execute(count).scalar() == 0
        save_file(store, batch("a.csv", events(10)))
        assert connection.execute(count).scalar() == 0
    assert len(reading.events(store, role="command")) == 10


def test_two_programs_that_make_the_same_store_at_once_both_get_it(settings, tmp_path):
    script = (
        "import sys; from geodata.settings import Settings; from geodata.store.engine import open_store\n"
        "open_store(Settings.from_environment({'PANJ_DATA': sys.argv[1]}), create=True)"
    )
    both = [subprocess.Popen([sys.executable, "-c", script, str(settings.data)], stderr=subprocess.PIPE, text=True) for _ in range(3)]
    told = [program.communicate(timeout=120)[1] for program in both]
    assert [program.returncode for program in both] == [0, 0, 0], told


def test_imports_that_run_at_the_same_time_take_turns_and_all_of_their_files_are_saved(settings, events, batch):
    def import_three(who: int) -> None:
        engine = open_store(settings, create=True)
        for number in range(3):
            seed = 10 * who + number
            save_file(engine, batch(f"{seed}.csv", events(200, seed=seed)))
        engine.dispose()

    with ThreadPoolExecutor(3) as imports:
        list(imports.map(import_three, range(3)))
    engine = open_store(settings, create=False)
    assert len(reading.files(engine, role="command")) == 9
    assert len(reading.events(engine, role="command")) == 1800
    engine.dispose()
