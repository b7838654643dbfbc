"""What a plan takes for demand is what the map of the same period shows: hot cells, corridors, hours at crossings."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from dashboard.language import language
from dashboard.queries import Queries
from dashboard.queries import hot as hot_queries
from dashboard.user import User
from dashboard.view_state import ViewState
from geodata.places.areas import area_shapes
from geodata.places.boundaries import countries_at
from geodata.places.corridors import load_corridors
from geodata.places.districts import load_districts
from geodata.places.posts import load_posts
from geodata.store import reading
from geodata.store.engine import open_store
from layers import corridors
from layers.happenings import one_row_each
from layers.planning.demand import Around, demand_of, points
from layers.planning.formula import formula, words
from layers.planning.question import Question
from layers.selection import Selection, select
from layers.travel.region import region_rules

COUNTRIES = ("TJK", "AFG")


@pytest.fixture(scope="module")
def asked(generated):
    """(the page's hot cells of a period, the demand of all kinds in it, its question, all events)."""
    engine = open_store(generated, create=False)
    queries, user = Queries(generated, engine), User("command", language("en"))
    months = sorted(reading.events(engine, role="command")["happened_from"].dropna().str[:7])
    first, last = months[len(months) // 2], months[-len(months) // 4]
    state = ViewState(first=first, last=last, sector="everything")
    material, hot, _ = hot_queries._found(hot_queries.insider(queries, user), state)
    events = reading.events(engine, role="command")
    weights = {"hot": 30.0, "corridors": 20.0, "crossing_hours": 10.0, "seizures": 40.0}
    question = Question("x", first=first, last=last, weights=weights, countries=COUNTRIES)
    around = Around(
        load_posts(),
        load_districts(),
        area_shapes(generated.cache),
        load_corridors(),
        region_rules().wait_h,
        partial(countries_at, among=COUNTRIES, cache=generated.cache),
        lambda lon, lat, side: np.full(len(lon), 3.0),
    )
    page = SimpleNamespace(hot={f"{cell:x}" for cell in material.cells[hot.cells.is_hot].tolist()})
    return page, demand_of(question, events, around), question, events


def test_hot_cells_are_those_of_the_map_where_offices_are_asked_for(asked):
    page, demand, _, _ = asked
    hot = set(demand.table["id"][demand.amounts.recorded["hot"] > 0])
    inside = {id for id in page.hot if id in set(demand.table["id"])}
    assert hot == inside and len(hot) > 0
    assert set(demand.amounts.recorded["hot"]) <= {0.0, 1.0}


def test_hot_cells_stay_hot_where_presence_is_the_same_everywhere(asked):
    """With the same hours to a post everywhere nothing is expected otherwise."""
    _, demand, _, _ = asked
    assert demand.amounts.corrected["hot"].tolist() == demand.amounts.recorded["hot"].tolist()


def test_a_corridor_carries_the_seizures_along_it_and_no_more(asked):
    _, demand, question, events = asked
    happened = one_row_each(select(events, Selection(first_month=question.first, last_month=question.last)).events)
    event, corridor = corridors.near(load_corridors(), happened).of(happened)
    is_seizure = happened["drug"].notna().to_numpy() | (happened["kind"] == "seizure").to_numpy()
    whole = is_seizure[event].sum()
    along = demand.records.along
    assert along is not None and np.asarray(along.lies.sum(axis=1)).ravel() == pytest.approx(np.ones(len(load_corridors())))
    on_them = demand.amounts.recorded["corridors"]
    assert 0 < on_them.sum() < whole, "what runs through other countries is left out"
    inside = np.asarray(along.lies[:, demand.records.row >= 0].sum(axis=1)).ravel()
    assert on_them.sum() == pytest.approx((np.bincount(corridor, is_seizure[event], len(inside)) * inside).sum())


def test_hours_at_crossings_are_the_measured_ones_and_nothing_else(asked):
    _, demand, _, _ = asked
    waits = dict(zip(demand.table["id"], demand.amounts.recorded["crossing_hours"], strict=True))
    measured = {id: hours for id, hours in region_rules().wait_h.items() if id in waits}
    assert {id: hours for id, hours in waits.items() if hours > 0} == pytest.approx(measured)
    assert len(measured) > 0


def test_the_formula_says_what_each_kind_is_and_adds_up(asked):
    _, demand, question, _ = asked
    told = formula(question.weights, demand)
    assert [one["kind"] for one in told] == ["corridors", "crossing_hours", "hot", "seizures"]
    assert all(one["what"] and one["unit"] and one["amount"] > 0 and one["places"] > 0 for one in told)
    assert words(told).count(" x ") == 4
    by_hand = sum(one["points"] * demand.amounts.recorded[one["kind"]] / one["amount"] for one in told)
    assert points(question.weights, demand.amounts) == pytest.approx(by_hand)
