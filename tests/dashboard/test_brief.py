"""The brief: what the tabs say, on one sheet; nothing of it for outsiders."""

import re

import pytest

from dashboard.answers import brief as sheet
from dashboard.language import language


def ask(client, settings, role="command", path="/en/brief"):
    return client(settings, role).server.test_client().get(path)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", " ", page, flags=re.S)))


@pytest.mark.parametrize("code", ["en", "ru", "tg"])
@pytest.mark.parametrize("query", ["", "?p=1999-01..1999-02", "?d=heroin&m=kg", "?o=tj-khatlon", "?o=tj-sughd"])
def test_every_view_has_a_brief_in_three_languages(client, real, code, query):
    answer = ask(client, real, path=f"/{code}/brief{query}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200 and f'<html lang="{code}">' in page
    told = words(page)
    assert language(code)("caveat.seizures") in told
    assert page.count("<li><b>") == 5
    assert not re.search(r"\bNone\b|\bnan\b|\{[a-z]+\}|brief\.[a-z]", told)
    assert "<svg" in page


def test_the_brief_says_what_the_tabs_say(client, real):
    page = words(ask(client, real).get_data(as_text=True))
    app = client(real, "command").server.test_client()
    for name in ("changes", "silent", "proof"):
        lead = app.get(f"/en/data/{name}").get_json()["lead"]
        assert re.sub(r"\s+", " ", lead).replace("&", "&amp;") in page


@pytest.mark.parametrize("sector", ["tj-khatlon", "tj-sughd"])
def test_the_brief_of_a_sector_says_what_the_tabs_say_of_it_and_whose_numbers_they_are(client, generated, sector):
    app = client(generated, "command").server.test_client()
    page = words(ask(client, generated, path=f"/en/brief?o={sector}").get_data(as_text=True))
    for name in ("changes", "silent", "proof"):
        told = app.get(f"/en/data/{name}?o={sector}").get_json()
        assert re.sub(r"\s+", " ", told["lead"]).replace("&", "&amp;") in page
        assert told["whose"] in page
    assert "Numbers: " in page


@pytest.mark.parametrize("role", ["planner"])
def test_insiders_have_it(client, real, role):
    assert ask(client, real, role).status_code == 200


@pytest.mark.parametrize("role", ["donor", "public"])
def test_outsiders_get_a_sentence_and_nothing_of_the_sheet(client, real, role):
    answer = ask(client, real, role)
    assert answer.status_code == 403 and "<" not in answer.get_data(as_text=True)


def test_generated_events_are_called_so_on_the_sheet(client, generated):
    assert language("ru")("generated.banner") in words(ask(client, generated, path="/ru/brief").get_data(as_text=True))


def test_an_address_without_a_language_is_sent_to_one(client, real):
    answer = client(real, "command").server.test_client().get("/brief", headers={"Accept-Language": "ru"})
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/ru/brief")


def item(text: str, **more):
    return {"tone": "plain", "sign": "·", "text": text, "detail": "", **more}


def test_news_and_changes_share_the_room():
    woven = sheet._woven(["a", "b"], ["1", "2", "3", "4"])
    assert woven == ["a", "1", "b", "2", "3", "4"]


def test_an_alert_called_false_or_gone_is_not_on_the_sheet():
    alerts = {
        "groups": [
            {"items": [item("stands", alert={"is_standing": True}), item("false", alert={"is_standing": True}, verdict="false")]},
            {"items": [item("over", alert={"is_standing": False})]},
        ]
    }
    assert [found["text"] for found in sheet._standing(alerts)] == ["stands"]


def test_what_does_not_fit_is_counted():
    part = sheet._part("alerts", sheet._lines([item(str(k)) for k in range(7)], 3), 7, language("en"))
    assert len(part["lines"]) == 3 and part["n_more"] == 4
