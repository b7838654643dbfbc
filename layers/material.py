"""Material: what the statistics of one view are made of. Every array lies on the same months, cells, sections and posts.

Rows of events become this once; hotspots, trends, rates, changes, scans and back-tests then work on it and never on tables.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from layers.selection import Measure

#: Stands for "no date", "no section", "no footprint" in the arrays of a happening.
NONE = -1


@dataclass(frozen=True)
class Happenings:
    """n events, one row each, sorted by `day` (the undated first). They pass every filter but the period.

    row: position of the event's first row in the snapshot's table, int64. day: days since 1970-01-01, int32, the first day on which
    it can have happened. day_to: the last such day. month: number into the months of the material, int32, -1 where the event
    belongs to no single month. lon, lat: EPSG:4326 degrees, NaN without a position. uncertainty_m: NaN where not known.
    footprint: number into `Material.shapes`, int64. section: number into `section_ids`, int32. kg: drug kilograms, 0 where no mass.
    """

    row: NDArray[np.int64]
    day: NDArray[np.int32]
    day_to: NDArray[np.int32]
    month: NDArray[np.int32]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    uncertainty_m: NDArray[np.float64]
    footprint: NDArray[np.int64]
    section: NDArray[np.int32]
    kg: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True)
class Material:
    """m months without holes, c cells of the study area, s sections from west to east, p posts.

    first, last: the chosen months, numbers, both included; last < first where there is nothing. reported: any report at all in the
    month, bool (m,). missing: sources that were expected and silent, int64 (m,). arriving: reports of the month may still come, bool (m,).
    cells: H3, uint64 (c,), every cell on which anything was ever recorded, whatever the filter: the same for all views of one version.
    cell_n, cell_kg: csr (m, c), fractions where an event is spread over cells. shapes: the u footprints, csr (u, c), rows sum to 1.
    footprint_n: events by month and footprint, csr (m, u), whole numbers; `cell_n` is `footprint_n @ shapes`.
    section_km: length of each section, float (s,). section_n, post_n: events by month, int64 (m, s) and (m, p);
    section_kg, post_kg: drug kilograms, float. A post counts what lies near it or names it, so an event may count for several.
    """

    months: list[str]
    first: int
    last: int
    measure: Measure
    reported: NDArray[np.bool_]
    missing: NDArray[np.int64]
    arriving: NDArray[np.bool_]
    cells: NDArray[np.uint64]
    cell_n: csr_array
    cell_kg: csr_array
    shapes: csr_array
    footprint_n: csr_array
    section_ids: list[str]
    section_km: NDArray[np.float64]
    section_n: NDArray[np.int64]
    section_kg: NDArray[np.float64]
    post_ids: list[str]
    post_n: NDArray[np.int64]
    post_kg: NDArray[np.float64]
    happenings: Happenings
