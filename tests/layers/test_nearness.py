import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from geodata.distances import WGS84, metres_between
from layers.nearness import near_lines, near_points

PLACE = st.tuples(st.floats(68, 72), st.floats(37, 39))
ROWS = st.lists(
    st.builds(
        lambda place, uncertainty, known: {
            "lon": place[0] if known else None,
            "lat": place[1] if known else None,
            "uncertainty_m": uncertainty if known else None,
        },
        st.one_of(PLACE, st.sampled_from([(69.0, 37.5), (69.03, 37.5), (69.06, 37.52)])),
        st.sampled_from([0.0, 1_000.0, 5_000.0, 20_000.0]),
        st.booleans(),
    ),
    max_size=15,
)


@given(ROWS, st.lists(PLACE, max_size=4))
def test_events_near_posts_are_those_that_the_ellipsoid_puts_there(events_of, rows, posts):
    things = np.array([*posts, (69.0, 37.5), (np.nan, np.nan)])
    near = near_points(events_of(rows), things[:, 0], things[:, 1], 5_000, 5_000)
    slow = {
        (i, j)
        for i, row in enumerate(rows)
        for j, (lon, lat) in enumerate(things)
        if row["lon"] is not None and row["uncertainty_m"] <= 5_000 and lon == lon
        if metres_between(row["lon"], row["lat"], lon, lat) <= 5_000
    }
    assert set(zip(near.event.tolist(), near.thing.tolist(), strict=True)) == slow
    assert len(near.event) == len(slow)


def ground_distance(lon, lat, line):
    """Metres to the nearest of very many points along a line of straight lon/lat legs."""
    share = np.linspace(0, 1, 4001)
    along = np.array([line.interpolate(s, normalized=True).coords[0] for s in share])
    return metres_between(lon, lat, along[:, 0], along[:, 1]).min()


@settings(max_examples=40)
@given(ROWS, st.lists(PLACE, min_size=2, max_size=4, unique=True))
def test_events_near_a_corridor_are_those_within_reach_and_their_own_uncertainty(events_of, rows, waypoints):
    line = LineString(waypoints)
    near = near_lines(events_of(rows), [line], 15_000, 5_000)
    for i, row in enumerate(rows):
        is_near = i in near.event
        if row["lon"] is None or row["uncertainty_m"] > 5_000:
            assert not is_near
            continue
        distance, reach = ground_distance(row["lon"], row["lat"], line), 15_000 + row["uncertainty_m"]
        if abs(distance - reach) > 0.01 * reach + 100:  # nearer to the limit the plane may differ from the ellipsoid
            assert is_near == (distance < reach)


def test_a_long_leg_is_followed_as_it_is_drawn_in_degrees(events_of):
    # Due east along 39 N for 600 km: the great circle between its ends runs 8 km further north.
    line = LineString([(66, 39), (73, 39)])
    north = WGS84.fwd(69.5, 39, 0, 15_500)
    south = WGS84.fwd(69.5, 39, 180, 14_500)
    events = events_of([{"lon": lon, "lat": lat, "uncertainty_m": 0.0} for lon, lat, _ in (north, south)])
    assert near_lines(events, [line], 15_000, 1_000).event.tolist() == [1]


def test_pairs_are_found_again_after_a_filter_and_strange_rows_are_refused(events_of):
    events = events_of([{"lon": 69.0 + i / 100} for i in range(4)])
    near = near_points(events, np.array([69.0, 69.03]), np.array([37.5, 37.5]), 1_500, 5_000)
    rows, things = near.of(events.iloc[[3, 0]])
    assert sorted(zip(rows.tolist(), things.tolist(), strict=True)) == [(0, 1), (1, 0)]
    with pytest.raises(KeyError, match="another table"):
        near.of(events.iloc[[0]].set_axis([77]))
