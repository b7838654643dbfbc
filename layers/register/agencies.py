"""Agencies are founded and abolished: whether one stood on a day, and who came after it."""

import datetime as dt

import pandas as pd

from layers.register.as_of import holding


def agencies_on(organisations: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """The organisations that stood on ``as_of``."""
    return holding(organisations, as_of)


def successors_of(organisations: pd.DataFrame, agency: str, as_of: dt.date) -> list[str]:
    """Who does the work of ``agency`` on ``as_of``: itself while it stands, else those that came after it, however far down the line.

    Ids in order of the register; empty where the line is not known. A record of an abolished agency keeps the agency's own id.
    """
    after = dict(zip(organisations["id"], organisations["successors"], strict=True))
    standing = set(agencies_on(organisations, as_of)["id"])
    found: list[str] = []
    seen, ahead = {agency}, [agency]
    while ahead:
        this = ahead.pop(0)
        if this in standing:
            found.append(this)
            continue
        for heir in after[this]:
            if heir not in seen:
                seen.add(heir)
                ahead.append(heir)
    return sorted(found, key=list(after).index)
