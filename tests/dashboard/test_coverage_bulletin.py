"""The coverage bulletin: what the page tells the same viewer, with the same numbers in three languages and the same bytes."""

import re
from dataclasses import replace
from datetime import date

import pytest

from dashboard.exports.typeset import to_pdf
from dashboard.language import LANGUAGES, language
from dashboard.queries import Queries, coverage
from dashboard.queries.coverage_bulletin import bulletin
from dashboard.user import User
from geodata.store.engine import open_store

TODAY = date(2026, 6, 1)
ASKED = coverage.Asked(2024)


@pytest.fixture(scope="module")
def told(generated):
    """(role, language) -> texts and maps over the generated store."""
    queries = {}
    for role in ("donor", "command"):
        mine = replace(generated, role=role)
        queries[role] = Queries(mine, open_store(mine, create=False))

    def ask(role, code):
        return queries[role], *bulletin(queries[role], ASKED, User(role, language(code)), TODAY)

    return ask


def numbers(sheet) -> list[str]:
    rows = [row["cells"] for part in sheet["parts"] if part["table"] for row in part["table"]["rows"]]
    texts = [cell for cells in rows for cell in cells] + sheet["sentences"]
    # Thousands are parted by a comma or a no-break space: what stands between two numbers is neither.
    return sorted(re.sub(r"[^\d]", "", number) for text in texts for number in re.findall(r"\d(?:[.,\u00a0]?\d)*", text))


@pytest.mark.parametrize("role", ["donor", "command"])
def test_every_number_equal_in_the_three_languages(told, role):
    found = {code: numbers(told(role, code)[1]) for code in LANGUAGES}
    assert len(found["en"]) > 30
    assert found["ru"] == found["en"] == found["tg"]


def test_no_word_is_longer_than_its_column(told):
    for code in LANGUAGES:
        for part in told("donor", code)[1]["parts"]:
            columns = part["table"]["columns"] if part["table"] else []
            room = sum(column["weight"] for column in columns)
            for k, column in enumerate(columns):
                words = [word for row in part["table"]["rows"] for word in re.split(r"[\s/-]", row["cells"][k])]
                # 170 mm of paper, 2 mm of it between two columns, 1.65 mm for a letter of 8.8 pt.
                assert 170 * column["weight"] / room - 2 >= 1.65 * max(map(len, words)), (
                    code,
                    part["key"],
                    column["text"],
                    max(words, key=len),
                )


def test_every_number_is_that_of_the_page(told):
    queries, sheet, _ = told("command", "en")
    user = User("command", language("en"))
    page = coverage.gaps(queries, ASKED, user, TODAY)
    printed = next(part for part in sheet["parts"] if part["key"] == "gaps")
    apart = [row for row in page["rows"] if row["kind"] in ("gap", "overlap")]
    assert apart, "the generated store has some"
    assert [row["cells"][0] for row in printed["table"]["rows"]] == [row["name"] for row in apart]
    reach = coverage.reach(queries, ASKED, user, TODAY)
    shares = next(part for part in sheet["parts"] if part["key"] == "reach")["table"]["rows"]
    assert len(shares) == 4 * len(reach["kinds"])


def test_a_donor_reads_no_amount_of_seizures_below_the_threshold(told):
    _, sheet, maps = told("donor", "en")
    for part in sheet["parts"]:
        if part["key"] == "gaps" and part["table"]:
            recorded = [row["cells"][2] for row in part["table"]["rows"]]
            assert all(cell == "–" or int(cell.replace(",", "")) >= 3 for cell in recorded)
        if part["key"] == "reach":
            assert all(row["cells"][2] == "–" for row in part["table"]["rows"] if "seizure" in row["cells"][0].lower())
    assert not re.search(r"dem-|[0-9a-f]{32}", str(sheet["parts"]) + str(maps)), "no event is named"


def test_the_same_answers_give_the_same_bytes(told):
    for code in LANGUAGES:
        _, sheet, maps = told("donor", code)
        pdf = to_pdf("coverage", sheet, maps)
        assert pdf == to_pdf("coverage", sheet, maps)
        assert len(pdf) < 2_000_000


def test_the_page_gives_it_to_everybody(client, generated):
    for role in ("public", "donor", "command"):
        answer = client(generated, role).server.test_client().get("/tg/download/coverage.pdf?year=2024")
        assert answer.mimetype == "application/pdf"
        assert answer.data.startswith(b"%PDF")


def test_every_claim_is_told_in_every_language_and_to_the_last_digit_that_was_said(told):
    for code in LANGUAGES:
        claims = next(part for part in told("donor", code)[1]["parts"] if part["key"] == "claims")["table"]["rows"]
        said = [row["cells"][1] for row in claims]
        half_year = {re.sub(r"[^\d]", "", cell) for cell in said if "096" in cell}
        assert {"3096611", "3096616"} <= half_year, "two outlets differ by five grams"
        if code != "en":
            assert not [row["cells"][0] for row in claims if re.fullmatch(r"[ -~]+", row["cells"][0])], "a claim in English only"


def test_a_claim_without_a_list_is_not_one_of_which_nothing_is_listed(told):
    claims = next(part for part in told("donor", "en")[1]["parts"] if part["key"] == "claims")["table"]["rows"]
    listed = {(row["cells"][0], row["cells"][1]): row["cells"][4:] for row in claims}
    assert [row for row in listed.values() if row[1] == "–"] == [["–", "–"]] * sum(row[1] == "–" for row in listed.values())
    assert ["6", "8"] in listed.values(), "the fourteen posts"
