"""Rates along the line: against slow, obvious versions, against published numbers, and against chance itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from layers.line_rates import APART, BELIEVED, REACH_KM, line_rates, overlap, smooth_rate, weighted_interval


@st.composite
def lines(draw):
    lengths = draw(st.lists(st.floats(0.5, 250), min_size=1, max_size=40))
    counts = draw(st.lists(st.integers(0, 400), min_size=len(lengths), max_size=len(lengths)))
    end = np.cumsum(lengths)
    return np.array(counts, float), end - lengths, end, draw(st.floats(1 / 12, 15))


@given(lines())
def test_the_shrunk_rate_lies_between_what_was_counted_and_what_the_neighbours_lead_to_expect(line):
    counts, begin, end, years = line
    rates = line_rates(counts, begin, end, years)
    low, high = np.minimum(rates.rate, rates.expected), np.maximum(rates.rate, rates.expected)
    assert (rates.shrunk >= low * (1 - 1e-9)).all() and (rates.shrunk <= high * (1 + 1e-9)).all()
    assert (rates.low <= rates.shrunk).all() and (rates.shrunk <= rates.high).all()
    assert ((rates.above >= 0) & (rates.above <= 1)).all() and ((rates.alike >= 0) & (rates.alike <= 1)).all()


@given(lines())
def test_the_interval_never_ends_inside_what_the_own_count_leaves_open(line):
    counts, begin, end, years = line
    rates = line_rates(counts, begin, end, years)
    assert (rates.low[counts == 0] == 0).all()
    # At the very ends the count has a probability of 5 % (or less), exactly: so the true rate is missed in 10 % of cases at most.
    assert (stats.poisson.sf(counts - 1, rates.low * rates.exposure) <= 0.05 + 1e-9)[counts > 0].all()
    believed = rates.high < BELIEVED * np.maximum(rates.expected, rates.shrunk) * (1 - 1e-9)
    assert (stats.poisson.cdf(counts, rates.high * rates.exposure) <= 0.05 + 1e-9)[believed].all()


@pytest.mark.parametrize(("events", "times"), [(6, 10), (6, 50), (6, 500), (60, 4), (60, 10), (60, 500)])
def test_a_section_apart_keeps_its_rate_and_does_not_raise_what_its_neighbours_expect(events, times):
    end = np.arange(1, 41) * 30.0
    counts = np.full(40, float(events))
    counts[20] *= times
    rates = line_rates(counts, end - 30, end, 1)
    assert rates.shrunk[20] == pytest.approx(rates.rate[20], rel=0.07)
    assert rates.shrunk[[19, 21]] == pytest.approx(rates.rate[[19, 21]], rel=0.07)
    assert rates.expected[[17, 18, 19, 21, 22, 23]] == pytest.approx(events / 30, rel=0.07)
    assert rates.alike[20] < 0.01 and rates.alike[0] > 1 - APART


def test_a_short_section_without_a_report_is_not_said_to_be_perhaps_a_hundred_times_as_busy_as_the_others():
    end = np.r_[np.arange(1, 40) * 30.0, 39 * 30 + 1.0]
    rates = line_rates(np.r_[np.ones(39), 0], np.r_[0, end[:-1]], end, 1)
    assert rates.low[39] == 0 and rates.high[39] == pytest.approx(BELIEVED * rates.expected[39]) and rates.rate_high[39] > 3
    # Where events say so, it is.
    busy = line_rates(np.r_[np.ones(39), 5], np.r_[0, end[:-1]], end, 1)
    assert busy.low[39] < 2 and busy.high[39] == pytest.approx(10.513, abs=1e-3) and busy.shrunk[39] > 2.5


def test_a_section_with_far_too_few_events_is_not_raised_to_its_neighbours():
    end = np.arange(1, 41) * 30.0
    counts = np.full(40, 50.0)
    counts[20] = 2
    rates = line_rates(counts, end - 30, end, 1)
    assert rates.rate[20] < rates.shrunk[20] < 3 * rates.rate[20] and rates.alike[20] < 0.01 and rates.above[20] < 1e-6


@given(lines())
def test_a_line_read_from_the_other_end_has_the_same_rates(line):
    counts, begin, end, years = line
    there, back = line_rates(counts, begin, end, years), line_rates(counts[::-1], (end[-1] - end)[::-1], (end[-1] - begin)[::-1], years)
    for name in ("rate", "expected", "shrunk", "low", "high", "above"):
        assert getattr(there, name) == pytest.approx(getattr(back, name)[::-1], rel=1e-6, abs=1e-12)


def test_the_weight_of_a_neighbour_is_the_mean_over_all_pairs_of_points():
    begin, end = np.array([0.0, 43.0, 60.0, 1100.0]), np.array([43.0, 60.0, 130.0, 1310.0])
    weight = overlap(begin, end, REACH_KM)
    for i in range(4):
        for j in range(4):
            x = np.linspace(begin[i], end[i], 401)[:-1] + (end[i] - begin[i]) / 800
            y = np.linspace(begin[j], end[j], 401)[:-1] + (end[j] - begin[j]) / 800
            slow = np.exp(-0.5 * ((x[:, None] - y) / REACH_KM) ** 2).mean()
            assert weight[i, j] == pytest.approx(slow, abs=1e-5)


def test_the_interval_of_the_raw_rate_is_the_exact_one():
    # Garwood's limits as tables of the Poisson distribution print them.
    rates = line_rates([0, 1, 5, 20], [0, 1, 2, 3], [1, 2, 3, 4], 1)
    assert rates.rate_low == pytest.approx([0, 0.0253, 1.6235, 12.2165], abs=5e-5)
    assert rates.rate_high == pytest.approx([3.6889, 5.5716, 11.6683, 30.8884], abs=5e-5)


def test_one_report_does_not_make_a_short_quiet_section_hot():
    lengths = np.array([30.0, 30, 30, 30, 1, 30, 30, 30, 30, 30])
    counts = np.array([40.0, 35, 3, 2, 1, 2, 3, 2, 2, 3])
    end = np.cumsum(lengths)
    rates = line_rates(counts, end - lengths, end, 1)
    assert rates.rate[4] > 7 * rates.rate[5:].max() and rates.above[5:].max() < 0.5
    assert rates.rate[4] == 1.0 and rates.shrunk[4] < 0.6 and rates.above[4] < 0.9
    assert rates.above[0] > 0.99 and rates.above[1] > 0.99


@pytest.mark.parametrize("km", [0.05, 0.2, 1])
@pytest.mark.parametrize("others", [1, 3, 10])
def test_one_report_on_a_section_however_short_leaves_it_far_from_hot(km, others):
    lengths = np.full(40, 30.0)
    lengths[20] = km
    counts, end = np.full(40, float(others)), np.cumsum(lengths)
    counts[20] = 1
    rates = line_rates(counts, end - lengths, end, 1)
    assert rates.above[20] < 0.75 and rates.low[20] < rates.line_rate < rates.high[20] and rates.shrunk[20] < 0.4 * rates.rate[20]


def test_much_exposure_leaves_the_counted_rate_as_it_is():
    counts, lengths = np.array([4000.0, 100, 9000, 200]), np.full(4, 300.0)
    rates = line_rates(counts, np.arange(4) * 300.0, np.arange(1, 5) * 300.0, 10)
    assert rates.shrunk == pytest.approx(counts / (lengths * 10), rel=0.02)


@pytest.mark.parametrize(("level", "most"), [(0.01, 1.0), (0.12, 0.98), (1.0, 0.98)])
def test_the_intervals_hold_the_true_rate_about_as_often_as_they_say(level, most):
    # With 0.4 events a section most have none, and what none leaves open is far more than what they usually have: no interval that holds
    # busy sections at all is wrong on as many as 2 % of these.
    rng = np.random.default_rng(20)
    lengths = np.array([42, 37, 19, 23, 38, 19, 19, 33, 29, 14, 19, 26, 21, 23, 27, 22, 12, 20, 32, 30, 27, 26, 47, 29, 23, 35, 28, 34.0])
    end = np.cumsum(lengths)
    inside, above_wrong, trials = 0, 0, 200
    for _ in range(trials):
        true = level * rng.gamma(2.0, 0.5, len(lengths))
        rates = line_rates(rng.poisson(true * lengths * 1.5), end - lengths, end, 1.5)
        inside += int(((true >= rates.low) & (true <= rates.high)).sum())
        above_wrong += int(((rates.above > 0.975) & (true < rates.line_rate)).sum())
        assert (rates.high - rates.low).sum() < (rates.rate_high - rates.rate_low).sum()
    assert 0.92 < inside / (trials * len(lengths)) < most
    assert above_wrong / (trials * len(lengths)) < 0.025


@pytest.mark.parametrize(
    ("events", "times"),
    [(0.5, 0.1), (0.5, 3), (0.5, 10), (2, 5), (2, 20), (5, 0.1), (5, 3), (5, 5), (20, 3), (20, 10), (50, 0.1), (50, 20)],
)
def test_the_interval_of_a_section_unlike_its_neighbours_holds_its_true_rate(events, times):
    rng, lengths, apart, held, inside, trials = np.random.default_rng(8), np.full(40, 30.0), [7, 19, 31], 0, 0, 40
    end, true = np.cumsum(lengths), np.full(40, events / 30)
    true[apart] *= times
    for _ in range(trials):
        rates = line_rates(rng.poisson(true * lengths), end - lengths, end, 1)
        within = (rates.low <= true) & (true <= rates.high)
        held, inside = held + int(within[apart].sum()), inside + int(within.sum())
    assert held / (trials * 3) >= 0.9 and inside / (trials * 40) >= 0.95


def test_the_smooth_rate_is_flat_where_all_sections_are_alike_and_keeps_a_far_peak_apart():
    end = np.arange(1, 41) * 30.0
    flat = smooth_rate(np.linspace(0, 1200, 50), np.full(40, 6.0), end - 30, end, 2)
    assert flat == pytest.approx(np.full(50, 0.1))
    peak = np.zeros(40)
    peak[5] = 60
    curve = smooth_rate([165.0, 1000.0], peak, end - 30, end, 2)
    assert curve[0] > 4 * 60 / 2400 and curve[1] < 60 / 2400


def test_nothing_recorded_is_zero_with_an_upper_limit_and_nothing_known_is_not_zero():
    quiet = line_rates([0, 0], [0, 10], [10, 40], 1)
    assert (quiet.shrunk == 0).all() and quiet.high == pytest.approx([0.36889, 0.12296], abs=1e-5) and quiet.line_rate == 0
    unknown = line_rates([0, 0], [0, 10], [10, 40], 0)
    assert np.isnan([unknown.rate, unknown.shrunk, unknown.low, unknown.high, unknown.above]).all() and np.isnan(unknown.line_rate)
    assert np.isnan(smooth_rate([5.0], [0, 0], [0, 10], [10, 40], 0)).all() and smooth_rate([5.0], [0, 0], [0, 10], [10, 40], 1)[0] == 0


def test_one_section_and_no_section_have_an_answer():
    one = line_rates([5], [0], [100], 1)
    assert one.shrunk[0] == pytest.approx(0.05) and one.expected[0] == pytest.approx(0.05)
    assert len(line_rates([], [], [], 1).shrunk) == 0


@pytest.mark.parametrize(("n", "begin", "end"), [([1], [5], [5]), ([np.nan], [0], [5]), ([-1], [0], [5]), ([1], [np.nan], [5])])
def test_what_is_no_section_and_no_count_is_refused_in_one_sentence(n, begin, end):
    with pytest.raises(ValueError, match="wanted"):
        line_rates(n, begin, end, 1)


def test_kilograms_of_equal_seizures_have_the_interval_of_their_number():
    low, high = weighted_interval([50.0, 0.0], [500.0, 0.0], [10.0, 0.0])
    # Five seizures of 10 kg: ten times Garwood's limits of 5.
    assert low[0] == pytest.approx(16.235, abs=5e-3) and high[0] == pytest.approx(116.683, abs=5e-3)
    assert np.isnan(low[1]) and np.isnan(high[1])


def test_the_interval_of_kilograms_holds_the_truth_at_least_as_often_as_it_says():
    rng = np.random.default_rng(7)
    hits, trials = 0, 3000
    for _ in range(trials):
        weights = rng.gamma(1.0, 4.0, rng.poisson(12))
        if len(weights):
            low, high = weighted_interval([weights.sum()], [(weights**2).sum()], [weights.max()])
            hits += low[0] <= 48 <= high[0]
    assert hits / trials > 0.94
