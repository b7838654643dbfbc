"""Two views side by side as one query string: what both share, and what the left one has of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from dashboard.view_state import ViewState

By = Literal["period", "drug", "measure"]
KINDS: tuple[By, ...] = ("period", "drug", "measure")
#: Key of the kind of comparison, and of what the left side has for itself: its period, its drugs.
BY, LEFT_PERIOD, LEFT_DRUGS = "by", "p2", "d2"


@dataclass(frozen=True)
class Compared:
    """by: what differs. left, right: the two views; all but what differs is equal."""

    by: By
    left: ViewState
    right: ViewState

    @classmethod
    def from_query(cls, values: Mapping[str, str]) -> "Compared":
        """Read a query string: the keys of the command page say the right side. What cannot be read is left at its default."""
        right = replace(ViewState.from_query(values), picked="")
        by = next((kind for kind in KINDS if kind == values.get(BY)), KINDS[0])
        if by == "measure":
            return cls(by, replace(right, measure="n"), replace(right, measure="kg"))
        if by == "drug":
            drugs = ViewState.from_query({"d": values.get(LEFT_DRUGS, "")}).drugs
            return cls(by, replace(right, drugs=drugs), right)
        earlier = ViewState.from_query({"p": values.get(LEFT_PERIOD, "")})
        return cls(by, replace(right, first=earlier.first, last=earlier.last), right)
