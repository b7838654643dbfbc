"""Hours and seasons: counted right, and a peak is only said to be one where chance does not make it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.rhythm import MONTHS_WIDE, Times, by_hour, by_month, night_share, peak, times


def made(days, days_to=None, hours=None):
    days = np.array(days, "datetime64[D]").astype(np.int32)
    last = days if days_to is None else np.array(days_to, "datetime64[D]").astype(np.int32)
    return Times(days, last, np.array(hours if hours is not None else [-1] * len(days), np.int8))


def test_rows_become_times_and_what_is_not_said_stays_unknown(events_of):
    rows = events_of(
        [
            {"hour": 23},
            {"hour": None, "happened_from": "2018-01-01", "happened_to": "2018-12-31"},
            {"happened_from": None, "happened_to": None},
        ]
    )
    found = times(rows)
    assert found.hour.tolist() == [23, -1, -1] and found.day[2] == -1
    assert by_hour(found).sum() == 1 and by_hour(found)[23] == 1
    # The first lies in May; the second may lie in any month of the year.
    assert by_month(found).tolist() == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]


def test_only_what_surely_lies_in_the_period_counts():
    found = made(
        ["2018-01-31", "2018-02-01", "2018-02-27", "2018-02-10"], ["2018-01-31", "2018-02-01", "2018-03-02", "2018-02-10"], [1, 2, 3, 4]
    )
    first, last = (int(np.datetime64(day).astype(int)) for day in ("2018-02-01", "2018-02-28"))
    assert found.within(first, last).hour.tolist() == [2, 4]


@given(st.lists(st.integers(0, 6), min_size=12, max_size=12), st.integers(0, 11))
def test_the_year_is_a_circle(counts, turn):
    watched = np.ones(12)
    here, there = peak(counts, watched, 3, draws=19), peak(np.roll(counts, turn), watched, 3, draws=19)
    if here is None:
        assert sum(counts) == 0 and there is None
        return
    assert here.share == pytest.approx(there.share) and here.expected == pytest.approx(0.25)


@given(st.lists(st.integers(0, 9), min_size=12, max_size=12), st.lists(st.integers(0, 5), min_size=12, max_size=12))
def test_the_best_window_is_the_one_of_the_slow_search(counts, watched):
    found = peak(counts, watched, MONTHS_WIDE, draws=9)
    kept = [n if seen else 0 for n, seen in zip(counts, watched, strict=True)]
    n, seen = sum(kept), sum(watched)
    if not n:
        assert found is None
        return
    against = []
    for start in range(12):
        c = sum(kept[(start + k) % 12] for k in range(3))
        e = n * sum(watched[(start + k) % 12] for k in range(3)) / seen
        # Rounding must not make a peak of an even spread.
        more = c > e * (1 + 1e-9) > 0 and n - e > 1e-12
        against.append(c * math.log(c / e) + ((n - c) * math.log((n - c) / (n - e)) if n > c else 0) if more else 0.0)
    assert against[found.start] == pytest.approx(max(against), abs=1e-9)
    inside = [(found.start + k) % 12 for k in range(3)]
    assert found.share == pytest.approx(sum(kept[k] for k in inside) / n)
    assert found.expected == pytest.approx(sum(watched[k] for k in inside) / seen)


def test_an_even_year_has_a_peak_beyond_chance_as_rarely_as_it_says():
    rng = np.random.default_rng(4)
    watched = np.array([5, 5, 5, 5, 4, 5, 5, 3, 5, 5, 5, 5.0])
    said = [peak(rng.multinomial(60, watched / watched.sum()), watched, 3, draws=199, seed=k).p for k in range(400)]
    assert np.mean(np.array(said) <= 0.05) < 0.08


def test_a_planted_season_is_found_and_months_that_nobody_watched_make_none():
    counts = [4, 5, 3, 4, 5, 4, 20, 22, 19, 4, 3, 5]
    found = peak(counts, np.full(12, 3.0), 3)
    assert found.start == 6 and found.p == 0.001 and found.share == pytest.approx(61 / 98)
    # Watched only in summer: all events lie there, and that is no season.
    assert peak([0] * 6 + [9, 11, 10] + [0] * 3, [0] * 6 + [3, 3, 3] + [0] * 3, 3).p > 0.5


def test_the_share_at_night_has_the_interval_that_wilson_gives():
    hours = np.zeros(24, np.int64)
    hours[22], hours[12] = 3, 7
    share, low, high = night_share(hours)
    assert (share, low, high) == (0.3, pytest.approx(0.1078, abs=1e-4), pytest.approx(0.6032, abs=1e-4))
    assert np.isnan(night_share(np.zeros(24, np.int64))).all()


def test_nothing_at_all_has_no_peak():
    assert peak(np.zeros(12), np.ones(12), 3) is None and peak(np.ones(12), np.zeros(12), 3) is None
    assert by_month(made([])).sum() == 0 and by_hour(made([])).sum() == 0
