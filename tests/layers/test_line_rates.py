"""Rates along the line: against slow, obvious versions, against published numbers, and against chance itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from layers.line_rates import REACH_KM, SHAPES, line_rates, overlap, smooth_rate, weighted_interval


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
    assert ((rates.above >= 0) & (rates.above <= 1)).all()


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


def test_expected_shrunk_and_interval_equal_the_posterior_integrated_term_by_term():
    counts, lengths, years = np.array([7.0, 0, 3, 12, 1]), np.array([20.0, 12, 33, 25, 210]), 2.5
    end = np.cumsum(lengths)
    begin = end - lengths
    rates, weight = line_rates(counts, begin, end, years), overlap(begin, end, REACH_KM)
    line = counts.sum() / (lengths.sum() * years)
    terms = []
    for i in range(5):
        over, under = 1.0, 1 / line
        for j in range(5):
            if j != i:
                over, under = over + weight[i, j] * counts[j], under + weight[i, j] * lengths[j] * years
        # Relative variance of a product of independent gammas of mean 1, the second known from `over` events.
        terms.append((over / under, [1 / (1 / a + 1 / over + 1 / (a * over)) for a in SHAPES]))
    likely = np.ones(len(SHAPES))
    for i, (mean, shapes) in enumerate(terms):
        for k, a in enumerate(shapes):
            likely[k] *= stats.nbinom.pmf(counts[i], a, a / (a + mean * lengths[i] * years))
    likely /= likely.sum()
    assert rates.likely == pytest.approx(likely)
    for i, (mean, shapes) in enumerate(terms):
        assert rates.expected[i] == pytest.approx(mean)

        def density(r, i=i, mean=mean, shapes=shapes):
            exposed, a = lengths[i] * years, np.array(shapes)
            joint = stats.poisson.pmf(counts[i], r * exposed) * stats.gamma.pdf(r, a, scale=mean / a)
            return float(likely @ (joint / stats.nbinom.pmf(counts[i], a, a / (a + mean * exposed))))

        top = rates.high[i] * 20
        points = [rates.low[i], rates.shrunk[i], rates.high[i], line]
        whole = integrate.quad(density, 0, top, points=points, limit=400)[0]
        assert integrate.quad(lambda r: r * density(r), 0, top, points=points, limit=400)[0] / whole == pytest.approx(
            rates.shrunk[i], rel=1e-5
        )
        assert integrate.quad(density, 0, rates.low[i], limit=400)[0] / whole == pytest.approx(0.025, abs=1e-5)
        assert integrate.quad(density, rates.high[i], top, limit=400)[0] / whole == pytest.approx(0.025, abs=1e-5)
        assert integrate.quad(density, line, top, points=[rates.high[i]], limit=400)[0] / whole == pytest.approx(rates.above[i], abs=1e-5)


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


def test_much_exposure_leaves_the_counted_rate_as_it_is():
    counts, lengths = np.array([4000.0, 100, 9000, 200]), np.full(4, 300.0)
    rates = line_rates(counts, np.arange(4) * 300.0, np.arange(1, 5) * 300.0, 10)
    assert rates.shrunk == pytest.approx(counts / (lengths * 10), rel=0.02)


@pytest.mark.parametrize("level", [0.01, 0.12, 1.0])
def test_the_intervals_hold_the_true_rate_about_as_often_as_they_say(level):
    rng = np.random.default_rng(20)
    lengths = np.array([42, 37, 19, 23, 38, 19, 19, 33, 29, 14, 19, 26, 21, 23, 27, 22, 12, 20, 32, 30, 27, 26, 47, 29, 23, 35, 28, 34.0])
    end = np.cumsum(lengths)
    inside, above_wrong, trials = 0, 0, 200
    for _ in range(trials):
        true = level * rng.gamma(2.0, 0.5, len(lengths))
        rates = line_rates(rng.poisson(true * lengths * 1.5), end - lengths, end, 1.5)
        inside += int(((true >= rates.low) & (true <= rates.high)).sum())
        above_wrong += int(((rates.above > 0.975) & (true < rates.line_rate)).sum())
    assert 0.92 < inside / (trials * len(lengths)) < 0.98
    assert above_wrong / (trials * len(lengths)) < 0.025


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
