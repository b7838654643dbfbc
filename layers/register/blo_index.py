"""The index of a liaison office: points of its areas from answers, at a day, with its baseline, its target and its past.

Method: UNODC, Southeast Asia BLO Index (source 105): each item of five areas is worth a number of points, of which a part may be given;
the first round is the baseline, a target is set, progress is measured against both.
"""

import datetime as dt

import pandas as pd

from geodata.errors import WrongTable
from layers.register.as_of import first_day

N_AREAS = 5


def index_on(answers: pd.DataFrame, unit_id: str, as_of: dt.date) -> pd.DataFrame:
    """Points of an office on ``as_of``: [area, points, max_points, share, baseline, target, n_items, last_answer], one row an area.

    answers: rows of the register's `blo_index`. An item counts with its last answer up to ``as_of``; the baseline is each item's first.
    target: of the last round of targets, NaN where none was set; share: points / max_points, 0 to 1. Raises WrongTable: partial points
    above the item's maximum, or more than five areas.
    """
    rows = _of(answers, unit_id, as_of)
    given, targets = rows[rows["kind"] == "answer"], rows[rows["kind"] == "target"]
    now = given.drop_duplicates(["area", "item"], keep="last")
    first = given.drop_duplicates(["area", "item"], keep="first")
    by_area = now.groupby("area", sort=True)
    table = by_area.agg(
        points=("points", "sum"), max_points=("max_points", "sum"), n_items=("item", "size"), last_answer=("answered_on", "max")
    )
    table["baseline"] = first.groupby("area")["points"].sum()
    aims = targets.drop_duplicates(["area", "item"], keep="last").groupby("area")["points"].sum()
    table["target"] = aims.reindex(table.index)
    table["share"] = table["points"] / table["max_points"]
    columns = ["area", "points", "max_points", "share", "baseline", "target", "n_items", "last_answer"]
    return table.reset_index()[columns]


def score_on(answers: pd.DataFrame, unit_id: str, as_of: dt.date) -> float:
    """All points of an office over all points that its answered items can give, 0 to 1; NaN before the first answer."""
    areas = index_on(answers, unit_id, as_of)
    return float(areas["points"].sum() / areas["max_points"].sum()) if len(areas) else float("nan")


def history(answers: pd.DataFrame, unit_id: str) -> pd.DataFrame:
    """The score after each day with an answer: [day, score], in order of time. Earlier scores never change when answers are added later."""
    rows = answers[(answers["unit_id"] == unit_id) & (answers["kind"] == "answer")]
    days = sorted({first_day(day) for day in rows["answered_on"]})
    return pd.DataFrame({"day": [day.isoformat() for day in days], "score": [score_on(answers, unit_id, day) for day in days]})


def _of(answers: pd.DataFrame, unit_id: str, as_of: dt.date) -> pd.DataFrame:
    rows = answers[answers["unit_id"] == unit_id]
    rows = rows.assign(_day=rows["answered_on"].map(first_day))
    rows = rows[rows["_day"].map(lambda day: day <= as_of).astype(bool)].sort_values("_day", kind="stable")
    too_many = rows[rows["points"] > rows["max_points"]]
    if len(too_many):
        worst = too_many.iloc[0]
        raise WrongTable(f"{unit_id}, {worst['item']}: {worst['points']:g} points came, at most {worst['max_points']:g} were wanted.")
    if rows["area"].nunique() > N_AREAS:
        raise WrongTable(f"{unit_id}: answers of {rows['area'].nunique()} areas came, {N_AREAS} were wanted.")
    return rows
