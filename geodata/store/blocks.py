"""The rows of the store as whole numbers: in which cell each lies, and where enough stand together (for `geodata.redaction`)."""

import datetime as dt
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Rule(NamedTuple):
    """How much must stand together before an audience sees it, and how late."""

    min_events: int
    min_sources: int  # of feed and agency; rows without an agency count as one source of their feed, where it names no other
    delay_days: int  # after the last day of the quarter


class Dates:
    """Quarter and year of rows, as whole numbers; -1 where the date is not known that closely."""

    def __init__(self, rows: pd.DataFrame) -> None:
        first, last = _quarters(rows["happened_from"]), _quarters(rows["happened_to"])
        precision = rows["date_precision"].to_numpy()
        known = (first >= 0) & (precision != "unknown")
        self.quarter: Codes = np.where(known & (first == last) & (precision != "year"), first, -1)
        self.year: Codes = np.where(known & (first // 4 == last // 4), first // 4, -1)

    def due(self, as_of: dt.date, delay_days: int) -> Flags:
        """Whether the quarter is over for long enough."""
        codes, where = np.unique(self.quarter, return_inverse=True)
        last_days = [dt.date((code + 1) // 4, (code + 1) % 4 * 3 + 1, 1) - dt.timedelta(days=1) if code >= 0 else None for code in codes]
        due = [day is not None and (as_of - day).days >= delay_days for day in last_days]
        return np.asarray(due, bool)[where]

    def names(self) -> NDArray[np.object_]:
        """The quarters as text, 2018Q3."""
        codes, where = np.unique(self.quarter, return_inverse=True)
        return np.asarray([f"{code // 4:04d}Q{code % 4 + 1}" for code in codes], object)[where]


class Units:
    """The rows as whole numbers, the last ``n_withdrawn`` of them no longer in the store.

    Codes follow the alphabet, so that a choice between equals does not depend on the order of rows.
    """

    def __init__(self, rows: pd.DataFrame, n_withdrawn: int = 0) -> None:
        self.dates = Dates(rows)
        self.drug, self._drugs = _codes(rows["drug"])
        self.country, self._countries = _codes(rows["country_iso3"])
        self._province, provinces = _codes(rows["province_id"])
        self._district, districts = _codes(rows["district_id"])
        self._size = (len(self._countries) + 1, len(provinces) + 1, len(districts) + 1)
        self.feed, _ = _codes(rows["feed"])
        self.agency = _agencies(rows["agency"])
        events, _ = _codes(rows["event_id"], sort=False)
        self.unit: Codes = events * (len(self._drugs) + 1) + self.drug + 1
        self._n_units = (int(events.max(initial=-1)) + 1) * (len(self._drugs) + 1)
        self.weighed: Flags = rows["weight_kg"].notna().to_numpy()
        self._withdrawn: Flags = np.arange(len(rows)) >= len(rows) - n_withdrawn
        self.counted: Flags = rows["in_region"].to_numpy(bool) & (self.drug >= 0) & ~self._withdrawn

    def cells(self, step: int) -> Codes:
        """The cell of each row as a district (1), rest of a province (2) or of a country (3); -1 where it is not known so closely."""
        province = self._province if step <= 2 else np.full_like(self._province, -1)
        district = self._district if step == 1 else np.full_like(self._district, -1)
        known = (self.dates.quarter >= 0) & (self.drug >= 0) & ((step > 1) | (district >= 0)) & ((step > 2) | (province >= 0))
        place = (self.country * self._size[1] + province + 1) * self._size[2] + district + 1
        # 2^14 quarters end in the year 4095.
        return np.where(known, (place * (len(self._drugs) + 1) + self.drug) * 2**14 + self.dates.quarter, -1)

    def seen(self, visible: Flags) -> Flags:
        """Rows whose event and drug are visible already, by this or another row."""
        flags = np.zeros(self._n_units, bool)
        flags[self.unit[visible]] = True
        return flags[self.unit]

    def joins_withdrawn(self, visible: Flags) -> Flags:
        """Rows whose event and drug an audience still sees by a row that is no longer in the store."""
        return self.seen(visible & self._withdrawn)

    def counts(self, cell: Codes, where: Flags) -> pd.DataFrame:
        """Distinct events and sources in each cell, over the rows ``where``. Index: the cell."""
        rows = pd.DataFrame({"cell": cell[where], "unit": self.unit[where], "feed": self.feed[where], "agency": self.agency[where]})
        events = rows.groupby("cell")["unit"].nunique()
        pairs = rows[["cell", "feed", "agency"]].drop_duplicates()
        agencies = pairs.assign(named=pairs["agency"] >= 0).groupby(["cell", "feed"])["named"].sum().clip(lower=1)
        return pd.DataFrame({"events": events, "sources": agencies.groupby(level="cell").sum()})

    def enough(self, cell: Codes, where: Flags, rule: Rule) -> Codes:
        """The cells that meet the rule over the rows ``where``."""
        if not where.any():
            return np.zeros(0, np.int64)
        counts = self.counts(cell, where)
        met = (counts["events"] >= rule.min_events) & (counts["sources"] >= rule.min_sources)
        return counts.index[met].to_numpy(np.int64)

    def unsafe_years(self, hidden: Flags, rule: Rule) -> Codes:
        """Country, year and drug of which some weighed events are hidden, but fewer than the rule asks for."""
        where = hidden & self.weighed & self.counted & (self.dates.year >= 0)
        group = self._year_groups()
        some = np.unique(group[where])
        return np.setdiff1d(some, self.enough(group, where, rule))

    def smallest_blocks(self, block: Codes, groups: Codes) -> Codes:
        """For each of the groups the block with the fewest weighed events, the first by place and quarter among equals."""
        group = self._year_groups()
        where = (block >= 0) & np.isin(group, groups)
        rows = pd.DataFrame({"group": group[where], "block": block[where], "unit": self.unit[where]})
        sizes = rows.groupby(["group", "block"])[["unit"]].nunique().reset_index().sort_values(["group", "unit", "block"])
        return sizes.drop_duplicates("group")["block"].to_numpy(np.int64)

    def years(self, groups: Codes) -> pd.DataFrame:
        """The groups in words: DataFrame[country_iso3, year, drug]."""
        place, year = np.divmod(groups, 2**12)
        country, drug = np.divmod(place, len(self._drugs) + 1)
        return pd.DataFrame({"country_iso3": self._countries[country], "year": year, "drug": self._drugs[drug]})

    def _year_groups(self) -> Codes:
        return (self.country * (len(self._drugs) + 1) + self.drug) * 2**12 + self.dates.year


def _codes(values: pd.Series, *, sort: bool = True) -> tuple[Codes, NDArray[np.object_]]:
    codes, labels = pd.factorize(values, sort=sort)
    return codes.astype(np.int64), np.asarray(labels, object)


def _agencies(values: pd.Series) -> Codes:
    """One code for each group of agencies, however spelt or ordered; -1 where none is named."""
    codes, labels = _codes(values)
    names = ["; ".join(sorted({" ".join(part.split()).casefold() for part in str(label).split(";")} - {""})) for label in labels]
    same, _ = pd.factorize(pd.Series([name or None for name in names], dtype="object"))
    return np.where(codes >= 0, np.append(same, -1)[codes], -1).astype(np.int64)


def _quarters(days: pd.Series) -> Codes:
    """ISO dates -> year * 4 + quarter from 0; -1 where empty."""
    codes, labels = _codes(days, sort=False)
    quarters = [int(label[:4]) * 4 + (int(label[5:7]) - 1) // 3 for label in labels]
    return np.append(np.asarray(quarters, np.int64), -1)[codes]
