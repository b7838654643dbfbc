"""The last look before saving; each fault is planted in a batch that was good."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from etl.check import check_batch
from etl.locate import locate_outside
from etl.parse import Context, event_table
from geodata.errors import WrongTable
from geodata.model import REJECTED, empty
from geodata.store.writing import FileBatch

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


@pytest.fixture
def batch() -> FileBatch:
    rows = pd.DataFrame({"row_number": [2, 3]})
    said = {
        "report_id": ["a", "b"],
        "event_id": ["a", "b"],
        "repeat_number": 1,
        "kind": "seizure",
        "date_precision": "unknown",
        "country_iso3": "RUS",
    }
    located = locate_outside(event_table(Context("unodc_ids", "0" * 64, 2027), rows, said))
    return FileBatch("unodc_ids", "0" * 64, "ids.csv", 9, 2, located, empty(REJECTED), None, 0, 0, NOON, NOON, NOON.date(), 0, 2)


def test_a_good_batch_passes(batch: FileBatch):
    check_batch(batch)


def test_a_lost_row_is_a_fault(batch: FileBatch):
    with pytest.raises(WrongTable, match="3 rows came in"):
        check_batch(replace(batch, rows_in=3))


def test_counts_that_do_not_add_up_are_a_fault(batch: FileBatch):
    with pytest.raises(WrongTable, match="add up"):
        check_batch(replace(batch, outside_region=1))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"report_id": "a"}, "same report_id"),
        ({"row_number": 2}, "in two places"),
        ({"lon": 69.0}, "half a position"),
        ({"lon": 69.0, "lat": 38.0}, "without an uncertainty"),
        ({"lon": 69.0, "lat": 38.0, "uncertainty_m": 5.0}, "a country has a point|A country has a point"),
        ({"lon": 69.0, "lat": 38.0, "uncertainty_m": 5.0, "precision_level": "point"}, "outside the region has a point"),
        ({"lon": 69.0, "lat": 98.0, "uncertainty_m": 5.0, "precision_level": "point", "in_region": True}, "off the globe"),
        ({"precision_level": "place"}, "a place has none"),
        ({"kind": "theft"}, "'theft'"),
    ],
)
def test_an_event_that_cannot_be_true_is_a_fault(batch: FileBatch, change: dict[str, object], says: str):
    with pytest.raises(WrongTable, match=says):
        check_batch(replace(batch, located=batch.located.assign(**change)))
