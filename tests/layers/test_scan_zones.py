"""Cases and zones of the scan: what is a case, where it lies, and which places are looked at together."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.distances import metres_between
from layers.cells import centres
from layers.scan import scan
from layers.scan_places import place_of
from layers.scan_zones import AREA, CELLS, CORRIDOR, KINDS, LINE, RADIUS_M, STRETCH_KM, ground

SECTIONS = pd.DataFrame(
    {
        "section_id": [f"s{i}" for i in range(8)],
        "from_km": np.arange(8) * 40.0,
        "to_km": np.arange(1, 9) * 40.0,
        "lon": 69 + np.arange(8) * 0.4,
        "lat": 37.5,
    }
)
LINES = [shapely.LineString([(69, 38), (72, 38)]), shapely.LineString([(60, 50), (61, 50)])]
CORRIDORS = pd.DataFrame({"corridor_id": ["c1", "c2"], "geometry": LINES})


def events(*rows):
    """Rows of (event, day, lon, lat, uncertainty_m, more)."""
    blank = {"feed": "f", "country_iso3": "TJK", "section_id": None, "district_id": None, "province_id": None}
    made = [
        {"event_id": e, "happened_from": d, "happened_to": d, "lon": x, "lat": y, "uncertainty_m": u} | blank | more
        for e, d, x, y, u, more in rows
    ]
    return pd.DataFrame(made, columns=["event_id", "happened_from", "happened_to", "lon", "lat", "uncertainty_m", *blank])


def units_of(there, case):
    cases = there.cases
    return [KINDS[there.units.kind[u]] for u in cases.unit[cases.unit_from[case] : cases.unit_from[case + 1]]]


def test_a_case_lies_in_its_cell_its_section_its_corridor_and_its_areas():
    more = {"section_id": "s3", "district_id": "d", "province_id": "p"}
    there = ground(events(("a", "2020-01-05", 70.0, 38.05, 500.0, more)), SECTIONS, CORRIDORS)
    assert sorted(units_of(there, 0)) == sorted([CELLS, LINE, CORRIDOR, AREA, AREA])
    vague = ground(events(("a", "2020-01-05", 70.0, 38.05, 90_000.0, more)), SECTIONS, CORRIDORS)
    assert sorted(units_of(vague, 0)) == sorted([LINE, AREA, AREA])


def test_what_has_no_day_or_no_place_is_left_out_and_two_drugs_are_one_event():
    table = events(
        ("day", "2020-01-05", 70.0, 38.0, 500.0, {}),
        ("month", "2020-01-01", 70.0, 38.0, 500.0, {"happened_to": "2020-01-31"}),
        ("never", None, 70.0, 38.0, 500.0, {"happened_to": None}),
        ("nowhere", "2020-01-05", np.nan, np.nan, np.nan, {}),
        ("country", "2020-01-05", 66.0, 48.0, 900_000.0, {}),
        ("day", "2020-01-05", 70.0, 38.0, 500.0, {}),
    )
    there = ground(table, SECTIONS, CORRIDORS)
    assert there.events["event_id"].tolist() == ["day", "month", "never", "nowhere", "country"]
    assert there.case_of.tolist() == [0, -1, -1, -1, -1]
    assert len(there.cases) == 1


def test_reports_of_one_place_on_one_day_are_one_case_only_where_the_place_is_sharp():
    at = (70.0, 38.0)
    same = events(*((name, "2020-01-05", *at, 500.0, {}) for name in "abc"), ("d", "2020-01-06", *at, 500.0, {}))
    assert ground(same, SECTIONS, CORRIDORS).case_of.tolist() == [0, 0, 0, 1]
    vague = events(*((name, "2020-01-05", *at, 100_000.0, {"province_id": "p"}) for name in "abc"))
    assert ground(vague, SECTIONS, CORRIDORS).case_of.tolist() == [0, 1, 2]
    feeds = events(("a", "2020-01-05", *at, 500.0, {}), ("b", "2020-01-05", *at, 500.0, {"feed": "g"}))
    assert ground(feeds, SECTIONS, CORRIDORS).cases.stratum.tolist() == [0, 1]


@given(st.integers(0, 1000), st.integers(1, 60))
def test_circles_hold_the_nearest_cells_first_and_no_cell_beyond_their_radius(seed, n):
    rng = np.random.default_rng(seed)
    table = events(*((str(i), "2020-01-05", x, y, 500.0, {}) for i, (x, y) in enumerate(rng.uniform((68, 37), (71, 39), (n, 2)))))
    there = ground(table, SECTIONS, CORRIDORS.iloc[:0])
    at = centres(there.units.cell)
    seen = set()
    for chain in range(len(there.zones.chain_from) - 1):
        units = there.zones.chain_unit[there.zones.chain_from[chain] : there.zones.chain_from[chain + 1]]
        seen.add(int(units[0]))
        far = metres_between(*at[units[0]], at[units, 0], at[units, 1])
        # Searched in the equal-area plane, whose distances are off by less than 2 %.
        assert (np.diff(far) > -0.02 * RADIUS_M).all()
        assert far.max() <= RADIUS_M * 1.02
        beyond = np.setdiff1d(np.arange(there.zones.n_units), units)
        assert (metres_between(*at[units[0]], at[beyond, 0], at[beyond, 1]) > RADIUS_M * 0.98).all()
    assert seen == set(range(there.zones.n_units))


def test_stretches_are_whole_sections_in_a_row_and_as_long_as_said():
    there = ground(events(("a", "2020-01-05", 70.0, 20.0, 90_000.0, {"section_id": "s2"})), SECTIONS, CORRIDORS)
    stretches = [there.zones.chain_unit[a:b].tolist() for a, b in zip(there.zones.chain_from[:-1], there.zones.chain_from[1:], strict=True)]
    assert stretches == [list(range(start, min(start + int(STRETCH_KM // 40), 8))) for start in range(8)]


def test_along_a_corridor_every_report_lies_in_one_piece_and_pieces_follow_each_other():
    table = events(*((str(i), "2020-01-05", lon, 38.0, 500.0, {}) for i, lon in enumerate(np.linspace(69, 72, 40))))
    there = ground(table, SECTIONS, CORRIDORS)
    kind = there.units.kind[there.cases.unit] == KINDS.index(CORRIDOR)
    pieces = there.cases.unit[kind]
    assert len(pieces) == 40
    assert (np.diff(pieces) >= 0).all()
    on = there.units.kind == KINDS.index(CORRIDOR)
    assert there.units.to_km[on][:-1] == pytest.approx(there.units.from_km[on][1:])
    assert there.units.to_km[on][-1] == pytest.approx(262, rel=0.02)


def test_an_empty_table_and_missing_coordinates_are_no_error():
    for table in (events(), events(("a", "2020-01-05", np.nan, np.nan, np.nan, {"province_id": "p"}))):
        there = ground(table, SECTIONS, CORRIDORS)
        assert scan(there.cases, there.zones, 18_000).cylinders == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_outbreak_is_named_by_its_place(kind):
    """Many quiet reports in three years, a dozen of the last week together: each time told by another kind of zone alone."""
    rng = np.random.default_rng(1)
    more = {
        CELLS: lambda k: (69 + 0.02 * k, 41.0, 500.0, {}),
        LINE: lambda k: (70.0, 20.0, 90_000.0, {"section_id": f"s{k % 8}"}),
        CORRIDOR: lambda k: (69 + 0.03 * k, 38.0, 20_000.0, {}),
        AREA: lambda k: (70.0, 20.0, 90_000.0, {"province_id": f"p{k % 9}"}),
    }[kind]
    day = np.datetime64("2020-01-01")
    rows = [(f"q{i}", str(day - int(rng.integers(0, 1000))), *more(int(rng.integers(0, 99)))) for i in range(500)]
    rows += [(f"n{i}", str(day - int(rng.integers(0, 7))), *more(40)) for i in range(14)]
    rows = [(e, d, x + 1e-6 * i, y, u, m) for i, (e, d, x, y, u, m) in enumerate(rows)]
    there = ground(events(*rows), SECTIONS, CORRIDORS)
    found = scan(there.cases, there.zones, int((day - np.datetime64("1970-01-01")).astype(int))).cylinders
    assert len(found) == 1
    assert sum(there.events["event_id"][np.isin(there.case_of, found[0].cases)].str.startswith("n")) == 14
    named, place = place_of(found[0].units, there.units, SECTIONS, CORRIDORS)
    assert named == kind
    if kind == CELLS:
        assert abs(place["lon"] - 69.8) < 0.4
        assert place["radius_km"] <= RADIUS_M / 1000 + 10
    if kind == LINE:
        assert "s0" in place["section_ids"]
        assert place["from_km"] == 0
    if kind == CORRIDOR:
        assert place["corridor_id"] == "c1"
        assert abs(place["lon"] - 70.2) < 0.5
        assert place["to_km"] - place["from_km"] <= STRETCH_KM
    if kind == AREA:
        assert place["area_id"] == "p4"
