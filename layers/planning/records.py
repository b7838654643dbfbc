"""What was recorded, ready to be added up again and again: every event with the cells in which it may have happened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from shapely import LineString

from layers.cells import assign
from layers.hot_cells import ALPHAS
from layers.hotspots import FLAT, count_tail, q_values
from layers.nearness import LEG_DEGREES
from layers.spread import Footprints

Floats = NDArray[np.float64]
#: What a plan's demand may take from records. Hot is no amount but an answer to a test, and is corrected inside of it.
RECORDED = ("seizures", "kg", "incidents", "corridors", "hot")
#: Corridors are laid on cells by points so far apart along them.
STEP_DEGREES = LEG_DEGREES / 40


class HotTest(NamedTuple):
    """k watched cells of the c of the study area. near: csr (k, k). exposure: share of months in which somebody who records there
    reported; corrected: times the share that is, by assumption, recorded at all. Both float (k,). counts: events that count, bool (n,):
    known to a month."""

    known: NDArray[np.int64]
    near: csr_array
    exposure: Floats
    corrected: Floats
    counts: NDArray[np.bool_]


class Along(NamedTuple):
    """Events along corridors. event, corridor: int (k,), one event may lie along several. lies: csr (corridors, c), where each runs."""

    event: NDArray[np.int64]
    corridor: NDArray[np.int64]
    lies: csr_array


@dataclass(frozen=True)
class Records:
    """n events over c cells, of which ``row`` says the place of demand, int (c,), -1: not in the countries asked about.

    which: footprint of each event, int (n,), -1 without. shapes: csr (footprints, c), rows sum to 1. is_seizure: bool (n,). kg: (n,).
    told_in: source and month of each event, a number, int (n,). hot, along: None where the question does not ask for them.
    """

    which: NDArray[np.int64]
    shapes: csr_array
    row: NDArray[np.int64]
    is_seizure: NDArray[np.bool_]
    kg: Floats
    told_in: NDArray[np.int64]
    hot: HotTest | None = None
    along: Along | None = None

    def __len__(self) -> int:
        return len(self.which)


class Amounts(NamedTuple):
    """By kind, float (d,). corrected: of what is corrected by itself."""

    recorded: Mapping[str, Floats]
    corrected: Mapping[str, Floats]


def spread_amounts(records: Records, places: int, again: NDArray[np.int64] | None = None) -> Amounts:
    """Each event as often as ``again`` says, int (n,), once if not given, over all of its footprint."""
    often = np.ones(len(records)) if again is None else again.astype(np.float64)
    placed = records.which >= 0

    def laid(amount: Floats) -> Floats:
        by_shape = np.bincount(records.which[placed], (amount * often)[placed], records.shapes.shape[0])
        return np.asarray(by_shape @ records.shapes, np.float64)

    return _amounts(records, places, laid, often)


def drawn_amounts(records: Records, places: int, again: NDArray[np.int64], rng: np.random.Generator) -> Amounts:
    """Each event as often as ``again`` says, int (n,), every time in one cell of its footprint, as likely as its share there."""
    event = np.repeat(np.arange(len(records)), again)
    event = event[records.which[event] >= 0]
    cell = _cells_of(records.shapes, records.which[event], rng.random(len(event)))

    def laid(amount: Floats) -> Floats:
        return np.bincount(cell, amount[event], len(records.row)).astype(np.float64)

    return _amounts(records, places, laid, again.astype(np.float64))


def hot_cells(test: HotTest, n: Floats, *, corrected: bool = False) -> NDArray[np.bool_]:
    """Cells that are hot on the command page's map: discoveries of more events than chance brings, bool (c,).

    n: events by cell, float (c,). As `layers.hot_cells.find` for counts, strength 90 % or more. corrected: events are expected in
    proportion to the share that is recorded as well.
    """
    found = np.zeros(len(n), bool)
    here = n[test.known]
    if here.sum() > 0:
        tail = count_tail(here, test.near, test.corrected if corrected else test.exposure)
        found[test.known] = (q_values(tail.both) <= ALPHAS[0] * (1 + FLAT)) & (tail.upper <= tail.lower)
    return found


def along_corridors(lines: list[LineString], event: NDArray[np.int64], corridor: NDArray[np.int64], cells: NDArray[np.uint64]) -> Along:
    """event, corridor: pairs of `layers.corridors.near`. cells: sorted. Each corridor lies evenly on the cells that it crosses."""
    parts = [_crossed(line) for line in lines]
    line = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    at = np.searchsorted(cells, np.concatenate(parts)) if parts else np.zeros(0, np.int64)
    share = np.concatenate([np.full(len(part), 1 / len(part)) for part in parts]) if parts else np.zeros(0)
    lies = csr_array(coo_array((share, (line, at)), shape=(len(lines), len(cells))))
    return Along(event, corridor, lies)


def cells_of_corridors(lines: list[LineString]) -> NDArray[np.uint64]:
    """Every cell that a corridor crosses."""
    return np.unique(np.concatenate([_crossed(line) for line in lines])) if lines else np.zeros(0, np.uint64)


def over_cells(spread: Footprints, cells: NDArray[np.uint64]) -> csr_array:
    """The footprints over a larger set of sorted cells."""
    shapes = spread.shapes.tocoo()
    at = np.searchsorted(cells, spread.cells)
    return csr_array(coo_array((shapes.data, (shapes.row, at[shapes.col])), shape=(spread.shapes.shape[0], len(cells))))


def source_months(events: pd.DataFrame) -> NDArray[np.int64]:
    """Who told of each event (feed, country) and of which month: a number for each combination, int (n,)."""
    month = events["happened_from"].fillna("").astype(str).str[:7]
    groups = events.assign(month=month).groupby(["feed", "country_iso3", "month"], sort=True, dropna=False)
    return np.asarray(groups.ngroup(), np.int64)


def _amounts(records: Records, places: int, laid: Callable[[Floats], Floats], again: Floats) -> Amounts:
    """laid: amounts of events, (n,), on cells, (c,). again: how often each event counts."""
    inside = records.row >= 0

    def at_places(cells: Floats) -> Floats:
        return np.bincount(records.row[inside], cells[inside], places).astype(np.float64)

    found = {
        "seizures": at_places(laid(records.is_seizure.astype(np.float64))),
        "kg": at_places(laid(records.kg)),
        "incidents": at_places(laid((~records.is_seizure).astype(np.float64))),
    }
    corrected = {}
    if records.along is not None:
        load = np.bincount(
            records.along.corridor, again[records.along.event] * records.is_seizure[records.along.event], records.along.lies.shape[0]
        )
        found["corridors"] = at_places(np.asarray(load @ records.along.lies))
    if records.hot is not None:
        n = laid(records.hot.counts.astype(np.float64))
        found["hot"] = at_places(hot_cells(records.hot, n).astype(np.float64))
        corrected["hot"] = at_places(hot_cells(records.hot, n, corrected=True).astype(np.float64))
    return Amounts(found, corrected)


def _crossed(line: LineString) -> NDArray[np.uint64]:
    points = np.array([line.interpolate(at).coords[0] for at in np.arange(0, line.length, STEP_DEGREES)]).reshape(-1, 2)
    return assign(points[:, 0], points[:, 1])


def _cells_of(shapes: csr_array, which: NDArray[np.int64], r: Floats) -> NDArray[np.int64]:
    """A cell of each footprint, drawn by r in [0, 1)."""
    upto = np.cumsum(shapes.data)
    before = np.concatenate([[0.0], upto])[shapes.indptr[which]]
    at = np.searchsorted(upto, before + r * (upto[shapes.indptr[which + 1] - 1] - before), side="right")
    return np.asarray(shapes.indices[np.clip(at, shapes.indptr[which], shapes.indptr[which + 1] - 1)], np.int64)
