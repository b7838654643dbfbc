"""The coverage page for every role: claims beside lists, national money at no place, and nothing finer than what is published."""

import datetime as dt
import gzip
import io
import json
import re
import shutil
import zipfile
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest
from lxml import etree

from dashboard.app import create_app
from dashboard.language import language
from dashboard.queries import Queries, coverage, coverage_counts
from dashboard.queries.coverage import Asked
from dashboard.user import User
from geodata.errors import BadReference, NotAllowed
from geodata.places.files import FOLDER as PLACES
from geodata.redaction import RULES
from geodata.register.loading import FOLDER as REGISTER
from geodata.store import reading
from geodata.store.engine import open_store

OUTSIDERS = ("donor", "public")
TODAY = dt.date.today()
QUESTIONS = (
    "",
    "year=2024",
    "year=2016&donor=us-inl",
    "component=blo&only=blo&hours=4",
    "began=2018&implementer=UNODC",
    "scenario=winter&year=2021",
)


def body(answer) -> bytes:
    return gzip.decompress(answer.data) if answer.headers.get("Content-Encoding") == "gzip" else answer.data


def told(web, what, question="", code="en"):
    answer = web.get(f"/{code}/data/coverage/{what}?{question}")
    assert answer.status_code == 200, answer.data[:300]
    return json.loads(body(answer))


@pytest.fixture(scope="module")
def web(client, generated):
    return lambda role: client(generated, role).server.test_client()


@pytest.fixture(scope="module")
def asking(generated):
    """(role) -> the questions of a store and their viewer, past the server."""

    def asking(role):
        mine = replace(generated, role=role)
        return Queries(mine, open_store(mine, create=False)), User(role, language("en"))

    return asking


# ---- what is claimed, paid for, and where (P3.1, P3.2, P3.4, P3.8) ------------------------------------------------------


def test_the_fourteen_posts_stand_beside_twelve_and_nine_and_three_with_names_and_what_is_missing(web):
    subject = next(one for one in told(web("donor"), "overview")["claims"] if one["subject"] == "us-border-posts")
    posts, outposts, checkpoints, centres = subject["claims"][:4]
    assert [one["said"] for one in (posts, outposts, checkpoints, centres)] == ["14", "12", "9", "3"]
    items = coverage.load_register()["claim_items"]
    for one in (posts, outposts, checkpoints, centres):
        listed = [item["name"] for item in one["items"] if item["standing"] == "listed"]
        assert one["itemised"] == len(listed) and (
            one["missing"] == float(one["said"]) - len(listed) if one["items"] else one["missing"] is None
        )
        assert all(item["sources"] and item["why"] for item in one["items"]) and one["sources"]
    own = items[(items["subject"] == "us-border-posts") & (items["measure"] == "border posts built or renovated")]
    assert {item["id"] for item in posts["items"]} == set(own["item_id"]) and posts["missing"] > 0
    assert "Ushturmullo outpost" in {item["name"] for item in posts["items"] if item["standing"] == "listed"}


def test_thirteen_offices_are_named_beside_claims_of_19_and_24(web):
    subject = next(one for one in told(web("public"), "overview")["claims"] if one["subject"] == "blo-offices")
    wide = [one for one in subject["claims"] if one["said"] in ("19", "24")]
    assert len(wide) == 2
    for one in wide:
        named = [item["standing"] for item in one["items"] if item["standing"] in ("listed", "after_the_claim")]
        assert len(named) >= 13 and named.count("listed") == one["itemised"] == int(one["said"]) - one["missing"] < int(one["said"])


def test_a_claim_keeps_its_operator_and_is_not_there_before_it_was_made(web):
    def said(year):
        return {one["id"]: one["said"] for subject in told(web("donor"), "overview", f"year={year}")["claims"] for one in subject["claims"]}

    assert said(2026)["caricc-heroin-2008"] == ">100"
    assert "blo-24" in said(2024) and "blo-24" not in said(2023)


@pytest.mark.parametrize("role", ["command", "donor"])
def test_money_of_a_nation_or_region_is_listed_apart_and_no_thing_without_a_post_has_a_position(web, role):
    found = told(web(role), "overview")
    register = coverage.load_register()
    wide = set(register["funding"].loc[register["funding"]["scope"] != "site", "programme"])
    assert wide <= {one["programme"] for one in found["apart"]}
    assert all(one["where"] == "point" for one in found["things"] if one["lon"] is not None or one["lat"] is not None)
    assert not [one for one in found["things"] if one["kind"] in ("cppt", "cpc", "task_force") and one["lon"] is not None]
    assert {row["said"] for row in found["not_itemised"][0]["rows"][:1]} == {"32"}
    assert any(row["itemised"] is None for row in found["not_itemised"][0]["rows"])


def test_no_sum_holds_two_donors_currencies_or_stages(web):
    found = told(web("donor"), "overview")["money"]
    assert len({(row["donor"], row["amount"].split("\u00a0")[-1], row["stage"]) for row in found["by_donor"]}) == len(found["by_donor"])
    defense = [row for row in found["by_donor"] if "101,000,000" in row["amount"]]
    assert defense and all("INL" not in row["donor"] for row in defense)
    assert any(row["amount"].startswith("≈") for row in found["rows"] if "14,000,000" in row["amount"])
    assert next(row for row in found["by_donor"] if row["n"] > 1 and "Japan" in row["donor"])["years"]


def test_law_and_rights_are_shown_beside_security_spending_and_not_hidden(web):
    for code in ("en", "ru", "tg"):
        for role in ("donor", "public", "command"):
            law = told(web(role), "overview", "donor=us-inl", code)["law"]
            assert len(law["no_law"]) == 5 and len(law["rows"]) == 11
            assert all(row["sources"] for row in law["rows"]) and not any("_" in row["topic"] + row["stage"] for row in law["rows"])
    topics = [row["topic"] for row in told(web("donor"), "overview")["law"]["rows"]]
    assert {"Law reform working group", "Defence bar"} <= set(topics)
    # What was reached later is not told of an earlier year; what nobody dated stands in every year.
    assert [row["topic"] for row in told(web("donor"), "overview", "year=2005")["law"]["rows"]] == [
        "Defence bar",
        "Law reform working group",
    ]


def test_two_donors_in_one_district_are_named(web):
    row = told(web("donor"), "overview")["overlaps"][0]
    assert len(row["donors"]) >= 2 and row["programmes"]


def test_the_year_takes_back_what_was_not_there_and_who_was_no_member(web):
    early, late = told(web("donor"), "overview", "year=2008"), told(web("donor"), "overview", "year=2024")
    assert "w-ushturmullo" not in {one["id"] for one in early["things"]} and "w-ushturmullo" in {one["id"] for one in late["things"]}

    def centre(found):
        return {one["name"]: one["status"] for one in found["members"]["bodies"][0]["parties"]}

    assert centre(early)["Turkmenistan"] == "ratified" and centre(early)["Russia"] == "not signed"
    assert list(centre(late).values()).count("member") == 7


def test_what_works_today_is_only_said_where_somebody_checked(web):
    found = told(web("command"), "overview")
    assert {one["working"] for one in found["things"]} == {"Not checked since hand-over"} and found["equipment"]["curves"] == []
    assert found["training"]["n_women"] == {"share": None, "n": None}


# ---- need, reach, effect (P3.3, P3.6) ------------------------------------------------------------------------------------


def test_insiders_are_told_sections_and_outsiders_districts(web):
    assert told(web("command"), "gaps")["unit"] == "section"
    found = told(web("donor"), "gaps")
    assert found["unit"] == "district" and found["period"].startswith("Q") and "nothing is published" in found["method"].lower()
    assert all(row["kind"] == "unknown" for row in found["rows"] if row["n"] is None)


def test_more_hours_and_more_offices_never_reach_less(web):
    every, few = told(web("donor"), "reach"), told(web("donor"), "reach", "only=blo")
    for one, other in zip(every["kinds"], few["kinds"], strict=True):
        assert one["share"] == sorted(one["share"]) and all(a >= b for a, b in zip(one["share"], other["share"], strict=True))
    assert every["offices"] > few["offices"] > 0


@pytest.mark.parametrize("role", ["planner", "donor"])
def test_an_effect_says_its_comparison_its_placebo_and_a_null_plainly(web, role):
    listed = told(web(role), "effects")
    assert len(listed) > 5
    verdicts = {}
    for one in listed:
        found = told(web(role), "effect", f"thing={one['id']}")
        verdicts[found["verdict"]] = found["sentence"]
        if "ratios" in found:
            assert found["placebo"] and found["caveat"] and (found["moved"] or found["moved_unknown"])
    assert verdicts.get("none_seen", "No effect was found").startswith("No effect was found")
    assert set(verdicts) <= {"more", "fewer", "none_seen", "differed_before", "too_few", "outside"}
    assert web(role).get("/en/data/coverage/effect?thing=nothing").status_code == 404


# ---- what an outsider may --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def secrets(generated_events):
    found = set(generated_events["report_id"]) | set(generated_events["event_id"])
    for column in ("note", "concealment", "installation", "routing", "source_url"):
        found |= {text for text in generated_events[column].dropna().unique() if len(text) > 12}
    return found


def everything(web, questions=QUESTIONS[:3], kinds=("xlsx", "gpkg", "xml", "csv")):
    """(address, text) of every answer of the page; workbooks and their parts unpacked."""
    for question in questions:
        for what in ("overview", "gaps", "reach"):
            yield f"{what}?{question}", body(web.get(f"/en/data/coverage/{what}?{question}")).decode()
    for what in ("effects", "areas"):
        yield what, body(web.get(f"/en/data/coverage/{what}")).decode()
    for one in told(web, "effects"):
        yield one["id"], body(web.get(f"/en/data/coverage/effect?thing={one['id']}")).decode()
    for kind in kinds:
        data = web.get(f"/en/download/coverage.{kind}").data
        parts = (
            [zipfile.ZipFile(io.BytesIO(data)).read(name) for name in zipfile.ZipFile(io.BytesIO(data)).namelist()]
            if kind == "xlsx"
            else [data]
        )
        for part in parts:
            yield kind, part.decode("utf-8", "replace")


@pytest.mark.parametrize("role", OUTSIDERS)
def test_no_answer_or_file_of_the_page_holds_an_event_or_what_one_says(web, role, secrets, generated_events):
    ours = "".join(path.read_text("utf8") for path in [*PLACES.glob("*.csv"), *REGISTER.glob("*.csv")])
    # A name of our own tables may stand in a report too; a report's own words may not stand here.
    texts = {text for text in generated_events["place_text"].dropna().unique() if len(text) > 6 and text not in ours}
    n = 0
    for where, text in everything(web(role)):
        n += 1
        assert not [one for one in (secrets | texts) if one in text][:3], where
    assert n > 25


@pytest.mark.parametrize("role", OUTSIDERS)
def test_every_number_of_seizures_is_none_or_as_large_as_the_rule_asks(web, role):
    least = RULES[role].min_events
    for question in QUESTIONS:
        found = told(web(role), "gaps", question)
        assert all(row["n"] is None or row["n"] >= least for row in found["rows"]) and all(row["need"] is None for row in found["rows"])
        seizures = next(one for one in told(web(role), "reach", question)["kinds"] if one["kind"] == "seizures")
        assert seizures["total"] is None
    for one in told(web(role), "effects"):
        found = told(web(role), "effect", f"thing={one['id']}")
        numbers = [
            found["ratios"][name][key] for name in found.get("ratios", ()) for key in ("before", "after", "other_before", "other_after")
        ]
        numbers += [n for name in ("around", "others") for n in found.get("series", {}).get(name, ()) if n is not None]
        assert all(n == 0 or n >= least for n in numbers), one["id"]


@pytest.mark.parametrize("role", OUTSIDERS)
def test_ten_thousand_pairs_of_filters_cannot_be_subtracted_to_a_hidden_cell(asking, role):
    """All that this page can be asked of seizures are sums over districts and quarters; here any two of them, one inside the other."""
    queries, user = asking(role)
    counts, least = coverage_counts.by_districts(queries, user).counts, RULES[role].min_events
    rng = np.random.default_rng(11)
    told_of = np.flatnonzero(counts.any(axis=1))
    if role == "public" and not len(told_of):
        return  # of so few events nothing is public
    assert len(told_of) > 5
    for _ in range(10_000):
        rows = rng.choice(told_of, rng.integers(1, len(told_of)), replace=False)
        first, last = np.sort(rng.integers(0, counts.shape[1] + 1, 2))
        inner_rows = rows[: rng.integers(0, len(rows) + 1)]
        begin, end = np.sort(rng.integers(first, last + 1, 2))
        difference = counts[rows, first:last].sum() - counts[inner_rows, begin:end].sum()
        assert difference == 0 or difference >= least


@pytest.mark.parametrize("role", OUTSIDERS)
def test_an_outsider_is_answered_without_reading_a_single_event(generated, role, monkeypatch):
    def refuse(*_args, **_options):
        raise AssertionError("events were read for an outsider")

    for name in ("events", "portions"):
        monkeypatch.setattr(reading, name, refuse)
    mine = replace(generated, role=role)
    web = create_app(mine, Queries(mine, open_store(mine, create=False))).server.test_client()
    assert sum(1 for _ in everything(web, QUESTIONS[2:3])) > 20


def test_the_numbers_of_sections_are_refused_to_outsiders_at_the_query_itself(asking):
    queries, user = asking("donor")
    with pytest.raises(NotAllowed):
        coverage_counts.by_sections(queries, user)


def test_published_districts_add_up_to_the_published_table(asking, generated):
    for role in OUTSIDERS:
        queries, user = asking(role)
        table = reading.aggregates(queries.engine, role=role)
        placed = table[table["district_id"].isin(queries.places.districts["district_id"])]
        assert coverage_counts.by_districts(queries, user).counts.sum() == placed["n"].sum() and (role == "public" or len(placed))
        # Made from rows of nobody's, nothing is told.
        assert not coverage_counts.count_districts(table.iloc[:0], queries.places.districts).told.any()


@pytest.fixture(scope="module")
def with_checks(generated, tmp_path_factory):
    """A store with checks of one's own: eleven pieces of three posts of Khatlon, and a dog team with its base."""
    folder = tmp_path_factory.mktemp("checks") / "data"
    shutil.copytree(generated.data, folder)
    own = folder / "register"
    own.mkdir()
    posts = ("op-takhti-sangin", "op-ayvoj", "op-halqayar")
    assets = [f"own-{k},{post},radio,radios,4,japan,TAJ/E24,2020,,S1" for k, post in enumerate(posts)]
    checks = [f"own-{k},2024-05-0{k + 1},{seen},{working},secret remark,S1" for k, (seen, working) in enumerate([(4, 1), (4, 4), (3, 2)])]
    heads = {name: ",".join(field.name for field in coverage.TABLES[name]) for name in ("assets", "asset_checks", "units")}
    (own / "assets.csv").write_text("\n".join([heads["assets"], *assets]) + "\n")
    (own / "asset_checks.csv").write_text("\n".join([heads["asset_checks"], *checks]) + "\n")
    dogs = "own-dogs,dog_team,Dogs of Ayvoj,TJK,,,op-ayvoj,,,,not_known,operating,5,japan,TAJ/E24,2020,,,,S1"
    (own / "units.csv").write_text(f"{heads['units']}\n{dogs}\n")
    return replace(generated, data=folder)


def test_state_of_equipment_is_told_by_post_to_insiders_and_by_province_to_others(client, with_checks):
    command = told(client(with_checks, "command").server.test_client(), "overview")
    own = {one["working"] for one in command["things"] if one["post"] == "op-takhti-sangin"}
    assert own == {"1 of 4 working, checked 2024-05-01"} and len(command["equipment"]["curves"]) == 1
    for role in OUTSIDERS:
        web = client(with_checks, role).server.test_client()
        found = told(web, "overview")
        assert {one["working"] for one in found["things"]} == {"Told by province only"}
        assert found["equipment"] == {"provinces": [{"name": "Khatlon", "seen": 11, "working": 7}], "curves": [], "given": []}
        texts = [
            body(web.get("/en/data/coverage/overview")).decode(),
            web.get("/en/download/coverage.gpkg").data.decode("utf-8", "replace"),
        ]
        for text in texts:
            assert "Dogs of Ayvoj" not in text and "secret remark" not in text and "own-0" not in text


def test_no_two_donors_shares_of_trained_staff_can_be_subtracted(client, generated, tmp_path):
    shutil.copytree(generated.data, tmp_path / "data")
    head = ",".join(field.name for field in coverage.TABLES["training"])
    courses = [
        "a,A,TAJ/E24,japan,,TJK,,2020,,20,12,15,,S1",
        "b,B,XAC/K22,norway,,TJK,,2020,,12,11,10,,S1",
        "c,C,XAC/K22,eu,,TJK,,2020,,8,1,2,,S1",
    ]
    (tmp_path / "data/register").mkdir()
    (tmp_path / "data/register/training.csv").write_text("\n".join([head, *courses]) + "\n")
    mine = replace(generated, data=tmp_path / "data")
    assert told(client(mine, "command").server.test_client(), "overview", "donor=norway")["training"]["n_in_post"]["share"] == 10 / 12
    for role in OUTSIDERS:
        web = client(mine, role).server.test_client()
        answers = [told(web, "overview", question)["training"] for question in ("", "donor=japan", "donor=norway", "donor=eu", "year=2019")]
        # Of all donors, whatever is asked; the course of eight is in none of it.
        assert {(one["n_in_post"]["share"], one["n_in_post"]["n"]) for one in answers} == {(25 / 32, 32)}
        assert {(one["n_women"]["share"], one["n_women"]["n"]) for one in answers} == {(23 / 32, 32)}
        rows = [row for one in answers for row in one["courses"]]
        assert {row["n"] for row in rows} == {None, 20, 12}
        assert all(row["n_women"] is None and row["n_in_post"] is None for row in rows)


def test_notes_which_may_tell_of_staff_are_for_insiders(web):
    assert any("guards" in one["note"] for one in told(web("command"), "overview")["things"])
    assert all(one["note"] == "" for role in OUTSIDERS for one in told(web(role), "overview")["things"])


# ---- files ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["en", "ru", "tg"])
def test_the_workbook_holds_what_the_page_shows_and_says_what_it_is(web, code):
    donor = web("donor")
    answer = donor.get(f"/{code}/download/coverage.xlsx?year=2021")
    assert "GENERATED" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    say, found = language(code), told(donor, "overview", "year=2021", code)
    about = " ".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
    for key in ("export.generated", "disclaimer.boundaries", "coverage.caveat", "coverage.sources_note"):
        assert say(key) in about
    names = [row[0].value for row in book[say("coverage.sheet.things")[:31]].iter_rows(min_row=2)]
    assert names == [one["name"] for one in found["things"]]
    claims = [row[4].value for row in book[say("coverage.sheet.claims")[:31]].iter_rows(min_row=2)]
    assert claims == [one["itemised"] for subject in found["claims"] for one in subject["claims"]]


def test_the_geopackage_has_only_known_points_and_says_what_it_is(web, tmp_path):
    import pyogrio

    file = tmp_path / "coverage.gpkg"
    file.write_bytes(web("donor").get("/en/download/coverage.gpkg").data)
    assert {name for name, _ in pyogrio.list_layers(file)} == {"things", "not_placed", "apart", "about"}
    things, found = pyogrio.read_dataframe(file, layer="things"), told(web("donor"), "overview")
    assert len(things) == found["counts"]["points"] and things.crs == "EPSG:4326"
    assert len(pyogrio.read_dataframe(file, layer="not_placed")) == found["counts"]["not_points"]
    assert language("en")("disclaimer.boundaries") in set(pyogrio.read_dataframe(file, layer="about")["text"])


def test_the_iati_file_is_valid_and_holds_the_chosen_programmes(web, shared):
    schema = etree.XMLSchema(etree.parse(next(iter(sorted((shared / "oracles" / "iati").rglob("iati-activities-schema.xsd"))))))
    for question, least in (("", 10), ("donor=japan", 2)):
        tree = etree.fromstring(web("donor").get(f"/en/download/coverage.xml?{question}").data)
        schema.assertValid(tree)
        assert len(tree.findall("iati-activity")) >= least
        assert all(one.get("secondary-reporter") == "1" for one in tree.iter("reporting-org"))
    three = pd.read_csv(io.BytesIO(web("donor").get("/en/download/coverage.csv").data))
    assert three.iloc[0].str.startswith("#").all()


# ---- the question and the frame ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query", [{"year": "abc"}, {"year": "1066"}, {"hours": "-3"}, {"donor": "x" * 900}, {"scenario": "<script>"}, {"began": "20000"}]
)
def test_what_cannot_be_read_is_left_at_its_default(query):
    assert Asked.from_query(query, TODAY) == Asked(TODAY.year)


def test_every_role_gets_the_page_in_its_language(client, generated):
    for role in ("command", "donor"):
        for code in ("en", "ru", "tg"):
            html = client(generated, role).server.test_client().get(f"/{code}/coverage").get_data(as_text=True)
            assert (
                f'<html lang="{code}"' in html
                and language(code)("coverage.link") in html
                and "coverage.tab" not in re.sub(r"<script.*?</script>", "", html, flags=re.S)
            )


def test_a_broken_file_of_ones_own_says_which_file(generated, tmp_path):
    (tmp_path / "register").mkdir()
    (tmp_path / "register" / "works.csv").write_text("id,name\nx,y\n")
    with pytest.raises(BadReference, match=r"works\.csv"):
        coverage.register(Queries(replace(generated, data=tmp_path), open_store(generated, create=False)))
