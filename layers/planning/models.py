"""The question's model, asked again and again: with other weights, hours, numbers and without some sites."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from layers.planning.pairs import Pair
from layers.planning.question import PlanningError, Question
from layers.planning.sites import Sites
from layers.siting import (
    NearPlan,
    Plan,
    backup_coverage,
    budget_coverage,
    capacitated_coverage,
    max_coverage,
    near_best,
    p_centre,
    p_median,
    set_coverage,
    two_sided_coverage,
)
from layers.siting.plan import nearest

Floats = NDArray[np.float64]
#: Unit of each model's objective; points where none is given.
UNITS = {"p_median": "point-hours", "p_centre": "hours", "set_coverage": "offices"}


@dataclass(frozen=True)
class Model:
    """price: money of each site, float (s,), None without a budget. pairs: that may be chosen; none where the question is not two-sided."""

    question: Question
    sites: Sites
    price: Floats | None = None
    pairs: Sequence[Pair] = field(default=())

    @cached_property
    def locked(self) -> list[int]:
        """Sites that stand and sites that the question names."""
        return [int(site) for site in self.sites.locked(self.question)]

    @property
    def most_new(self) -> int:
        """New offices, or new pairs, that there can be."""
        return len(self.pairs) or len(self.sites.table) - self.sites.n_existing - len(self.sites.excluded)

    @property
    def wanted_new(self) -> int:
        """New offices, or new pairs, that there may be."""
        return self.question.new or self.most_new

    @property
    def is_loss(self) -> bool:
        """Is less of `value` better?"""
        return self.question.model in ("p_median", "p_centre")

    def check(self) -> None:
        """Raises PlanningError where more is wanted than there is."""
        question, n_locked = self.question, len(self.locked) - self.sites.n_existing
        if question.model == "set_coverage" or not question.new:
            return
        if question.new > self.most_new:
            what = "pairs" if self.pairs else "candidates"
            raise PlanningError(f"new came as {question.new}; there are only {self.most_new} {what}.")
        if n_locked > question.new * (2 if self.pairs else 1):
            raise PlanningError(f"{n_locked} sites are locked, and only {question.new} new ones were wanted.")

    def plan(
        self,
        weights: Floats,
        hours: Floats,
        new: int | None = None,
        *,
        locked: Iterable[int] = (),
        without: Mapping[int, str] | None = None,
        time_limit_s: float | None = None,
    ) -> Plan:
        """The best plan for weights, float (d,), at hours, float (d, s). new: another number of further offices (or pairs). locked,
        without: rows beside those of the question (two-sided: of `pairs`). Raises SitingError."""
        question = self.question
        limit = question.time_limit_s if time_limit_s is None else min(time_limit_s, question.time_limit_s)
        if self.pairs:
            return self._two_sided(weights, hours, new, tuple(locked), dict(without or {}), limit)
        out = {**self.sites.excluded, **(without or {})}
        number = self.wanted_new if new is None else new
        p = self.sites.n_existing + number
        if self.price is not None:
            p = min(p, len(self.sites.table) - len(out))
        fixed = sorted({*self.locked, *locked})
        if question.model == "set_coverage" and new is None:
            return set_coverage(hours[self.reachable(weights, hours)], question.hours, fixed, limit, excluded=out)
        if question.model in ("p_median", "p_centre"):
            wanted = np.isfinite(hours).any(axis=1) & (weights > 0)
            if question.model == "p_median":
                return p_median(hours[wanted], weights[wanted], p, fixed, limit, excluded=out)
            return p_centre(hours[wanted], p, fixed, limit, excluded=out)
        money = None if self.price is None else question.budget
        if question.capacity:
            room = np.full(hours.shape[1], question.capacity)
            return capacitated_coverage(
                hours, weights, p, question.hours, room, fixed, limit, site_costs=self.price, budget=money, excluded=out
            )
        if question.model == "backup":
            return backup_coverage(hours, weights, p, question.hours, fixed, limit, site_costs=self.price, budget=money, excluded=out)
        if self.price is not None:
            return budget_coverage(hours, weights, question.hours, self.price, question.budget, fixed, limit, p=p, excluded=out)
        return max_coverage(hours, weights, p, question.hours, fixed, limit, excluded=out)

    def nearly(self, weights: Floats, hours: Floats) -> list[NearPlan]:
        """The best plan and up to four more that lose at most 1 %; gained and lost are sites."""

        def ask(fixed: Iterable[int], excluded: Mapping[int, str]) -> Plan:
            plan = self.plan(weights, hours, locked=fixed, without=excluded)
            return replace(plan, sites=plan.pairs) if self.pairs else plan

        if not self.pairs:
            return near_best(ask, fixed=self.locked, excluded=dict(self.sites.excluded))
        standing, found = range(self.sites.n_existing), []
        for near in near_best(ask):
            sites = {*standing, *(site for pair in near.plan.pairs for site in self.pairs[pair].rows)}
            found.append(near._replace(plan=replace(near.plan, sites=tuple(sorted(sites)))))
        best, seen, kept = set(found[0].plan.sites), set(), []
        for near in found:  # the same offices in other pairs are no other plan
            mine = near.plan.sites
            if mine not in seen:
                seen.add(mine)
                kept.append(near._replace(gained=tuple(sorted(set(mine) - best)), lost=tuple(sorted(best - set(mine)))))
        return kept

    def served_by(self, plan: Plan, hours: Floats) -> NDArray[np.int64]:
        """The site that serves each place, -1 where none does within the hours of the question, (d,): the nearest, or with a capacity the
        one that has room."""
        if self.question.capacity:
            return np.array(plan.assignment, np.int64)
        return nearest(hours, plan.sites, self.question.hours)

    def value(self, sites: Sequence[int], weights: Floats, hours: Floats) -> float:
        """The model's objective of these sites; covered demand where the model is to cover everything."""
        question, there = self.question, hours[:, list(sites)]
        if question.model in ("p_median", "p_centre"):
            wanted = np.isfinite(hours).any(axis=1) & (weights > 0)
            least = there[wanted].min(axis=1)
            return float((weights[wanted] * least).sum() if question.model == "p_median" else least.max())
        if question.capacity:
            room = np.full(len(sites), question.capacity)
            return capacitated_coverage(
                there, weights, len(sites), question.hours, room, range(len(sites)), question.time_limit_s
            ).objective
        times = (there <= question.hours).sum(axis=1)
        return float(weights[times >= (2 if question.model == "backup" else 1)].sum())

    def reachable(self, weights: Floats, hours: Floats) -> NDArray[np.bool_]:
        """Places of demand that some site, standing or not excluded, reaches within the hours of the question, bool (d,)."""
        may = np.setdiff1d(np.arange(hours.shape[1]), list(self.sites.excluded))
        return np.asarray((hours[:, may] <= self.question.hours).any(axis=1) & (weights > 0), np.bool_)

    def _two_sided(
        self, weights: Floats, hours: Floats, new: int | None, locked: tuple[int, ...], without: Mapping[int, str], limit: float
    ) -> Plan:
        question = self.question
        ids = [row for row in range(len(self.pairs)) if row not in without]
        row_of = {id: row for row, id in enumerate(ids)}
        number = question.new if new is None else new
        plan = two_sided_coverage(
            hours,
            weights,
            np.array([self.pairs[id].rows for id in ids], np.int64).reshape(-1, 2),
            min(number, len(ids)) or None,
            question.hours,
            [row_of[id] for id in locked],
            limit,
            standing=range(self.sites.n_existing),
            must=[site for site in self.locked if site >= self.sites.n_existing],
            site_costs=self.price,
            budget=None if self.price is None else question.budget,
            at_most=self.price is not None,
            capacity=np.full(hours.shape[1], question.capacity) if question.capacity else None,
            once_share=0.0 if question.model == "backup" else 1.0,
        )
        return replace(plan, pairs=tuple(ids[row] for row in plan.pairs))
