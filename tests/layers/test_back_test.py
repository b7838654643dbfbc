"""The back-test never sees the month that it judges, counts as one would by hand, and says when hotspots are no better than a count."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from layers.back_test import LEAST_JUDGED, MOST_JUDGED, WINDOW, back_test, hot_rule, judged_months
from layers.hotspots import count_tail, q_values
from layers.neighbourhoods import of_line

YES, NO = np.ones(60, bool), np.zeros(60, bool)


def months_of(table):
    return judged_months(np.ones(len(table), bool), np.zeros(len(table), bool), len(table) - 1)


def poisson(seed, rates, months=40):
    return np.random.default_rng(seed).poisson(rates, (months, len(rates))).astype(float)


def top(k):
    def rule(counts):
        flagged = np.zeros(len(counts), bool)
        flagged[np.argsort(-counts, kind="stable")[:k]] = True
        return flagged

    return rule


def judged_slowly(table, months, rule):
    """Sums of events, hits, hits of the plain count and hits by chance, one cell after the other."""
    n = hits = plain = chance = 0.0
    for month in months:
        before = [sum(table[past][cell] for past in range(month - WINDOW, month)) for cell in range(len(table[0]))]
        flagged = rule(np.array(before))
        k = int(flagged.sum())
        order = sorted(range(len(before)), key=lambda cell: -before[cell])
        for cell, amount in enumerate(table[month]):
            n += amount
            hits += amount * flagged[cell]
            chance += amount * k / len(before)
            if k:
                least = before[order[k - 1]]
                above, equal = sum(b > least for b in before), sum(b == least for b in before)
                plain += amount * (1 if before[cell] > least else (k - above) / equal if before[cell] == least else 0)
    return n, hits, plain, chance


@given(st.integers(0, 10_000))
def test_figures_are_those_of_counting_by_hand(seed):
    rng = np.random.default_rng(seed)
    table = poisson(seed, rng.gamma(0.5, 1.0, 12), months=20)
    rule = hot_rule(of_line(12))
    found = back_test(csr_array(table), months_of(table), rule)
    n, hits, plain, chance = judged_slowly(table, months_of(table), rule)
    assert (found.n.sum(), found.hits.sum(), found.plain_hits.sum()) == pytest.approx((n, hits, plain))
    if n:
        assert found.hit_rate.value == pytest.approx(hits / n) and found.gain.value == pytest.approx((hits - plain) / n)
    if chance:
        assert found.pai.value == pytest.approx(hits / chance) and found.plain_pai.value == pytest.approx(plain / chance)


def test_what_comes_later_changes_nothing_that_was_flagged():
    table = poisson(1, np.full(20, 0.4))
    seen = []
    rule = lambda counts: seen.append(counts.copy()) or top(3)(counts)  # noqa: E731
    back_test(csr_array(table), np.array([12, 20]), rule)
    assert (seen[0] == table[:12].sum(axis=0)).all() and (seen[1] == table[8:20].sum(axis=0)).all()


def test_on_maps_without_places_that_last_nothing_beats_chance():
    wins = 0
    for seed in range(60):
        table = poisson(seed, np.full(100, 0.15))
        wins += back_test(csr_array(table), months_of(table), top(10)).beats_chance
    assert wins <= 6, "the interval of PAI holds 1 as often as it says"


def test_the_plain_count_does_not_beat_itself():
    table = poisson(3, np.random.default_rng(3).gamma(0.3, 2.0, 80))
    # No ties: the same cells are chosen by both.
    table += np.linspace(0, 1e-6, 80)
    found = back_test(csr_array(table), months_of(table), top(8))
    assert found.gain.value == pytest.approx(0) and not found.beats_plain and not found.loses_to_plain
    assert found.pai.value == pytest.approx(found.plain_pai.value) and found.beats_chance


def test_a_worse_rule_is_said_to_lose_and_a_better_one_to_win():
    rates = np.where(np.arange(50) < 5, 4.0, 0.2)
    table = poisson(4, rates)
    worse = back_test(csr_array(table), months_of(table), lambda counts: np.arange(50) >= 45)
    assert worse.loses_to_plain and not worse.beats_chance
    # What lasts moves on by one cell a month: a rule that knows it is better than any count of the past.
    moving = np.zeros((40, 50))
    for month in range(40):
        moving[month, month % 50] = 10
    days = iter(range(WINDOW, 40))
    better = back_test(csr_array(moving), months_of(moving), lambda counts: np.arange(50) == next(days) % 50)
    assert better.beats_plain and better.hit_rate.value == 1 and better.pai.value == pytest.approx(50)


def test_the_quick_rule_flags_what_the_map_draws_hot():
    rng = np.random.default_rng(6)
    neighbours = of_line(300, 2)
    for scale in (0.05, 1.0, 30.0, 3_000.0):
        for counts in (rng.gamma(0.4, scale, 300), np.floor(rng.gamma(0.4, scale, 300))):
            tail = count_tail(counts, neighbours)
            expected = (q_values(tail.both) <= 0.1) & (tail.upper <= tail.lower)
            assert (hot_rule(neighbours)(counts) == expected).all()
    assert expected.any()


def test_an_interval_holds_its_figure_and_the_seed_decides_it():
    table = poisson(5, np.random.default_rng(5).gamma(0.4, 1.0, 60))
    one, two = (back_test(csr_array(table), months_of(table), top(6), seed=7) for _ in range(2))
    for name in ("hit_rate", "plain_hit_rate", "pai", "plain_pai", "gain"):
        share = getattr(one, name)
        assert share.low <= share.value <= share.high and share == getattr(two, name)
    assert one.hit_rate.low < one.hit_rate.high


def test_months_are_judged_only_when_they_and_the_year_before_are_known():
    reported, arriving = YES.copy(), NO.copy()
    assert judged_months(reported, arriving, 59).tolist() == list(range(60 - MOST_JUDGED, 60))
    assert judged_months(reported, arriving, 20).tolist() == list(range(12, 21))
    reported[40], arriving[58:] = False, True
    assert not {40, 58, 59} & set(judged_months(reported, arriving, 59).tolist())
    reported[20:24] = False
    judged = judged_months(reported, arriving, 59)
    assert 24 not in judged and 31 not in judged and 33 in judged
    assert (
        len(judged_months(NO, NO, 59)) == 0 and len(judged_months(YES[:5], NO[:5], 4)) == 0 and len(judged_months(YES[:0], NO[:0], -1)) == 0
    )


@pytest.mark.parametrize("table", [np.zeros((40, 9)), np.zeros((40, 0)), np.ones((5, 3)), np.zeros((0, 4)), np.ones((13, 1))])
def test_nothing_to_judge_is_no_verdict_and_no_warning(table):
    found = back_test(csr_array(table), months_of(table), hot_rule(of_line(table.shape[1])))
    assert not found.has_verdict and not found.beats_plain and not found.loses_to_plain and not found.beats_chance
    assert len(found.months) < LEAST_JUDGED or found.n.sum() == 0 or (found.area == 0).all()


def test_a_rule_that_flags_nothing_has_no_verdict():
    table = poisson(8, np.full(30, 2.0))
    found = back_test(csr_array(table), months_of(table), lambda counts: np.zeros(30, bool))
    assert not found.has_verdict and found.hit_rate.value == 0 and np.isnan(found.pai.value)
