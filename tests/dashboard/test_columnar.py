"""A store of millions is answered from columns: the same answers as from a table, which is the slow and obvious way."""

from dataclasses import asdict
from itertools import product

import numpy as np
import pandas as pd
import pytest

from dashboard.columnar.snapshot import ColumnarSnapshot
from dashboard.language import language
from dashboard.maps.payload import unpack
from dashboard.queries import Queries
from dashboard.snapshot import Snapshot
from dashboard.user import User
from dashboard.view_state import ViewState
from geodata.store import reading
from geodata.store.choices import choices
from geodata.store.engine import open_store
from layers.columns import file
from layers.page_columns import LARGE, NEEDED, Things, address, make

SAY = language("en")
STATES = [
    {},
    {"drugs": ("heroin",)},
    {"drugs": ("heroin", "opium", "precursor"), "countries": ("TJK", "AFG")},
    {"kinds": ("armed_clash", "other")},
    {"agencies": ("DCA",)},
    {"agencies": ("MIA", "Border Troops SCNS"), "transports": ("road", "foot")},
    {"first": "2013-02", "last": "2024-11"},
    {"first": "2016-01", "last": "2016-06", "countries": ("TJK",), "measure": "kg"},
    {"drugs": ("khat",)},
    {"accuracies": ("1",)},
    {"drugs": ("heroin", "opium"), "first": "2015-01", "last": "2019-12"},
    {"sector": "tj-khatlon"},
    {"sector": "tajikistan", "drugs": ("heroin",), "first": "2014-01", "last": "2019-12"},
    {"sector": "af-badakhshan", "kinds": ("seizure",), "agencies": ("DCA",)},
]


@pytest.fixture(scope="module")
def both(generated, tmp_path_factory) -> tuple[Snapshot, ColumnarSnapshot]:
    """The same store twice; a few reports are of one event though they differ in day, place and country."""
    queries = Queries(generated, open_store(generated, create=False))
    user = User("command", SAY)
    plain = queries.snapshot(user)
    events = _joined(plain.events)
    gaps = [{"feed": "demo", "country_iso3": "UZB", "month": "2014-05"}]
    totals = pd.DataFrame(
        {
            "country_iso3": ["TJK", "TJK", "UZB"], "year": [2015, 2016, 2016], "drug": ["heroin", "all", "opium"],
            "weight_kg": [500.0, 4000.0, 30.0], "basis": "published", "period": None, "note": None, "source_url": None, "feed": "x",
            "file_sha256": "0" * 64,
        }
    )  # fmt: skip
    table = Snapshot(plain.about, events, totals, queries.places, gaps)
    places = queries.places
    things = Things(places.posts, places.corridors, places.sections, places.areas)
    path = address(tmp_path_factory.mktemp("columns"), plain.version, things)
    shuffled = events.sample(frac=1, random_state=1)
    columns = make(path, (shuffled.iloc[k : k + 700] for k in range(0, len(shuffled), 700)), things)

    def read(ids: list[str], only: object) -> pd.DataFrame:
        return events[events["report_id"].isin(ids)].sample(frac=1, random_state=2)

    return table, ColumnarSnapshot(plain.about, columns, read, totals, places, gaps)


def _joined(events: pd.DataFrame) -> pd.DataFrame:
    events = events.copy()
    random = np.random.default_rng(3)
    for _ in range(60):
        one, other = random.integers(0, len(events), 2)
        events.loc[other, "event_id"] = events.loc[one, "event_id"]
    bare = random.integers(0, len(events), 40)
    events.loc[bare, ["happened_from", "happened_to"]] = None
    events.loc[bare, "date_precision"] = "unknown"
    return events.sort_values(["happened_from", "report_id"], ignore_index=True)


@pytest.mark.parametrize("state", STATES, ids=str)
def test_the_view_holds_the_same_sums(both, state):
    (one, arrays), (other, found) = (unpack(snapshot.view(ViewState(**state), SAY)) for snapshot in both)
    for name in (
        "steps",
        "labels",
        "years",
        "default_window",
        "n_groups",
        "n_groups_hidden",
        "left_out",
        "corridor_loads",
        "n_cells",
        "cell_ids",
    ):
        assert one[name] == other[name], name
    for name in (
        "step_n",
        "step_kg",
        "step_gap",
        "step_bound",
        "step_missing",
        "vague_first",
        "vague_last",
        "vague_n",
        "vague_kg",
        "ring_start",
    ):
        np.testing.assert_allclose(found[name], arrays[name], err_msg=name)
    np.testing.assert_allclose(found["rings"], arrays["rings"], atol=1e-5)
    size = (len(one["steps"]), one["n_cells"])
    for name in ("n", "kg"):
        np.testing.assert_allclose(laid_out(found, name, size), added_up(arrays, "cell", name, size), rtol=2e-6, atol=2e-6)
    by_place = (len(one["steps"]), one["n_groups"])
    for name in ("n", "kg"):
        np.testing.assert_allclose(added_up(found, "group", name, by_place), added_up(arrays, "group", name, by_place), rtol=1e-6)
    for name in ("group_lon", "group_lat", "group_uncertainty", "group_kind"):
        np.testing.assert_array_equal(found[name], arrays[name])
    names = [[view["group_names"][k] for k in sums["group_name"]] for view, sums in ((one, arrays), (other, found))]
    assert names[0] == names[1]


def added_up(arrays, what: str, name: str, size: tuple[int, int]) -> np.ndarray:
    table = np.zeros(size)
    np.add.at(table, (arrays[f"{what}_step"], arrays[f"{what}_index"]), arrays[f"{what}_{name}"].astype(float))
    return table


def laid_out(arrays, name: str, size: tuple[int, int]) -> np.ndarray:
    """As assets/core.js lays districts and provinces over their cells."""
    table = added_up(arrays, "cell", name, size)
    for step, area, amount in zip(arrays["area_step"], arrays["area_index"], arrays[f"area_{name}"], strict=True):
        inside = arrays["area_cell"][arrays["area_start"][area] : arrays["area_start"][area + 1]]
        table[step, inside] += amount / len(inside)
    return table


@pytest.mark.parametrize("state", STATES, ids=str)
def test_figures_ranking_and_opening_are_the_same(both, state):
    state = ViewState(**state)
    table, columns = both
    assert columns.opening(state) == table.opening(state)
    one, other = (asdict(snapshot.figures(state)) for snapshot in both)
    pd.testing.assert_frame_equal(one["coverage"].pop("rows"), other["coverage"].pop("rows"))
    assert _rounded(other) == _rounded(one)
    first, second = (snapshot.ranking(state, SAY).drop(columns="geometry", errors="ignore") for snapshot in both)
    pd.testing.assert_frame_equal(second[first.columns], first, check_dtype=False)


def _rounded(value):
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return round(value, 6) if isinstance(value, float) else value


PICKED = ("", "section:", "post:", "corridor:", "door:undated", "door:unplaced", "door:vague", "cell", "place")


@pytest.mark.parametrize(("state", "picked"), list(product(STATES[:7:2], PICKED)), ids=str)
def test_the_rows_behind_are_the_same(both, state, picked):
    table, columns = both
    picked = _full(table, picked)
    asked = ViewState(**state, picked=picked)
    one, other = table.rows(asked, SAY), columns.rows(asked, SAY)
    assert (one.n_events, one.n_more, one.picked) == (other.n_events, other.n_more, other.picked)
    assert one.rows == other.rows
    card, same = (snapshot.thing(picked, asked, SAY) for snapshot in both)
    assert card == same
    pd.testing.assert_frame_equal(columns.table(asked, SAY, None), table.table(asked, SAY, None))


def _full(snapshot: Snapshot, picked: str) -> str:
    """The address of a thing at which something was recorded."""
    if picked in ("section:", "post:", "corridor:"):
        ranked = snapshot.ranking(ViewState(first="2012-01", last="2024-12"), SAY)
        named = ranked[ranked["kind"] == picked[:-1]]["id"]
        return picked + (named.iloc[0] if len(named) else snapshot.places.corridors["corridor_id"].iloc[0])
    if picked in ("cell", "place"):
        header, arrays = unpack(snapshot.view(ViewState(), SAY))
        at = int(arrays["group_index"][arrays["group_step"].argmax()])
        place = f"{arrays['group_lon'][at]:.5f},{arrays['group_lat'][at]:.5f}"
        return f"cell:{header['cell_ids'][len(header['cell_ids']) // 2]}" if picked == "cell" else f"place:{place}"
    return picked


@pytest.mark.parametrize("state", STATES, ids=str)
def test_the_material_of_the_statistics_is_the_same(both, state):
    one, other = (snapshot.material(ViewState(**state)) for snapshot in both)
    for name in ("months", "first", "last", "measure", "section_ids", "post_ids"):
        assert getattr(one, name) == getattr(other, name), name
    for name in ("reported", "missing", "arriving", "cells", "section_km", "section_n", "section_kg", "post_n", "post_kg"):
        np.testing.assert_allclose(getattr(other, name), getattr(one, name), err_msg=name)
    for name in ("cell_n", "cell_kg"):
        np.testing.assert_allclose(getattr(other, name).toarray(), getattr(one, name).toarray(), rtol=1e-9, atol=1e-9)
    assert len(one.happenings) == len(other.happenings)
    for name in ("day", "day_to", "month", "lon", "lat", "uncertainty_m", "section", "kg"):
        np.testing.assert_allclose(getattr(other.happenings, name), getattr(one.happenings, name), err_msg=name)
    mine, theirs = (
        (sums.shapes[np.maximum(sums.happenings.footprint, 0)].toarray(), sums.happenings.footprint >= 0) for sums in (one, other)
    )
    np.testing.assert_array_equal(mine[1], theirs[1])
    np.testing.assert_allclose(theirs[0][theirs[1]], mine[0][mine[1]])


def test_a_file_that_is_broken_is_made_again_and_older_versions_go(generated, monkeypatch, tmp_path):
    import dashboard.queries as page

    monkeypatch.setattr(page, "LARGE", 100)
    queries, user = Queries(generated, open_store(generated, create=False)), User("command", SAY)
    first = queries.snapshot(user)
    assert isinstance(first, ColumnarSnapshot)
    kept = next((generated.cache / "columns").iterdir())
    (kept.parent / f"older{file.SUFFIX}").write_bytes(b"an older version")
    # Beside it and then in its place: what the first snapshot has mapped must not shrink under it.
    broken = kept.parent / "broken"
    broken.write_bytes(kept.read_bytes()[:1000])
    broken.replace(kept)
    again = Queries(generated, open_store(generated, create=False)).snapshot(user)
    assert again.choices() == choices(queries.engine, role="command")
    assert unpack(again.view(ViewState(), SAY))[0] == unpack(first.view(ViewState(), SAY))[0]
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


def test_both_sides_mean_the_same_number_of_events():
    import dashboard.queries as page

    assert page.LARGE == LARGE
    assert "report_id" in NEEDED and reading.portions is not None


@pytest.mark.parametrize("picked", ["", "section:", "post:", "place"])
def test_times_and_reporters_are_the_same(both, picked):
    picked = _full(both[0], picked)
    one, other = (snapshot.times_of(picked, ViewState(drugs=("heroin", "opium"))) for snapshot in both)
    assert sorted(zip(*(values.tolist() for values in asdict(one).values()), strict=True)) == sorted(
        zip(*(values.tolist() for values in asdict(other).values()), strict=True)
    )
    first, second = (snapshot.reporters() for snapshot in both)
    assert first.first_month == second.first_month and set(first.countries) == set(second.countries)
    order = [second.countries.index(country) for country in first.countries]
    np.testing.assert_array_equal(second.reported[order], first.reported)
    np.testing.assert_array_equal(second.cells[order], first.cells)


def test_a_table_made_of_columns_gives_the_layers_the_same(both):
    table, columns = both
    chosen = ViewState(countries=("TJK",), drugs=("heroin", "opium"))
    one, other = (snapshot._filtered(snapshot._key(chosen))[0] for snapshot in both)
    names = [
        "report_id",
        "drug",
        "kind",
        "happened_from",
        "happened_to",
        "hour",
        "lon",
        "section_id",
        "place_id",
        "concealment",
        "place_text",
    ]
    pd.testing.assert_frame_equal(other[names].reset_index(drop=True), one[names].reset_index(drop=True), check_dtype=False)
    same_event = one.groupby("event_id")["report_id"].agg(list).tolist()
    assert sorted(same_event) == sorted(other.groupby("event_id")["report_id"].agg(list).tolist())
    assert len(table.events) == len(columns.events)
