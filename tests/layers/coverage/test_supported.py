"""What stood on a day: nothing before its date, nothing drawn that is not known as a point, no donor invented; shares at every hour."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.places.posts import load_posts
from geodata.register.loading import load_register
from layers.coverage.by_hours import by_hours, sections_reached
from layers.coverage.overlaps import matrix, overlaps
from layers.coverage.reach import shares
from layers.coverage.state import LEAST_POSTS, province_totals
from layers.coverage.supported import POINT, STANDING, chosen, supported
from layers.coverage.windows import around
from layers.register.as_of import first_day, last_day

TODAY = dt.date(2026, 11, 22)
REGISTER, POSTS = load_register(), load_posts()


@settings(max_examples=25)
@given(st.dates(dt.date(1999, 1, 1), TODAY))
def test_nothing_is_there_before_its_date_and_nothing_dated_goes_away_with_time(day):
    table = supported(REGISTER, POSTS, day)
    assert all(first_day(since) <= day for since in table["since"] if since)
    assert set(table["id"]) <= set(supported(REGISTER, POSTS, TODAY)["id"])


def test_what_nobody_dated_is_not_there_before_its_post():
    early = supported(REGISTER, POSTS, dt.date(2012, 12, 31))
    assert "op-ushturmullo" not in set(early["post_id"]) and "op-ushturmullo" in set(supported(REGISTER, POSTS, TODAY)["post_id"])
    opened = POSTS.set_index("id")["opened_year"]
    undated = early[(early["since"] == "") & early["post_id"].isin(opened.index)]
    assert len(undated) and not (opened.reindex(undated["post_id"]) > 2012).any()


def test_only_what_has_a_post_with_a_position_is_a_point():
    table = supported(REGISTER, POSTS, TODAY)
    placed = set(POSTS.loc[POSTS["lon"].notna(), "id"])
    assert (table["where"] == POINT).tolist() == table["post_id"].isin(placed).tolist()
    assert table.loc[table["where"] != POINT, ["lon", "lat"]].isna().all(axis=None)
    at = table[table["where"] == POINT].merge(POSTS, left_on="post_id", right_on="id", suffixes=("", "_post"))
    assert at["lon"].tolist() == at["lon_post"].tolist() and at["lat"].tolist() == at["lat_post"].tolist()


def test_every_work_and_unit_is_there_once_and_no_task_force_without_a_law_operates():
    table = supported(REGISTER, POSTS, TODAY)
    assert sorted(table.loc[table["table"] != "places", "id"]) == sorted([*REGISTER["works"]["id"], *REGISTER["units"]["id"]])
    forces = table[table["kind"] == "task_force"]
    assert len(forces) == 5 and not forces["state"].isin(STANDING).any() and (forces["where"] == "country").all()


def test_a_filter_takes_away_and_never_adds():
    table = supported(REGISTER, POSTS, TODAY)
    for donor in table["donor"].unique():
        mine = chosen(table, donor=donor)
        assert set(mine["donor"]) == {donor}
        for component in mine["component"].unique():
            assert len(chosen(table, donor=donor, component=component)) == (mine["component"] == component).sum() or not component


def test_a_donor_that_nobody_names_is_not_counted_as_another_donor():
    things = pd.DataFrame(
        {"state": ["handed_over"] * 3 + ["planned"], "district_id": ["d"] * 4, "donor": ["a", "not-named", "b", "c"],
         "programme": ["p", "p", "q", "r"], "quantity": [1, 2, 1, 1]}
    )  # fmt: skip
    row = overlaps(things).iloc[0]
    assert (row["donors"], row["programmes"], row["n"]) == (["a", "b"], ["p", "q"], 4)


def test_the_matrix_holds_every_placed_thing_once():
    table = supported(REGISTER, POSTS, TODAY)
    districts = {row.id: row.district_id for row in table.itertuples() if row.district_id}
    placed = table[table["id"].isin(districts) & (table["programme"] != "")]
    assert int(matrix(table, districts).to_numpy().sum()) == int(placed["quantity"].sum())


@given(
    st.sampled_from(["2014", "2014-05", "2014-05-20", "2009", "2025-12"]), st.integers(1, 200), st.sampled_from([1, 3]), st.integers(1, 40)
)
def test_the_windows_never_hold_the_time_in_which_it_may_have_opened(opened, n, months_each, most):
    first = dt.date(2010, 1, 1)
    windows = around(opened, first, n, months_each, most)

    def begin(period):
        months = first.year * 12 + first.month - 1 + period * months_each
        return dt.date(months // 12, months % 12 + 1, 1)

    for period in range(windows.before.first, windows.before.last + 1):
        assert begin(period + 1) <= first_day(opened)
    for period in range(windows.after.first, windows.after.last + 1):
        assert begin(period) > last_day(opened) and 0 <= period < n
    assert windows.before.length <= most and windows.after.length <= most


def test_shares_by_hours_are_those_of_reach_at_each_step_and_only_grow():
    rng = np.random.default_rng(7)
    n = 400
    is_road = rng.random(n) < 0.7
    found = pd.DataFrame(
        {"kind": rng.choice(["line", "crossings"], n), "group": rng.choice(["s1", "s2"], n), "amount": rng.random(n),
         "hours": rng.random(n) * 9, "km": rng.random(n) * 200, "by": np.where(is_road, "road", "distance")}
    )  # fmt: skip
    steps = [0.5, 2.0, 8.0]
    table = by_hours(found, steps, 25.0).set_index("kind")
    for k, step in enumerate(steps):
        is_within = np.where(is_road, found["hours"] <= step, found["km"] <= 25.0 * step)
        wanted = shares(found.assign(is_within=is_within)).set_index("kind")
        for kind in ("line", "crossings"):
            assert table.loc[kind, "share"][k] == pytest.approx(wanted.loc[kind, "share"])
            assert table.loc[kind, "by_distance"] == pytest.approx(wanted.loc[kind, "by_distance"])
    assert all(list(row) == sorted(row) for row in table["share"]) and table.loc["seizures", "share"] == []
    whole, inside = sections_reached(found, [0.0, 100.0], 25.0)
    assert (whole, inside) == (2, [0, 2])


def checked(seen, posts):
    assets = pd.DataFrame({"id": [f"a{k}" for k in range(len(seen))], "post_id": posts})
    day = ["2024-01-01"] * len(seen)
    checks = pd.DataFrame({"asset_id": assets["id"], "checked_on": day, "seen": seen, "working": seen})
    places = pd.DataFrame({"id": ["p1", "p2", "p3"], "province_id": ["north"] * 3})
    return province_totals(assets, checks, places)


def test_a_province_is_told_from_ten_pieces_of_three_posts_on():
    assert checked([4, 3, 3], ["p1", "p2", "p3"])["seen"].tolist() == [10]
    assert checked([4, 3, 2], ["p1", "p2", "p3"]).empty
    assert checked([50, 50], ["p1", "p2"]).empty and LEAST_POSTS == 3


def test_only_the_last_check_of_a_piece_counts():
    assets = pd.DataFrame({"id": list("abc"), "post_id": ["p1", "p2", "p3"]})
    checks = pd.DataFrame(
        {"asset_id": list("abca"), "checked_on": ["2020", "2021-02", "2022", "2023-05-01"], "seen": [5, 5, 5, 5], "working": [5, 5, 5, 1]}
    )
    places = pd.DataFrame({"id": ["p1", "p2", "p3"], "province_id": ["north"] * 3})
    assert province_totals(assets, checks, places).iloc[0].to_dict() == {"province_id": "north", "seen": 15, "working": 11}
