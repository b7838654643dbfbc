"""The whole state of the command page as a query string, so that a view can be sent to a colleague.

The page's address, the data requests and the downloads all carry the same string; it is read here and nowhere else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")
QUARTER = re.compile(r"(19|20)\d\dQ[1-4]")
#: What can be picked: a thing by its id, a cell of the heatmap by its number, a place by its position, a door, an alert by its number.
PICKED = re.compile(
    r"(post|section|corridor|door):[a-z0-9-]{1,60}|alert:[0-9]{1,12}|cell:[0-9a-f]{1,16}|place:-?\d{1,3}(\.\d{1,9})?,-?\d{1,2}(\.\d{1,9})?"
)
#: A sector is a province, or one of the words that `dashboard/answers/sectors.py` knows: where the map stands, and whose events are
#: counted.
SECTOR = re.compile(r"[a-z][a-z-]{1,30}")
MEASURES = ("n", "kg")
#: What colours the map: what stands out, how that went over time, plain amounts by cell, a smooth surface, nothing.
#: Outsiders have districts and nothing: whatever is not "off" shows them those.
HEATMAPS = ("hot", "emerging", "cells", "surface", "off")
BANDWIDTHS_KM = (10, 25, 50)
LAYERS = ("corridors", "posts", "seizures", "incidents", "districts")
MANY = {
    "d": "drugs", "k": "kinds", "c": "countries", "a": "agencies", "t": "transports", "r": "reliabilities", "i": "accuracies",
}  # fmt: skip


@dataclass(frozen=True)
class ViewState:
    """What is chosen on the command page. Empty tuples mean "all", empty months the last twelve with reports."""

    drugs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    transports: tuple[str, ...] = ()
    reliabilities: tuple[str, ...] = ()
    accuracies: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    measure: str = "n"
    heatmap: str = "hot"
    bandwidth_km: int = 25
    layers: tuple[str, ...] = LAYERS
    picked: str = ""
    sector: str = ""

    @classmethod
    def from_query(cls, query: str | Mapping[str, str]) -> "ViewState":
        """Read a query string. What cannot be read is left at its default: an old link still opens."""
        values = query if isinstance(query, Mapping) else {key: texts[-1] for key, texts in parse_qs(query.lstrip("?")).items()}
        state = replace(cls(), **{name: _many(values.get(key, "")) for key, name in MANY.items()})  # type: ignore[arg-type]
        first, _, last = values.get("p", "").partition("..")
        if (MONTH.fullmatch(first) and MONTH.fullmatch(last)) or (QUARTER.fullmatch(first) and QUARTER.fullmatch(last)):
            state = replace(state, first=min(first, last), last=max(first, last))
        if values.get("m") in MEASURES:
            state = replace(state, measure=values["m"])
        if values.get("h") in HEATMAPS:
            state = replace(state, heatmap=values["h"])
        if values.get("b", "") in map(str, BANDWIDTHS_KM):
            state = replace(state, bandwidth_km=int(values["b"]))
        if SECTOR.fullmatch(values.get("o", "")):
            state = replace(state, sector=values["o"])
        if "l" in values:
            state = replace(state, layers=tuple(name for name in LAYERS if name in _many(values["l"])))
        return replace(state, picked=readable_picked(values.get("s", "")))

    def to_query(self) -> str:
        """The shortest query string that reads back as this state."""
        default, values = ViewState(), {}
        for key, name in MANY.items():
            if getattr(self, name):
                values[key] = ",".join(getattr(self, name))
        if self.first:
            values["p"] = f"{self.first}..{self.last}"
        for key, name in {"m": "measure", "h": "heatmap", "b": "bandwidth_km", "s": "picked", "o": "sector"}.items():
            if getattr(self, name) != getattr(default, name):
                values[key] = str(getattr(self, name))
        if self.layers != default.layers:
            values["l"] = ",".join(self.layers) or "none"
        return urlencode(values)


def readable_picked(text: str) -> str:
    """The same text when something can be picked by it, else nothing."""
    return text if PICKED.fullmatch(text) else ""


def _many(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in text.split(",") if part))[:60]
