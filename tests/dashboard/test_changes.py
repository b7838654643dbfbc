"""Changes, silences and the nowcast as the page is told them: numbers against a recount, sentences in three languages, nobody outside."""

import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest

from dashboard.answers.differences import chance, one_of
from dashboard.answers.places import Places
from dashboard.language import LANGUAGES, language
from dashboard.user import User
from dashboard.view_state import ViewState
from geodata.store.arrivals import Arrivals

ITEM = {"tone", "sign", "text", "detail", "picks", "filters", "period", "id", "verdict", "p", "n", "before", "notable"}
QUESTIONS = (
    "",
    "d=heroin",
    "d=heroin&p=2024-01..2024-03",
    "p=2023-01..2024-12&m=kg",
    "p=1970-01..1970-02",
    "c=TJK&k=armed_clash",
    "d=khat",
)


def told(client, settings, name, question="", code="en", role="command"):
    answer = client(settings, role).server.test_client().get(f"/{code}/data/{name}?{question}")
    assert answer.status_code == 200, answer.data
    return answer.get_json()


@pytest.mark.parametrize("store", ["real", "generated"])
@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", ["changes", "silent", "nowcast"])
def test_every_answer_is_whole_sentences_in_the_shape_of_the_panel(request, client, store, name, code):
    settings = request.getfixturevalue(store)
    for question in QUESTIONS:
        answer = told(client, settings, name, question, code)
        assert {"lead", "groups", "tables", "caveats"} <= set(answer) and answer["lead"]
        texts = [answer["lead"], *answer["caveats"]]
        for group in answer["groups"]:
            texts += [group["title"], group["note"]]
            assert len(group["items"]) <= 12 and group["more"] >= 0
            for item in group["items"]:
                assert set(item) == ITEM and item["text"] and item["tone"] in ("hot", "cold", "silent", "new", "plain")
                texts += [item["text"], item["detail"]]
        for text in texts:
            assert "{" not in text and "nan" not in text.lower().split() and "None" not in text, text


@pytest.mark.parametrize("name", ["changes", "silent", "nowcast"])
@pytest.mark.parametrize("role", ["donor", "public"])
def test_outsiders_are_told_why_not(client, generated, name, role):
    answer = client(generated, role).server.test_client().get(f"/ru/data/{name}")
    assert answer.status_code == 403 and answer.get_data(as_text=True) == language("ru")("problem.statistics_insiders")


def recount(events: pd.DataFrame, first: str, last: str) -> int:
    """Events that are known to a month of the period, by the first row of each."""
    rows = events.drop_duplicates("event_id")
    month = rows["happened_from"].str[:7]
    single = rows["date_precision"].isin(("day", "month")) & (month == rows["happened_to"].str[:7])
    return int((single & (month >= first) & (month <= last)).sum())


@pytest.mark.parametrize("store", ["real", "generated"])
@pytest.mark.parametrize("drug", ["", "heroin", "opium"])
def test_the_compared_numbers_are_those_of_a_recount(request, client, store, drug):
    settings, events = request.getfixturevalue(store), request.getfixturevalue(f"{store}_events")
    chosen = events[events["drug"] == drug] if drug else events
    for period in ("2023-01..2023-03", "2022-07..2023-06"):
        answer = told(client, settings, "changes", f"p={period}" + (f"&d={drug}" if drug else ""))
        first, last = answer["period"].split("..")
        for compared in answer["comparisons"]:
            assert compared["now"] == recount(chosen, first, last)
            assert compared["before"] == recount(chosen, *compared["period"].split(".."))


def test_one_drug_one_quarter_is_read_against_the_same_quarter_of_the_year_before(client, generated):
    answer = told(client, generated, "changes", "d=heroin&p=2024-01..2024-03")
    assert answer["season"] == "2023-01..2023-03" and answer["before"] == "2023-10..2023-12"
    season = next(one for one in answer["comparisons"] if one["against"] == "season")
    # Some sources reported in one of the periods only: the lead speaks of the others, and says so.
    assert (season["compared_now"], season["compared_before"]) != (season["now"], season["before"])
    assert answer["lead"].startswith(f"Heroin, comparable records: {season['compared_now']} event")
    assert "Jan 2023" in answer["lead"].replace("\xa0", " ")
    assert len(answer["lead"]) <= 140 and answer["groups"][-1]["id"] == "all"


def test_a_year_has_no_other_season_and_drugs_are_compared_where_several_are_shown(client, generated):
    answer = told(client, generated, "changes")
    assert answer["season"] == "" and [one["against"] for one in answer["comparisons"]] == ["before"]
    groups = {group["id"]: group for group in answer["groups"]}
    assert {item["filters"]["d"] for item in groups["drugs"]["items"]} and all(
        i["picks"].startswith("section:") for i in groups["sections"]["items"]
    )
    p = [item["p"] for item in groups["drugs"]["items"]]
    assert p == sorted(p)


@pytest.mark.parametrize("question", ["", "p=2019-01..2019-12", "d=heroin&p=2021-01..2021-03"])
def test_what_chance_explains_and_what_is_long_silent_is_folded_below_what_is_news(client, generated, question):
    changes, silent = (told(client, generated, name, question)["groups"] for name in ("changes", "silent"))
    for group in changes:
        if group["id"] in ("drugs", "sources", "sections"):
            shown = group.get("shown", len(group["items"]))
            assert [item["notable"] for item in group["items"]] == [at < shown for at in range(len(group["items"]))]
            assert shown == len(group["items"]) or group["folded"].startswith(
                f"{len(group['items']) - shown + group['more']} that may be chance"
            )
    for group in silent:
        if group["id"] == "quiet":
            assert group["shown"] == 0
        if group["id"] == "sources":
            shown = group.get("shown", len(group["items"]))
            assert [item["n"] <= 36 for item in group["items"]] == [at < shown for at in range(len(group["items"]))]


@pytest.mark.parametrize("store", ["real", "generated"])
def test_what_is_picked_in_the_panel_can_be_picked_by_an_address(request, client, store):
    picked = [
        item["picks"] for name in ("changes", "silent") for group in told(client, request.getfixturevalue(store), name)["groups"]
        for item in group["items"] if item["picks"]
    ]  # fmt: skip
    assert picked and all(ViewState.from_query({"s": one}).picked == one for one in picked)


def test_a_post_that_stops_is_told_as_silent_and_its_source_that_stops_is_told_instead(client, generated):
    answer = told(client, generated, "silent")
    assert answer["caveats"][-1].startswith("Silent means")
    for group in answer["groups"]:
        for item in group["items"]:
            assert item["tone"] != "cold"


@pytest.mark.parametrize(
    ("p", "of"), [(0.5, 2), (1 / 16, 16), (1 / 37, 35), (0.002, 500), (0.0011, 910), (0.25, 4)]
)  # fmt: skip
def test_chance_is_told_in_round_numbers(p, of):
    assert one_of(p) == of
    assert (f"1 of {of} " in chance(p, language("en"))) == (p <= 0.25)
    assert "fewer than 1 of 1,000" in chance(0.0002, language("en"))


def test_the_nowcast_learns_from_imports_and_hatches_the_young_months(client, generated, generated_events, monkeypatch):
    """As if the newest two years had come in by monthly imports, forty days late on average."""
    from dashboard.queries import Queries
    from dashboard.queries import changes as questions
    from geodata.store.engine import open_store

    events = generated_events.drop_duplicates("event_id")
    events = events[events["date_precision"] == "day"]
    last = dt.date.fromisoformat(events["happened_from"].max()) + dt.timedelta(days=3)
    days = pd.to_datetime(events["happened_from"])
    late = np.random.default_rng(3).exponential(25, len(events)).astype(int)
    imports = [last - dt.timedelta(days=30 * k) for k in range(24)][::-1]
    ready = days + pd.to_timedelta(late, "D")
    at = np.searchsorted(pd.DatetimeIndex(imports), ready)
    fits = ((days >= pd.Timestamp(imports[0])) & (at < len(imports))).to_numpy()
    came = pd.DataFrame(
        {
            "event_id": events["event_id"][fits], "feed": events["feed"][fits], "happened_on": events["happened_from"][fits],
            "first_seen_on": [imports[k].isoformat() for k in at[fits]],
        }
    )  # fmt: skip
    feed = str(events["feed"].iloc[0])
    monkeypatch.setattr(questions, "arrivals", lambda engine, role: Arrivals({feed: [day.isoformat() for day in imports]}, came))
    queries = Queries(generated, open_store(generated, create=False))
    answer = questions.nowcast(queries, ViewState(), User("command", language("en")))
    assert answer["months"] and "still coming in" in answer["lead"]
    for month in answer["months"]:
        assert (
            month["seen"] <= month["low"] <= month["high"] and month["low"] <= month["expected"] <= month["high"] and month["share"] < 0.95
        )
    assert len(answer["groups"][0]["items"]) == len(answer["months"])


def test_one_import_knows_nothing_of_lateness(client, real):
    answer = told(client, real, "nowcast")
    assert answer["months"] == [] and "one day only" in answer["lead"]


def test_a_new_place_is_named_as_the_viewer_writes_it_or_it_is_not_read_aloud(client, real):
    places = Places(real.cache)
    assert [places.town_name("uz-town-termez", code) for code in LANGUAGES] == ["Termez", "Термез", "Тирмиз"]
    assert places.town_name("nowhere", "en") == ""
    scripts = {"en": "[\u0400-\u04ff]", "ru": "[A-Za-z]", "tg": "[A-Za-z]"}
    seen = 0
    for code, foreign in scripts.items():
        for question in ("", "p=2020-01..2024-12", "p=2012-01..2016-12"):
            for group in told(client, real, "changes", question, code)["groups"]:
                for item in group["items"] if group["id"] == "first_seen" else []:
                    seen += item["notable"]
                    assert not (item["notable"] and item["picks"] and re.search(foreign, item["text"])), item["text"]
    assert seen
