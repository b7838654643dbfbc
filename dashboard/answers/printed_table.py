"""A table of ready texts, as pages and PDFs print it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from dashboard.language import Language


class Heading(NamedTuple):
    """key: of its words, none: an empty heading. wide: takes what room is left. number: stands on the right. weight: its part of the room
    that is left, where several columns share it."""

    key: str
    wide: bool = False
    number: bool = False
    weight: float = 0.0


def printed_table(headings: Sequence[Heading], rows: Sequence[tuple[Sequence[str], bool]], say: Language) -> dict[str, Any]:
    """rows: the cells of each, and whether it stands out."""
    return {
        "columns": [
            {"text": say(one.key) if one.key else "", "wide": one.wide, "number": one.number, "weight": one.weight} for one in headings
        ],
        "rows": [{"cells": list(cells), "strong": strong} for cells, strong in rows],
    }
