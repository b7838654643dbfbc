"""Who reports where: a cell whose reporters said nothing in a period is not known, and may never come out cold."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from layers.months import NO_MONTH, month_number, month_numbers, month_text
from layers.spread import Footprints


class Reporters(NamedTuple):
    """k countries, whatever the filters. months: first month, a number (months since year 0), and how many follow it without holes.

    reported: did the country report anything of the month, bool (k, m); an event known to a year speaks for all its months.
    cells: did it ever record anything in the cell of the study area, bool (k, c).
    """

    countries: list[str]
    first_month: int
    reported: NDArray[np.bool_]
    cells: NDArray[np.bool_]


def reporters(events: pd.DataFrame, spread: Footprints) -> Reporters:
    """events: all rows of the snapshot, one per drug. Rows outside the region, or without a date or country, say nothing here."""
    codes, countries = pd.factorize(events["country_iso3"])
    first, last = month_numbers(events["happened_from"]), month_numbers(events["happened_to"])
    said = events["in_region"].to_numpy(bool) & (codes >= 0)
    dated = said & (first != NO_MONTH) & (last >= first)
    begin, end = (int(first[dated].min()), int(last[dated].max())) if dated.any() else (0, -1)
    # One more at each first month, one less after each last one: the running sum is how many events span a month.
    edges = np.zeros((len(countries), end - begin + 2))
    np.add.at(edges, (codes[dated], first[dated] - begin), 1)
    np.add.at(edges, (codes[dated], last[dated] - begin + 1), -1)
    which = spread.of(events)
    placed = said & (which >= 0)
    shape = (len(countries), spread.shapes.shape[0])
    recorded = csr_array((np.ones(int(placed.sum())), (codes[placed], which[placed])), shape=shape) @ spread.shapes
    return Reporters([str(country) for country in countries], begin, np.cumsum(edges, axis=1)[:, :-1] > 0, recorded.toarray() > 0)


class Watched(NamedTuple):
    """exposure: share of the period's months in which anybody who records in the cell reported, 0..1, float (c,).
    silent: cells of the chosen countries of which nothing was reported in the whole period, bool (c,). countries: the j of them that said
    nothing in the whole period. partly: cells in which such a country recorded before or after, and another one did report, bool (j, c).
    heard: the last month before the period that each reported on, "2016-12", or "" where there is none."""

    exposure: NDArray[np.float64]
    silent: NDArray[np.bool_]
    countries: list[str]
    partly: NDArray[np.bool_]
    heard: list[str]


def watched(
    known: Reporters, months: list[str], first: int, last: int, countries: tuple[str, ...] = (), inside: NDArray[np.bool_] | None = None
) -> Watched:
    """What was watched in the months first..last (numbers into `months`), by the chosen countries or by all.

    inside: bool (c,), the cells that are looked at; all others are neither watched nor silent.
    """
    wanted = np.array([not countries or country in countries for country in known.countries], bool)
    cells = known.cells[wanted] if inside is None else known.cells[wanted] & inside
    n_cells = known.cells.shape[1]
    if last < first or not months or not wanted.any():
        return Watched(
            np.zeros(n_cells), cells.any(axis=0) if len(cells) else np.zeros(n_cells, bool), [], np.zeros((0, n_cells), bool), []
        )
    at = np.arange(first, last + 1) + month_number(months[0]) - known.first_month
    inside = (at >= 0) & (at < known.reported.shape[1])
    spoke = np.zeros((int(wanted.sum()), len(at)), bool)
    spoke[:, inside] = known.reported[wanted][:, at[inside]]
    # Few countries, so few different sets of them: each set of reporters is looked up once.
    code = (1 << np.arange(len(cells))) @ cells
    sets, which = np.unique(code, return_inverse=True)
    shares = [float(spoke[[bool(one >> k & 1) for k in range(len(cells))]].any(axis=0).mean()) if one else 0.0 for one in sets.tolist()]
    exposure = np.array(shares)[which]
    silent = cells.any(axis=0) & (exposure == 0)
    quiet = ~spoke.any(axis=1) & cells.any(axis=1)
    before = known.reported[wanted][quiet][:, : max(int(at[0]), 0)]
    heard = [month_text(known.first_month + int(np.flatnonzero(row)[-1])) if row.any() else "" for row in before]
    return Watched(exposure, silent, np.array(known.countries)[wanted][quiet].tolist(), cells[quiet] & (exposure > 0), heard)
