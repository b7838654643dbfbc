"""A sector picked: whose numbers stand on the page. Judged against a slow recount that knows none of the layers."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.answers.sectors import reach, sectors
from dashboard.language import language
from dashboard.queries import Queries
from dashboard.queries.changes import changes, nowcast, silent
from dashboard.queries.hot import hot
from dashboard.user import User
from dashboard.view_state import ViewState
from geodata.store.engine import open_store
from layers.selection import areas_of, select
from tests.dashboard.test_view import on_screen, recount, view_of

COLONEL = User("command", language("en"))


@pytest.fixture(scope="module")
def queries(generated):
    return Queries(generated, open_store(generated, create=False))


@pytest.fixture(scope="module")
def snapshot(queries):
    return queries.snapshot(COLONEL)


def whole_period(snapshot, **chosen) -> ViewState:
    months = snapshot._timeline(snapshot._key(ViewState())).months
    return ViewState(first=months[0], last=months[-1], **chosen)


states = st.builds(
    dict,
    drugs=st.sampled_from([(), ("heroin",), ("opium", "hashish")]),
    kinds=st.sampled_from([(), ("seizure",)]),
    countries=st.sampled_from([(), ("TJK",), ("AFG", "UZB")]),
    window=st.tuples(st.integers(0, 400), st.integers(0, 400)),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states)
def test_all_areas_and_what_is_known_to_a_country_alone_add_up_to_the_whole(snapshot, chosen):
    months = snapshot._timeline(snapshot._key(ViewState())).months
    first, last = sorted(k % len(months) for k in chosen.pop("window"))
    selection = snapshot.selection(ViewState(first=months[first], last=months[last], **chosen))
    whole = select(snapshot.events, selection)
    parts = [select(snapshot.events, replace(selection, areas=(area,))) for area in areas_of(snapshot.events).unique()]
    assert sum(part.events["event_id"].nunique() for part in parts) == whole.events["event_id"].nunique()
    assert sum(part.events["weight_kg"].sum() for part in parts) == pytest.approx(whole.events["weight_kg"].sum())
    assert sum(part.overlapping for part in parts) == whole.overlapping
    assert sum(part.undated for part in parts) == whole.undated


@pytest.mark.parametrize("store", ["real", "generated"])
def test_provinces_and_the_events_without_one_add_up_to_their_country(request, store):
    settings = request.getfixturevalue(store)
    queries = Queries(settings, open_store(settings, create=False))
    snapshot = queries.snapshot(COLONEL)
    state = whole_period(snapshot)
    home = [id for id in snapshot.places.provinces["province_id"] if id.startswith("tj-")]
    told = [snapshot.figures(replace(state, sector=id)) for id in home]
    country = snapshot.figures(replace(state, sector="tajikistan"))
    unassigned = {snapshot.n_unassigned(replace(state, sector=id)) for id in home}
    assert len(unassigned) == 1, "what may lie in one province of a country may lie in each"
    events = request.getfixturevalue(f"{store}_events")
    nowhere = events[events["province_id"].isna() & (events["country_iso3"] == "TJK")]
    assert unassigned == {recount(nowhere, state.first, state.last)[0]}
    assert sum(one.n_events for one in told) + unassigned.pop() == country.n_events > 0
    assert snapshot.n_unassigned(replace(state, sector="tajikistan")) == 0


@pytest.mark.parametrize("sector", ["tj-khatlon", "tj-sughd", "af-badakhshan", "tajikistan"])
def test_figures_brush_and_rows_are_of_the_sector(client, generated, generated_events, snapshot, sector):
    mine = generated_events[
        (generated_events["province_id"] == sector)
        if sector != "tajikistan"
        else generated_events["province_id"].str.startswith("tj-", na=False)
        | (generated_events["province_id"].isna() & (generated_events["country_iso3"] == "TJK"))
    ]
    state = whole_period(snapshot, sector=sector)
    n, kg = recount(mine, state.first, state.last)
    header, arrays = view_of(client, generated, f"o={sector}")
    assert on_screen(header, arrays, 0, len(header["steps"]) - 1) == (n, pytest.approx(kg))
    told = snapshot.figures(state)
    assert (told.n_events, told.weight_kg) == (n, pytest.approx(kg))
    assert snapshot.rows(state, language("en")).n_events == n
    table = snapshot.table(state, language("en"), None)
    assert set(table["event_id"]) <= set(mine["event_id"]) and table["event_id"].nunique() == n


@pytest.mark.parametrize("sector", ["", "line", "everything", "uz-bukhara", "nowhere"])
def test_the_line_and_what_is_no_sector_are_the_whole(queries, snapshot, sector):
    state = whole_period(snapshot, sector=sector)
    assert snapshot.figures(state).n_events == snapshot.figures(replace(state, sector="")).n_events
    assert queries.sector_words(state, COLONEL) == ""


def test_the_map_shows_what_lies_around_and_the_brush_keeps_its_months(client, generated):
    whole, around = view_of(client, generated)
    header, arrays = view_of(client, generated, "o=tj-khatlon")
    assert header["steps"] == whole["steps"] and header["default_window"] == whole["default_window"]
    assert (arrays["cell_n"] == around["cell_n"]).all() and (arrays["group_n"] == around["group_n"]).all()
    assert 0 < arrays["step_n"].sum() < around["step_n"].sum()


def test_a_month_in_which_nobody_who_records_in_the_sector_reported_is_a_gap(snapshot):
    """Kyrgyz reports say nothing of a province in which nobody of theirs ever recorded anything."""
    state = whole_period(snapshot, sector="tj-sughd")
    key = snapshot._key(state)
    told, events = snapshot._timeline(key), snapshot.events
    there = events[events["province_id"] == "tj-sughd"]
    sources = set(zip(there["feed"], there["country_iso3"], strict=True))
    dated = events[events["date_precision"].isin(["day", "month"]) & events["happened_from"].notna()]
    months = {
        row.happened_from[:7]
        for row in dated.itertuples()
        if (row.feed, row.country_iso3) in sources and row.happened_from[:7] == row.happened_to[:7]
    }
    assert {month for month, has in zip(told.months, told.has_reports, strict=True) if has} == months & set(told.months)


def test_ranked_are_sections_and_posts_of_the_sector_and_each_answers_for_itself(snapshot):
    say = language("en")
    state = whole_period(snapshot, sector="tj-khatlon")
    here, listed = snapshot.reach(state), snapshot.ranking(state, say)
    whole = snapshot.ranking(replace(state, sector=""), say).set_index("id")
    assert len(listed) and set(listed["id"]) <= here.sections | here.posts
    assert (whole.loc[listed["id"], "n"].to_numpy() == listed["n"].to_numpy()).all()
    assert set(whole.index) & (here.sections | here.posts) == set(listed["id"])
    section = listed[listed["kind"] == "section"].iloc[0]
    assert snapshot.rows(replace(state, picked=f"section:{section['id']}"), say).n_events == section["n"]


def test_a_section_belongs_to_the_provinces_on_both_its_banks(snapshot):
    table = snapshot.places.sections
    ids = {sector.id for sector in sectors(snapshot.places, language("en"))}
    for row in table.to_dict("records"):
        banks = {"-".join(row[name].split("-")[:2]) for name in ("district_id", "opposite_district_id")}
        assert banks <= ids
        assert all(row["section_id"] in reach(snapshot.places, id).sections for id in banks)


@pytest.mark.parametrize("code", ["en", "ru", "tg"])
def test_whose_numbers_are_told_is_said_in_every_language(queries, snapshot, code):
    user = User("command", language(code))
    state = whole_period(snapshot, sector="tj-khatlon")
    words = queries.sector_words(state, user)
    assert snapshot.places.names(code)["tj-khatlon"] in words and "{" not in words
    assert queries.rows(state, user).whose == words
    assert queries.rows(replace(state, picked="post:bcp-nizhny-panj"), user).whose == ""
    assert words in queries.file_facts(state, user).filters
    n, country = queries.unassigned(state, user)
    assert country == user.say("country.TJK")
    door = queries.rows(replace(state, picked="door:unassigned"), user)
    assert door.n_events == n and (n == 0 or door.rows)


def test_events_of_two_rows_are_in_one_area(generated_events, real_events):
    for events in (generated_events, real_events):
        assert pd.concat([events["event_id"], areas_of(events).rename("area")], axis=1).drop_duplicates()["event_id"].is_unique


@pytest.mark.parametrize("sector", ["tj-khatlon", "tj-sughd", "tajikistan"])
def test_what_stands_out_is_worked_out_of_everything_and_told_of_the_sector(queries, snapshot, sector):
    """Sections have the same classes, whoever asks; those of the sector alone are counted and named."""
    state = whole_period(snapshot, sector=sector)
    mine, whole = hot(queries, state, COLONEL), hot(queries, replace(state, sector=""), COLONEL)
    assert mine.header["sections"] == whole.header["sections"]
    hottest = {section["id"] for section in whole.header["sections"] if 1 <= section["class"] <= 3}
    assert mine.header["n_sections"] == len(hottest & snapshot.reach(state).sections)
    assert sector != "tj-sughd" or mine.header["n_sections"] == 0


def lines_of(told) -> list[dict]:
    return [line for group in told["groups"] for line in group["items"]]


@pytest.mark.parametrize("sector", ["tj-khatlon", "tj-gbao", "tj-sughd", "af-badakhshan", "tajikistan"])
def test_changes_count_the_sector_and_name_its_sections(queries, snapshot, generated_events, sector):
    state = replace(ViewState(), first="2020-01", last="2021-12", sector=sector)
    told, areas = changes(queries, state, COLONEL), snapshot.reach(state).areas
    mine = generated_events[areas_of(generated_events).isin(areas)]
    known = mine[mine["date_precision"].isin(["day", "month"]) & (mine["happened_from"].str[:7] == mine["happened_to"].str[:7])]
    for found in told["comparisons"]:
        first, last = state.first, state.last
        assert found["now"] == recount(known, first, last)[0]
        before = found["period"].split("..")
        assert len(before) < 2 or found["before"] == recount(known, *before)[0]
    picked = {line["picks"] for line in lines_of(told) if line["picks"].startswith("section:")}
    assert picked <= {f"section:{id}" for id in snapshot.reach(state).sections}
    assert told["whose"] == queries.sector_words(state, COLONEL) != ""
    sources = next((group for group in told["groups"] if group["id"] == "sources"), {"items": []})
    assert {line["filters"]["c"] for line in sources["items"]} <= set(mine["country_iso3"])


@pytest.mark.parametrize("sector", ["tj-khatlon", "af-badakhshan"])
def test_first_seen_in_a_sector_was_never_seen_there_before(queries, snapshot, generated_events, sector):
    state = replace(ViewState(), first="2013-01", last="2013-12", sector=sector)
    told = changes(queries, state, COLONEL)
    mine = generated_events[generated_events["province_id"] == sector]
    drugs = [line["filters"]["d"] for group in told["groups"] if group["id"] == "first_seen" for line in group["items"] if line["filters"]]
    for drug in drugs:
        assert mine[mine["drug"] == drug]["happened_to"].min() >= "2013-01"


@pytest.mark.parametrize("last", ["2019-06", "2022-12"])
def test_what_fell_silent_in_a_sector_is_what_fell_silent_of_all_that_lies_in_it(queries, snapshot, last):
    state = replace(ViewState(), first="2018-01", last=last)
    whole = {line["picks"]: line for group in silent(queries, state, COLONEL)["groups"] if not group["more"] for line in group["items"]}
    for sector in ("tj-khatlon", "tj-gbao", "af-badakhshan", "tajikistan"):
        mine = replace(state, sector=sector)
        here = snapshot.reach(mine)
        told = [line for line in lines_of(silent(queries, mine, COLONEL)) if line["picks"]]
        assert {line["picks"].split(":")[1] for line in told} <= here.sections | here.posts
        for line in told:
            assert whole.get(line["picks"], line) == line


@pytest.mark.parametrize("store", ["real", "generated"])
def test_every_sector_has_an_answer_to_everything(request, store):
    settings = request.getfixturevalue(store)
    queries = Queries(settings, open_store(settings, create=False))
    for sector in sectors(queries.places, language("en")):
        state = ViewState(sector=sector.id)
        for ask in (changes, silent, nowcast):
            told = ask(queries, state, COLONEL)
            assert told["lead"] and "{" not in told["lead"]


def compared(client, settings, query: str) -> dict:
    return client(settings, "command").server.test_client().get(f"/en/data/compare?{query}").get_json()


@pytest.mark.parametrize("by", ["period", "drug&d2=heroin&d=opium", "measure"])
def test_two_maps_of_a_sector_are_compared_by_its_own_events(client, generated, generated_events, snapshot, by):
    query = f"by={by}&p=2021-01..2021-12&p2=2020-01..2020-12"
    whole, told = compared(client, generated, query), compared(client, generated, f"{query}&o=tj-khatlon")
    here = reach(snapshot.places, "tj-khatlon").sections
    assert told["whose"].startswith("Numbers: Khatlon.") and whole["whose"] == ""
    for mine, other in zip(told["sections"], whole["sections"], strict=True):
        if mine["id"] in here:
            assert mine["left"] <= other["left"] + 1e-9 and mine["right"] <= other["right"] + 1e-9
        else:
            assert (mine["left"], mine["right"], mine["differs"]) == (0, 0, False) and "outside the sector" in mine["words"]
    if by == "period":
        mine = generated_events[generated_events["province_id"] == "tj-khatlon"]
        for first, last in (("2021-01", "2021-12"), ("2020-01", "2020-12")):
            assert f"{recount(mine, first, last)[0]} event" in told["sentence"]


def test_a_sector_names_its_own_sections_and_the_whole_names_all(queries):
    here = reach(queries.places, "tj-khatlon")
    assert here.named == here.sections and here.named
    assert reach(queries.places, "line").named is None and reach(queries.places, "").named is None
