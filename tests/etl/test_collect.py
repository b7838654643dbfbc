import errno
import hashlib
import os
from pathlib import Path

import pytest

from etl.collect import collect
from geodata.errors import BadFile, StoreProblem


def test_the_kept_bytes_are_the_bytes_that_came_and_are_named_by_their_sha256(tmp_path: Path):
    file = tmp_path / "reports.csv"
    file.write_bytes(b"\xef\xbb\xbfa;b\r\n1;2\r\n" * 300_000)
    kept = collect(file, tmp_path / "raw")
    assert kept.path.read_bytes() == file.read_bytes()
    assert kept.path.name == kept.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (kept.name, kept.size) == ("reports.csv", file.stat().st_size)


def test_the_same_bytes_under_two_names_are_kept_once(tmp_path: Path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("a\n1\n")
        collect(tmp_path / name, tmp_path / "raw")
    assert len(list((tmp_path / "raw").iterdir())) == 1


def test_an_empty_file_is_refused_and_leaves_nothing(tmp_path: Path):
    (tmp_path / "empty.csv").touch()
    with pytest.raises(BadFile, match=r"empty\.csv is empty"):
        collect(tmp_path / "empty.csv", tmp_path / "raw")
    assert list((tmp_path / "raw").iterdir()) == []


@pytest.mark.parametrize(("name", "says"), [("missing.csv", "There is no file"), ("folder", "is a folder"), ("pipe", "no regular file")])
def test_what_is_no_file_is_refused_in_one_sentence(tmp_path: Path, name: str, says: str):
    (tmp_path / "folder").mkdir()
    if name == "pipe":
        if not hasattr(os, "mkfifo"):
            pytest.skip("this system has no named pipes")
        os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadFile, match=says):
        collect(tmp_path / name, tmp_path / "raw")
    assert not (tmp_path / "raw").exists()


def test_a_file_that_may_not_be_read_is_refused_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "secret.csv"
    file.write_text("a\n1\n")

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(file))

    monkeypatch.setattr(Path, "open", refuse)  # root may read everything, so that a mode of 000 would test nothing
    with pytest.raises(BadFile, match="may not be read by this user"):
        collect(file, tmp_path / "raw")


def test_a_full_disk_is_one_sentence_and_leaves_no_unfinished_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "reports.csv"
    file.write_text("a\n1\n")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreProblem, match="is full: nothing was changed"):
        collect(file, tmp_path / "raw")
    assert list((tmp_path / "raw").iterdir()) == []


def test_a_copy_left_by_a_killed_run_is_swept_and_one_being_written_is_not(tmp_path: Path):
    fcntl = pytest.importorskip("fcntl", reason="this system locks open files by itself")
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / ".incoming-dead").write_bytes(b"half")
    (tmp_path / "reports.csv").write_text("a\n1\n")
    with (raw / ".incoming-alive").open("wb") as alive:
        fcntl.flock(alive.fileno(), fcntl.LOCK_EX)
        collect(tmp_path / "reports.csv", raw)
        assert (raw / ".incoming-alive").exists()
    assert not (raw / ".incoming-dead").exists()
