"""What cannot be used is one clear sentence, exit code 2, and nothing half-written: neither in the store nor beside it."""

import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from etl.__main__ import main
from geodata.settings import Settings
from geodata.store import engine as store_engine

pytestmark = pytest.mark.whole
ROOT = Path(__file__).resolve().parents[2]
HEADER = "COUNTRY;ADMINISTRATIVE_DIVISION;PLACE;SEIZURE_DATE;DRUG_NAME;AMOUNT;DRUG_UNIT\n"
GOOD = "Colombia;;Bogota;2016-03-01;Heroin;2.5;Kilogram\n"  # outside the region: nothing has to be located
Etl = Callable[..., tuple[int, str, str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def etl(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Etl:
    monkeypatch.setenv("PANJ_DATA", str(data))

    def etl(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return etl


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "ids.csv"
    file.write_text(HEADER + GOOD)
    return file


def refused(result: tuple[int, str, str], *says: str) -> None:
    """Exit code 2 and one sentence of one line on stderr that says all of this; nothing on stdout."""
    code, out, err = result
    assert (code, out) == (2, "")
    assert err.count("\n") == 1, err
    assert "Traceback" not in err
    for words in says:
        assert words in err


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file() and "cache" not in path.parts}


def zip_of(path: Path, **members: str) -> bytes:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("_", "."), text)
    return path.read_bytes()


UNUSABLE = {
    "missing column": (b"COUNTRY;PLACE\nTajikistan;Vose\n", "lacks the column"),
    "empty": (b"", "is empty"),
    "header only": (HEADER.encode(), "no rows"),
    "binary": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "was wanted"),
    "another feed": (b"event_id,date\nR1,2016-01-01\n", "lacks the column"),
}


@pytest.mark.parametrize("case", [*UNUSABLE, "broken zip", "zip without a table"])
@pytest.mark.parametrize("has_store", [False, True], ids=["no store yet", "beside a store"])
def test_an_unusable_file_is_one_sentence_and_leaves_everything_as_it_was(
    etl: Etl, data: Path, file: Path, tmp_path: Path, case: str, has_store: bool
):
    if has_store:
        assert etl("run", "--feed", "unodc_ids", file)[0] == 0
    before = contents(data)
    bad = tmp_path / "bad.zip"
    if case in UNUSABLE:
        content, says = UNUSABLE[case]
    elif case == "broken zip":
        content, says = zip_of(bad, ids_csv=HEADER + GOOD * 500)[:-40], "zip"
    else:
        content, says = zip_of(bad, notes_pdf="x"), "without a table"
    bad.write_bytes(content)
    refused(etl("run", "--feed", "unodc_ids", bad), "bad.zip", says)
    assert contents(data) == before


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_what_is_no_file_is_one_sentence(etl: Etl, data: Path, tmp_path: Path, name: str):
    refused(etl("run", "--feed", "unodc_ids", tmp_path / name), "was wanted")
    assert contents(data) == {}


def test_a_feed_without_a_file_and_a_file_without_a_feed_are_refused(etl: Etl, file: Path):
    refused(etl("run", "--feed", "unodc_ids"), "A feed came without a file", "press_reports")
    refused(etl("run", file), "A file came without its feed", "FILE")


def test_a_setting_that_cannot_be_used_is_one_sentence(etl: Etl, file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PANJ_REGION", "Tajikistan")
    refused(etl("run", "--feed", "unodc_ids", file), "PANJ_REGION", "TJK,AFG,UZB")


def test_a_corrupt_store_is_named_and_not_touched(etl: Etl, data: Path, file: Path):
    assert etl("run", "--feed", "unodc_ids", file)[0] == 0
    store = data / "panj.sqlite"
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(store.read_bytes())
    content[100:] = b"\x5a" * (len(content) - 100)
    store.write_bytes(content)
    before = contents(data)
    refused(etl("run", "--feed", "unodc_ids", file), "panj.sqlite", "raw")
    assert {name: kept for name, kept in contents(data).items() if not name.endswith(("-wal", "-shm"))} == before


def test_a_store_that_is_no_database_is_named_and_not_touched(etl: Etl, data: Path, file: Path):
    (data / "panj.sqlite").write_text("these are my notes, please keep them\n" * 20)
    refused(etl("run", "--feed", "unodc_ids", file), "panj.sqlite")
    assert (data / "panj.sqlite").read_text().startswith("these are my notes")


def test_a_locked_store_is_one_sentence_after_a_while(etl: Etl, data: Path, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert etl("run", "--feed", "unodc_ids", file)[0] == 0
    other = tmp_path / "other.csv"
    other.write_text(HEADER + GOOD.replace("2.5", "7"))
    open_patiently = store_engine.open_store

    def open_briefly(settings: Settings, *, create: bool) -> object:
        return open_patiently(settings, create=create, busy_seconds=0.2)  # nobody wants to wait half a minute in a test

    monkeypatch.setattr("etl.save.open_store", open_briefly)
    with closing(sqlite3.connect(data / "panj.sqlite", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        refused(etl("run", "--feed", "unodc_ids", other), "held by another program")
        holder.execute("ROLLBACK")
    assert etl("run", "--feed", "unodc_ids", other)[0] == 0


def test_real_reports_are_not_mixed_with_generated_ones(etl: Etl, data: Path, file: Path):
    engine = store_engine.open_store(Settings.from_environment({"PANJ_DATA": str(data)}), create=True)
    try:
        from geodata.store.writing import mark_generated

        mark_generated(engine)
    finally:
        engine.dispose()
    refused(etl("run", "--feed", "unodc_ids", file), "generated", "PANJ_DATA")


# A disk that is full, and rights that are missing: the real thing, in a process of its own


def run_etl(data: Path, *arguments: object) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "etl", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PANJ_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB. Only root may mount one; others are told so, and the store's own test of a full database still runs."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux may mount a small disk; test_a_store_that_may_not_grow_saves_nothing covers the rest")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"this machine lets not even root mount a disk: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("rows", [60_000, 12_000], ids=["no room for the bytes", "no room for the store"])
def test_a_full_disk_is_one_sentence_and_leaves_no_half_of_a_file(small_disk: Path, tmp_path: Path, rows: int):
    big = tmp_path / "big.csv"
    big.write_text(HEADER + "".join(GOOD.replace("2.5", str(i + 1)) for i in range(rows)))
    refused(run_etl(small_disk, "run", "--feed", "unodc_ids", big), "full", "nothing")
    assert not list((small_disk / "raw").glob(".incoming-*"))
    if (small_disk / "panj.sqlite").exists():
        with closing(sqlite3.connect(small_disk / "panj.sqlite")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            # Where not even the empty tables had room there are none; a half of them would be a half of a store.
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            assert not tables or {"events", "files", "runs", "rejected"} <= tables
            assert all(
                connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,) for table in tables - {"meta", "alembic_version"}
            )
    subprocess.run(["mount", "-o", "remount,size=60m", str(small_disk)], check=True)
    small = tmp_path / "small.csv"
    small.write_text(HEADER + GOOD)
    code, _, said = run_etl(small_disk, "run", "--feed", "unodc_ids", small)
    assert code == 0, f"with room again it goes on: {said}"


def test_a_store_that_may_not_grow_saves_nothing(etl: Etl, data: Path, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert etl("run", "--feed", "unodc_ids", file)[0] == 0
    big = tmp_path / "big.csv"
    big.write_text(HEADER + "".join(GOOD.replace("2.5", str(i + 1)) for i in range(5_000)))
    open_store = store_engine.open_store

    def open_full(settings: Settings, *, create: bool) -> object:
        engine = open_store(settings, create=create)

        @store_engine.sa.event.listens_for(engine, "begin")
        def _(connection: object) -> None:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 5}")

        return engine

    monkeypatch.setattr("etl.save.open_store", open_full)
    refused(etl("run", "--feed", "unodc_ids", big), "disk is full", "nothing of this file was saved")
    monkeypatch.setattr("etl.save.open_store", open_store)
    code, out, _ = etl("run", "--feed", "unodc_ids", big)
    assert (code, "rows in 5000 = events 0 + outside region 5000" in out) == (0, True), "nothing of the first try was left"


AS_NOBODY = """
import os, sys
from etl.__main__ import main
import etl.pipeline, etl.closing, etl.progress, sqlalchemy.dialects.sqlite
if os.geteuid() == 0:  # root may do everything; everything is imported, and now the rights go
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no modes; test_collect plants the refusal instead")
def test_missing_rights_are_one_sentence(data: Path, file: Path, tmp_path: Path):
    def run(*arguments: object) -> tuple[int, str, str]:
        command = [sys.executable, "-c", AS_NOBODY, *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PANJ_DATA": str(data)}, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout, done.stderr

    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and "pytest-" in str(folder):
            folder.chmod(0o755)  # so that the way there is open to everybody, and only the folder itself is not
    data.chmod(0o555)
    refused(run("run", "--feed", "unodc_ids", file), "cannot be kept in", "writable")
    data.chmod(0o777)
    file.chmod(0o000)
    refused(run("run", "--feed", "unodc_ids", file), "may not be read")
