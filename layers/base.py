"""What every layer is: a table that is ready to be drawn, with what a reader must know beside it."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

import pandas as pd


class Say(Protocol):
    """Words for people: a key of `dashboard/translations` and its values -> a sentence in the viewer's language."""

    def __call__(self, key: str, **values: object) -> str: ...


def keys_only(key: str, **values: object) -> str:
    """The language of tests and of programs: the key itself."""
    return key


@dataclass(frozen=True)
class Period:
    """Whole months, both included, as "2018-05"; or nothing chosen."""

    first: str
    last: str


@dataclass(frozen=True)
class Layer:
    """A table ready to be drawn.

    table: one row per symbol, line or cell, EPSG:4326 (`lon`, `lat` columns, or `geometry` as shapely objects).
    n: events (or things) behind it. period: None where time does not matter.
    legend: (key or value, what it means) pairs in drawing order. Numbers carry their unit in `unit`.
    """

    id: str
    title: str
    shape: Literal["point", "line", "area", "cells", "surface"]
    table: pd.DataFrame
    caveat: str
    sources: tuple[str, ...]
    n: int
    period: Period | None = None
    unit: str = ""
    legend: tuple[tuple[str, str], ...] = ()
    details: dict[str, float | str] = field(default_factory=dict)  # cell size, bandwidth, seed: what a method needs to be repeated
