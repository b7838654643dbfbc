"""What is said when something is missing, broken or forbidden: a sentence that tells what to do, never a stack trace."""

import sqlite3
import subprocess
import sys

import pytest

from tests.browser.serving import ROOT, clean_environment

#: What a program prints when nobody thought of a reader.
TRACE = ("Traceback", "sqlite3.", "sqlalchemy", "Error:", "Exception", ".py")


def start_and_fail(data, **settings: str) -> str:
    """`python -m dashboard` that is not to start: its sentence, after exit code 2."""
    done = subprocess.run(
        [sys.executable, "-m", "dashboard"], cwd=ROOT, env=clean_environment(PANJ_DATA=str(data), **settings), capture_output=True,
        text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2, done.stdout + done.stderr
    assert not any(word in done.stderr for word in TRACE), done.stderr
    assert done.stderr.strip().count("\n") == 0 and len(done.stderr) > 60, "one sentence was wanted"
    return done.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
def test_the_server_refuses_to_listen_on_anything_but_this_machine(data, host):
    said = start_and_fail(data, PANJ_HOST=host)
    assert "PANJ_HOST" in said and host in said and "127.0.0.1" in said


def test_a_wrong_role_and_a_taken_port_are_sentences(data, server):
    assert "PANJ_ROLE" in start_and_fail(data, PANJ_ROLE="general")
    said = start_and_fail(data, PANJ_PORT=str(server.port))
    assert str(server.port) in said and "PANJ_PORT" in said


@pytest.mark.parametrize("name", ["evil.example", "evil.example:8050", "127.0.0.1.evil.example", "192.168.1.5", ""])
def test_a_request_that_names_another_host_is_refused_on_every_address(server, name):
    for path in ("/", "/en/", "/en/data/view", "/en/download/events.csv", "/en/_dash-layout", "/data/ground/land.json"):
        answer = server.ask(path, headers={"Host": name})
        assert answer.status in (400, 421), path
        assert b"Tajik" not in answer.body and len(answer.body) < 500


def test_no_answer_lets_a_browser_send_anything_elsewhere(server):
    for path in ("/en/", "/en/data/view", "/assets/core.js"):
        policy = server.ask(path).headers["content-security-policy"]
        assert "default-src 'self'" in policy and "http:" not in policy and "https:" not in policy and "*" not in policy


def test_an_empty_store_says_what_to_do_and_the_page_shows_reports_once_they_are_there(open_page, start, fresh_data):
    from tests.browser.conftest import etl

    folder = fresh_data(False)
    page = open_page("/en/", on=start(folder))
    assert "python -m etl run" in page.text(".empty")
    assert page.run("() => panj.map.instance().isStyleLoaded()"), "the map stands there without a report"
    assert page.page.locator("#live-n").is_hidden() or page.text("#live-n") in ("0", "–")
    russian = page.open("/ru/")
    assert "python -m etl run" in russian.text(".empty") and "store" not in russian.text(".empty").lower()
    etl(folder, "run", "--quiet")
    page.page.wait_for_timeout(1200)
    page.open("/en/")
    assert page.page.locator(".empty").count() == 0 and page.figure("n") > 0


def test_a_store_that_breaks_while_the_page_is_open_is_a_sentence_on_the_page(open_page, start, fresh_data):
    folder = fresh_data(True)
    server = start(folder)
    page = open_page("/en/", on=server)
    page.allow("status of 5")
    for file in folder.glob("panj.sqlite*"):
        file.write_bytes(b"this is no store " * 5000)
    page.page.wait_for_timeout(1300)
    page.page.locator("#f-drugs").get_by_text("heroin", exact=True).click()
    page.page.wait_for_selector("#problem:not([hidden])")
    said = page.text("#problem p")
    assert "panj.sqlite" in said and "python -m etl run" in said
    assert not any(word in said for word in TRACE[:4]), said
    assert page.page.locator("#map canvas").first.is_visible(), "the last good map stays"
    for path in ("/en/data/view", "/en/download/events.csv", "/en/download/map.html", "/en/"):
        answer = server.ask(path)
        assert not any(word in answer.text for word in ("Traceback", "sqlalchemy", "sqlite3.")), path
    assert "Traceback" not in server.said(), server.said()[-2000:]
    page.page.locator("#problem-close").click()
    assert page.page.locator("#problem").is_hidden()


def test_a_store_that_is_corrupt_or_locked_at_the_start_is_one_sentence(fresh_data):
    folder = fresh_data(True)
    store = folder / "panj.sqlite"
    with sqlite3.connect(store, isolation_level=None) as holder:
        holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        said = start_and_fail(folder, PANJ_PORT="8399")
        holder.execute("ROLLBACK")
    holder.close()
    assert "panj.sqlite" in said or "store" in said
    store.write_bytes(b"this is no store " * 5000)
    assert "panj.sqlite" in start_and_fail(folder, PANJ_PORT="8399")


def test_a_server_that_went_away_is_said_on_the_page(open_page, start, data):
    server = start(data)
    page = open_page("/en/", on=server)
    # Which word Chromium has for it depends on when the server went: refused, reset, not connected, empty.
    page.allow(r"Failed to load resource: net::ERR_|Failed to fetch|Load failed")
    server.end()
    page.page.locator("#f-drugs").get_by_text("heroin", exact=True).click()
    page.page.wait_for_selector("#problem:not([hidden])")
    assert "make run" in page.text("#problem p")
