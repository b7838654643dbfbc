"""One row per happening: an event with two drugs is two rows in the store and one event in every count."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.model import NOT_IN_DRUG_TOTALS


def event_codes(events: pd.DataFrame) -> tuple[NDArray[np.intp], int]:
    """A number 0..k-1 for each row's event, in order of first appearance, and k."""
    codes, distinct = pd.factorize(events["event_id"])
    return codes, len(distinct)


def first_rows(codes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Row number of each event's first row, for codes that are in order of first appearance."""
    seen_before = np.maximum.accumulate(np.concatenate([[-1], codes]))[:-1] if len(codes) else np.zeros(0, np.intp)
    return np.flatnonzero(codes > seen_before)


def count_events(events: pd.DataFrame) -> int:
    """How many distinct events the rows hold."""
    return int(events["event_id"].nunique())


def sum_by(codes: NDArray[np.integer[Any]], amounts: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """The amounts added up by code 0..n-1, float (n,)."""
    return np.asarray(np.bincount(codes, weights=amounts, minlength=n), np.float64)


def drug_kg(events: pd.DataFrame) -> NDArray[np.float64]:
    """Kilograms that each row adds to a drug total, float (n,).

    0 for alcohol and precursors (`NOT_IN_DRUG_TOTALS`) and for rows whose amount is no mass, which are counted apart.
    """
    kg = events["weight_kg"].to_numpy(dtype=float, na_value=np.nan)
    counts = ~events["drug"].isin(NOT_IN_DRUG_TOTALS).to_numpy() & np.isfinite(kg)
    return np.where(counts, kg, 0.0)


def one_row_each(events: pd.DataFrame) -> pd.DataFrame:
    """The first row of each event, with `weight_kg` replaced by the drug kilograms of all its rows.

    Position, date and place are those of the first row. The index keeps the labels of the first rows, so that what was
    prepared for the whole table (footprints, nearness) still finds them.
    """
    codes, n = event_codes(events)
    total = sum_by(codes, drug_kg(events), n)
    return events.iloc[first_rows(codes)].assign(weight_kg=total)
