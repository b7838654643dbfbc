"""Two views side by side: what differs, in words, with the reporting gaps taken into account."""

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from dashboard.answers import compare as compare_of
from dashboard.answers.differences import difference_sentence
from dashboard.compared import Compared
from dashboard.queries.statistics import insider, once
from layers.changes import Window
from layers.changes import compare as test_of
from layers.material import Material
from layers.months import position
from layers.watch import build_watch, source_of

if TYPE_CHECKING:
    from dashboard.language import Language
    from dashboard.queries import Queries
    from dashboard.snapshot import Snapshot
    from dashboard.user import User


def compare(queries: "Queries", compared: Compared, user: "User") -> dict[str, Any]:
    """Sentences, likeness and sections of a comparison."""
    snapshot = insider(queries, user)
    name = f"compare {compared.by} {compared.left.to_query()}"

    def make() -> dict[str, Any]:
        left, right = snapshot.material(compared.left), snapshot.material(compared.right)
        told = _told(snapshot, compared, left, right, user.say)
        return compare_of.answer(compared, left, right, told, snapshot.places, user.say)

    return once(snapshot, name, compared.right, user.say.code, make)


def _told(snapshot: "Snapshot", compared: Compared, left: Material, right: Material, say: "Language") -> compare_of.Told:
    """The sentence about the totals."""
    if compared.by == "drug":
        return compare_of.told_drugs(compared, left, right, say)
    if compared.by == "measure":
        return compare_of.told_measures(right, say)
    key = snapshot._key(compared.right)
    reports, gaps = snapshot._filtered(key)[1], snapshot._gaps_of(key)
    watch = build_watch(reports, gaps, right.months, date.today().isoformat())
    windows = [_window(state.first, state.last, right) for state in (compared.right, compared.left)]
    if windows[0].length != windows[1].length or not right.months:
        return compare_of.told_unequal(compared, left, right, say)
    happenings = right.happenings
    source = source_of(snapshot.events[["feed", "country_iso3"]].iloc[happenings.row], watch.sources)
    known = (source >= 0) & (happenings.month >= 0)
    counts = np.zeros((len(watch.sources), len(right.months)), np.int64)
    np.add.at(counts, (source[known], happenings.month[known]), 1)
    difference = test_of(counts, watch.known, *windows)
    names = [f"{say(f'feed.{feed}') if say.has(f'feed.{feed}') else feed}, {say(f'country.{iso}') if say.has(f'country.{iso}') else iso}"
             for feed, iso in (watch.sources[k] for k in difference.left_out)]  # fmt: skip
    numbers = compare_of.counted(right, *windows[0]), compare_of.counted(right, *windows[1])
    common = (source >= 0) & ~np.isin(source, difference.left_out)
    return compare_of.told_periods(compared, numbers, difference, difference_sentence(difference, say), names, common, say)


def _window(first: str, last: str, side: Material) -> Window:
    """Months of a state as numbers into the material's; they may lie outside of it."""
    if not first or not side.months:
        return Window(side.first, side.last)
    return Window(position(side.months, first), position(side.months, last))
