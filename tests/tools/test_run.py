"""`make run` fills an empty store, and only an empty one."""

import sqlite3
from contextlib import closing

import pytest

from geodata.store.tables import METADATA
from tools import run as tool
from tools.environment import ToolProblem
from tools.run import main, needs_filling


def make_store(path, *statements):
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as store:
        for statement in statements:
            store.execute(statement)
        store.commit()


def test_a_fresh_checkout_has_a_store_to_fill(tmp_path):
    assert needs_filling({}, tmp_path)


def test_a_store_without_a_file_is_filled(tmp_path):
    make_store(tmp_path / "data" / "panj.sqlite")
    assert needs_filling({}, tmp_path)
    make_store(tmp_path / "data" / "panj.sqlite", "CREATE TABLE files (sha256 TEXT)")
    assert needs_filling({}, tmp_path)


def test_a_store_with_a_file_is_left_alone(tmp_path):
    make_store(tmp_path / "elsewhere" / "panj.sqlite", "CREATE TABLE files (sha256 TEXT)", "INSERT INTO files VALUES ('ab')")
    assert not needs_filling({"PANJ_DATA": "elsewhere"}, tmp_path)
    assert needs_filling({}, tmp_path)


def test_a_filling_that_was_cut_short_is_taken_up(tmp_path):
    make_store(tmp_path / "data" / "panj.sqlite", "CREATE TABLE files (sha256 TEXT)", "INSERT INTO files VALUES ('ab')")
    (tmp_path / "data" / "filling-unfinished").touch()
    assert needs_filling({}, tmp_path)


def test_a_damaged_store_is_left_for_the_page_to_speak_of(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "panj.sqlite").write_bytes(b"no database at all " * 100)
    assert not needs_filling({}, tmp_path)


def test_another_database_is_asked_by_the_etl(tmp_path):
    assert needs_filling({"DATABASE_URL": "postgresql+psycopg://panj@localhost/panj"}, tmp_path)


def test_the_table_that_is_asked_is_one_that_the_store_has():
    assert "files" in METADATA.tables


@pytest.fixture
def steps(tmp_path, monkeypatch):
    """The tool on a checkout of its own, with every program replaced by a note of its arguments."""
    ran: list[list[str]] = []
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(tool, "needs_filling", lambda env: needs_filling(env, tmp_path))
    monkeypatch.setattr(tool, "ensure", lambda *lists: "python")
    monkeypatch.setattr(tool, "run", lambda command, environment: ran.append([environment.get("PANJ_DATA", ""), *command[2:]]) or 0)
    monkeypatch.setattr(tool, "_start", lambda command, env: ran.append([env.get("PANJ_DATA", ""), *command[2:]]) or 0)
    return tmp_path, ran


def test_the_first_start_loads_and_opens_the_page_and_the_second_only_opens_it(steps):
    root, ran = steps
    assert main([]) == 0
    make_store(root / "data" / "panj.sqlite", "CREATE TABLE files (sha256 TEXT)", "INSERT INTO files VALUES ('ab')")
    assert main([]) == 0
    assert ran == [["", "etl", "run"], ["", "dashboard"], ["", "dashboard"]]


def test_the_demonstration_has_a_folder_of_its_own_even_where_another_database_is_set(steps, monkeypatch):
    _, ran = steps
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://panj@localhost/panj")
    assert main(["--demo", "--events", "50", "--seed", "7"]) == 0
    assert ran == [["demo-data", "etl", "demo", "--events", "50", "--seed", "7"], ["demo-data", "dashboard"]]


def test_a_failed_filling_is_one_sentence_and_is_tried_again(steps, monkeypatch):
    root, _ = steps
    monkeypatch.setattr(tool, "run", lambda command, environment: 2)
    with pytest.raises(ToolProblem, match="The store was not filled"):
        main([])
    assert needs_filling({}, root)
