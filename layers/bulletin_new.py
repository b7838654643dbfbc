"""First seen in a period of days: drugs, ways of hiding and routes that no event before it names (`layers.first_seen`, by day)."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.first_seen import FirstSeen, first_seen
from layers.happenings import event_codes

#: Watched for less than this many days, nothing is called new.
LEAST_DAYS = 365
#: Words that stand for "not said".
NO_WORDS = ("unspecified", "other", "unknown")
TRAITS = ("drug", "concealment", "route")


def first_in_days(events: pd.DataFrame, first: str, last: str, is_known: Callable[[str, str], bool]) -> dict[str, FirstSeen]:
    """By trait of `TRAITS`. events: all rows up to the period's end at least, [event_id, happened_from, happened_to, drug, concealment,
    country_departure, country_destination]. first, last: ISO days, both included. is_known: trait and word, does the vocabulary know it?
    Free words are nearly always new and say nothing.
    """
    event, _ = event_codes(events)
    begin, end = (_days(events[name]) for name in ("happened_from", "happened_to"))
    start, stop = (int(np.datetime64(day, "D").astype(int)) for day in (first, last))
    routed = events["country_departure"].notna() & events["country_destination"].notna()
    route = (events["country_departure"].astype("str") + ">" + events["country_destination"].astype("str")).where(routed)
    found = {}
    for trait, said in zip(TRAITS, (events["drug"], events["concealment"], route), strict=True):
        codes, words = pd.factorize(said)
        fits = np.array([word not in NO_WORDS and (trait == "route" or is_known(trait, str(word))) for word in words] + [False], bool)
        codes = np.where(fits[codes], codes, -1).astype(np.int64)
        seen = first_seen(codes, [str(word) for word in words], event.astype(np.int64), begin, end, start, stop)
        is_long = seen.months >= LEAST_DAYS
        found[trait] = FirstSeen(
            seen.values if is_long else [], seen.since, seen.months, seen.n_before, seen.n_now, seen.n_new if is_long else 0,
            seen.expected if is_long else 0.0, is_long,
        )  # fmt: skip
    return found


def _days(texts: "pd.Series[str]") -> NDArray[np.int32]:
    """Days since 1970-01-01, -1 where there is none."""
    days = pd.to_datetime(texts, format="ISO8601").to_numpy("datetime64[D]")
    return np.where(np.isnat(days), -1, days.astype(np.int64)).astype(np.int32)
