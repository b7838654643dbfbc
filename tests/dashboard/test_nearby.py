"""A large answer goes unpacked to a browser on this machine, and packed to everybody else; both get the same bytes."""

import gzip

import pytest

from dashboard import routes


@pytest.mark.parametrize(
    ("address", "headers", "is_plain"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("10.0.0.7", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "10.0.0.7"}, False),
        ("127.0.0.1", {"Via": "1.1 gate"}, False),
    ],
)
def test_only_a_browser_on_this_machine_gets_a_large_answer_as_it_is(client, generated, monkeypatch, address, headers, is_plain):
    monkeypatch.setattr(routes, "LARGE", 1000)
    server = client(generated).server.test_client()
    answer = server.get("/en/data/view", headers=headers, environ_overrides={"REMOTE_ADDR": address})
    assert answer.status_code == 200 and (answer.headers.get("Content-Encoding") is None) == is_plain
    plain = answer.data if is_plain else gzip.decompress(answer.data)
    assert plain == server.get("/en/data/view", environ_overrides={"REMOTE_ADDR": "127.0.0.1"}).data


def test_a_small_answer_is_packed_for_everybody(client, generated, monkeypatch):
    monkeypatch.setattr(routes, "LARGE", 10**9)
    answer = client(generated).server.test_client().get("/en/data/view", environ_overrides={"REMOTE_ADDR": "127.0.0.1"})
    assert answer.headers["Content-Encoding"] == "gzip" and gzip.decompress(answer.data)
