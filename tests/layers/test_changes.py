"""Changes: like with like, false alarms at the said rate, and gaps that are no fall."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from layers.changes import Window, amounts_p, compare, season_before, stretches

YEAR = Window(12, 23)


def all_known(counts):
    return np.ones(counts.shape, bool)


def test_a_long_even_series_gets_the_conditional_binomial_test():
    # So even that only Poisson fits: what is left of other values of k makes p a little larger, never smaller.
    counts = np.full((1, 240), 20)
    counts[0, -1] = 40
    found = compare(counts, all_known(counts), Window(239, 239), Window(238, 238))
    plain = 2 * stats.binom(60, 0.5).sf(39)
    assert plain <= found.p < 2 * plain and found.direction == 1 and found.k < 0.02


def test_the_same_rate_in_fewer_known_months_is_no_fall():
    counts, known = np.full((1, 24), 10), np.ones((1, 24), bool)
    counts[0, 15:], known[0, 15:] = 0, False
    found = compare(counts, known, YEAR, YEAR.before(12))
    assert (found.now, found.before) == (30, 120) and (found.months_now, found.months_before) == (3, 12)
    assert found.p > 0.9 and found.direction == 0


def test_a_source_that_reported_in_one_period_only_is_left_out_and_named():
    counts, known = np.full((2, 24), 10), np.ones((2, 24), bool)
    counts[1, 12:], known[1, 12:] = 0, False
    found = compare(counts, known, YEAR, YEAR.before(12))
    assert (found.now, found.before) == (120, 240) and (found.compared_now, found.compared_before) == (120, 120)
    assert found.left_out == (1,) and found.p == 1.0


@pytest.mark.parametrize(
    ("now", "before", "reason"), [(0, 1, "none_now"), (1, 0, "none_before"), (0, 0, "none_now"), ("mixed", "mixed", "no_common")]
)
def test_without_reports_there_is_a_reason_and_no_number(now, before, reason):
    known = np.zeros((2, 24), bool)
    if now == "mixed":
        known[0, 12:], known[1, :12] = True, True
    else:
        known[:, 12:], known[:, :12] = bool(now), bool(before)
    found = compare(np.ones((2, 24), int), known, YEAR, YEAR.before(12))
    assert found.p is None and found.reason == reason


def test_reports_without_a_single_event_are_nothing_to_compare_and_windows_may_lie_outside():
    counts = np.zeros((1, 24), int)
    assert compare(counts, all_known(counts), YEAR, YEAR.before(12)).reason == "nothing"
    early = compare(counts + 3, all_known(counts), Window(2, 4), Window(-10, -8))
    assert early.reason == "none_before" and early.now == 9
    half = compare(counts + 3, all_known(counts), Window(2, 5), Window(-2, 1))
    assert half.months_before == 2 and half.p == pytest.approx(1.0)
    lone = compare(counts[:, :1] + 3, all_known(counts[:, :1]), Window(0, 0), Window(-1, -1))
    assert lone.reason == "none_before"


def test_the_season_of_a_year_is_the_year_before_it_and_of_a_quarter_the_same_quarter():
    assert season_before(Window(12, 14)) == Window(0, 2)
    assert season_before(YEAR) is None


@given(
    arrays(np.int64, (3, 20), elements=st.integers(0, 9)), arrays(np.bool_, (3, 20)), st.integers(-5, 19), st.integers(-5, 19),
    st.integers(1, 6),
)  # fmt: skip
def test_stretches_are_what_a_slow_count_finds(counts, known, first, second, length):
    events, months = stretches(counts, known, np.array([first]), np.array([second]), length)
    wanted, weights, total, share = [0, 0], [], [], []
    for source in range(3):
        parts = [[m for m in range(b, b + length) if 0 <= m < 20 and known[source, m]] for b in (first, second)]
        if parts[0] and parts[1]:
            y = [int(counts[source, part].sum()) for part in parts]
            wanted = [wanted[0] + y[0], wanted[1] + y[1]]
            weights.append(sum(y))
            total.append(len(parts[0]) + len(parts[1]))
            share.append(len(parts[0]) / total[-1])
    assert events[0].tolist() == wanted
    if not total:
        assert months[0].tolist() == [0, 0]
        return
    weights = np.array(weights if sum(weights) else total, float)
    size, part = np.average(total, weights=weights), np.average(share, weights=weights)
    assert months[0] == pytest.approx([part * size, (1 - part) * size])


def drawn(random, months, mean, k):
    return random.negative_binomial(1 / k, 1 / (1 + k * mean), (1, months)) if k else random.poisson(mean, (1, months))


@pytest.mark.parametrize(("k", "gaps"), [(0.0, 0.0), (0.0, 0.4), (0.4, 0.0), (0.4, 0.4)])
def test_false_alarms_stay_at_the_said_rate_with_clumps_and_gaps(k, gaps):
    random, alarms, runs = np.random.default_rng(11), 0, 300
    for _ in range(runs):
        known = random.random((1, 60)) >= gaps
        counts = np.where(known, drawn(random, 60, 6.0, k), 0)
        p = compare(counts, known, Window(54, 59), Window(48, 53)).p
        alarms += p is not None and p <= 0.05
    # Upper 99.9 % of so many at the nominal 5 %.
    assert alarms <= stats.binom(runs, 0.05).ppf(0.999)


def test_a_real_change_is_found_and_a_test_that_forgot_the_clumps_would_cry_wolf():
    random = np.random.default_rng(3)
    counts = drawn(random, 60, 8.0, 0.0)
    counts[0, 48:] = random.poisson(16.0, 12)
    assert compare(counts, all_known(counts), Window(48, 59), Window(36, 47)).p < 0.01
    wolf = 0
    for _ in range(200):
        one, two = (drawn(random, 12, 8.0, 0.8).sum() for _ in range(2))
        wolf += min(1, 2 * min(stats.binom(one + two, 0.5).sf(one - 1), stats.binom(one + two, 0.5).cdf(one))) <= 0.05
    assert wolf > 40, "if this fails the calibration test above judges nothing"


def test_kilograms_one_large_case_is_one_case_and_many_are_a_change():
    counts = np.full((1, 120), 10)
    found = compare(counts, all_known(counts), Window(108, 119), Window(96, 107))
    even = np.full(120, 1.0)
    one_large = np.concatenate([even[:-1], [500.0]])
    assert amounts_p(one_large, even, found) > 0.3
    assert amounts_p(even * 3, even, found) < 0.05
    assert amounts_p(even, even, found) > 0.5
    assert amounts_p(even, even, found) == amounts_p(even, even, found), "the seed is fixed"


def test_many_kilograms_are_judged_as_one_by_one(monkeypatch):
    counts = np.full((1, 120), 10)
    found = compare(counts, all_known(counts), Window(108, 119), Window(96, 107))
    random = np.random.default_rng(2)
    now, before = random.gamma(1, 2, 140), random.gamma(1, 2, 120)
    slow = amounts_p(now, before, found)
    monkeypatch.setattr("layers.changes.ONE_BY_ONE", 10)
    assert amounts_p(now, before, found) == pytest.approx(slow, abs=0.08)


def raids(random, mean, size, months):
    """Events a month where raids, Poisson, each bring `size` on average (geometric)."""
    return np.array([[random.geometric(1 / size, raids).sum() for raids in random.poisson(mean / size, months)]], np.int64)


@pytest.mark.parametrize(("mean", "size", "months", "length"), [(3.0, 10, 72, 12), (0.5, 10, 72, 12), (2.0, 40, 72, 12), (0.5, 10, 24, 6)])
def test_a_raid_more_or_less_is_no_change(mean, size, months, length):
    random, now = np.random.default_rng(12), Window(months - length, months - 1)
    p = []
    for _ in range(150):
        counts = raids(random, mean, size, months)
        p.append(compare(counts, all_known(counts), now, now.before(length)).p)
    tested = np.array([one for one in p if one is not None])
    assert len(tested) > 40 and (tested <= 0.05).mean() <= 0.05


def test_a_doubling_of_single_events_over_a_year_is_found():
    random, now, found = np.random.default_rng(13), Window(60, 71), 0
    for _ in range(100):
        counts = random.poisson(np.r_[np.full(60, 5.0), np.full(12, 10.0)])[None, :]
        found += compare(counts, all_known(counts), now, now.before(12)).p <= 0.05
    assert found >= 90


def test_where_the_history_does_not_show_how_events_come_a_small_p_is_not_given():
    # Two months and nothing else: ten events more may be one raid.
    short = np.array([[1, 11]])
    told = compare(short, all_known(short), Window(1, 1), Window(0, 0))
    assert told.p is None and told.reason == "too_short" and (told.now, told.before) == (11, 1)
    assert amounts_p(np.ones(11), np.ones(1), told) is None
    # That there is no difference needs no history.
    even = np.array([[5, 6]])
    assert compare(even, all_known(even), Window(1, 1), Window(0, 0)).p > 0.25
