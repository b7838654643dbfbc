"""Units: what state a task force is in, how many there are by province, their yield, and who still counts as effort."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from layers.register.as_of import holding, is_over, is_reached

#: A share of fewer than so many is not shown.
LEAST_N = 10
NATIONAL = "national"
NOT_ITEMISED = "not itemised"


def state_of(unit: pd.Series, as_of: dt.date) -> str:
    """planned, operating, closed, not_known, or no_legal_basis: a unit that no law allows is never shown as operational."""
    if is_over(unit["closed"], as_of + dt.timedelta(days=1)):
        return "closed"
    if unit["legal_status"] == "none":
        return "no_legal_basis"
    if unit["stage"] == "operating" and isinstance(unit["opened"], str) and not is_reached(unit["opened"], as_of):
        return "planned"
    return str(unit["stage"])


def by_province(units: pd.DataFrame, kind: str, provinces: pd.DataFrame, claimed: str) -> pd.DataFrame:
    """Units of ``kind`` by province: [province_id, said, itemised], the first row being the whole country with what is claimed of it.

    provinces: those of one country (`load_provinces`). claimed: the claim as it was said ("32"). Where no unit of a province is named,
    said is "not itemised" and itemised is missing: not zero, and nothing is put on the map for it.
    """
    of_kind = units[units["kind"] == kind]
    counted = of_kind.assign(n=of_kind["quantity"].fillna(1)).groupby("province_id")["n"].sum()
    rows: list[tuple[str, str, Any]] = [(NATIONAL, claimed, int(of_kind["quantity"].fillna(1).sum()))]
    for province in provinces["province_id"]:
        n = counted.get(province)
        rows.append((province, NOT_ITEMISED, pd.NA) if n is None else (province, str(int(n)), int(n)))
    table = pd.DataFrame(rows, columns=["province_id", "said", "itemised"])
    return table.astype({"itemised": "Int64"})


class Rate(NamedTuple):
    """share: 0 to 1, None where n is too small to say. n: what it is a share of."""

    share: float | None
    n: int


def figures(unit_figures: pd.DataFrame, unit_id: str) -> dict[str, int]:
    """The sum of each measure of a unit over all periods, in the order of a funnel: counts of things, never of one person."""
    order = ("screened", "examined", "seized", "arrests", "cases", "convictions")
    sums = unit_figures[unit_figures["unit_id"] == unit_id].groupby("measure")["value"].sum()
    return {measure: int(sums[measure]) for measure in order if measure in sums}


def hit_rate(unit_figures: pd.DataFrame, unit_id: str) -> Rate:
    """Seized over examined; hidden below ten examined."""
    of_unit = figures(unit_figures, unit_id)
    n = of_unit.get("examined", 0)
    return Rate(of_unit.get("seized", 0) / n if n >= LEAST_N else None, n)


def in_effort(units: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Dog teams and laboratories that count on ``as_of``: operating, with a certificate that is known and has not lapsed."""
    kinds = units[units["kind"].isin(("dog_team", "laboratory"))]
    kinds = kinds[kinds["certified_to"].notna() & ~kinds["certified_to"].map(lambda text: is_over(text, as_of)).astype(bool)]
    working = kinds[kinds["stage"] == "operating"]
    return holding(working, as_of, "opened", "closed")


def pairs(units: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Offices that face each other: [unit_a, unit_b, mode, state], each pair once; "broken" where a side is closed on ``as_of``."""
    rows = []
    of_unit = {str(unit["id"]): unit for _, unit in units.iterrows()}
    for unit_id, unit in of_unit.items():
        if pd.isna(unit["pair_id"]):
            continue
        other = str(unit["pair_id"])
        facing = of_unit[other]
        if unit_id > other and facing["pair_id"] == unit_id:
            continue
        states = {state_of(unit, as_of), state_of(facing, as_of)}
        state = "broken" if "closed" in states else "working" if states == {"operating"} else "not_known"
        rows.append((unit_id, other, unit["mode"], state))
    return pd.DataFrame(rows, columns=["unit_a", "unit_b", "mode", "state"])


def share_in_post(training: pd.DataFrame) -> Mapping[str, Rate]:
    """Of those trained, how many are women and how many are still in post: only courses that say both numbers; hidden below ten."""
    result = {}
    for column in ("n_women", "n_in_post"):
        known = training[training["n"].notna() & training[column].notna()]
        n = int(known["n"].sum())
        result[column] = Rate(float(known[column].sum()) / n if n >= LEAST_N else None, n)
    return result
