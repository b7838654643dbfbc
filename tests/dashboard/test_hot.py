"""What stands out, as the browser gets it: the same numbers as the layers', compared with a slow recount; nothing for outsiders."""

import gzip
import threading
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dashboard.answers.emerging import cube
from dashboard.answers.hot import card_facts, class_words
from dashboard.answers.kept import Kept
from dashboard.answers.places import Places
from dashboard.answers.sectors import sectors
from dashboard.language import LANGUAGES, language
from dashboard.maps.payload import unpack
from dashboard.queries import Queries
from dashboard.queries.hot import emerging, hot, on_card, stability
from dashboard.user import User
from dashboard.view_state import ViewState
from geodata.errors import NotAllowed
from geodata.store.engine import open_store
from layers.cells import centres
from layers.emerging import CLASSES
from layers.hot_cells import SILENT
from layers.months import month_number
from layers.reporters import Reporters, reporters, watched

ADDRESSES = ("study", "hot", "sure", "emerging")
INSIDER = User("command", language("en"))


def asked(client, settings, address: str, role="command", **headers):
    return client(settings, role).server.test_client().get(f"/en/data/{address}", headers=headers)


def read(client, settings, address: str):
    answer = asked(client, settings, address)
    assert answer.status_code == 200, answer.text
    return unpack(gzip.decompress(answer.data) if answer.headers.get("Content-Encoding") == "gzip" else answer.data)


@pytest.fixture(scope="module")
def queries(generated) -> Queries:
    return Queries(generated, open_store(generated, create=False))


@pytest.mark.parametrize("role", ["donor", "public"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_outsiders_get_a_sentence_and_no_number(client, generated, address, role):
    answer = asked(client, generated, address, role)
    assert answer.status_code == 403
    assert answer.text == language("en")("problem.statistics_insiders")


def test_nobody_asks_past_the_address(queries):
    with pytest.raises(NotAllowed):
        hot(queries, ViewState(), User("donor", language("ru")))


def test_cells_of_all_answers_lie_on_the_study_area(client, generated):
    study, rings = read(client, generated, "study")
    n = len(study["cell_ids"])
    assert len(rings["ring_start"]) == n + 1 and rings["ring_start"][-1] * 2 == len(rings["rings"])
    header, arrays = read(client, generated, "hot")
    assert header["version"] == study["version"] and header["n_cells"] == n
    assert {len(array) for array in arrays.values()} == {n}
    for name in ("sure", "emerging"):
        header, arrays = read(client, generated, name)
        assert header["version"] == study["version"] and {len(array) for array in arrays.values()} == {n}


def test_the_study_area_is_sent_again_only_when_it_has_changed(client, generated):
    first = asked(client, generated, "study")
    again = asked(client, generated, "study", **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.data
    assert asked(client, generated, "study", **{"If-None-Match": '"another"'}).status_code == 200


def of_gbao(settings) -> set[str]:
    """Sections on the bank of Badakhshan: of a sector, its own are counted."""
    table = Places(settings.cache).sections
    return set(table.loc[table["district_id"].str.startswith("tj-gbao"), "section_id"])


@pytest.mark.parametrize("question", ["", "d=heroin", "p=2019-01..2021-06&o=tj-gbao", "p=2019-01..2021-06&o=everything&c=TJK"])
def test_the_header_counts_what_the_arrays_hold(client, generated, question):
    header, arrays = read(client, generated, f"hot?{question}")
    kinds = np.bincount(arrays["cell_class"], minlength=8)
    assert (header["n_hot"], header["n_cold"], header["n_silent"]) == (kinds[1:4].sum(), kinds[4:7].sum(), kinds[7])
    named = [section for section in header["sections"] if "o=tj-gbao" not in question or section["id"] in of_gbao(generated)]
    assert header["n_sections"] == sum(1 <= section["class"] <= 3 for section in named)
    assert len(header["sections"]) == 40 and all(0 <= section["p"] <= 1 for section in header["sections"])
    opening = read(client, generated, "view?")[0]
    first, last = opening["default_window"]
    wanted = question.split("p=")[1].split("&")[0] if "p=" in question else f"{opening['steps'][first]}..{opening['steps'][last]}"
    assert header["period"] == wanted


def test_events_on_the_cells_are_those_of_a_recount_of_the_rows(client, generated, generated_events):
    header, arrays = read(client, generated, "hot?p=2019-01..2021-06&o=everything")
    rows = generated_events[generated_events["in_region"].astype(bool)]
    seen: set[str] = set()
    for row in rows.itertuples():
        placed = row.precision_level not in ("country", "none") and row.lon == row.lon
        sharp = row.date_precision in ("day", "month") and row.happened_from[:7] == row.happened_to[:7]
        if placed and sharp and "2019-01" <= row.happened_from[:7] <= "2021-06":
            seen.add(row.event_id)
    assert arrays["cell_n"].sum() == pytest.approx(len(seen), rel=1e-5)
    assert header["n"] <= len(seen) and f"{header['n']:,} events" in header["within"]


def test_only_cells_of_the_sector_are_judged(client, generated, queries):
    study, _ = read(client, generated, "study")
    at = centres([int(cell, 16) for cell in study["cell_ids"]])
    boxes = {sector.id: sector for sector in sectors(queries.places, language("en"))}
    for id in ("tj-khatlon", "line"):
        header, arrays = read(client, generated, f"hot?p=2017-01..2021-12&o={id}")
        west, south, east, north = boxes[id].box
        inside = (at[:, 0] >= west) & (at[:, 0] <= east) & (at[:, 1] >= south) & (at[:, 1] <= north)
        assert not arrays["cell_class"][~inside].any() and arrays["cell_class"][inside].any()
        assert boxes[id].name in header["within"]
    assert read(client, generated, "hot?o=atlantis")[0]["within"] == read(client, generated, "hot")[0]["within"]


def test_every_sector_has_a_name_and_holds_its_own_stretch(queries):
    for code in LANGUAGES:
        found = sectors(queries.places, language(code))
        assert len({sector.name for sector in found}) == len(found)
    boxes = {sector.id: sector.box for sector in found}
    assert {"line", "tj-khatlon", "tj-gbao", "tj-sughd", "af-badakhshan", "tajikistan", "everything"} <= set(boxes)
    for row in queries.places.sections.itertuples():
        province = "-".join(row.district_id.split("-")[:2])
        for id in ("line", province):
            west, south, east, north = boxes[id]
            a, b, c, d = row.geometry.bounds
            assert west <= a and south <= b and c <= east and d <= north, (id, row.section_id)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sentence_is_in_the_viewers_language_and_without_holes(client, generated, code):
    app = client(generated, "command").server.test_client()
    for question in ("", "m=kg", "p=2019-01..2019-02&d=heroin", "p=2011-01..2025-12"):
        header, _ = unpack(gzip.decompress(app.get(f"/{code}/data/hot?{question}").data))
        told = [header[key] for key in ("lead", "found", "rule", "scale", "within", "unstable_rule")] + header["warnings"]
        assert all(told) and not any(sign in text for text in told for sign in "{}")
        assert not any(word in " ".join(told) for word in ("nan", "None", "e-0"))


def test_a_period_without_any_report_is_silent_and_never_cold():
    known = Reporters(
        ["TJK", "AFG"], month_number("2020-01"), np.zeros((2, 12), bool), np.array([[True, True, False], [False, True, False]])
    )
    months = [f"2020-{month:02d}" for month in range(1, 13)]
    seen = watched(known, months, 0, 11)
    assert seen.exposure.tolist() == [0, 0, 0] and seen.silent.tolist() == [True, True, False] and seen.countries == ["TJK", "AFG"]


def test_a_cell_is_watched_in_the_months_in_which_anybody_reported_who_records_there():
    reported = np.zeros((2, 12), bool)
    reported[0, :3], reported[1, 2:6] = True, True
    known = Reporters(["TJK", "AFG"], month_number("2020-01"), reported, np.array([[True, True, False], [False, True, True]]))
    months = [f"2020-{month:02d}" for month in range(1, 13)]
    seen = watched(known, months, 0, 11)
    np.testing.assert_allclose(seen.exposure, [3 / 12, 6 / 12, 4 / 12])
    assert not seen.silent.any() and seen.countries == []
    later = watched(known, months, 6, 11)
    assert later.silent.all() and later.countries == ["TJK", "AFG"]
    only = watched(known, months, 0, 2, ("TJK",))
    np.testing.assert_allclose(only.exposure, [1, 1, 0])
    assert not only.silent.any(), "what was not asked about is not silent"
    assert watched(known, months, 0, 11, inside=np.array([True, False, False])).exposure.tolist() == [0.25, 0, 0]
    assert watched(known, ["1999-01"], 0, 0).silent.all(), "before anybody reported"


def test_a_cell_of_which_one_country_fell_silent_and_another_did_not_is_known_in_part():
    reported = np.zeros((3, 12), bool)
    reported[0, :], reported[1, 1:4], reported[2, 9:] = True, True, True
    cells = np.array([[True, True, False, False], [False, True, True, False], [True, False, False, False]])
    known = Reporters(["TJK", "AFG", "UZB"], month_number("2020-01"), reported, cells)
    months = [f"2020-{month:02d}" for month in range(1, 13)]
    seen = watched(known, months, 6, 8)
    assert (seen.countries, seen.heard) == (["AFG", "UZB"], ["2020-04", ""]), "the second had said nothing yet"
    assert seen.partly.tolist() == [[False, True, False, False], [True, False, False, False]], "its own cell is silent, not partly so"
    assert seen.silent.tolist() == [False, False, True, False]
    all_year = watched(known, months, 0, 11)
    assert all_year.countries == [] and all_year.partly.shape == (0, 4)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_card_of_such_a_cell_says_who_is_silent_and_since_when(queries, code):
    told = hot(queries, ViewState.from_query("p=2019-01..2019-12"), INSIDER)
    at = int(np.argmax(told.cell_n))
    partly = np.zeros((2, len(told.cells)), bool)
    partly[:, at] = True
    told = replace(told, watched=told.watched._replace(countries=["AFG", "UZB"], partly=partly, heard=["2016-12", ""]))
    say = language(code)
    facts = dict(card_facts(told, "cell", f"{int(told.cells[at]):x}", lambda: (np.ones(len(told.cells)), np.ones(0)), say))
    words = facts[say("card.partly")]
    assert all(word in words for word in (say("country.AFG"), say.month("2016-12"), say("country.UZB"))) and "{" not in words
    other = int(np.flatnonzero(~partly[0])[0])
    assert say("card.partly") not in dict(card_facts(told, "cell", f"{int(told.cells[other]):x}", lambda: (np.ones(1), np.ones(0)), say))


def test_who_reports_where_equals_a_slow_recount(queries, generated_events):
    snapshot = queries.snapshot(INSIDER)
    table = generated_events.reset_index(drop=True)
    found = reporters(snapshot.events, snapshot.footprints)
    for k, country in enumerate(found.countries):
        rows = table[(table["country_iso3"] == country) & table["in_region"].astype(bool) & table["happened_from"].notna()]
        months = {m for row in rows.itertuples() for m in range(month_number(row.happened_from), month_number(row.happened_to) + 1)}
        assert months == set(np.flatnonzero(found.reported[k]) + found.first_month)
    assert found.cells.any(axis=0).all(), "somebody recorded in every cell of the study area"


def test_the_same_view_is_worked_out_once_and_a_sector_is_another_view(queries):
    state = ViewState.from_query("p=2018-01..2018-12")
    first = hot(queries, state, INSIDER)
    for same in ("p=2018-01..2018-12&h=off", "p=2018-01..2018-12&s=cell:851&l=none", "p=2018-01..2018-12&b=50"):
        assert hot(queries, ViewState.from_query(same), INSIDER) is first
    for other in ("p=2018-01..2018-11", "p=2018-01..2018-12&o=tj-khatlon", "p=2018-01..2018-12&m=kg", "p=2018-01..2018-12&d=opium"):
        assert hot(queries, ViewState.from_query(other), INSIDER) is not first


def test_the_card_says_how_a_place_stands_out(queries):
    question = "p=2011-01..2025-12"
    state = ViewState.from_query(question)
    found = hot(queries, state, INSIDER)
    hottest = int(np.argmax(np.where(found.cell_class <= 3, found.cell_class, 0)))
    assert found.cell_class[hottest] > 0
    picked = ViewState.from_query(f"{question}&s=cell:{int(found.cells[hottest]):x}")
    thing = on_card(queries.thing(picked.picked, picked, INSIDER), queries, picked, INSIDER)
    facts = dict(thing.facts)
    assert facts["Stands out"].startswith("hot, strong (99 %)"), "in the words of the legend, and in no others"
    share = stability(queries, queries.snapshot(INSIDER), state)[0][hottest]
    assert facts["How stable"] == f"stays so in {round(100 * share)} of 100 draws"
    assert facts["With neighbours"].split(" of ")[0].replace(",", "") == f"{round(float(found.cell_around[hottest]), 1):g}"
    plain = ViewState.from_query(f"{question}&h=cells&s={picked.picked}")
    assert on_card(queries.thing(plain.picked, plain, INSIDER), queries, plain, INSIDER) == queries.thing(plain.picked, plain, INSIDER)
    section = ViewState.from_query(f"{question}&s=section:sec-07-khalkayar&h=emerging")
    assert "Stands out" in dict(on_card(queries.thing(section.picked, section, INSIDER), queries, section, INSIDER).facts)
    nowhere = ViewState.from_query(f"{question}&s=cell:1")
    on_card(queries.thing(nowhere.picked, nowhere, INSIDER), queries, nowhere, INSIDER)


def test_every_class_has_words_and_a_strength_has_the_same_ones_everywhere():
    for code in LANGUAGES:
        say = language(code)
        words = [class_words(kind, say) for kind in range(SILENT + 1)]
        assert len(set(words)) == len(words)
        for strength in (1, 2, 3):
            told = say(f"js.strength_{strength}")
            assert told in words[strength] and told in words[strength + 3]
            # The legend defines each once, in the same words and figures.
            word, figure = told.rstrip(")").split(" (")
            assert word in say("hot.strengths") and figure in say("hot.strengths")


def test_steps_hold_the_events_of_their_months_and_the_last_is_complete(queries):
    snapshot = queries.snapshot(INSIDER)
    known = reporters(snapshot.events, snapshot.footprints)
    for question, step, n_steps, width in (("p=2018-01..2018-12", "month", 12, 1), ("p=2016-02..2018-12", "quarter", 11, 3)):
        material = snapshot.material(ViewState.from_query(question))
        kind, counts = cube(material, known, ())
        assert (kind, counts.shape[1]) == (step, n_steps)
        end = material.last + 1
        for k in range(n_steps):
            months = slice(end - (n_steps - k) * width, end - (n_steps - k - 1) * width)
            np.testing.assert_allclose(np.nansum(counts[:, k]), material.cell_n[months].sum())


def test_history_of_the_generated_cells_is_one_of_the_classes_and_few_steps_are_said(queries):
    long, short = (emerging(queries, ViewState.from_query(q), INSIDER) for q in ("p=2016-01..2020-12", "p=2020-10..2020-12"))
    assert [one["id"] for one in long.header["classes"]] == list(CLASSES)
    assert long.header["step"] == "quarter" and long.header["n_steps"] == 20 and not long.header["warnings"]
    assert long.cell_class.any(), "the demonstration has hotspots"
    assert len(short.header["warnings"]) == 1 and "3 steps" in short.header["warnings"][0]
    told = emerging(queries, ViewState.from_query("m=kg"), INSIDER)
    assert any("not on kilograms" in text for text in told.header["warnings"])


def test_an_empty_choice_is_an_answer_without_a_colour(client, generated):
    for name in ("hot", "emerging", "sure"):
        header, arrays = read(client, generated, f"{name}?d=heroin&k=armed_clash&t=air&a=nobody&p=2020-01..2020-01")
        kinds = arrays.get("cell_class")
        assert kinds is None or not ((kinds > 0) & (kinds != SILENT)).any()
        assert header["version"]


def test_answers_are_made_once_however_many_ask_and_a_failure_is_not_kept():
    kept, made, start = Kept(most=2), [], threading.Barrier(6)

    def make():
        made.append(1)
        return object()

    answers: list[object] = []

    def ask():
        start.wait()
        answers.append(kept.of("hot", 1, make))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(made) == 1 and len(set(map(id, answers))) == 1
    with pytest.raises(ZeroDivisionError):
        kept.of("hot", 2, lambda: 1 / 0)
    assert kept.of("hot", 2, lambda: "now") == "now"
    kept.of("hot", 3, make)
    kept.of("hot", 1, make)
    assert len(made) == 3, "the oldest went when a third came"


def test_weights_of_an_events_drugs_are_counted_once(client, generated, generated_events):
    _, arrays = read(client, generated, "hot?m=kg&p=2011-01..2025-12&o=everything")
    rows = generated_events[generated_events["in_region"].astype(bool) & ~generated_events["drug"].isin(["alcohol", "precursor"])]
    sharp = rows["date_precision"].isin(["day", "month"]) & (rows["happened_from"].str[:7] == rows["happened_to"].str[:7])
    placed = rows["lon"].notna() & ~rows["precision_level"].isin(["country", "none"])
    assert arrays["cell_kg"].sum() == pytest.approx(float(pd.to_numeric(rows.loc[sharp & placed, "weight_kg"]).sum()), rel=1e-4)
