"""Who else is there: donors and programmes by district, and programmes by district or section as a matrix."""

from collections.abc import Mapping

import pandas as pd

from layers.coverage.supported import STANDING


def overlaps(things: pd.DataFrame) -> pd.DataFrame:
    """[district_id, donors, programmes, n], one row a district in which anything stands, most donors first.

    things: of `layers.coverage.supported`; those that no longer or not yet stand count for nothing, nor do those known to a province or a
    country only. donors, programmes: lists of ids in order; "not-named" is no donor of its own: it may be any of the others. n: things.
    """
    there = things[things["state"].isin(STANDING) & (things["district_id"] != "")]
    rows = [
        (
            district,
            sorted(set(group["donor"]) - {"not-named"}),
            sorted(set(group["programme"]) - {""}),
            int(group["quantity"].sum()),
        )
        for district, group in there.groupby("district_id", sort=True)
    ]
    table = pd.DataFrame(rows, columns=["district_id", "donors", "programmes", "n"])
    order = table.assign(many=table["donors"].map(len)).sort_values(["many", "n", "district_id"], ascending=[False, False, True])
    return order.drop(columns="many").reset_index(drop=True)


def matrix(things: pd.DataFrame, place_of: Mapping[str, str]) -> pd.DataFrame:
    """Things by programme and place, whole numbers, no row or column without any; planned and closed ones count too: they were paid for.

    place_of: id of a thing -> the section, post or district in whose column it counts; others are in none.
    """
    placed = things.assign(place=things["id"].map(dict(place_of)))
    placed = placed[placed["place"].notna() & (placed["place"] != "") & (placed["programme"] != "")]
    if placed.empty:
        return pd.DataFrame()
    return placed.pivot_table(index="programme", columns="place", values="quantity", aggfunc="sum", fill_value=0, sort=True)
