"""Near repeats: counted as a slow obvious version counts, false alarms as rare as said, planted repeats found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.distances import to_degrees, to_metres
from layers.near_repeat import LEAST, near_repeat

START = 16_000


def spread(n, seed, *, km=60.0, days=365):
    """n independent places and days: no repeats but those of chance."""
    rng = np.random.default_rng(seed)
    lon, lat = to_degrees(rng.uniform(0, km * 1000, n), rng.uniform(0, km * 1000, n))
    return lon, lat, np.full(n, 500.0), START + rng.integers(0, days, n)


def knox(lon, lat, unsure, day, **more):
    return near_repeat(lon, lat, unsure, day, day, **{"runs": 99} | more)


def counted_slowly(lon, lat, day, distances_m, days):
    x, y = to_metres(lon, lat)
    table = np.zeros((len(distances_m), len(days)), int)
    for i in range(len(x)):
        for k in range(i):
            apart, gap = float(np.hypot(x[i] - x[k], y[i] - y[k])), abs(int(day[i]) - int(day[k]))
            if apart <= distances_m[-1] and gap <= days[-1]:
                band = next(b for b, edge in enumerate(distances_m) if apart <= edge)
                table[band, next(b for b, edge in enumerate(days) if gap <= edge)] += 1
    return table


@given(st.integers(0, 10_000), st.integers(LEAST, 60))
def test_pairs_are_counted_as_one_by_one(seed, n):
    lon, lat, unsure, day = spread(n, seed, km=80, days=90)
    found = knox(lon, lat, unsure, day, runs=3)
    assert (found.observed == counted_slowly(lon, lat, day, found.distances_m, found.days)).all()


def test_expected_pairs_are_those_of_all_ways_to_deal_the_days():
    # Every pair of places within reach meets every pair of days with equal chance: the mean is known without simulation.
    lon, lat, unsure, day = spread(80, 3)
    found = knox(lon, lat, unsure, day, runs=999)
    x, y = to_metres(lon, lat)
    apart, gap = (np.abs(a[:, None] - a[None, :])[np.triu_indices(80, 1)] for a in (x + 1j * y, day))
    places = np.histogram(apart, [0, *found.distances_m])[0]
    gaps = np.array([(gap == 0).sum(), *np.diff([(gap <= edge).sum() for edge in found.days])])
    exact = np.outer(places, gaps) / (80 * 79 / 2)
    assert found.expected == pytest.approx(exact, rel=0.06, abs=0.12)


def test_without_repeats_small_p_are_as_rare_as_they_say():
    p = np.array([knox(*spread(70, seed), seed=seed).p[0, 1] for seed in range(300)])
    # 300 maps at 5 %: more than 26 would come by chance less than once in 100 times.
    assert (p <= 0.05).sum() <= 26
    assert 0.4 < p.mean() < 0.65, "the upper tail of a count is a little conservative, no more"


def test_planted_repeats_are_found_and_only_where_they_are():
    lon, lat, _, day = spread(150, 5, km=150)
    again = slice(0, 40)
    x, y = to_metres(lon[again], lat[again])
    near_lon, near_lat = to_degrees(x + 2_000, y)
    lon, lat, day = np.r_[lon, near_lon], np.r_[lat, near_lat], np.r_[day, day[again] + 4]
    found = knox(lon, lat, np.full(len(lon), 500.0), day, runs=999)
    assert found.p[0, 1] == 0.001 and found.ratio[0, 1] > 2
    assert found.observed[0, 1] > found.high[0, 1]
    assert (found.p[3] > 0.05).all()


def test_places_that_come_up_later_are_no_repeats_when_days_stay_in_their_year():
    rng = np.random.default_rng(2)
    place, day = np.repeat([0, 1], 60), np.r_[rng.integers(0, 365, 60), rng.integers(366, 730, 60)]
    lon, lat = to_degrees(place * 200_000.0 + rng.uniform(0, 40_000, 120), rng.uniform(0, 40_000, 120))
    free = knox(lon, lat, np.full(120, 100.0), START + day, runs=199)
    within = knox(lon, lat, np.full(120, 100.0), START + day, strata=place, runs=199)
    assert (free.p[:, 1:].min(axis=0) <= 0.02).all(), "all pairs of a year look like repeats"
    assert within.p[0, 1] > 0.05 and within.p[3, 4] > 0.05


def test_the_same_seed_gives_the_same_table_and_the_order_of_rows_does_not_matter_to_what_is_counted():
    lon, lat, unsure, day = spread(100, 9)
    one, two = knox(lon, lat, unsure, day), knox(lon, lat, unsure, day)
    assert (one.p == two.p).all() and (one.expected == two.expected).all()
    turned = np.random.default_rng(1).permutation(100)
    other = knox(lon[turned], lat[turned], unsure[turned], day[turned])
    assert (other.observed == one.observed).all()


def test_only_sharp_places_and_known_days_are_used():
    lon, lat, unsure, day = spread(60, 4)
    plain = knox(lon, lat, unsure, day)
    more = (np.r_[v, v[:5]] for v in (lon, lat))
    first, last = np.r_[day, day[:2], -1, day[3], day[4]], np.r_[day, day[:2], -1, day[3] + 1, day[4] + 30]
    vague = near_repeat(*more, np.r_[unsure, 6_000, np.nan, 1, 1, 1], first, last, runs=99)
    assert vague.n == 60 and vague.n_all == 65
    assert (vague.observed == plain.observed).all() and (vague.p == plain.p).all()
    nowhere = knox(np.r_[lon, np.nan], np.r_[lat, 38.0], np.r_[unsure, 10.0], np.r_[day, day[0]])
    assert (nowhere.observed == plain.observed).all()


def test_too_many_events_leave_the_latest_and_say_so():
    lon, lat, unsure, day = spread(900, 8, km=30, days=2_000)
    found = knox(lon, lat, unsure, day, runs=5, most_pairs=20_000)
    assert LEAST < found.n < 400 and found.n_sharp == 900
    assert found.since == np.sort(day)[-found.n] and found.until == day.max()


@pytest.mark.parametrize("n", [0, 1, LEAST - 1])
def test_too_few_events_give_an_empty_table(n):
    found = knox(*spread(n, 1))
    assert found.n == n and found.observed.shape == (0, 0) and found.ratio.shape == (0, 0)


def test_one_place_on_one_day_is_no_discovery():
    n = 40
    found = knox(np.full(n, 70.0), np.full(n, 38.0), np.zeros(n), np.full(n, START))
    assert found.observed[0, 0] == n * (n - 1) / 2 and (found.p == 1).all()


def test_nothing_known_of_any_place_is_an_empty_table():
    nothing = np.full(50, np.nan)
    found = near_repeat(nothing, nothing, nothing, np.full(50, -1), np.full(50, -1))
    assert found.n == 0 and found.n_all == 50 and found.since == -1
