"""Nowcast: lateness seen through imports, and intervals that hold what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.nowcast import LEAST_EVENTS, lateness, nowcast, share_come

MONTH = 30


def simulated(random, months, mean, wait, cadence, clump=0.0):
    """Days of events, days of the import that will bring them, imports up to now, events of each month in truth."""
    now = months * MONTH + 5
    imports = np.arange(now, -1, -cadence)[::-1]
    level = random.gamma(1 / clump, clump, months) if clump else np.ones(months)
    n = random.poisson(mean * level)
    day = np.repeat(np.arange(months), n) * MONTH + random.integers(0, MONTH, n.sum())
    ready = day + wait(random, n.sum())
    came = imports[np.minimum(np.searchsorted(imports, ready), len(imports) - 1)]
    return day, came, ready <= now, imports, n


def exponential(random, n):
    return random.exponential(25, n).astype(int)


def hill(random, n):
    return random.gamma(4, 15, n).astype(int)


@pytest.mark.parametrize(("wait", "cadence", "clump"), [(exponential, 1, 0.0), (exponential, 30, 0.3), (hill, 30, 0.0), (hill, 7, 0.3)])
def test_nine_of_ten_months_lie_in_the_interval_also_where_imports_are_monthly(wait, cadence, clump):
    random, inside, asked = np.random.default_rng(8), 0, 0
    starts = np.arange(25) * MONTH
    for _ in range(40):
        day, came, there, imports, truth = simulated(random, 24, 25, wait, cadence, clump)
        learnt = lateness(day[there], came[there], imports)
        seen = np.bincount(day[there] // MONTH, minlength=24)
        for month in nowcast([(learnt, seen)], np.zeros(24, int), starts):
            assert month.low <= month.high and month.seen <= month.low and 0 < month.share < 0.95
            inside, asked = inside + (month.low <= truth[month.month] <= month.high), asked + 1
    assert asked > 60 and 0.84 <= inside / asked <= 1.0


def test_the_share_that_has_come_is_the_true_one():
    random = np.random.default_rng(1)
    day, came, there, imports, _ = simulated(random, 36, 300, exponential, 30)
    learnt = lateness(day[there], came[there], imports)
    ages = np.array([10, 25, 60, 120])
    assert share_come(learnt, ages) == pytest.approx(1 - np.exp(-(ages + 1) / 25), abs=0.05)


def test_what_came_with_the_first_import_says_nothing_and_few_events_say_too_little():
    random = np.random.default_rng(1)
    day, came, there, imports, _ = simulated(random, 12, 20, exponential, 30)
    day, came = day[there], came[there]
    old = -random.integers(1, 2_000, 500)
    both = lateness(np.concatenate([old, day]), np.concatenate([np.full(500, imports[0]), came]), imports)
    alone = lateness(day, came, imports)
    assert both.n == alone.n and np.array_equal(both.late, alone.late)
    assert lateness(day[: LEAST_EVENTS - 1], came[: LEAST_EVENTS - 1], imports) is None
    assert lateness(old, np.full(500, imports[0]), imports[:1]) is None and lateness(day, came, imports[:0]) is None


def test_old_months_are_whole_and_months_that_were_not_over_are_left_out():
    random = np.random.default_rng(2)
    day, came, there, imports, _ = simulated(random, 24, 25, exponential, 7)
    learnt = lateness(day[there], came[there], imports)
    starts = np.arange(28) * MONTH
    seen = np.bincount(day[there] // MONTH, minlength=27)
    found = nowcast([(learnt, seen)], np.zeros(27, int), starts)
    assert {month.month for month in found} <= {21, 22, 23} and 23 in {month.month for month in found}


def test_a_month_of_which_nothing_has_come_may_still_bring_something():
    random = np.random.default_rng(2)
    day, came, there, imports, _ = simulated(random, 24, 25, hill, 7)
    learnt = lateness(day[there], came[there], imports)
    found = nowcast([(learnt, np.zeros(24, int))], np.zeros(24, int), np.arange(25) * MONTH)
    last = found[-1]
    assert (last.seen, last.low) == (0, 0) and last.high > 0 and 0 < last.share < 1


def test_sources_whose_lateness_is_not_known_count_as_they_are():
    random = np.random.default_rng(2)
    day, came, there, imports, _ = simulated(random, 24, 25, exponential, 7)
    learnt, seen = lateness(day[there], came[there], imports), np.bincount(day[there] // MONTH, minlength=24)
    starts = np.arange(25) * MONTH
    alone, more = nowcast([(learnt, seen)], np.zeros(24, int), starts)[-1], nowcast([(learnt, seen)], np.full(24, 40), starts)[-1]
    assert (more.seen, more.low, more.high) == (alone.seen + 40, alone.low + 40, alone.high + 40)
    assert nowcast([], np.full(24, 40), starts) == []


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 90)), min_size=LEAST_EVENTS, max_size=80), st.integers(1, 60))
def test_any_lateness_gives_shares_between_nought_and_one_that_grow(events, cadence):
    day = np.array([at for at, _ in events])
    imports = np.arange(300, -1, -cadence)[::-1]
    ready = day + [wait for _, wait in events]
    came = imports[np.minimum(np.searchsorted(imports, ready), len(imports) - 1)]
    learnt = lateness(day, came, imports)
    if learnt is None:
        return
    share = share_come(learnt, np.arange(0, 300))
    assert (share >= 0).all() and (share <= 1 + 1e-12).all() and (np.diff(share) >= -1e-12).all() and share[-1] == pytest.approx(1)
