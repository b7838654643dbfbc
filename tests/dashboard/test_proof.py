"""The panel that says how good the hotspots are: the same figures in three languages, for insiders only."""

import re

import pytest

LANGUAGES = ("en", "ru", "tg")


def asked(app, code, query=""):
    answer = app.server.test_client().get(f"/{code}/data/proof?{query}")
    assert answer.status_code == 200
    return answer.get_json()


def said(told):
    items = [item for group in told["groups"] for item in group["items"]]
    texts = [told["lead"], *told["caveats"], *(item[part] for item in items for part in ("text", "detail"))]
    texts += [text for group in told["groups"] for text in (group["title"], group["note"])]
    return [text for table in told["tables"] for text in (table["title"], table["note"], *table["head"])] + texts


@pytest.mark.parametrize("code", LANGUAGES)
def test_generated_events_are_judged_in_every_language(client, generated, code):
    told = asked(client(generated, "command"), code)
    english = asked(client(generated, "command"), "en")
    assert told["back_test"] == english["back_test"] and told["near_repeat"] == english["near_repeat"]
    assert told["back_test"]["has_verdict"] and len(told["back_test"]["months"]) == 36
    assert told["back_test"]["beats_chance"], "the generated events come from the same corridors all the time"
    for text in said(told):
        assert "{" not in text and "nan" not in text.lower() and "None" not in text
        assert code == "en" or not re.search("[A-Za-z]{3,}", text.replace("PAI", ""))


def test_the_lead_says_whether_a_plain_count_was_beaten(client, generated):
    told = asked(client(generated, "command"), "en")
    hit, low, high = told["back_test"]["gain"]
    word = "fewer" if low > 0 else "more" if high < 0 else "as well"
    assert word in told["lead"] and low <= hit <= high
    assert str(round(100 * told["back_test"]["hit_rate"][0])) in told["lead"]


def test_the_table_of_pairs_is_the_one_that_was_counted(client, generated):
    told = asked(client(generated, "command"), "en")
    near = told["near_repeat"]
    table = next(table for table in told["tables"] if "Knox" in table["title"])
    shown = [[int(re.sub(r"\D", "", cell.split("(")[0])) for cell in row[1:]] for row in table["rows"]]
    assert shown == near["observed"]
    assert len(table["head"]) == len(near["days"]) + 1 and len(table["rows"]) == len(near["distances_m"])


@pytest.mark.parametrize("query", ["d=poppy_straw", "c=KAZ&d=opium", "p=1950-01..1950-02", "p=2011-01..2011-03", "m=kg", "a=nobody"])
def test_little_or_nothing_is_one_clear_sentence(client, generated, query):
    told = asked(client(generated, "command"), "en", query)
    assert told["lead"].endswith(".") and "nan" not in " ".join(said(told)).lower()
    assert told["back_test"]["has_verdict"] or "cannot be told yet" in told["lead"] or "Nothing to judge" in told["lead"]


def test_few_reports_are_said_to_be_too_few(client, real):
    told = asked(client(real, "command"), "en")
    assert "cannot be told yet" in told["lead"] and not told["back_test"]["has_verdict"]
    assert "Too few events" in told["groups"][-1]["items"][0]["text"] and told["tables"] == []


@pytest.mark.parametrize("role", ["donor", "public"])
@pytest.mark.parametrize("code", LANGUAGES)
def test_outsiders_get_a_sentence_and_no_figure(client, generated, role, code):
    answer = client(generated, role).server.test_client().get(f"/{code}/data/proof")
    assert answer.status_code == 403
    text = answer.get_data(as_text=True)
    assert 20 < len(text) < 300 and "{" not in text and (code == "en" or re.search("[а-я]", text))
