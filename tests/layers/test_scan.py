"""The space-time scan: as strong as a slow obvious version says, as rare as it says, blind to what place or time alone explain."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.scan import INTERVAL_DAYS, LEAST_CASES, STUDY_DAYS, WEEK, WEEKS, YEAR_DAYS, Cases, Zones, scan

LAST = 18_000
ALL = 0.0  # a threshold that every cylinder passes


def cases_of(day, place, stratum=None):
    """Cases that lie in one unit each."""
    n = len(day)
    stratum = np.zeros(n) if stratum is None else stratum
    return Cases(np.asarray(day, np.int32), np.asarray(stratum, np.int32), np.arange(n + 1), np.asarray(place, np.int32))


def chains(*lists):
    sizes = [len(one) for one in lists]
    n_units = max((max(one) for one in lists if one), default=-1) + 1
    return Zones(n_units, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64), np.array([u for one in lists for u in one], np.int32))


def ring(n):
    """Units on a ring, each a centre whose circle takes in the neighbours one by one."""
    return chains(*([(c + step) % n for step in (0, 1, -1, 2, -2)] for c in range(n)))


def uneven(seed, n=400, places=20, strata=2):
    """Cases without interaction: some places have many, some months have many, each source has places and months of its own."""
    rng = np.random.default_rng(seed)
    stratum = rng.integers(0, strata, n)
    often = rng.dirichlet(np.full(places, 0.5), strata)
    days = rng.dirichlet(np.full(5 * WEEKS, 0.5), strata)
    place = np.array([rng.choice(places, p=often[s]) for s in stratum])
    year, week = np.divmod([rng.choice(5 * WEEKS, p=days[s]) for s in stratum], WEEKS)
    back = np.ceil(year * YEAR_DAYS).astype(int) + WEEK * week + rng.integers(0, WEEK, n)
    # A few of other seasons: they must not count.
    back[rng.random(n) < 0.05] += 120
    return LAST - back, place, stratum


def slowly(day, place, stratum, zones):
    """Every zone and window, each counted from the cases themselves."""
    back = LAST - day
    in_season = (back % 365.25 < 91) & (back < 4 * 365.25 + 91)
    day, place, stratum = day[in_season], place[in_season], stratum[in_season]
    total, found = len(day), {}
    for chain in range(len(zones.chain_from) - 1):
        units = zones.chain_unit[zones.chain_from[chain] : zones.chain_from[chain + 1]]
        for size in range(1, len(units) + 1):
            inside = np.isin(place, units[:size])
            for weeks in range(1, WEEKS + 1):
                recent = day > LAST - WEEK * weeks
                c = int((inside & recent).sum())
                own = [stratum == s for s in np.unique(stratum)]
                mu = sum(float((inside & s).sum()) * float((recent & s).sum()) / float(s.sum()) for s in own)
                if c >= LEAST_CASES and c > mu:
                    rest = 0.0 if c == total else (total - c) * math.log((total - c) / (total - mu))
                    found[(tuple(sorted(units[:size])), weeks)] = (c * math.log(c / mu) + rest, c, mu)
    return found


@given(st.integers(0, 10_000))
def test_the_strongest_cylinder_is_the_one_that_a_slow_version_finds(seed):
    day, place, stratum = uneven(seed, n=120, places=8)
    zones = ring(8)
    wanted = slowly(day, place, stratum, zones)
    found = scan(cases_of(day, place, stratum), zones, LAST, threshold_days=ALL, n_simulations=1).cylinders
    assert bool(found) == bool(wanted)
    if found:
        strongest = max(value[0] for value in wanted.values())
        assert found[0].statistic == pytest.approx(strongest, rel=1e-9)
        for one in found:
            inside = np.isin(place, one.units) & (day >= one.first_day) & (day <= one.last_day)
            assert one.cases.tolist() == np.flatnonzero(inside).tolist()
            value, c, mu = wanted[(tuple(sorted(one.units)), (LAST - one.first_day + 1) // WEEK)]
            assert (one.observed, one.expected, one.statistic) == (c, pytest.approx(mu, rel=1e-9), pytest.approx(value, rel=1e-9))


@given(st.integers(0, 10_000))
def test_no_case_lies_in_two_alerts_and_the_stronger_comes_first(seed):
    day, place, stratum = uneven(seed, n=200, places=12)
    found = scan(cases_of(day, place, stratum), ring(12), LAST, threshold_days=ALL, n_simulations=19).cylinders
    every = np.concatenate([np.zeros(0, int), *(one.cases for one in found)])
    assert len(every) == len(set(every.tolist()))
    assert [one.statistic for one in found] == sorted((one.statistic for one in found), reverse=True)
    assert all(one.last_day == LAST and one.p >= 1 / 20 and one.recurrence_days == INTERVAL_DAYS / one.p for one in found)


def test_the_simulated_p_is_that_of_dates_dealt_out_by_an_obvious_version():
    day, place, stratum = uneven(5, n=150, places=6)
    zones = ring(6)
    found = scan(cases_of(day, place, stratum), zones, LAST, threshold_days=ALL, n_simulations=4999).cylinders[0]
    rng = np.random.default_rng(0)
    as_strong, runs = 0, 400
    for _ in range(runs):
        dealt = day.copy()
        for s in (0, 1):
            dealt[stratum == s] = rng.permutation(day[stratum == s])
        as_strong += max((value[0] for value in slowly(dealt, place, stratum, zones).values()), default=0.0) >= found.statistic
    share = as_strong / runs
    assert abs(found.p - share) < 4 * math.sqrt(share * (1 - share) / runs) + 0.01


def test_dealing_dates_out_loses_no_case_and_doubles_none():
    """All cases lie in one week: however they are dealt out, every place has what it always has."""
    from layers.kernels_scan import largest_by_chance

    n, zones = 60, ring(10)
    place = np.repeat(np.arange(10), 6)
    cases = cases_of(np.full(n, LAST), place)
    expected = np.cumsum(np.full((len(zones.chain_unit), WEEKS), 6.0), axis=0)
    expected -= np.repeat(np.arange(10) * 30.0, 5)[:, None]
    dealt = (np.array([0, n]), np.arange(n), np.array([0, n]), np.zeros(n, np.int32))
    largest = largest_by_chance(
        cases.unit_from, cases.unit, *dealt, zones.chain_from, zones.chain_unit, expected, 10, LEAST_CASES, 500, 1
    )  # fmt: skip
    assert largest.tolist() == [0.0] * 500


def test_false_alarms_come_as_rarely_as_is_said():
    """300 data sets without interaction: alerts of a recurrence interval of R come in a share of at most 7 / R."""
    nulls = [uneven(seed, n=250, places=15) for seed in range(300)]
    rare = np.array(
        [
            max(
                (one.recurrence_days for one in scan(cases_of(*null), ring(15), LAST, threshold_days=ALL, n_simulations=99).cylinders),
                default=0,
            )
            for null in nulls
        ]
    )
    for days in (14, 35, 70, 140):
        level = INTERVAL_DAYS / days
        assert (rare >= days).mean() <= level + 3 * math.sqrt(level * (1 - level) / len(nulls)), days
    # Not by never warning at all: on half of them something stands out that comes by chance every second time.
    assert (rare >= 14).mean() > 0.35


def test_a_planted_outbreak_is_found_where_and_when_it_is_and_not_when_it_is_over():
    day, place, stratum = uneven(1, n=600, places=20)
    quiet = int(np.argmin(np.bincount(place, minlength=20)))
    rng = np.random.default_rng(3)
    now = LAST - rng.integers(0, 3 * WEEK, 15)
    for shift, is_found in ((0, True), (40 * WEEK, False)):
        cases = cases_of(np.r_[day, now - shift], np.r_[place, np.full(15, quiet)], np.r_[stratum, np.zeros(15)])
        found = scan(cases, ring(20), LAST).cylinders
        here = [one for one in found if quiet in one.units]
        assert bool(here) == is_found
        if is_found:
            assert here[0].at_least
            assert here[0].recurrence_days == pytest.approx(7000)
            assert here[0].first_day >= LAST - 4 * WEEK + 1
            assert here[0].observed >= 15 > 4 * here[0].expected


def test_a_source_that_begins_raises_no_alert_and_would_without_strata():
    day, place, _ = uneven(2, n=500, places=20, strata=1)
    rng = np.random.default_rng(0)
    late = LAST - rng.integers(0, 8 * WEEK, 80)
    where = rng.integers(0, 2, 80)
    together = (np.r_[day, late], np.r_[place, where])
    apart = scan(cases_of(*together, np.r_[np.zeros(500), np.ones(80)]), ring(20), LAST).cylinders
    assert apart == []
    assert scan(cases_of(*together), ring(20), LAST).cylinders


def test_a_place_that_is_busy_in_the_same_season_of_every_year_raises_no_alert():
    day, place, stratum = uneven(4, n=400, places=20, strata=1)
    rng = np.random.default_rng(0)
    season = np.concatenate([LAST - int(year * YEAR_DAYS) - rng.integers(0, 5 * WEEK, 25) for year in range(5)])
    cases = cases_of(np.r_[day, season], np.r_[place, np.full(125, 7)], np.r_[stratum, np.zeros(125)])
    assert not [one for one in scan(cases, ring(20), LAST).cylinders if 7 in one.units]


def test_the_same_seed_gives_the_same_answer_and_older_cases_do_not_count():
    day, place, stratum = uneven(9)
    one, two = (scan(cases_of(day, place, stratum), ring(20), LAST, threshold_days=ALL) for _ in range(2))
    assert [(c.p, c.statistic, c.cases.tolist()) for c in one.cylinders] == [(c.p, c.statistic, c.cases.tolist()) for c in two.cylinders]
    older = cases_of(np.r_[day, np.full(50, LAST - STUDY_DAYS)], np.r_[place, np.zeros(50)], np.r_[stratum, np.zeros(50)])
    again = scan(older, ring(20), LAST, threshold_days=ALL)
    assert again.n_cases == one.n_cases
    assert [c.p for c in again.cylinders] == [c.p for c in one.cylinders]


@pytest.mark.parametrize(
    ("day", "place", "zones"),
    [
        ([], [], ring(3)),
        ([LAST], [0], ring(3)),
        ([LAST] * 5, [0] * 5, chains([0])),
        ([LAST] * 5, [0, 1, 2, 0, 1], chains()),
        ([LAST - 300] * 50, [0] * 50, ring(3)),
        ([LAST] * 50, [0, 1] * 25, ring(3)),
        ([LAST + 5] * 50, [0] * 50, ring(3)),
    ],
    ids=["nothing", "one case", "one cell", "no zones", "all long ago", "all on one day", "all after the last day"],
)
def test_too_little_to_say_anything_is_no_alert(day, place, zones):
    assert scan(cases_of(day, place), zones, LAST, threshold_days=ALL, n_simulations=9).cylinders == []
