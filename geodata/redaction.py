"""The one gate: what a role may see, and the one table from which outsiders are answered.

Outsiders (`donor`, `public`) see counts and kilograms by district, quarter and drug, and no sums of these. The rows of the store are cut
into *blocks*, and what is published is always a sum of whole blocks, for every audience and for every version of the data:

- a block becomes visible at once and for ever, and holds at least `Rule.min_events` events that were not visible before (public: of at
  least two sources), so that the difference of two versions is never about fewer;
- what is public is put together from whole blocks that donors have, so that the two tables, side by side, cut nothing smaller;
- a quarter appears whole, `Rule.delay_days` after its last day, so that no event can be dated by the day on which it appears;
- districts with too few go together into the row of their province (the rest of it, not its sum), then of their country; what is still
  too little stays hidden. There is no row that says so: nothing, little and hidden look the same;
- kilograms need as many *weighed* events as the count needs events;
- national totals are known to everybody: where fewer than the rule's events would be missing from a country's year of one drug, the
  kilograms of its smallest new block stay hidden too; where there is none, that total is not shown beside the cells.
"""

import datetime as dt
from typing import Literal, NamedTuple, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.errors import NotAllowed
from geodata.model import AGGREGATE, LOCATED_EVENT, NATIONAL_TOTAL, REJECTED, check, columns, empty
from geodata.settings import ROLES, Role

Audience = Literal["donor", "public"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Rule(NamedTuple):
    """How much must stand together before an audience sees it, and how late."""

    min_events: int
    min_sources: int  # of feed and agency; rows without an agency count as one source of their feed, where it names no other
    delay_days: int  # after the last day of the quarter


RULES: dict[Audience, Rule] = {"donor": Rule(3, 1, 30), "public": Rule(5, 2, 90)}

_INSIDERS: tuple[Role, ...] = ("command", "planner")
_MAY_SEE: dict[str, tuple[Role, ...]] = {
    "events": _INSIDERS,
    "rejected": _INSIDERS,
    "runs": _INSIDERS,  # their counts are totals of events
    "files": _INSIDERS,
    "aggregates": ROLES,
    "national_totals": ROLES,
    "facts": ROLES,
}

#: Beside each row of the store: 0 hidden, else shown to the audience by 1 district, 2 rest of the province, 3 rest of the country;
#: and whether its kilograms are (0 or 1).
RELEASE_COLUMNS = ("donor_level", "donor_weight", "public_level", "public_weight")
#: What `release` looks at.
RELEASE_INPUT = (
    "event_id", "feed", "agency", "country_iso3", "province_id", "district_id", "happened_from", "happened_to", "date_precision",
    "drug", "weight_kg", "in_region", *RELEASE_COLUMNS,
)  # fmt: skip


def require(role: Role, what: str) -> None:
    """Raise NotAllowed unless ``role`` may see ``what`` (events, rejected, runs, files, aggregates, national_totals, facts)."""
    if role not in ROLES:
        raise NotAllowed(f"The role {role!r} is unknown, one of {', '.join(ROLES)} was wanted: set PANJ_ROLE to one of them.")
    if role not in _MAY_SEE[what]:
        raise NotAllowed(
            f"The role {role} may not see {what}, only numbers by district, quarter and drug: ask for these, or have PANJ_ROLE changed."
        )


def may_see_events(role: Role) -> bool:
    """Whether single events may be shown to this role."""
    return role in _MAY_SEE["events"]


def audiences_of(role: Role) -> tuple[Audience, ...]:
    """Whose aggregate rows a role may see: outsiders their own, insiders both, to know what outsiders are told."""
    if role == "donor" or role == "public":
        return (role,)
    return AUDIENCES if may_see_events(role) else ()


def clean_rejected(rejected: pd.DataFrame, role: Role) -> pd.DataFrame:
    """Rejected rows for a role. A raw row may hold a person's name: planners get the reason, not the row."""
    check(rejected, REJECTED)
    return rejected if role == "command" else rejected.assign(detail=pd.Series(index=rejected.index, dtype="str"), content="")


def clean_totals(totals: pd.DataFrame, held: pd.DataFrame, role: Role) -> pd.DataFrame:
    """National totals for a role: outsiders get those of whole years that say nothing about hidden cells.

    held: DataFrame[country_iso3, year, drug] from `release`. A total over several drugs goes with any of them.
    """
    check(totals, NATIONAL_TOTAL)
    if may_see_events(role):
        return totals
    whole_year = totals["period"].isna() | (totals["period"].astype("str").str.strip() == totals["year"].astype("str"))
    years = pd.MultiIndex.from_frame(totals[["country_iso3", "year"]].astype({"year": "int64"}))
    cells = pd.MultiIndex.from_frame(totals[["country_iso3", "year", "drug"]].astype({"year": "int64"}))
    held_cells = pd.MultiIndex.from_frame(held[["country_iso3", "year", "drug"]].astype({"year": "int64"}))
    single = totals["drug"].isin(next(column.allowed for column in LOCATED_EVENT if column.name == "drug"))
    unsafe = np.where(single, cells.isin(held_cells), years.isin(held_cells.droplevel("drug")))
    return totals[whole_year & ~unsafe].reset_index(drop=True)


def suppress(events: pd.DataFrame, audience: Audience, as_of: dt.date) -> pd.DataFrame:
    """What an audience may see of n located events when they are published for the first time. Returns AGGREGATE.

    The store goes on from what it has shown before instead: `release`, then `aggregate`.
    """
    check(events, LOCATED_EVENT)
    rows = events.assign(**dict.fromkeys(RELEASE_COLUMNS, 0))
    return aggregate(rows.assign(**dict(release(rows, as_of).levels)), audience)


class Released(NamedTuple):
    """levels: the new RELEASE_COLUMNS, one row per row of the input. held: totals to keep back, audience and cell."""

    levels: pd.DataFrame
    held: pd.DataFrame


def release(rows: pd.DataFrame, as_of: dt.date) -> Released:
    """Decide what becomes visible on ``as_of``, going on from what is visible already.

    rows: everything in the store and the new rows (RELEASE_INPUT); rows outside the region or without a drug stay hidden.
    A value that is set in RELEASE_COLUMNS is never taken back: who has seen it, has seen it.
    """
    units = _Units(rows)
    levels = {name: rows[name].to_numpy(np.int64, copy=True) for name in RELEASE_COLUMNS}
    held = []
    for audience, rule in RULES.items():
        level, weight = levels[f"{audience}_level"], levels[f"{audience}_weight"]
        above = None if audience == "donor" else (levels["donor_level"], levels["donor_weight"])
        held.append(_release_to(units, rule, level, weight, above, as_of).assign(audience=audience))
    table = pd.DataFrame(levels, index=rows.index)
    return Released(table, pd.concat(held, ignore_index=True)[["audience", "country_iso3", "year", "drug"]])


def aggregate(rows: pd.DataFrame, audience: Audience) -> pd.DataFrame:
    """The AGGREGATE rows of one audience from rows with their RELEASE_COLUMNS. n: distinct events; kg: the weights shown, or empty."""
    level = rows[f"{audience}_level"].to_numpy()
    shown, level = rows[level > 0], level[level > 0]
    if shown.empty:
        return empty(AGGREGATE)
    cells = pd.DataFrame(
        {
            "country_iso3": shown["country_iso3"],
            "district_id": shown["district_id"].where(level == 1),
            "province_id": shown["province_id"].where(level <= 2),
            "quarter": _Dates(shown).names(),
            "drug": shown["drug"],
            "event_id": shown["event_id"],
            "weight_kg": shown["weight_kg"].where(shown[f"{audience}_weight"] > 0),
        }
    )
    by = ["country_iso3", "province_id", "district_id", "quarter", "drug"]
    groups = cells.groupby(by, dropna=False, observed=True, sort=True)
    table = pd.DataFrame({"n": groups["event_id"].nunique(), "weight_kg": groups["weight_kg"].sum(min_count=1).round(6)}).reset_index()
    table = table.assign(audience=audience, suppressed=False, n=table["n"].astype("Int64"))
    return table[columns(AGGREGATE)]


def _release_to(
    units: "_Units", rule: Rule, level: Codes, weight: Codes, above: tuple[Codes, Codes] | None, as_of: dt.date
) -> pd.DataFrame:
    """Fill ``level`` and ``weight`` of one audience in place; ``above``: those of the audience that sees more. Returns unsafe totals."""
    may = units.dates.due(as_of, rule.delay_days) & units.counted
    may_weigh = units.weighed if above is None else units.weighed & (above[1] > 0)
    block = np.full(len(level), -1, np.int64)  # of kilograms shown for the first time
    for step in (1, 2, 3):
        cell = units.cells(step)
        take = may & (level == 0) & (cell >= 0)
        if above is not None:
            take &= (above[0] > 0) & (above[0] <= step)  # whole blocks only
        take &= np.isin(cell, units.enough(cell, take & ~units.seen(level > 0), rule))
        heavy = take & may_weigh
        heavy &= np.isin(cell, units.enough(cell, heavy & ~units.seen(weight > 0), rule))
        level[take], weight[heavy] = step, 1
        block[heavy] = cell[heavy] * 4 + step
    unsafe = units.unsafe_years(weight == 0, rule)
    hide = units.smallest_blocks(block, unsafe)
    weight[np.isin(block, hide) & (block >= 0)] = 0
    return units.years(units.unsafe_years(weight == 0, rule))


class _Dates:
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


class _Units:
    """The rows as whole numbers. Codes follow the alphabet, so that a choice between equals does not depend on the order of rows."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self.dates = _Dates(rows)
        self.drug, self._drugs = _codes(rows["drug"])
        self.country, self._countries = _codes(rows["country_iso3"])
        self._province, provinces = _codes(rows["province_id"])
        self._district, districts = _codes(rows["district_id"])
        self._size = (len(self._countries) + 1, len(provinces) + 1, len(districts) + 1)
        self.feed, _ = _codes(rows["feed"])
        self.agency = _agencies(rows["agency"])
        events, _ = _codes(rows["event_id"], sort=False)
        self.unit: Codes = events * (len(self._drugs) + 1) + self.drug
        self.weighed: Flags = rows["weight_kg"].notna().to_numpy()
        self.counted: Flags = rows["in_region"].to_numpy(bool) & (self.drug >= 0)

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
        return np.isin(self.unit, np.unique(self.unit[visible]))

    def counts(self, cell: Codes, where: Flags) -> pd.DataFrame:
        """Distinct events and sources in each cell, over the rows ``where``. Index: the cell."""
        rows = pd.DataFrame({"cell": cell[where], "unit": self.unit[where], "feed": self.feed[where], "agency": self.agency[where]})
        events = rows[["cell", "unit"]].drop_duplicates().groupby("cell").size()
        named = rows[["cell", "feed", "agency"]].drop_duplicates()
        named = named.assign(named=named["agency"] >= 0).groupby(["cell", "feed"])["named"].sum().clip(lower=1)
        return pd.DataFrame({"events": events, "sources": named.groupby(level="cell").sum()})

    def enough(self, cell: Codes, where: Flags, rule: Rule) -> Codes:
        """The cells that meet the rule over the rows ``where``."""
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
        sizes = pd.DataFrame({"group": group[where], "block": block[where], "unit": self.unit[where]}).drop_duplicates()
        sizes = sizes.groupby(["group", "block"]).size().rename("n").reset_index().sort_values(["group", "n", "block"])
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
