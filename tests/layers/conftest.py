"""Events for the tests of layers: rows said in a few words, everything else as a plain report would have it."""

from collections.abc import Callable

import h3.api.numpy_int as h3
import numpy as np
import pandas as pd
import pytest
from hypothesis import settings
from scipy.sparse import coo_array, csr_array, diags_array, eye_array

from geodata.model import LOCATED_EVENT, columns
from layers.cells import RESOLUTION, centres
from layers.material import Happenings, Material
from layers.neighbourhoods import of_cells
from layers.selection import Measure

# A shared machine is slow at times: how long an example takes is measured by `make bench`, not judged here.
settings.register_profile("layers", deadline=None, max_examples=60)
settings.load_profile("layers")

PLAIN = {
    "feed": "press_reports",
    "file_sha256": "f" * 64,
    "repeat_number": 1,
    "kind": "seizure",
    "happened_from": "2018-05-03",
    "happened_to": "2018-05-03",
    "date_precision": "day",
    "country_iso3": "TJK",
    "drug": "heroin",
    "weight_kg": 1.0,
    "weight_bound": "exact",
    "in_region": True,
    "lon": 69.0,
    "lat": 37.5,
    "uncertainty_m": 1_000.0,
    "precision_level": "place",
    "locate_rule": "coordinates",
}


def located_events(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Located events of the rows; what a row does not say is plain. Without `event_id` every row is an event of its own."""
    full = [PLAIN | {"report_id": f"r{i}", "event_id": f"e{i}", "row_number": i + 2} | row for i, row in enumerate(rows)]
    table = pd.DataFrame(full, columns=columns(LOCATED_EVENT))
    for column in LOCATED_EVENT:
        if column.kind == "text":
            table[column.name] = table[column.name].astype("str").where(table[column.name].notna())
        elif column.kind == "flag":
            table[column.name] = table[column.name].astype(bool)
        else:
            table[column.name] = table[column.name].astype("float64" if column.kind == "number" else "Int64")
    return table


@pytest.fixture(scope="session")
def events_of() -> Callable[[list[dict[str, object]]], pd.DataFrame]:
    return located_events


def small_material(
    events: list[tuple[int, int, float, int]],
    rings: int = 5,
    months: int = 12,
    first: int = 0,
    last: int | None = None,
    measure: Measure = "count",
    uncertainty_m: float = 0.0,
    wide: bool = False,
    silent_months: tuple[int, ...] = (),
) -> Material:
    """Material of events (month, cell, kg, section) on the cells within ``rings`` of one on the Panj and on six sections of 10 to 60 km.

    The cell's number is its place in the sorted cells; -1: none. Every event lies at the centre of its cell, or, when ``wide``, anywhere
    in the cell and its neighbours.
    """
    cells = np.sort(np.array(h3.grid_disk(h3.latlng_to_cell(37.6, 69.0, RESOLUTION), rings), np.uint64))
    month, cell, kg, section = (np.array(part) for part in zip(*events, strict=True)) if events else (np.zeros(0, int),) * 4
    month, cell, kg, section = month.astype(int), cell.astype(int), kg.astype(float), section.astype(int)
    shapes = of_cells(cells) if wide else csr_array(eye_array(len(cells), format="csr"))
    shapes = csr_array(diags_array(1 / shapes.sum(axis=1)) @ shapes)
    on, n = cell >= 0, len(events)
    footprint_n = csr_array(coo_array((np.ones(int(on.sum())), (month[on], cell[on])), shape=(months, len(cells))))
    footprint_kg = csr_array(coo_array((kg[on], (month[on], cell[on])), shape=(months, len(cells))))
    where = centres(cells.tolist())
    section_km = np.array([10.0, 20, 30, 40, 50, 60])
    section_n, section_kg = np.zeros((months, 6)), np.zeros((months, 6))
    np.add.at(section_n, (month[section >= 0], section[section >= 0]), 1)
    np.add.at(section_kg, (month[section >= 0], section[section >= 0]), kg[section >= 0])
    reported = np.ones(months, bool)
    reported[list(silent_months)] = False
    return Material(
        months=[f"{2020 + at // 12}-{at % 12 + 1:02d}" for at in range(months)],
        first=first,
        last=months - 1 if last is None else last,
        measure=measure,
        reported=reported,
        missing=np.zeros(months, np.int64),
        arriving=np.zeros(months, bool),
        cells=cells,
        cell_n=csr_array(footprint_n @ shapes),
        cell_kg=csr_array(footprint_kg @ shapes),
        shapes=shapes,
        footprint_n=footprint_n,
        section_ids=[f"section-{at}" for at in range(6)],
        section_km=section_km,
        section_n=section_n.astype(np.int64),
        section_kg=section_kg,
        post_ids=[],
        post_n=np.zeros((months, 0), np.int64),
        post_kg=np.zeros((months, 0)),
        happenings=Happenings(
            row=np.arange(n),
            day=(month * 30).astype(np.int32),
            day_to=(month * 30).astype(np.int32),
            month=month.astype(np.int32),
            lon=np.where(on, where[cell, 0], np.nan),
            lat=np.where(on, where[cell, 1], np.nan),
            uncertainty_m=np.full(n, uncertainty_m),
            footprint=cell.astype(np.int64),
            section=section.astype(np.int32),
            kg=kg,
        ),
    )


@pytest.fixture(scope="session")
def material_of() -> Callable[..., Material]:
    return small_material
