"""Silence: against a thing's own rhythm, in known days only; and never where the source itself is silent."""

import numpy as np
import pytest
from scipy import stats

from layers.silence import LONG, NO_RHYTHM, QUIET, SILENT, SOURCES_SILENT, USUAL, silence

MONTHS = 60
STARTS = (np.datetime64("2015-01", "M") + np.arange(MONTHS + 1)).astype("datetime64[D]").astype(np.int64)


def judge(days_of, known=None, first=57, last=59, sources=None):
    """days_of: one list of days since the first month's start for each thing."""
    things = np.concatenate([np.full(len(days), k) for k, days in enumerate(days_of)]) if days_of else np.zeros(0)
    days = np.concatenate([np.asarray(days, int) for days in days_of]) + STARTS[0] if days_of else np.zeros(0)
    known = np.ones((1, MONTHS), bool) if known is None else known
    source = np.zeros(len(days), int) if sources is None else np.concatenate(sources)
    return silence(things.astype(np.int64), days.astype(np.int64), source.astype(np.int64), len(days_of), known, STARTS, first, last)


WHOLE = int(STARTS[-1] - STARTS[0])
WEEKLY = np.arange(0, WHOLE, 7)


def test_a_weekly_post_that_stopped_is_silent_and_a_rare_one_is_not():
    found = judge([WEEKLY, WEEKLY[WEEKLY < WHOLE - 80], [100, 500, 900, 1300, 1500]])
    assert found.standing.tolist() == [USUAL, SILENT, USUAL]
    assert found.usual_gap[1] == 7 and 80 <= found.known_days[1] <= 87
    assert found.p[1] < 0.001 < found.p[2]


def test_the_chance_of_a_pause_is_the_share_of_days_to_the_power_of_the_events():
    random = np.random.default_rng(1)
    days = random.choice(WHOLE - 18, 400, replace=False)
    found = judge([days])
    plain = (1 - (WHOLE - 1 - days.max()) / WHOLE) ** 400
    assert 0.01 < plain <= found.p[0] < 4 * plain, "clumps may only make a pause more likely"


def test_days_on_which_its_sources_said_nothing_are_no_silence():
    known = np.ones((1, MONTHS), bool)
    known[0, 50:] = False
    days = WEEKLY[STARTS[50] - STARTS[0] > WEEKLY]
    found = judge([days], known)
    assert found.standing[0] == SOURCES_SILENT and found.known_days[0] < 8 and found.p[0] > 0.3


def test_of_two_sources_the_one_that_still_reports_counts():
    known = np.ones((2, MONTHS), bool)
    known[1, 50:] = False
    days = WEEKLY[STARTS[50] - STARTS[0] > WEEKLY]
    by_first = judge([days], known, sources=[np.zeros(len(days), int)])
    by_second = judge([days], known, sources=[np.ones(len(days), int)])
    assert by_first.standing[0] in (SILENT, LONG) and by_second.standing[0] == SOURCES_SILENT


def test_who_was_silent_before_the_period_began_is_told_apart():
    found = judge([WEEKLY[WEEKLY < WHOLE - 400], WEEKLY[WEEKLY < WHOLE - 80], WEEKLY])
    assert found.standing.tolist() == [LONG, SILENT, USUAL]


def test_few_events_have_no_rhythm_and_old_ones_are_none():
    found = judge([[3, 40, 80, 100], [], WEEKLY])
    assert found.standing.tolist() == [NO_RHYTHM, NO_RHYTHM, USUAL]
    assert found.last_day.tolist()[1] == -1 and np.isnan(found.p[:2]).all() and found.n.tolist()[:2] == [4, 0]


def test_nothing_after_the_period_is_looked_at():
    days = np.concatenate([WEEKLY[WEEKLY < 600], [WHOLE - 5]])
    late = judge([days], first=30, last=35)
    assert late.standing[0] == LONG and late.last_day[0] == STARTS[0] + 595
    early = judge([WEEKLY[WEEKLY < 600]], first=15, last=18)
    assert early.standing[0] == USUAL


def test_what_a_post_did_long_ago_is_not_its_rhythm():
    starts = (np.datetime64("2005-01", "M") + np.arange(181)).astype("datetime64[D]").astype(np.int64)
    busy = np.arange(starts[0], starts[60], 3)
    slow = np.linspace(starts[121], starts[178], 6).astype(int)
    day = np.concatenate([busy, slow])
    zeros = np.zeros(len(day), np.int64)
    found = silence(zeros, day, zeros, 1, np.ones((1, 180), bool), starts, 177, 179)
    assert found.n[0] == 6 and found.standing[0] == USUAL and found.usual_gap[0] > 100


def test_nobody_at_all_and_nothing_known():
    assert len(judge([]).standing) == 0
    nobody = judge([WEEKLY], np.zeros((1, MONTHS), bool))
    assert nobody.standing[0] == NO_RHYTHM and nobody.n[0] == 0


@pytest.mark.parametrize(("k", "gaps"), [(0.0, 0.0), (0.0, 0.3), (0.5, 0.0), (0.5, 0.3)])
def test_false_silences_stay_at_the_said_rate(k, gaps):
    random, things = np.random.default_rng(5), 300
    known = random.random((1, MONTHS)) >= gaps
    rows = []
    for _ in range(things):
        n = random.negative_binomial(1 / k, 1 / (1 + k)) if k else random.poisson(1.0, MONTHS)
        n = np.where(known[0], random.negative_binomial(1 / k, 1 / (1 + k), MONTHS) if k else n, 0)
        month = np.repeat(np.arange(MONTHS), n)
        rows.append(STARTS[month] - STARTS[0] + (random.random(len(month)) * np.diff(STARTS)[month]).astype(int))
    found = judge(rows, known)
    judged = np.isfinite(found.p)
    assert judged.sum() > 0.9 * things
    assert (found.p[judged] <= 0.05).sum() <= stats.binom(int(judged.sum()), 0.07 if k else 0.05).ppf(0.999)
    assert (found.standing >= SILENT).sum() <= 4 and (found.standing == QUIET).any()


def test_raids_give_no_false_silences_and_one_or_two_raids_are_no_rhythm():
    random = np.random.default_rng(8)

    def raids(mean, size):
        at = np.repeat(random.integers(0, MONTHS, random.poisson(mean * MONTHS / size)), 1)
        return np.concatenate([STARTS[month] - STARTS[0] + random.integers(0, 28, random.geometric(1 / size)) for month in at] + [[]])

    found = judge([raids(1.0, 10) for _ in range(300)])
    judged = np.isfinite(found.p)
    assert judged.sum() > 200 and (found.p[judged] <= 0.05).mean() < 0.05 and not (found.standing >= SILENT).any()
    twice = np.r_[np.arange(300, 315), np.arange(700, 715)]
    assert judge([twice]).standing[0] == NO_RHYTHM
