"""Who belonged to what on a day, whether a treaty had come into force, which liaison officers and agreements there were."""

import datetime as dt
from typing import NamedTuple

import pandas as pd

from layers.register.as_of import first_day, holding

#: Statuses that include a ratification of the founding agreement.
RATIFIED = ("ratified", "member")
#: Stages of an agreement under which something passes; a planned one is never drawn as a live link.
LIVE_STAGES = ("contact", "signed", "in_force")


def memberships_on(memberships: pd.DataFrame, body: str, as_of: dt.date) -> pd.DataFrame:
    """The last known status of each party on ``as_of``: one row a party, in order of the party. A party not heard of yet has no row."""
    rows = memberships[memberships["body"] == body]
    held = holding(rows.assign(_since=rows["valid_from"].map(_since)), as_of)
    return held.sort_values("_since", kind="stable").drop_duplicates("party", keep="last").sort_values("party").drop(columns="_since")


def _since(text: object) -> dt.date:
    return first_day(text) if isinstance(text, str) else dt.date.min


class Threshold(NamedTuple):
    """ratified: parties that had ratified, as far as is known. needed: as the treaty asks. is_operational: enough had."""

    ratified: tuple[str, ...]
    needed: int
    is_operational: bool


def threshold_on(memberships: pd.DataFrame, body: str, needed: int, as_of: dt.date) -> Threshold:
    """Had enough parties ratified on ``as_of``? With one fewer than needed the body is in its pilot phase."""
    now = memberships_on(memberships, body, as_of)
    ratified = tuple(now.loc[now["status"].isin(RATIFIED), "party"])
    return Threshold(ratified, needed, len(ratified) >= needed)


def liaison_on(liaison: pd.DataFrame, body: str, countries: list[str], as_of: dt.date) -> pd.Series:
    """Was an officer of each of ``countries`` "present" on ``as_of``? "gap": none is known, which is not that there was none."""
    there = set(holding(liaison[liaison["body"] == body], as_of)["country_iso3"])
    return pd.Series({country: "present" if country in there else "gap" for country in countries}, dtype="str")


def live_agreements(agreements: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Agreements and contacts under which something passed on ``as_of``; planned ones are not among them."""
    return holding(agreements[agreements["stage"].isin(LIVE_STAGES)], as_of)
