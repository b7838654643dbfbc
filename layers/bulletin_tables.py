"""Bulletin tables: recorded seizures of a period by country and drug, way of transport, way of hiding and route, beside the period before.

An event counts once in each table, by its first row; an event of two drugs counts for both of them, so events by drug may add up to more
than all, and kilograms never do. Nothing said is a row of its own, last: not known is not none.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from layers.happenings import count_events, drug_kg

#: Key of what a report does not say.
NOT_SAID = ""


class Total(NamedTuple):
    """n: events. kg: drug kilograms, without alcohol and precursors. at_least: is a weight among them a lower bound? n_unweighed: events
    of which no row has a mass."""

    n: int
    kg: float
    at_least: bool
    n_unweighed: int


class Tables(NamedTuple):
    """now, before: all of it. Tables: [key, n, kg, at_least, n_before, kg_before], most events first, `NOT_SAID` last.

    countries: of the reporting side. drugs; transports; concealments: by their codes. routes: "departure>destination", of those that say
    both. of_country: [country, drug, n, kg, at_least].
    """

    now: Total
    before: Total
    countries: pd.DataFrame
    drugs: pd.DataFrame
    of_country: pd.DataFrame
    transports: pd.DataFrame
    concealments: pd.DataFrame
    routes: pd.DataFrame


def bulletin_tables(now: pd.DataFrame, before: pd.DataFrame) -> Tables:
    """now, before: rows of located events with a drug, of the period and of the one before it; one row per drug of an event."""
    routes = [_route(events) for events in (now, before)]

    def table(column: str) -> pd.DataFrame:
        return _beside(_by(now, now[column]), _by(before, before[column]))

    told = [events[(route != NOT_SAID).to_numpy()] for events, route in zip((now, before), routes, strict=True)]
    by_route = _beside(*(_by(events, route[route != NOT_SAID]) for events, route in zip(told, routes, strict=True)))
    drugs = _beside(_by(now, now["drug"], each_drug=True), _by(before, before["drug"], each_drug=True))
    pairs = now["country_iso3"].astype(str) + ">" + now["drug"].fillna(NOT_SAID).astype(str)
    of_country = _by(now, pairs, each_drug=True)
    country_drug = of_country["key"].str.split(">", n=1, expand=True).reindex(columns=[0, 1]).astype(object)
    of_country = of_country.assign(country=country_drug[0], drug=country_drug[1])[["country", "drug", "n", "kg", "at_least"]]
    return Tables(
        _total(now), _total(before), table("country_iso3"), drugs, of_country.reset_index(drop=True), table("transport"),
        table("concealment"), by_route,
    )  # fmt: skip


def _total(events: pd.DataFrame) -> Total:
    weighed = events.loc[events["weight_kg"].notna(), "event_id"]
    n = count_events(events)
    return Total(n, float(drug_kg(events).sum()), bool((events["weight_bound"] == "at_least").any()), n - int(weighed.nunique()))


def _route(events: pd.DataFrame) -> "pd.Series[str]":
    start, end = (events[name].fillna(NOT_SAID).astype(str) for name in ("country_departure", "country_destination"))
    return (start + ">" + end).where((start != NOT_SAID) & (end != NOT_SAID), NOT_SAID)


def _by(events: pd.DataFrame, keys: "pd.Series[str]", each_drug: bool = False) -> pd.DataFrame:
    """[key, n, kg, at_least]. each_drug: an event counts for every key of its rows, else for that of its first row, with all it holds."""
    key = keys.fillna(NOT_SAID).astype(str)
    if not each_drug:
        key = key.groupby(events["event_id"]).transform("first")
    rows = pd.DataFrame(
        {
            "key": key.to_numpy(object),
            "event": events["event_id"].to_numpy(object),
            "kg": drug_kg(events),
            "at_least": (events["weight_bound"] == "at_least").to_numpy(bool, na_value=False),
        }
    )
    grouped = rows.groupby("key", sort=True)
    return grouped.agg(n=("event", "nunique"), kg=("kg", "sum"), at_least=("at_least", "any")).reset_index()


def _beside(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Both periods in one table; what was recorded before and not now stays, with none."""
    both = now.merge(before.drop(columns="at_least"), on="key", how="outer", suffixes=("", "_before"))
    both = both.assign(at_least=both["at_least"].eq(True))
    numbers = ["n", "kg", "n_before", "kg_before"]
    both[numbers] = both[numbers].fillna(0)
    both = both.astype({"n": np.int64, "n_before": np.int64, "kg": float, "kg_before": float})
    order = both.assign(said=both["key"] == NOT_SAID).sort_values(["said", "n", "kg", "key"], ascending=[True, False, False, True])
    return order[["key", "n", "kg", "at_least", "n_before", "kg_before"]].reset_index(drop=True)
