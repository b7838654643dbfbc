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
- a visible row that was changed, merged or taken out since stays in the numbers until as many go together as must come together, so
  that no correction shows a few events (`withdraw`); what takes its place waits for that;
- national totals are known to everybody: where fewer than the rule's events would be missing from a country's year of one drug, the
  kilograms of its smallest new block stay hidden too; where there is none, that total is not shown beside the cells.
"""

import datetime as dt
from typing import Literal, NamedTuple, get_args

import numpy as np
import pandas as pd

from geodata.errors import NotAllowed
from geodata.model import AGGREGATE, LOCATED_EVENT, NATIONAL_TOTAL, REJECTED, check, columns, empty
from geodata.settings import ROLES, Role
from geodata.store.blocks import Codes, Dates, Flags, Rule, Units

Audience = Literal["donor", "public"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
RULES: dict[Audience, Rule] = {"donor": Rule(3, 1, 30), "public": Rule(5, 2, 90)}

_INSIDERS: tuple[Role, ...] = ("command", "planner")
_MAY_SEE: dict[str, tuple[Role, ...]] = {
    "events": _INSIDERS,
    "rejected": _INSIDERS,
    "runs": _INSIDERS,  # their counts are totals of events
    "files": _INSIDERS,
    "decisions": _INSIDERS,  # of persons about places, pairs, grades and gaps: to see and to take
    "alerts": _INSIDERS,  # an alert is about a few events at one place
    "aggregates": ROLES,
    "national_totals": ROLES,
    "facts": ROLES,
    "activities": ROLES,  # of programmes: their publishers made them public
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
    """Raise NotAllowed unless ``role`` may see ``what``.

    what: events, rejected, runs, files, decisions, alerts, aggregates, national_totals, facts, activities.
    """
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


def release(rows: pd.DataFrame, as_of: dt.date, n_withdrawn: int = 0) -> Released:
    """Decide what becomes visible on ``as_of``, going on from what is visible already.

    rows: everything in the store and the new rows (RELEASE_INPUT); rows outside the region or without a drug stay hidden.
    A value that is set in RELEASE_COLUMNS is never taken back: who has seen it, has seen it. n_withdrawn: so many rows at the end were
    changed or taken out and wait for `withdraw`: they stay as they are, and rows of the same event and drug wait with them.
    """
    units = Units(rows, n_withdrawn)
    levels = {name: rows[name].to_numpy(np.int64, copy=True) for name in RELEASE_COLUMNS}
    held = []
    for audience, rule in RULES.items():
        level, weight = levels[f"{audience}_level"], levels[f"{audience}_weight"]
        above = None if audience == "donor" else (levels["donor_level"], levels["donor_weight"])
        waits = units.joins_withdrawn(level > 0)
        held.append(_release_to(units, rule, level, weight, above, as_of, waits).assign(audience=audience))
    table = pd.DataFrame(levels, index=rows.index)
    return Released(table, pd.concat(held, ignore_index=True)[["audience", "country_iso3", "year", "drug"]])


def withdraw(rows: pd.DataFrame, withdrawn: pd.DataFrame) -> pd.DataFrame:
    """Take rows that were changed or taken out since out of the numbers, where enough of a cell go together.

    rows: everything that stays (RELEASE_INPUT). withdrawn: rows as they were when they were shown (RELEASE_INPUT). Returns their new
    RELEASE_COLUMNS; 0 is gone. A cell is left by all of its withdrawn rows or by none: as many events as `Rule.min_events`, of as many
    sources, and kilograms of none or of as many. The public is left only by what has left donors, so that again the blocks of one are
    made of whole blocks of the other.
    """
    units = Units(pd.concat([rows, withdrawn], ignore_index=True), len(withdrawn))
    going = np.arange(len(units.drug)) >= len(rows)
    levels = {name: np.r_[rows[name].to_numpy(np.int64), withdrawn[name].to_numpy(np.int64)] for name in RELEASE_COLUMNS}
    for audience, rule in RULES.items():
        level, weight = levels[f"{audience}_level"], levels[f"{audience}_weight"]
        stays = units.seen((level > 0) & ~going)
        leave = np.zeros(len(level), bool)
        for step in (1, 2, 3):
            cell = units.cells(step)
            here = going & (level == step) & (cell >= 0)
            if audience == "public":
                here &= levels["donor_level"] == 0
            heavy = here & (weight > 0)
            light = np.setdiff1d(cell[here], cell[heavy])
            enough = np.intersect1d(units.enough(cell, here & ~stays, rule), np.union1d(light, units.enough(cell, heavy & ~stays, rule)))
            leave |= here & np.isin(cell, enough)
        level[leave], weight[leave] = 0, 0
    return pd.DataFrame({name: codes[len(rows) :] for name, codes in levels.items()}, index=withdrawn.index)


def aggregate(rows: pd.DataFrame, audience: Audience) -> pd.DataFrame:
    """The AGGREGATE rows of one audience from rows with their RELEASE_COLUMNS. n: distinct events; kg: the weights shown, or empty."""
    level = rows[f"{audience}_level"].to_numpy()
    shown, level = rows[level > 0], level[level > 0]
    if shown.empty:
        return empty(AGGREGATE)
    weight = shown["weight_kg"].astype(float)  # a column without any value is one of objects
    cells = pd.DataFrame(
        {
            "country_iso3": shown["country_iso3"],
            "district_id": shown["district_id"].where(level == 1),
            "province_id": shown["province_id"].where(level <= 2),
            "quarter": Dates(shown).names(),
            "drug": shown["drug"],
            "event_id": shown["event_id"],
            "weight_kg": weight.where(shown[f"{audience}_weight"] > 0),
        }
    )
    by = ["country_iso3", "province_id", "district_id", "quarter", "drug"]
    groups = cells.groupby(by, dropna=False, observed=True, sort=True)
    table = pd.DataFrame({"n": groups["event_id"].nunique(), "weight_kg": groups["weight_kg"].sum(min_count=1).round(6)}).reset_index()
    table = table.assign(audience=audience, suppressed=False, n=table["n"].astype("Int64"))
    return table[columns(AGGREGATE)]


def _release_to(
    units: Units, rule: Rule, level: Codes, weight: Codes, above: tuple[Codes, Codes] | None, as_of: dt.date, waits: Flags
) -> pd.DataFrame:
    """Fill ``level`` and ``weight`` of one audience in place; ``above``: those of the audience that sees more. Returns unsafe totals."""
    may = units.dates.due(as_of, rule.delay_days) & units.counted & ~waits
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
