"""All that donors and the public may see: the suppressed table of one version of the store, and no event behind it."""

from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.answers import downloads
from dashboard.answers.about import About
from dashboard.answers.places import Places
from dashboard.answers.rows import records
from dashboard.answers.view import outsider_view
from dashboard.components.card import Thing
from dashboard.components.events_table import Rows
from dashboard.components.figures import Outside
from dashboard.exports.spreadsheet import FileFacts
from dashboard.language import Language
from dashboard.maps.payload import pack
from dashboard.view_state import ViewState
from geodata.errors import NotAllowed
from geodata.model import NOT_IN_DRUG_TOTALS


class OutsiderSnapshot:
    """The same questions as `dashboard.snapshot.Snapshot`, answered from the pre-built table alone.

    table: `geodata.model.AGGREGATE`, suppressed, of the viewer's audience.
    """

    def __init__(self, about: About, table: pd.DataFrame, places: Places) -> None:
        self.about, self.version = about, about.data_version
        # A province is its own place where nothing finer was published.
        self.published = table.assign(district_id=table["district_id"].fillna(table["province_id"]))
        self.places = places

    @cached_property
    def _areas(self) -> dict[str, Any]:
        return self.places.district_features()

    def _chosen(self, state: ViewState, *, in_period: bool = True) -> pd.DataFrame:
        table = self.published
        if state.drugs:
            table = table[table["drug"].isin(state.drugs)]
        if state.countries:
            table = table[table["country_iso3"].isin(state.countries)]
        if in_period and "Q" in state.first:
            table = table[(table["quarter"] >= state.first) & (table["quarter"] <= state.last)]
        return table

    def choices(self) -> dict[str, list[str]]:
        """Drugs and countries that the table names; there is no other filter."""
        return {"drug": sorted(self.published["drug"].unique()), "country_iso3": sorted(self.published["country_iso3"].unique())}

    def view(self, state: ViewState, say: Language) -> bytes:
        """Quarters and districts."""
        return outsider_view(self._chosen(state, in_period=False), self._areas, say)

    def surface(self, state: ViewState, say: Language) -> bytes:
        """Nothing: a smooth surface is made of single events."""
        return pack({"measure": state.measure, "bandwidth_m": 0, "width": 0, "height": 0, "breaks": []}, {})

    def figures(self, state: ViewState) -> Outside:
        """How much is published of the choice."""
        table = self._chosen(state)
        return Outside(len(table), int(table.loc[table["district_id"].isna(), "n"].sum()))

    def ranking(self, state: ViewState, say: Language) -> pd.DataFrame:
        """Districts by what is published."""
        shown = self._chosen(state)
        shown = shown[~shown["suppressed"].astype(bool)]
        names = self.places.names(say.code)
        shown = shown.assign(weight_kg=shown["weight_kg"].where(~shown["drug"].isin(NOT_IN_DRUG_TOTALS), 0.0))
        summed = shown.groupby("district_id", as_index=False).agg(n=("n", "sum"), weight_kg=("weight_kg", "sum"))
        by = "weight_kg" if state.measure == "kg" else "n"
        summed = summed.sort_values([by, "district_id"], ascending=[False, True], ignore_index=True)
        return summed.assign(
            kind="area",
            id=summed["district_id"],
            name=summed["district_id"].map(lambda id: names.get(id, id)),
            rank=summed[by].rank(method="min", ascending=False),
            share_unsure=0.0,
            change_n=float("nan"),
            change_kg=float("nan"),
            icon="",
        )

    def rows(self, state: ViewState, say: Language) -> Rows:
        """The published cells."""
        table = self.readable(state, say)
        return Rows(records(table), 0, 0)

    def readable(self, state: ViewState, say: Language) -> pd.DataFrame:
        """The published cells in the viewer's words, newest quarter first."""
        table, names = self._chosen(state).sort_values("quarter", ascending=False, kind="stable"), self.places.names(say.code)
        table = table[~table["suppressed"].astype(bool)]
        return pd.DataFrame(
            {
                "row": [str(k) for k in range(len(table))],
                "quarter": [say.month(quarter) for quarter in table["quarter"]],
                "country": [say(f"country.{code}") if say.has(f"country.{code}") else code for code in table["country_iso3"]],
                "province": [names.get(id, "") for id in table["province_id"].fillna("")],
                "district": [names.get(id, "") for id in table["district_id"].fillna("")],
                "drug": [say(f"drug.{drug}") for drug in table["drug"]],
                "n": [None if pd.isna(n) else int(n) for n in table["n"]],
                "weight_kg": [None if pd.isna(kg) else round(float(kg), 3) for kg in table["weight_kg"]],
            }
        )

    def table(self, state: ViewState, say: Language, only: list[str] | None) -> pd.DataFrame:
        """The published cells for a download."""
        table = self.readable(state, say)
        chosen = table if only is None else table[table["row"].isin(only)]
        return chosen.drop(columns="row").reset_index(drop=True)

    def file_facts(self, state: ViewState, say: Language) -> FileFacts:
        """What a saved file says of its rows."""
        facts = downloads.file_facts(state, None, 0, (), self.about.is_generated, say)
        table = self._chosen(state)
        period = say.period(table["quarter"].min(), table["quarter"].max()) if len(table) else facts.period
        n = int(table["n"].sum()) if len(table) else 0
        return replace(facts, period=period, n=n, caveat=say("caveat.published_totals"))

    def thing(self, picked: str, state: ViewState, say: Language) -> Thing | None:
        """Posts, sections and corridors as they stand in our own tables, without anything recorded."""
        kind, _, id = picked.partition(":")
        if kind not in ("post", "section", "corridor"):
            return None
        return self.places.card(kind, id, say, ("", ""), pd.DataFrame())

    def offline_view(self, state: ViewState, say: Language, ground: dict[str, Path]) -> Any:
        """The one-file map holds events; an outsider has none."""
        raise NotAllowed(say("problem.no_map_for_outsiders"))
