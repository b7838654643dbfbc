"""Recorded seizures as the coverage page may count them: sections and months for insiders, published districts and quarters for others.

Whatever an outsider is told about seizures on this page comes from `Counted` of the published table, and from nothing else.
"""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.answers.kept import kept
from dashboard.view_state import ViewState
from geodata.store import reading
from layers.cells import centres, covering
from layers.changes import Window

if TYPE_CHECKING:
    from dashboard.queries import Queries
    from dashboard.user import User

SECTIONS, DISTRICTS = "section", "district"
#: Need is counted over so many years up to the chosen one.
YEARS = 3
#: 250 km2: a published number is spread evenly over the cells of its district.
RESOLUTION = 5


class Counted(NamedTuple):
    """What was recorded, by unit and period. unit: SECTIONS or DISTRICTS. months_each: 1 or 3. first: first day of period 0.

    counts: whole numbers (units, periods). known: did anybody report, bool (periods,). told: was anything at all published of the unit,
    bool (units,); always true for sections. country: of each unit, "" for a section.
    """

    unit: str
    ids: list[str]
    country: list[str]
    months_each: int
    first: date
    counts: NDArray[np.int64]
    known: NDArray[np.bool_]
    told: NDArray[np.bool_]

    def until(self, year: int, years: int = YEARS) -> Window:
        """The periods of the last ``years`` years that end with the last known one of ``year`` or before it; empty where there is none."""
        end = ((year + 1 - self.first.year) * 12 - self.first.month + 1) // self.months_each
        known = np.flatnonzero(self.known[: max(end, 0)])
        if not len(known):
            return Window(0, -1)
        last = int(known[-1])
        return Window(max(last - years * 12 // self.months_each + 1, 0), last)

    def label(self, period: int) -> str:
        """2018-07 or 2018Q3."""
        months = self.first.year * 12 + self.first.month - 1 + period * self.months_each
        year, month = divmod(months, 12)
        return f"{year}Q{month // 3 + 1}" if self.months_each == 3 else f"{year}-{month + 1:02d}"


def by_sections(queries: "Queries", user: "User") -> Counted:
    """Sections and months, of single events: insiders only. Raises NotAllowed."""
    from dashboard.queries.statistics import insider

    snapshot = insider(queries, user)

    def make() -> Counted:
        found = snapshot.material(ViewState(kinds=("seizure",)))
        first = date.fromisoformat(f"{found.months[0]}-01") if found.months else date(2000, 1, 1)
        n = len(found.section_ids)
        return Counted(
            SECTIONS, found.section_ids, [""] * n, 1, first, found.section_n.T, found.reported & ~found.arriving, np.ones(n, bool)
        )

    return kept(snapshot).of("coverage sections", None, make)


def published(queries: "Queries", user: "User") -> pd.DataFrame:
    """The rows of the published table that a viewer may see: their own audience's; insiders are shown those of donors."""
    table = reading.aggregates(queries.engine, role=user.role)
    return table[(table["audience"] == ("donor" if user.is_insider else user.role)) & ~table["suppressed"].astype(bool)]


def by_districts(queries: "Queries", user: "User") -> Counted:
    """Districts and quarters of the published table: sums of whole blocks, for everybody (docs/decisions/0008)."""
    table = kept(queries.places).of("coverage published", (user.role, queries.facts(user).data_version), lambda: published(queries, user))
    return count_districts(table, queries.places.districts)


def count_districts(table: pd.DataFrame, districts: pd.DataFrame) -> Counted:
    """table: published rows, `geodata.model.AGGREGATE`. districts: [district_id, country_iso3]. Rows of no single district count for none.

    A quarter is known where anything was published of it. A district of which nothing was published is not told: none, few and withheld
    look the same.
    """
    ids, country = districts["district_id"].tolist(), districts["country_iso3"].tolist()
    placed = table[table["district_id"].isin(ids)]
    if table.empty:
        return Counted(
            DISTRICTS, ids, country, 3, date(2000, 1, 1), np.zeros((len(ids), 0), np.int64), np.zeros(0, bool), np.zeros(len(ids), bool)
        )
    every, own = _quarters(table["quarter"]), _quarters(placed["quarter"])
    start = int(every.min())
    counts = np.zeros((len(ids), int(every.max()) - start + 1), np.int64)
    np.add.at(counts, (pd.Index(ids).get_indexer(placed["district_id"]), own - start), placed["n"].to_numpy(np.int64))
    known = np.zeros(counts.shape[1], bool)
    known[every - start] = True
    return Counted(DISTRICTS, ids, country, 3, date(start // 4, start % 4 * 3 + 1, 1), counts, known, counts.sum(axis=1) > 0)


def _quarters(texts: pd.Series) -> NDArray[np.int64]:
    return np.array([int(text[:4]) * 4 + int(text[5]) - 1 for text in texts], np.int64)


def seizure_cells(queries: "Queries", user: "User", year: int) -> pd.DataFrame:
    """Recorded seizures over cells, [id, lon, lat, amount], of the years that need is counted over.

    Insiders: over the cells in which each may have happened. Outsiders: the published number of each district evenly over its cells.
    """
    if user.is_insider:
        return _recorded_cells(queries, user, year)
    counted = by_districts(queries, user)
    window = counted.until(year)
    sums = counted.counts[:, window.first : window.last + 1].sum(axis=1)
    parts = []
    for id, n in zip(counted.ids, sums.tolist(), strict=True):
        if n and id in queries.places.areas:
            cells = _cells_of(queries, id)
            parts.append(pd.DataFrame({"cell": cells, "amount": n / max(len(cells), 1)}))
    return _as_points(pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"cell": [], "amount": []}))


def _cells_of(queries: "Queries", area: str) -> NDArray[np.uint64]:
    def make() -> dict[str, NDArray[np.uint64]]:
        return {
            id: covering(queries.places.areas[id], RESOLUTION)
            for id in queries.places.districts["district_id"]
            if id in queries.places.areas
        }

    return kept(queries.places).of("coverage cells", None, make)[area]


def _recorded_cells(queries: "Queries", user: "User", year: int) -> pd.DataFrame:
    from dashboard.queries.statistics import insider

    counted, snapshot = by_sections(queries, user), insider(queries, user)
    found = snapshot.material(ViewState(kinds=("seizure",)))
    window = counted.until(year)
    amount = np.asarray(found.cell_n[window.first : window.last + 1].sum(axis=0)).ravel()
    return _as_points(pd.DataFrame({"cell": found.cells, "amount": amount}))


def _as_points(cells: pd.DataFrame) -> pd.DataFrame:
    cells = cells[cells["amount"] > 0]
    lon, lat = centres(cells["cell"].tolist()).T if len(cells) else (np.empty(0), np.empty(0))
    ids = [f"{int(cell):x}" for cell in cells["cell"]]
    return pd.DataFrame({"id": ids, "lon": lon, "lat": lat, "amount": cells["amount"].to_numpy(float)})
