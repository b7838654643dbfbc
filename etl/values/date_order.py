"""Order of day and month in a column: one slashed date that can only be read one way decides for the others; dots are day-first."""

from collections.abc import Iterable
from typing import NamedTuple

from etl.values.dates import Order, Said


class ColumnOrder(NamedTuple):
    """How a column writes day and month. slashed: with a stroke or dash; dotted: with dots. "": it does not say.

    has_month_first_dots: 03.25.2010 is a date here, no typo.
    """

    slashed: Order
    dotted: Order
    has_month_first_dots: bool = True


def order_of(said: Iterable[Said]) -> ColumnOrder:
    """What the distinct dates of one column show.

    With strokes, one date that can only be read one way decides, unless another shows the opposite. Dots are day-first: a typo (12.13.2011)
    turns no other date. Several such, no fewer than the dates that are surely day-first, leave the order of dotted dates open.
    """
    proofs = [one for one in said if one.shows]
    slashed = {one.shows for one in proofs if not one.is_dotted}
    typos_or_not = sum(one.is_dotted and one.shows == "month_first" for one in proofs)
    is_half = 2 * sum(one.shows == "month_first" for one in proofs) >= len(proofs)
    return ColumnOrder(
        next(iter(slashed)) if len(slashed) == 1 else "", "" if typos_or_not > 1 and is_half else "day_first", is_half
    )  # fmt: skip


def resolved(said: Said, order: ColumnOrder) -> Said:
    """The one reading of a date in a column of this order; "ambiguous" where the column leaves two."""
    if said.is_dotted and said.shows == "month_first" and not order.has_month_first_dots:
        return Said("unreadable")
    if said.other is None:
        return said
    way = order.dotted if said.is_dotted else order.slashed
    if not way:
        return said._replace(problem="ambiguous")
    return Said(day=said.day if way == "day_first" else said.other, is_dotted=said.is_dotted)
