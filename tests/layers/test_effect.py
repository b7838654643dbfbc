"""Effect: rarely seen where there is none, found where there is one, and never claimed for what went on before."""

import numpy as np
import pytest

from layers.changes import Window
from layers.effect import effect

STRETCHES, MONTHS, OPENED = 30, 48, 24
AROUND = np.arange(STRETCHES) == 10
BESIDE = np.isin(np.arange(STRETCHES), [9, 11])
COMPARED = ~(AROUND | BESIDE)
BEFORE, AFTER = Window(0, OPENED - 1), Window(OPENED, MONTHS - 1)


def line(seed, rate=2.0, around=1.0, beside=1.0, clump=1):
    """Events by stretch and month; around, beside: how many times more from the opening on."""
    rng = np.random.default_rng(seed)
    mean = np.outer(np.full(STRETCHES, rate), np.ones(MONTHS))
    mean[AROUND, OPENED:] *= around
    mean[BESIDE, OPENED:] *= beside
    return rng.poisson(mean / clump) * clump


def judged(counts, known=None):
    return effect(counts, np.ones(MONTHS, bool) if known is None else known, AROUND, BESIDE, COMPARED, BEFORE, AFTER)


@pytest.mark.parametrize("clump", [1, 5])
def test_where_nothing_happened_an_effect_is_rarely_seen(clump):
    seen = sum(judged(line(seed, clump=clump)).around.p < 0.05 for seed in range(300))
    assert seen <= 24, "5 % of 300, and what chance adds in 99 of 100 cases"


def test_a_doubling_is_found_and_its_size_lies_in_the_interval():
    found = [judged(line(seed, rate=4.0, around=2.0)) for seed in range(100)]
    assert sum(one.verdict == "more" for one in found) >= 80
    assert sum(one.around.low <= 2 <= one.around.high for one in found) >= 90


def test_what_moved_to_the_neighbours_is_said():
    found = [judged(line(seed, rate=6.0, around=0.4, beside=1.6)) for seed in range(40)]
    assert sum(one.moved for one in found) >= 32
    assert not any(judged(line(seed, rate=6.0, around=0.4)).moved for seed in range(10))


def test_what_was_under_way_before_the_opening_is_no_effect():
    counts = line(3, rate=6.0)
    rising = np.linspace(0.2, 3.0, MONTHS)
    counts[AROUND] = np.round(6 * rising)
    found = judged(counts)
    assert found.around.p < 0.05
    assert found.verdict == "differed_before"


def test_few_events_and_few_stretches_are_not_judged():
    few = line(1)
    few[AROUND] = 0
    few[AROUND, 3] = 9
    assert judged(few).verdict == "too_few"
    alone = effect(line(1), np.ones(MONTHS, bool), AROUND, BESIDE, COMPARED & (np.arange(STRETCHES) < 4), BEFORE, AFTER)
    assert alone.verdict == "too_few"
    assert np.isnan(alone.rank_p)


def test_months_without_reports_count_for_nobody():
    counts = line(5, around=2.0)
    known = np.arange(MONTHS) % 3 != 0
    silent = counts.copy()
    silent[:, ~known] = 0
    one, other = judged(counts, known), judged(silent, known)
    assert one.around == other.around
    assert one.months == (16, 16)


def test_the_ratio_is_that_of_the_four_numbers():
    counts = np.ones((STRETCHES, MONTHS), int)
    counts[AROUND, OPENED:] = 3
    found = judged(counts).around
    assert (found.before, found.after) == (24, 72)
    assert (found.other_before, found.other_after) == (27 * 24, 27 * 24)
    assert found.ratio == pytest.approx(72.5 / 24.5)
    assert found.phi == 1, "never below chance"
    assert found.seen_from > found.high / found.ratio


def test_all_comparison_stretches_pretended_are_the_rank():
    found = judged(line(7, rate=6.0, around=3.0))
    assert len(found.pretended) == COMPARED.sum()
    assert found.rank_p == pytest.approx(1 / (1 + COMPARED.sum()))


def test_a_stretch_in_two_parts_and_periods_that_overlap_are_refused():
    with pytest.raises(ValueError, match="two parts"):
        effect(line(1), np.ones(MONTHS, bool), AROUND, AROUND, COMPARED, BEFORE, AFTER)
    with pytest.raises(ValueError, match="before"):
        effect(line(1), np.ones(MONTHS, bool), AROUND, BESIDE, COMPARED, Window(0, 30), AFTER)
