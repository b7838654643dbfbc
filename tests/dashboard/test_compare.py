"""The compare page without a browser: both sides in one address, the numbers of the command page, sentences in three languages."""

import re
from dataclasses import replace

import pytest

from dashboard.compared import Compared
from dashboard.view_state import ViewState

LANGUAGES = ("en", "ru", "tg")
PERIODS = "p=2024-01..2024-06&p2=2023-01..2023-06"


def asked(app, code, query):
    answer = app.server.test_client().get(f"/{code}/data/compare?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def said(told):
    rows = [text for row in told["sections"] for text in row["words"]]
    return [told["sentence"], told["test"], told["detail"], told["place"]["text"], told["rule"], *rows]


def in_months(events, first, last, drug=None):
    """Distinct events of the region that lie wholly in the months."""
    chosen = events[events["in_region"].astype(bool)]
    if drug:
        chosen = chosen[chosen["drug"] == drug]
    inside = (chosen["happened_from"].str[:7] >= first) & (chosen["happened_to"].str[:7] <= last)
    return chosen.loc[inside.fillna(False), "event_id"].nunique()


def test_an_address_says_both_sides_and_shares_all_but_what_differs():
    values = {"d": "heroin", "c": "TJK", "p": "2024-01..2024-03", "p2": "2023-01..2023-03", "d2": "opium", "m": "kg", "s": "post:x"}
    right = replace(ViewState.from_query(values), picked="")
    period = Compared.from_query(values)
    assert period.right == right and period.left == replace(right, first="2023-01", last="2023-03")
    drug = Compared.from_query(values | {"by": "drug"})
    assert drug.right == right and drug.left == replace(right, drugs=("opium",))
    measure = Compared.from_query(values | {"by": "measure"})
    assert (measure.left.measure, measure.right.measure) == ("n", "kg") and measure.left == replace(measure.right, measure="n")


@pytest.mark.parametrize("query", [PERIODS, f"d=heroin&{PERIODS}", "by=drug&d=heroin&d2=opium&p=2022-01..2024-12"])
def test_the_numbers_are_those_of_counting_the_store(client, generated, generated_events, query):
    told = asked(client(generated, "command"), "en", query)
    compared = Compared.from_query(dict(part.split("=") for part in query.split("&")))
    sides = (compared.right, compared.left)
    expected = [in_months(generated_events, side.first, side.last, side.drugs[0] if side.drugs else None) for side in sides]
    assert [int(n.replace(",", "")) for n in re.findall(r"([\d,]+) events?", told["sentence"])] == expected


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("query", [PERIODS, f"{PERIODS}&m=kg", "by=drug&d=heroin&d2=opium", "by=measure", "by=measure&d=heroin"])
def test_sentences_are_whole_in_every_language(client, generated, code, query):
    told = asked(client(generated, "command"), code, query)
    english = asked(client(generated, "command"), "en", query)
    assert told["p"] == english["p"] and told["place"]["alike"] == english["place"]["alike"]
    assert [row["left"] for row in told["sections"]] == [row["left"] for row in english["sections"]]
    for text in said(told):
        assert "{" not in text and "nan" not in text.lower() and "None" not in text
        assert code == "en" or not re.search("[A-Za-z]{4,}", text), text
    assert told["sentence"].endswith(".") and told["rule"].endswith(".")


def test_two_periods_are_tested_and_two_drugs_are_not(client, generated):
    app = client(generated, "command")
    periods = asked(app, "en", PERIODS)
    assert 0 < periods["p"] <= 1 and "chance" in periods["test"].lower()
    drugs = asked(app, "en", "by=drug&d=heroin&d2=opium")
    assert drugs["p"] is None and drugs["test"] == "" and "not tested" in drugs["detail"]
    unequal = asked(app, "en", "p=2024-01..2024-06&p2=2023-01..2023-03")
    assert unequal["p"] is None and "different length" in unequal["test"]


def test_a_period_against_itself_differs_in_nothing(client, generated):
    told = asked(client(generated, "command"), "en", "p=2023-01..2023-12&p2=2023-01..2023-12")
    assert told["place"]["alike"] == pytest.approx(1) and not any(row["differs"] for row in told["sections"])
    assert all(row["left"] == row["right"] for row in told["sections"])


@pytest.mark.parametrize(
    "query",
    [
        "p=1950-01..1950-02&p2=1949-01..1949-02",
        "d=poppy_straw&by=drug&d2=nothing",
        "p=2024-01..2024-03&p2=1990-01..1990-03",
        "by=what&p=x",
        "a=nobody",
    ],
)
@pytest.mark.parametrize("store", ["generated", "real"])
def test_little_or_nothing_is_said_not_crashed_on(client, request, query, store):
    told = asked(client(request.getfixturevalue(store), "command"), "en", query)
    assert told["sentence"] and "nan" not in " ".join(said(told)).lower()


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_is_in_the_language_of_its_address(client, generated, code):
    answer = client(generated, "command").server.test_client().get(f"/{code}/compare?d=heroin")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200 and f'<html lang="{code}"' in page and 'class="generated"' in page
    assert "http://" not in page.replace("http://www.w3.org", "") and "https://" not in page


def test_the_page_asks_for_its_language_first(client, generated):
    answer = client(generated, "command").server.test_client().get("/compare?d=heroin", headers={"Accept-Language": "ru"})
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/ru/compare")


@pytest.mark.parametrize("role", ["donor", "public"])
@pytest.mark.parametrize("path", ["compare", "data/compare"])
def test_outsiders_get_a_sentence(client, generated, role, path):
    for code in LANGUAGES:
        answer = client(generated, role).server.test_client().get(f"/{code}/{path}?{PERIODS}")
        text = answer.get_data(as_text=True)
        assert answer.status_code == 403 and 20 < len(text) < 300 and "<" not in text
