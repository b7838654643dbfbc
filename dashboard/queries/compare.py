"""Two views side by side: what differs, in words, with the reporting gaps taken into account."""

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dashboard.answers import compare as compare_of
from dashboard.answers.differences import difference_sentence
from dashboard.compared import Compared
from dashboard.queries.statistics import insider, once_counted
from geodata.errors import PanjError
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
        here = snapshot.reach(compared.right)
        return compare_of.answer(compared, left, right, told, snapshot.places, user.say, here.named)

    words = queries.sector_words(compared.right, user)
    whose = f"{words}. {user.say('sector.map_around')}" if words else ""
    return {**once_counted(snapshot, name, compared.right, user.say.code, make), "whose": whose}


def _told(snapshot: "Snapshot", compared: Compared, left: Material, right: Material, say: "Language") -> compare_of.Told:
    """The sentence about the totals."""
    if compared.by == "drug":
        return compare_of.told_drugs(compared, left, right, say)
    if compared.by == "measure":
        return compare_of.told_measures(right, say)
    windows = [_window(state.first, state.last, right) for state in (compared.right, compared.left)]
    if windows[0].length != windows[1].length or not right.months:
        return compare_of.told_unequal(compared, left, right, say)
    counts, known, source, names = _by_source(snapshot, compared, right, say)
    difference = test_of(counts, known, *windows)
    numbers = compare_of.counted(right, *windows[0]), compare_of.counted(right, *windows[1])
    common = (source >= 0) & ~np.isin(source, difference.left_out)
    left_out = [names[k] for k in difference.left_out]
    return compare_of.told_periods(compared, numbers, difference, difference_sentence(difference, say), left_out, common, say)


def _by_source(
    snapshot: "Snapshot", compared: Compared, side: Material, say: "Language"
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int32], list[str]]:
    """Events by source and month, int (s, m); known months, bool (s, m); source of each happening, int32 (n,); names of the sources.

    A store too large for its rows to be read counts as one source that is known in every month with reports.
    """
    key, happenings = snapshot._key(compared.right), side.happenings
    try:
        (reports, gaps), rows = snapshot.told_by(key), snapshot.events[["feed", "country_iso3"]].iloc[happenings.row]
    except PanjError:
        source, known = np.zeros(len(happenings), np.int32), (side.reported & ~side.arriving)[None, :]
        return _counted(source, side, 1), known, source, [""]
    watch = build_watch(reports, gaps, side.months, date.today().isoformat())
    source = source_of(rows, watch.sources)
    names = [", ".join((_word("feed", feed, say), _word("country", iso, say))) for feed, iso in watch.sources]
    return _counted(source, side, len(names)), watch.known, source, names


def _counted(source: NDArray[np.int32], side: Material, n_sources: int) -> NDArray[np.int64]:
    counts, month = np.zeros((n_sources, len(side.months)), np.int64), side.happenings.month
    dated = (source >= 0) & (month >= 0)
    np.add.at(counts, (source[dated], month[dated]), 1)
    return counts


def _word(prefix: str, code: str, say: "Language") -> str:
    return say(f"{prefix}.{code}") if say.has(f"{prefix}.{code}") else code


def _window(first: str, last: str, side: Material) -> Window:
    """Months of a state as numbers into the material's; they may lie outside of it."""
    if not first or not side.months:
        return Window(side.first, side.last)
    return Window(position(side.months, first), position(side.months, last))
