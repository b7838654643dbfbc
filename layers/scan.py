"""Early warning: a prospective space-time scan. Where did more happen of late than place and time alone explain?

Statistic: the space-time permutation scan of Kulldorff, Heffernan, Hartman, Assunção, Mostashari 2005, PLoS Medicine 2(3): e59,
doi:10.1371/journal.pmed.0020059. It needs cases only, no population and no effort: a place that always has many and a month in which
everywhere has many are expected to have many.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Cylinders last 1, 2 ... 13 weeks, all up to the last day: what is older than a quarter is no early warning.
WEEK, WEEKS = 7, 13
#: What is usual is learnt from the same season of five years, so that passes that close every winter raise no alert every spring.
YEAR_DAYS, STUDY_YEARS = 365.25, 5
SEASON_DAYS = WEEK * WEEKS
STUDY_DAYS = round((STUDY_YEARS - 1) * YEAR_DAYS) + SEASON_DAYS
#: One case alone, or two, raise no alert, however quiet the place.
LEAST_CASES = 3
N_SIMULATIONS = 999
SEED = 20050215
#: A scan is made once a week, and an alert is what chance alone shows once in this many days or more rarely.
INTERVAL_DAYS, THRESHOLD_DAYS = 7, 365


@dataclass(frozen=True)
class Zones:
    """Where a cylinder may stand. u units (a cell, a section of the line, a piece of a corridor, an area), k chains of units.

    chain_from: int64 (k + 1,); chain_unit: int32; a zone is any beginning of a chain: the cells around a centre, nearest first, or the
    pieces of a line from one of them onwards.
    """

    n_units: int
    chain_from: NDArray[np.int64]
    chain_unit: NDArray[np.int32]


@dataclass(frozen=True)
class Cases:
    """n cases. day: days since 1970-01-01, int32 (n,). stratum: int32 (n,), who reported it: dates are only exchanged within one.

    unit_from, unit: the units in which each case lies, int64 (n + 1,) and int32; of one chain at most one.
    """

    day: NDArray[np.int32]
    stratum: NDArray[np.int32]
    unit_from: NDArray[np.int64]
    unit: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.day)

    def only(self, kept: NDArray[np.int64]) -> "Cases":
        """Some of the cases, by their numbers."""
        sizes = np.diff(self.unit_from)[kept]
        unit_from = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        places = np.repeat(self.unit_from[kept] - unit_from[:-1], sizes) + np.arange(unit_from[-1])
        return Cases(self.day[kept], self.stratum[kept], unit_from, self.unit[places])


@dataclass(frozen=True)
class Cylinder:
    """Units of one zone and days up to the last one in which more cases came than expected.

    units: int32, in the order of the chain. first_day, last_day: both included. cases: numbers of the cases in it. statistic: log
    likelihood ratio. p: share of simulations, this one among them, whose strongest cylinder is at least as strong; one-sided (more than
    expected). recurrence_days: by chance alone so strong a one comes once in so many days of weekly scans; at_least: no simulation was
    as strong, so that it is rarer than that.
    """

    units: NDArray[np.int32]
    first_day: int
    last_day: int
    cases: NDArray[np.int64]
    observed: int
    expected: float
    statistic: float
    p: float
    recurrence_days: float
    at_least: bool


@dataclass(frozen=True)
class Scan:
    """cylinders: the alerts, strongest first, no case in two of them. first_day: of the study period. n_cases: in it."""

    cylinders: list[Cylinder]
    first_day: int
    last_day: int
    n_cases: int
    n_simulations: int


def in_season(day: NDArray[np.int32], last_day: int) -> NDArray[np.bool_]:
    """Whether days belong to the study period: the quarter up to the last day, and the same quarter of the years before."""
    back = last_day - day
    return (back >= 0) & (back < STUDY_DAYS) & (back % YEAR_DAYS < SEASON_DAYS)


def scan(
    cases: Cases,
    zones: Zones,
    last_day: int,
    *,
    threshold_days: float = THRESHOLD_DAYS,
    interval_days: float = INTERVAL_DAYS,
    n_simulations: int = N_SIMULATIONS,
    seed: int = SEED,
) -> Scan:
    """Alerts of the data up to ``last_day``: cylinders rarer by chance than once in ``threshold_days``.

    Study period: the quarter up to the last day and the same quarter of the four years before (`in_season`); only its cases count.
    mu_A = sum over strata s of C_zs C_ws / C_s, cases of zone and of window within the stratum: what is expected where place and day have
    nothing to do with each other. Statistic of a cylinder with c cases of C: (c/mu)^c ((C-c)/(C-mu))^(C-c) where c > mu, as its logarithm.
    p by rank among ``n_simulations`` in which the dates are dealt out anew within each stratum, each represented by its strongest
    cylinder: one p for all zones and windows looked at, valid for any number of simulations (Dwass 1957). recurrence = interval / p.
    Further cylinders share no case with a stronger one and are compared with the same strongest ones, which makes them too cautious.
    The same seed gives the same answer. No cases, or none in the last weeks: no cylinder.
    """
    kept = np.flatnonzero(in_season(cases.day, last_day))
    study = cases.only(kept)
    nothing = Scan([], last_day - STUDY_DAYS + 1, last_day, len(study), n_simulations)
    recency = (last_day - study.day) // WEEK
    if not (recency < WEEKS).sum() >= LEAST_CASES or not len(zones.chain_unit):
        return nothing
    # Loaded at the first question: compiling, or only loading what was compiled, takes longer than the page's first answer may.
    from layers.kernels_scan import chain_best, largest_by_chance

    expected = _expected(study, zones, recency)
    counts = _counts(study, zones.n_units, recency)
    n_chains = len(zones.chain_from) - 1
    best, at, window = np.zeros(n_chains), np.zeros(n_chains, np.int64), np.zeros(n_chains, np.int32)
    total = float(len(study))
    if not chain_best(zones.chain_from, zones.chain_unit, expected, counts, total, LEAST_CASES, best, at, window) > 0:
        return nothing
    largest = largest_by_chance(
        study.unit_from, study.unit, *_dealt(study, recency), zones.chain_from, zones.chain_unit, expected, zones.n_units, LEAST_CASES,
        n_simulations, seed,
    )  # fmt: skip
    found: list[Cylinder] = []
    taken = np.zeros(len(study), bool)
    case_of, starts = _by_unit(study, zones.n_units)
    for chain in np.argsort(-best, kind="stable"):
        p = (1 + int((largest >= best[chain]).sum())) / (n_simulations + 1)
        if best[chain] <= 0 or interval_days / p < threshold_days:
            break
        units = zones.chain_unit[zones.chain_from[chain] : at[chain] + 1]
        inside = np.concatenate([case_of[starts[unit] : starts[unit + 1]] for unit in units])
        inside = np.sort(inside[recency[inside] <= window[chain]])
        if taken[inside].any():
            continue
        taken[inside] = True
        first = last_day - WEEK * (int(window[chain]) + 1) + 1
        found.append(
            Cylinder(
                units=units,
                first_day=first,
                last_day=last_day,
                cases=kept[inside],
                observed=len(inside),
                expected=float(expected[at[chain], window[chain]]),
                statistic=float(best[chain]),
                p=p,
                recurrence_days=interval_days / p,
                at_least=bool(largest.max() < best[chain]),
            )
        )
    return Scan(found, nothing.first_day, last_day, len(study), n_simulations)


def _by_unit(cases: Cases, n_units: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The cases of each unit, unit by unit, and where those of each begin, int64 (n_units + 1,)."""
    case = np.repeat(np.arange(len(cases)), np.diff(cases.unit_from))
    starts = np.concatenate([[0], np.cumsum(np.bincount(cases.unit, minlength=n_units))]).astype(np.int64)
    return case[np.argsort(cases.unit, kind="stable")], starts


def _counts(cases: Cases, n_units: int, recency: NDArray[np.int32]) -> NDArray[np.int32]:
    """Recent cases by unit and week back, int32 (u, WEEKS)."""
    week = np.repeat(recency, np.diff(cases.unit_from))
    recent = week < WEEKS
    code = cases.unit[recent].astype(np.int64) * WEEKS + week[recent]
    return np.bincount(code, minlength=n_units * WEEKS).reshape(n_units, WEEKS).astype(np.int32)


def _expected(cases: Cases, zones: Zones, recency: NDArray[np.int32]) -> NDArray[np.float64]:
    """Cases to expect in each zone and window, float (len(chain_unit), WEEKS)."""
    n_strata = int(cases.stratum.max()) + 1
    of_case = np.repeat(cases.stratum, np.diff(cases.unit_from)).astype(np.int64)
    by_unit = np.bincount(cases.unit.astype(np.int64) * n_strata + of_case, minlength=zones.n_units * n_strata)
    recent = recency < WEEKS
    by_week = np.bincount(cases.stratum[recent].astype(np.int64) * WEEKS + recency[recent], minlength=n_strata * WEEKS)
    share = np.cumsum(by_week.reshape(n_strata, WEEKS), axis=1) / np.maximum(np.bincount(cases.stratum, minlength=n_strata), 1)[:, None]
    of_unit = by_unit.reshape(zones.n_units, n_strata) @ share
    summed = np.cumsum(of_unit[zones.chain_unit], axis=0)
    # Each chain begins anew.
    starts = zones.chain_from[:-1]
    before = np.where((starts > 0)[:, None], summed[np.maximum(starts - 1, 0)], 0.0)
    return np.ascontiguousarray(summed - np.repeat(before, np.diff(zones.chain_from), axis=0))


def _dealt(cases: Cases, recency: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """The cases stratum by stratum, and the weeks of the recent ones: what the simulations deal out."""
    n_strata = int(cases.stratum.max()) + 1
    order = np.argsort(cases.stratum, kind="stable").astype(np.int64)
    stratum_from = np.concatenate([[0], np.cumsum(np.bincount(cases.stratum, minlength=n_strata))]).astype(np.int64)
    recent = order[recency[order] < WEEKS]
    recent_from = np.concatenate([[0], np.cumsum(np.bincount(cases.stratum[recent], minlength=n_strata))]).astype(np.int64)
    return stratum_from, order, recent_from, recency[recent].astype(np.int32)


def warm_up() -> None:
    """Compile the loops on next to nothing: three cases of today in one place, one of long ago in another."""
    cases = Cases(
        np.array([0, 100, 100, 100], np.int32), np.zeros(4, np.int32), np.arange(5, dtype=np.int64), np.array([1, 0, 0, 0], np.int32)
    )
    scan(cases, Zones(2, np.array([0, 1, 2], np.int64), np.array([0, 1], np.int32)), 100, n_simulations=1)
