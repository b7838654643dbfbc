"""Check: nothing is saved that does not fit the model or does not add up. An error here is a fault of Panj, never of the file."""

import pandas as pd

from geodata.errors import WrongTable
from geodata.model import LOCATED_EVENT, NATIONAL_TOTAL, REJECTED, check
from geodata.store.writing import FileBatch


def check_batch(batch: FileBatch) -> None:
    """Refuse a batch whose rows do not add up or whose tables cannot be true. Raises WrongTable, saying what."""
    check(batch.located, LOCATED_EVENT)
    check(batch.rejected, REJECTED)
    totals = batch.national_totals
    if totals is not None:
        check(totals, NATIONAL_TOTAL)
    _require(not batch.located["report_id"].duplicated().any(), "Two rows of one file have the same report_id.")
    _check_lines(batch)
    # A line that names several drugs is several rows of one event.
    kept = batch.located["row_number"].nunique() + (len(totals) if totals is not None else 0)
    _require(
        kept + len(batch.rejected) == batch.rows_in,
        f"{batch.rows_in} rows came in, {kept} were kept and {len(batch.rejected)} rejected: these must be as many.",
    )
    batch.counts()  # rows in = events + outside region + merged + rejected
    _check_positions(batch.located)


def _check_lines(batch: FileBatch) -> None:
    lines = batch.located[["row_number", "event_id"]].drop_duplicates()["row_number"]
    lines = pd.concat([lines, batch.rejected["row_number"]])
    _require(not lines.duplicated().any(), f"Line {lines[lines.duplicated()].max()} of the file is in two places.")


def _check_positions(located: pd.DataFrame) -> None:
    has_point = located["lon"].notna()
    _require((has_point == located["lat"].notna()).all(), "An event has half a position.")
    _require((has_point == located["uncertainty_m"].gt(0)).all(), "An event has a position without an uncertainty, or the other way round.")
    _require((has_point != located["precision_level"].isin(("country", "none"))).all(), "A country has a point, or a place has none.")
    _require(not (has_point & ~located["in_region"].astype(bool)).any(), "An event outside the region has a point.")
    _require(
        located["lon"].dropna().between(-180, 180).all() and located["lat"].dropna().between(-90, 90).all(), "A point is off the globe."
    )


def _require(holds: object, otherwise: str) -> None:
    if not holds:
        raise WrongTable(f"{otherwise} Nothing was saved; this is a fault of Panj: report it with the name of the feed.")
