"""Published totals: what donors and the public may see, by district and quarter, with hidden cells said to be hidden."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from geodata.model import AGGREGATE, NOT_IN_DRUG_TOTALS, check
from layers import steps
from layers.base import Layer, Say


def build(
    aggregates: pd.DataFrame, areas: Mapping[str, BaseGeometry], say: Say, drugs: tuple[str, ...] = (), quarters: tuple[str, ...] = ()
) -> Layer:
    """One row per district, or per province or country where nothing finer is published.

    aggregates: `geodata.model.AGGREGATE`, already suppressed, of one audience. areas: outlines by district or province id, EPSG:4326.
    drugs, quarters ("2018Q3"): what to add up, all when empty. n and weight_kg add up the published cells only and are empty where all
    are hidden; n_hidden says how many are, and then the sums are lower bounds. kilograms leave alcohol and precursors out.
    """
    check(aggregates, AGGREGATE)
    wanted = np.ones(len(aggregates), bool)
    for column, values in (("drug", drugs), ("quarter", quarters)):
        if values:
            wanted &= aggregates[column].isin(values).to_numpy()
    rows = aggregates[wanted]
    place = rows["district_id"].fillna(rows["province_id"]).fillna(rows["country_iso3"])
    kg = rows["weight_kg"].where(~rows["drug"].isin(NOT_IN_DRUG_TOTALS), 0.0)
    shown = ~rows["suppressed"].astype(bool)
    table = (
        pd.DataFrame(
            {"place_id": place, "n": rows["n"].where(shown).astype(float), "weight_kg": kg.where(shown).astype(float), "n_hidden": ~shown}
        )
        .groupby("place_id", sort=True)
        .agg(n=("n", _sum_or_empty), weight_kg=("weight_kg", _sum_or_empty), n_hidden=("n_hidden", "sum"))
        .reset_index()
    )
    table["geometry"] = pd.Series([areas.get(name) for name in table["place_id"]], index=table.index, dtype=object)
    lower = steps.limits(float(table["n"].max()) if table["n"].notna().any() else 0.0)
    table["step"] = steps.step_of(table["n"].fillna(0.0), lower)
    return Layer(
        id="published_totals",
        title=say("layer.published_totals"),
        shape="area",
        table=table,
        caveat=say("caveat.published_totals"),
        sources=(),
        n=int(table["n"].sum()),
        unit=say("unit.events"),
        legend=steps.legend(lower, say),
        details={"hidden_cells": int(table["n_hidden"].sum())},
    )


def _sum_or_empty(values: "pd.Series[float]") -> float:
    return float(values.sum(min_count=1))
