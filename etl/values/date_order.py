"""Order of day and month in a column: one date that can only be read one way decides for those that could be read two ways."""

from collections.abc import Iterable
from typing import NamedTuple

from etl.values.dates import Order, Said


class ColumnOrder(NamedTuple):
    """How a column writes day and month. slashed: with a stroke or dash; dotted: with dots. "": it does not say."""

    slashed: Order
    dotted: Order


def order_of(said: Iterable[Said]) -> ColumnOrder:
    """What the dates of one column show. One date that can only be read one way decides, unless another shows the opposite."""
    shown: dict[bool, set[str]] = {False: set(), True: set()}
    for one in said:
        if one.shows:
            shown[one.is_dotted].add(one.shows)

    def decided(orders: set[str], otherwise: Order) -> Order:
        if not orders:
            return otherwise
        return "day_first" if orders == {"day_first"} else "month_first" if orders == {"month_first"} else ""

    return ColumnOrder(decided(shown[False], ""), decided(shown[True], "day_first"))


def resolved(said: Said, order: ColumnOrder) -> Said:
    """The one reading of a date in a column of this order; "ambiguous" where the column leaves two."""
    if said.other is None:
        return said
    way = order.dotted if said.is_dotted else order.slashed
    if not way:
        return said._replace(problem="ambiguous")
    return Said(day=said.day if way == "day_first" else said.other, is_dotted=said.is_dotted)
