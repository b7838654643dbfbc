import errno
import hashlib
import io
import socket
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from etl import fetch as fetching
from etl.fetch import SOURCES, Source, fetch, fetch_source
from etl.progress import no_progress
from geodata.errors import BadFile, NoNetwork, StoreProblem
from geodata.settings import Settings

Answer = tuple[int, dict[str, str], bytes]


def zipped(text: str = "Хоруғ") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("TJ.txt"), text)
    return buffer.getvalue()


def file(body: bytes, **headers: str) -> Answer:
    return 200, {"Content-Type": "application/zip", "Content-Length": str(len(body)), **headers}, body


class Server(ThreadingHTTPServer):
    """Answers what a test tells it to; remembers what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.agents: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.agents.append(self.headers["User-Agent"])
        status, headers, body = self.server.answers.get(urlsplit(self.path).path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def geonames(server: Server) -> Server:
    server.answers = {urlsplit(url).path: file(zipped()) for url in SOURCES["geonames"].urls}
    return server


FIRST = urlsplit(SOURCES["geonames"].urls[0]).path


def get(server: Server, settings: Settings, source: str = "geonames") -> tuple[list[Path], list[str]]:
    said: list[str] = []
    return fetch(source, settings, base_url=server.url, tell=said.append), said


def left_behind(settings: Settings) -> list[str]:
    return [path.name for path in settings.data.rglob("*") if path.is_file()]


def test_every_file_of_a_source_is_kept_with_its_checksum(geonames: Server, settings: Settings):
    paths, said = get(geonames, settings)
    assert [path.name for path in paths] == ["TJ.zip", "AF.zip", "UZ.zip", "KG.zip", "KZ.zip", "TM.zip"]
    for path in paths:
        assert path.read_bytes() == zipped()
        assert path.with_name(path.name + ".sha256").read_text() == f"{hashlib.sha256(zipped()).hexdigest()}  {path.name}\n"
    assert all("new" in line for line in said) and len(said) == 6
    assert set(geonames.agents) == {"Panj"}


def test_a_file_that_changed_upstream_is_said(geonames: Server, settings: Settings):
    get(geonames, settings)
    geonames.answers[FIRST] = file(zipped("Хорог"))
    _, said = get(geonames, settings)
    assert "changed upstream" in said[0] and all("the same as before" in line for line in said[1:])


def test_files_linked_on_a_page_of_the_same_host_are_fetched(server: Server, settings: Settings):
    page = b'<a href="/files/ids_2024.csv">IDS</a> <a href="http://elsewhere.example/x.zip">x</a>'
    for path in SOURCES["unodc"].pages:
        server.answers[urlsplit(path).path] = (200, {"Content-Type": "text/html"}, page)
    server.answers["/files/ids_2024.csv"] = (200, {"Content-Type": "text/csv"}, b"COUNTRY;PLACE\n")
    paths, _ = get(server, settings, "unodc")
    assert [path.name for path in paths] == ["ids_2024.csv"]


def test_a_page_without_files_says_what_to_do(server: Server, settings: Settings):
    server.answers = {urlsplit(page).path: (200, {"Content-Type": "text/html"}, b"<p>moved</p>") for page in SOURCES["unodc"].pages}
    with pytest.raises(BadFile, match="by hand"):
        get(server, settings, "unodc")


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ((404, {}, b""), BadFile, "answered 404"),
        ((403, {}, b""), BadFile, "answered 403"),
        ((503, {}, b""), NoNetwork, "has trouble"),
        (file(b"<html>login</html>", **{"Content-Type": "text/html; charset=utf-8"}), BadFile, "a web page"),
        (file(b"  <!DOCTYPE html><p>login</p>"), BadFile, "a web page"),
        (file(b""), BadFile, "with nothing"),
        (file(zipped()[:60]), BadFile, "no whole zip"),
        (file(b"place;name\n"), BadFile, "no whole zip"),
        (file(zipped(), **{"Content-Length": "100000"}), NoNetwork, "stopped after"),
        ((302, {"Location": "https://127.0.0.1/TJ.zip"}, b""), BadFile, "not followed"),
        ((302, {"Location": "ftp://127.0.0.1/TJ.zip"}, b""), BadFile, "not followed"),
        ((302, {"Location": FIRST}, b""), BadFile, "302"),
    ],
    ids=[
        "missing", "forbidden", "broken-server", "html", "html-called-zip", "empty", "cut-zip", "no-zip", "short-body", "redirect-https",
        "redirect-ftp", "redirect-loop",
    ],
)  # fmt: skip
def test_anything_but_the_file_is_one_clear_sentence_and_keeps_nothing(
    geonames: Server, settings: Settings, answer: Answer, error: type[Exception], words: str
):
    geonames.answers[FIRST] = answer
    with pytest.raises(error, match=words) as raised:
        get(geonames, settings)
    assert "\n" not in str(raised.value)
    assert left_behind(settings) == []


def test_a_damaged_file_does_not_replace_a_good_one(geonames: Server, settings: Settings):
    paths, _ = get(geonames, settings)
    geonames.answers[FIRST] = file(zipped()[:60])
    with pytest.raises(BadFile):
        get(geonames, settings)
    assert paths[0].read_bytes() == zipped()
    assert not [name for name in left_behind(settings) if name.startswith(".incoming")]


def test_a_file_too_large_to_be_the_right_one_is_stopped(geonames: Server, settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fetching, "MOST_BYTES", 50)
    with pytest.raises(BadFile, match="larger than 50 bytes"):
        get(geonames, settings)
    assert left_behind(settings) == []


def test_a_published_checksum_is_binding(server: Server, settings: Settings):
    source = Source("own", "a test", "none", ("https://example.org/a.zip",), checksums="https://example.org/SHA256SUMS")
    server.answers["/a.zip"] = file(zipped())

    def run(digest: str) -> list[Path]:
        server.answers["/SHA256SUMS"] = (200, {}, f"{digest} *a.zip\n".encode())
        return fetch_source(source, settings, base_url=server.url, progress=no_progress, tell=lambda _: None)

    with pytest.raises(BadFile, match="its publisher says"):
        run("0" * 64)
    assert left_behind(settings) == []
    assert run(hashlib.sha256(zipped()).hexdigest())[0].read_bytes() == zipped()


def test_without_a_network_one_sentence_says_so(settings: Settings):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(NoNetwork, match=r"cannot be reached .*a network was wanted"):
            fetch("geonames", settings, base_url=f"http://127.0.0.1:{unused.getsockname()[1]}", tell=lambda _: None)
    assert left_behind(settings) == []


def test_a_server_that_falls_silent_is_given_up(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fetching, "TIMEOUT_S", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(NoNetwork, match=r"no answer in 0\.2 seconds"):
            fetch("geonames", settings, base_url=f"http://127.0.0.1:{silent.getsockname()[1]}", tell=lambda _: None)


def test_a_full_disk_is_one_sentence_and_keeps_nothing(geonames: Server, settings: Settings, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fetching.os, "fsync", full)
    with pytest.raises(StoreProblem, match=r"is full: nothing of this file was kept"):
        get(geonames, settings)
    assert left_behind(settings) == []


@pytest.mark.parametrize("url", ["http://example.org", "ftp://127.0.0.1", "file:///etc"])
def test_only_https_is_asked_outside_of_this_machine(settings: Settings, url: str):
    with pytest.raises(BadFile, match="no https address"):
        fetch("geonames", settings, base_url=url, tell=lambda _: None)


def test_a_link_cannot_leave_the_folder():
    for url in ("https://x/..%2f..%2fpasswd.zip", "https://x/a/..%5c..%5cb.zip", "https://x/.hidden.zip"):
        name = fetching._file_name(url)
        assert "/" not in name and "\\" not in name and not name.startswith(".")


def test_an_unknown_source_is_answered_with_those_there_are(settings: Settings):
    with pytest.raises(BadFile, match=r"geonames, natural_earth, unodc"):
        fetch("geoname", settings)


def test_list_says_what_there_is_and_under_which_licence(settings: Settings):
    said: list[str] = []
    assert fetch("list", settings, tell=said.append) == []
    assert len(said) == len(SOURCES) and "CC BY 4.0" in said[0]


def test_every_source_is_named_once_and_asks_https():
    for name, source in SOURCES.items():
        assert name == source.name and (source.urls or source.pages) and source.licence
        assert all(url.startswith("https://") for url in (*source.urls, *source.pages))


def test_progress_reaches_its_end(geonames: Server, settings: Settings, capsys: pytest.CaptureFixture[str]):
    seen: list[tuple[int, int]] = []
    fetch("geonames", settings, base_url=geonames.url, progress=lambda _, done, total: seen.append((done, total)))
    assert seen[-1] == (6, 6)
    assert capsys.readouterr().out.count("\n") == 6
