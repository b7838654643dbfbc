"""Where the scan looks: cells around each other, stretches of the border line, stretches of corridors, provinces and districts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.distances import to_metres
from layers.cells import assign, centres
from layers.corridors import REACH_M, VAGUEST_M
from layers.happenings import event_codes, first_rows
from layers.nearness import LEG_DEGREES, near_lines
from layers.scan import Cases, Zones

#: What a unit is.
CELLS, LINE, CORRIDOR, AREA = KINDS = ("cells", "line", "corridor", "area")
#: A report placed more vaguely than this is in no cell; it still is in its section, its district, its province.
SHARP_M = 15_000.0
#: Circles of cells reach as far as this, stretches of a line are as long as this (one piece, if that is longer).
RADIUS_M, STRETCH_KM = 60_000.0, 150.0
#: Corridors are cut into pieces of about this length.
PIECE_KM = 25.0
#: Columns of the located events that are looked at.
COLUMNS = (
    "event_id", "feed", "country_iso3", "happened_from", "happened_to", "lon", "lat", "uncertainty_m", "section_id", "district_id",
    "province_id",
)  # fmt: skip
_EPOCH = np.datetime64("1970-01-01")


@dataclass(frozen=True)
class Units:
    """u units. kind: index into KINDS, uint8. cell: H3, uint64, 0 where it is none. id: of the section, corridor or area, "" for a cell.
    from_km, to_km: along the line or corridor, NaN for others."""

    kind: NDArray[np.uint8]
    cell: NDArray[np.uint64]
    id: list[str]
    from_km: NDArray[np.float64]
    to_km: NDArray[np.float64]


@dataclass(frozen=True)
class Ground:
    """Cases and zones of a table of events. case_of: the case of each event of the table, -1 for those left out."""

    cases: Cases
    zones: Zones
    units: Units
    events: pd.DataFrame
    case_of: NDArray[np.int64]


class _Parts:
    """Units and chains as they are gathered, one kind after the other."""

    def __init__(self) -> None:
        self.n = 0
        self.kind: list[int] = []
        self.cell: list[int] = []
        self.id: list[str] = []
        self.from_km: list[float] = []
        self.to_km: list[float] = []
        self.chains: list[NDArray[np.int32]] = []
        self.case: list[NDArray[np.int64]] = []
        self.unit: list[NDArray[np.int64]] = []

    def add_unit(self, kind: str, id: str = "", cell: int = 0, from_km: float = np.nan, to_km: float = np.nan) -> None:
        self.kind.append(KINDS.index(kind))
        self.cell.append(cell)
        self.id.append(id)
        self.from_km.append(from_km)
        self.to_km.append(to_km)
        self.n += 1

    def lie(self, case: NDArray[np.int64], unit: NDArray[np.int64]) -> None:
        self.case.append(case)
        self.unit.append(unit)

    def stretches(self, first: int, length_km: NDArray[np.float64]) -> None:
        """A chain from each piece of a line onwards, as far as STRETCH_KM."""
        for start in range(len(length_km)):
            reach = int(np.searchsorted(np.cumsum(length_km[start:]), STRETCH_KM, side="right"))
            self.chains.append(np.arange(first + start, first + start + max(reach, 1), dtype=np.int32))


def ground(events: pd.DataFrame, sections: pd.DataFrame, corridors: pd.DataFrame) -> Ground:
    """Cases and zones.

    events: located events (`geodata.model.LOCATED_EVENT`, the COLUMNS of it), one row a drug; sections: section_id, from_km, to_km,
    west to east; corridors: corridor_id, geometry (LineString, EPSG:4326). A case is an event whose day is known and that has at least
    a province, a section or a position known to 25 km; several events of one feed at one sharp position on one day are one case, so
    that one operation told in five reports raises no alert. Strata: country and feed, so that a source that begins or ends raises none.
    """
    rows = events.iloc[first_rows(event_codes(events)[0])].reset_index(drop=True)
    day, known = days_of(rows)
    case_of, first = _cases_of(rows, day, known)
    table = rows.iloc[first].reset_index(drop=True)
    parts = _Parts()
    _cells(parts, table)
    _line(parts, table, sections)
    _corridors(parts, table, corridors)
    for column in ("district_id", "province_id"):
        _areas(parts, table, column)
    case = np.concatenate([*parts.case, np.zeros(0, np.int64)])
    unit = np.concatenate([*parts.unit, np.zeros(0, np.int64)])
    # What lies in no unit at all says nothing about where.
    placed = np.bincount(case, minlength=len(table)) > 0
    number = np.where(placed, np.cumsum(placed) - 1, -1)
    order = np.argsort(number[case], kind="stable")
    unit_from = np.concatenate([[0], np.cumsum(np.bincount(number[case], minlength=int(placed.sum())))]).astype(np.int64)
    strata = pd.factorize(table["country_iso3"].astype(str) + " " + table["feed"].astype(str), sort=True)[0][placed]
    cases = Cases(day[first][placed], strata.astype(np.int32), unit_from, unit[order].astype(np.int32))
    chain_from = np.concatenate([[0], np.cumsum([len(chain) for chain in parts.chains])]).astype(np.int64)
    chain_unit = np.concatenate([*parts.chains, np.zeros(0, np.int32)])
    units = Units(np.array(parts.kind, np.uint8), np.array(parts.cell, np.uint64), parts.id, np.array(parts.from_km), np.array(parts.to_km))
    return Ground(cases, Zones(parts.n, chain_from, chain_unit), units, rows, np.where(case_of >= 0, number[case_of], -1))


def days_of(rows: pd.DataFrame) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Days since 1970 on which n events began, int32, and whether that is their day; each distinct text is read once."""
    codes, distinct = pd.factorize(rows["happened_from"])
    days = np.array([(np.datetime64(str(text)[:10]) - _EPOCH).astype(int) for text in distinct] + [0], np.int32)
    return days[codes], (codes >= 0) & (rows["happened_from"] == rows["happened_to"]).to_numpy(bool, na_value=False)


def _cases_of(rows: pd.DataFrame, day: NDArray[np.int32], known: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The case of each row (-1: none) and the first row of each case."""
    uncertainty = rows["uncertainty_m"].to_numpy(float, na_value=np.nan)
    own = pd.Series(np.arange(len(rows)), index=rows.index)
    sharp = known & (uncertainty <= SHARP_M)
    same = rows[sharp].assign(day=day[sharp]).groupby(["feed", "lon", "lat", "day"], sort=False).ngroup()
    # Numbers of shared cases stand beyond those of the rows.
    own[sharp] = len(rows) + same
    codes, distinct = pd.factorize(own[known])
    case_of = np.full(len(rows), -1, np.int64)
    case_of[known] = codes
    first = np.zeros(len(distinct), np.int64)
    first[codes[::-1]] = np.flatnonzero(known)[::-1]
    return case_of, first


def _cells(parts: _Parts, table: pd.DataFrame) -> None:
    from scipy.spatial import cKDTree

    sharp = np.flatnonzero((table["uncertainty_m"].to_numpy(float, na_value=np.nan) <= SHARP_M) & table["lon"].notna().to_numpy())
    if not len(sharp):
        return
    cells = assign(table["lon"].to_numpy(float)[sharp], table["lat"].to_numpy(float)[sharp])
    distinct, codes = np.unique(cells, return_inverse=True)
    first = parts.n
    for cell in distinct:
        parts.add_unit(CELLS, cell=int(cell))
    parts.lie(sharp, first + codes)
    at = np.column_stack(to_metres(*centres(distinct).T))
    tree = cKDTree(at)
    for middle, around in enumerate(tree.query_ball_point(at, RADIUS_M)):
        near = np.array(around)
        distance = np.round(np.hypot(*(at[near] - at[middle]).T), 3)
        parts.chains.append((first + near[np.lexsort((near, distance))]).astype(np.int32))


def _line(parts: _Parts, table: pd.DataFrame, sections: pd.DataFrame) -> None:
    at = pd.Index(sections["section_id"]).get_indexer(table["section_id"])
    on = np.flatnonzero(at >= 0)
    if not len(on):
        return
    first = parts.n
    ends = zip(sections["section_id"], sections["from_km"], sections["to_km"], strict=True)
    for section_id, from_km, to_km in ends:
        parts.add_unit(LINE, str(section_id), from_km=float(from_km), to_km=float(to_km))
    parts.lie(on, first + at[on])
    parts.stretches(first, sections["to_km"].to_numpy(float) - sections["from_km"].to_numpy(float))


def _corridors(parts: _Parts, table: pd.DataFrame, corridors: pd.DataFrame) -> None:
    near = near_lines(table, list(corridors["geometry"]), REACH_M, VAGUEST_M)
    x, y = to_metres(table["lon"].to_numpy(float, na_value=np.nan), table["lat"].to_numpy(float, na_value=np.nan))
    for number, (corridor_id, line) in enumerate(zip(corridors["corridor_id"], corridors["geometry"], strict=True)):
        on = near.event[near.thing == number]
        if not len(on):
            continue
        path = shapely.LineString(np.column_stack(to_metres(*shapely.get_coordinates(shapely.segmentize(line, LEG_DEGREES)).T)))
        n = max(1, round(path.length / 1000 / PIECE_KM))
        size = path.length / 1000 / n
        km = shapely.line_locate_point(path, shapely.points(x[on], y[on])) / 1000
        first = parts.n
        for piece in range(n):
            parts.add_unit(CORRIDOR, str(corridor_id), from_km=piece * size, to_km=(piece + 1) * size)
        parts.lie(on, first + np.minimum((km / size).astype(np.int64), n - 1))
        parts.stretches(first, np.full(n, size))


def _areas(parts: _Parts, table: pd.DataFrame, column: str) -> None:
    codes, distinct = pd.factorize(table[column], sort=True)
    on = np.flatnonzero(codes >= 0)
    first = parts.n
    for area in distinct:
        parts.add_unit(AREA, str(area))
        parts.chains.append(np.array([parts.n - 1], np.int32))
    parts.lie(on, first + codes[on])
