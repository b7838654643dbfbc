"""Coverage share: what part of the national total the single records that we hold add up to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geodata.model import DRUGS, NATIONAL_TOTAL, NOT_IN_DRUG_TOTALS, check
from layers.happenings import drug_kg
from layers.months import NO_MONTH, month_number, month_numbers
from layers.selection import Selection, countries_only, select

#: A national total over every drug.
ALL_DRUGS = "all"
#: Drugs that the owner of the copied UNODC single records took out of it: their absence says nothing about seizures.
TAKEN_OUT = {"unodc_ids": ("cannabis", "hashish")}
#: Where several totals exist for one country, year and drug, the one that stands first here is used.
BASES = ("published", "press", "derived")

COMPARED, ABOVE, NONE_HELD, NOT_IN_FILE = "share.compared", "share.above_national", "share.no_single_records", "share.not_in_this_file"
LACKS_TAKEN_OUT = "share.lacks_cannabis"
NO_TOTALS, NO_FULL_YEAR, NO_MATCH = "share.no_national_totals", "share.no_full_year", "share.no_total_for_choice"

#: Kilograms of single records by country, year and drug.
Held = dict[tuple[str, int, str], float]

COLUMNS = ("country_iso3", "year", "drug", "single_kg", "national_kg", "share", "status", "basis")


@dataclass(frozen=True)
class CoverageShare:
    """rows: one per national total that fits the choice (`COLUMNS`); share may pass 1, and is empty where records cannot exist.
    share, single_kg, national_kg: over all comparable rows. reason: key of the sentence to show when share is None."""

    rows: pd.DataFrame
    share: float | None
    single_kg: float
    national_kg: float
    reason: str = ""


def coverage_share(events: pd.DataFrame, national_totals: pd.DataFrame | None, selection: Selection) -> CoverageShare:
    """Single records against national totals, by country, year and drug.

    events: all located events in the region. Only countries, drugs and period of the selection count: the share says how complete
    our records are, and an agency or a transport has no national total. Only full calendar years inside the period are compared (all
    years without a period), with events whose possible days all lie in that year.
    """
    if national_totals is None or national_totals.empty:
        return _nothing(NO_TOTALS)
    check(national_totals, NATIONAL_TOTAL)
    totals = _fitting(national_totals, selection)
    if totals is None:
        return _nothing(NO_FULL_YEAR)
    if totals.empty:
        return _nothing(NO_MATCH)
    held, feeds = _single_records(events, selection)
    rows = [_compare(total, held, feeds) for total in totals.itertuples(index=False)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    counted = _counted_once(table[table["status"] != NOT_IN_FILE], selection)
    national, single = float(counted["national_kg"].sum()), float(counted["single_kg"].sum())
    if national <= 0:
        return CoverageShare(table, None, single, national, NOT_IN_FILE if len(table) else NO_MATCH)
    return CoverageShare(table, single / national, single, national)


def full_years(selection: Selection) -> tuple[int, int]:
    """First and last calendar year that lie wholly in the period, 0 and 9999 where it is open; last < first when there is none."""
    first = -(-month_number(selection.first_month) // 12) if selection.first_month else 0
    last = (month_number(selection.last_month) + 1) // 12 - 1 if selection.last_month else 9999
    return first, last


def _fitting(totals: pd.DataFrame, selection: Selection) -> pd.DataFrame | None:
    """One row per country, year and drug that fits; None when the period holds no full year."""
    first, last = full_years(selection)
    if last < first:
        return None
    comparable = [ALL_DRUGS, *(drug for drug in DRUGS if drug not in NOT_IN_DRUG_TOTALS)]
    wanted = totals["year"].between(first, last) & totals["drug"].isin(selection.drugs or comparable) & totals["drug"].isin(comparable)
    if selection.countries:
        wanted &= totals["country_iso3"].isin(selection.countries)
    # A total for half a year is no national total of the year.
    period = totals["period"].fillna("").astype(str).str.strip()
    wanted &= period.isin(["", "year"]) | (period == totals["year"].astype(str))
    best = totals["basis"].map({basis: rank for rank, basis in enumerate(BASES)}).fillna(len(BASES))
    chosen = totals[wanted].assign(_rank=best[wanted]).sort_values(["country_iso3", "year", "drug", "_rank", "weight_kg"], kind="stable")
    return chosen.drop_duplicates(["country_iso3", "year", "drug"]).drop(columns="_rank")


def _single_records(events: pd.DataFrame, selection: Selection) -> tuple[Held, dict[tuple[str, int], set[str]]]:
    """Kilograms held by (country, year, drug), `ALL_DRUGS` included, and the feeds that know a (country, year) at all."""
    mine = select(events, countries_only(selection)).events
    first, last = month_numbers(mine["happened_from"]) // 12, month_numbers(mine["happened_to"]) // 12
    known = (first == last) & (month_numbers(mine["happened_from"]) != NO_MONTH)
    table = pd.DataFrame(
        {
            "country": mine["country_iso3"].to_numpy(object)[known],
            "year": first[known],
            "drug": mine["drug"].to_numpy(object, na_value="")[known],
            "feed": mine["feed"].to_numpy(object)[known],
            "kg": drug_kg(mine)[known],
        }
    )
    held: Held = {}
    for country, year, drug, kg in _columns(table.groupby(["country", "year", "drug"], as_index=False).agg(kg=("kg", "sum"))):
        held[country, year, drug] = kg
        if drug in NOT_IN_DRUG_TOTALS or not drug:
            continue
        held[country, year, ALL_DRUGS] = held.get((country, year, ALL_DRUGS), 0.0) + kg
    feeds: dict[tuple[str, int], set[str]] = {}
    for country, year, feed in _columns(table[["country", "year", "feed"]].drop_duplicates()):
        feeds.setdefault((country, year), set()).add(feed)
    return held, feeds


def _columns(table: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name].tolist() for name in table.columns), strict=True)


def _compare(total: object, held: Held, feeds: dict[tuple[str, int], set[str]]) -> tuple[object, ...]:
    country, year, drug, national = (getattr(total, name) for name in ("country_iso3", "year", "drug", "weight_kg"))
    key = (country, int(year), drug)
    single, sources = held.get(key, 0.0), feeds.get((country, int(year)), set())
    missing = {name for feed in sources for name in TAKEN_OUT.get(feed, ())}
    share: float | None = single / national if national > 0 else None
    status = COMPARED
    if single == 0 and drug in missing:
        status, share = NOT_IN_FILE, None
    elif key not in held:
        status = NONE_HELD
    elif single > national:
        status = ABOVE
    elif drug == ALL_DRUGS and missing:
        status = LACKS_TAKEN_OUT
    return country, int(year), drug, single, float(national), np.nan if share is None else share, status, getattr(total, "basis", None)


def _counted_once(rows: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """A total over all drugs replaces those of its drugs, so that no kilogram is counted twice."""
    whole = rows["drug"] == ALL_DRUGS
    if selection.drugs or not whole.any():
        return rows[~whole]
    years = pd.MultiIndex.from_frame(rows[["country_iso3", "year"]])
    return rows[whole.to_numpy() | ~years.isin(years[whole.to_numpy()])]


def _nothing(reason: str) -> CoverageShare:
    return CoverageShare(pd.DataFrame(columns=list(COLUMNS)), None, 0.0, 0.0, reason)
