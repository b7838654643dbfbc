"""All that insiders may see of one version of the store, and the answers made of it. Slow parts are made once, when first asked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dashboard.answers import downloads
from dashboard.answers import rows as rows_of
from dashboard.answers import surface as surface_of
from dashboard.answers import view as view_of
from dashboard.answers.about import About
from dashboard.answers.kept import kept
from dashboard.answers.material import material
from dashboard.answers.places import Places
from dashboard.answers.sectors import Reach, name_of, reach
from dashboard.components.card import Thing
from dashboard.components.events_table import Rows
from dashboard.exports.spreadsheet import FileFacts
from dashboard.exports.view import OfflineView
from dashboard.language import Language
from dashboard.view_state import ViewState
from layers import corridors, posts, sections
from layers.base import Layer, Period, keys_only
from layers.happenings import count_events, drug_kg, one_row_each
from layers.heatmap import Cube, build_cube
from layers.key_figures import KeyFigures, key_figures
from layers.material import Material
from layers.ranking import rank_posts, rank_sections
from layers.reporters import Reporters, reporters, watched
from layers.rhythm import Times, times
from layers.selection import Selected, Selection, period_before, reporters_only, select
from layers.spread import Footprints, footprints
from layers.timeline import Timeline, build_timeline, default_period, heard_from, reported_months

#: The filters of a view, in the order of `Snapshot._key`.
N_FILTERS = 7


class Snapshot:
    """Events of one version with everything that hangs on them.

    events: located events in the region, one row per drug. totals: national totals. places: our own tables and outlines.
    gaps: months of which a person stated why a source is silent (feed, country_iso3, month).
    """

    def __init__(
        self, about: About, events: pd.DataFrame, totals: pd.DataFrame, places: Places, gaps: Sequence[Mapping[str, object]] = ()
    ) -> None:
        self.about, self.version, self.events, self.totals = about, about.data_version, events, totals
        self.places, self.gaps = places, gaps
        # Per instance: a cache on the method would keep every old version of the store alive.
        self._filtered = lru_cache(maxsize=16)(self._filter)
        self._cubes = lru_cache(maxsize=8)(self._cube)
        self._timelines = lru_cache(maxsize=16)(self._lay_timeline)
        self._reaches = lru_cache(maxsize=32)(lambda sector: reach(places, sector))

    # ---- made once ----------------------------------------------------------------------------------------------------

    @cached_property
    def footprints(self) -> Footprints:
        return footprints(self.events, self.places.areas)

    @cached_property
    def near_posts(self) -> Any:
        return posts.near(self.places.posts, self.events)

    @cached_property
    def near_corridors(self) -> Any:
        return corridors.near(self.places.corridors, self.events)

    # ---- the selection ------------------------------------------------------------------------------------------------

    def reach(self, state: ViewState) -> Reach:
        """What belongs to the viewer's sector; nothing where the numbers are of the whole."""
        return self._reaches(state.sector)

    def selection(self, state: ViewState) -> Selection:
        """The state as the layers know it; without a period the one that the page opens on."""
        opening = self.opening(state)
        first, last = (
            (state.first, state.last)
            if state.first and "Q" not in state.first
            else (opening.first, opening.last)
            if opening
            else (None, None)
        )
        return Selection(
            state.drugs,
            state.kinds,
            state.countries,
            state.agencies,
            state.transports,
            first,
            last,
            "weight" if state.measure == "kg" else "count",
            state.reliabilities,
            state.accuracies,
            self.reach(state).areas,
        )

    def opening(self, state: ViewState) -> Period | None:
        """The last twelve months that hold reports from the chosen countries."""
        return default_period(self._timeline(self._key(around(state))))

    def chosen(self, state: ViewState) -> Selected:
        """Rows that pass every filter and lie in the period."""
        return select(self.events, self.selection(state))

    def _key(self, state: ViewState) -> tuple[tuple[str, ...], ...]:
        """Every filter but the period, and the areas of the sector where there are any."""
        filters = (state.drugs, state.kinds, state.countries, state.agencies, state.transports, state.reliabilities, state.accuracies)
        areas = self.reach(state).areas
        return (*filters, areas) if areas else filters

    def _filter(self, key: tuple[tuple[str, ...], ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The rows that pass; and the reports of whoever could have told of them: of a sector, those who ever recorded in it."""
        drugs, kinds, countries, agencies, transports, reliabilities, accuracies = key[:N_FILTERS]
        areas = key[N_FILTERS] if len(key) > N_FILTERS else ()
        selection = Selection(
            drugs, kinds, countries, agencies, transports, reliabilities=reliabilities, accuracies=accuracies, areas=areas
        )
        found, reports = select(self.events, selection).events, select(self.events, reporters_only(selection)).events
        return found, self._from(reports, areas) if areas else reports

    def told_by(self, key: tuple[tuple[str, ...], ...]) -> tuple[pd.DataFrame, list[Mapping[str, object]]]:
        """Reports and stated gaps of whoever could have told of a view."""
        reports, gaps = self._filtered(key)[1], self._gaps_of(key)
        if len(key) == N_FILTERS:
            return reports, gaps
        sources = set(zip(reports["feed"], reports["country_iso3"], strict=True))
        return reports, [gap for gap in gaps if (gap["feed"], gap["country_iso3"]) in sources]

    def _from(self, reports: pd.DataFrame, areas: tuple[str, ...]) -> pd.DataFrame:
        there = select(self.events, Selection(areas=areas)).events
        sources = pd.MultiIndex.from_frame(there[["feed", "country_iso3"]]).unique()
        return reports[pd.MultiIndex.from_frame(reports[["feed", "country_iso3"]]).isin(sources)]

    def _cube(self, key: tuple[tuple[str, ...], ...]) -> tuple[Cube, Timeline]:
        selected, reports = self._filtered(key)[0], self._filtered(key[:N_FILTERS])[1]
        return build_cube(selected, self.places.areas, reports=reports, prepared=self.footprints), self._timeline(key)

    def _lay_timeline(self, key: tuple[tuple[str, ...], ...]) -> Timeline:
        """A sector has the months of the whole, so that the brush stays where it stands."""
        selected, (reports, gaps) = self._filtered(key)[0], self.told_by(key)
        if len(key) == N_FILTERS:
            return build_timeline(reports, selected, gaps)
        return heard_from(build_timeline(self._filtered(key[:N_FILTERS])[1], selected), reports, gaps)

    def _gaps_of(self, key: tuple[tuple[str, ...], ...]) -> list[Mapping[str, object]]:
        """Stated gaps of the chosen countries."""
        countries = key[2]
        return [gap for gap in self.gaps if not countries or gap["country_iso3"] in countries]

    def _cubes_of(self, state: ViewState) -> tuple[Cube, Timeline]:
        return self._cubes(self._key(state))

    def _timeline(self, key: tuple[tuple[str, ...], ...]) -> Timeline:
        """Months, and in which of them anything was reported."""
        return self._timelines(key)

    # ---- answers ------------------------------------------------------------------------------------------------------

    def view(self, state: ViewState, say: Language) -> bytes:
        """What the time brush needs: its numbers are of the sector, its map shows what lies around as well."""
        wide = self._key(around(state))
        cube, selected = self._cubes(wide)[0], self._filtered(wide)[0]
        loads = corridors.build(self.places.corridors, selected, None, keys_only, self.near_corridors).table
        shares = np.sqrt(loads["n"] / max(float(loads["n"].max()), 1.0)).round(3)
        key, opening = self._key(state), self.opening(state)
        counted = view_of.Counted(self._timeline(key), self._filtered(key)[0])
        return view_of.insider_view(cube, selected, counted, opening, say, dict(zip(loads["corridor_id"], shares, strict=True)))

    def surface(self, state: ViewState, say: Language) -> bytes:
        """The smooth heatmap of a period as shades 1..255 of an image, 0 where chance alone brings as much. It knows no sectors."""
        state = around(state)
        material, selection = self.material(state), self.selection(state)
        seen = watched(kept(self).of("reporters", None, self.reporters), material.months, material.first, material.last, state.countries)
        question = (self._key(state), selection.first_month, selection.last_month, state.measure, state.bandwidth_km)
        return kept(self).of(
            "surface",
            question,
            lambda: surface_of.answer(material, seen.exposure > 0, selection.first_month, selection.last_month, state.bandwidth_km),
        )

    def times_of(self, picked: str, state: ViewState) -> Times:
        """When the events of a thing happened, of all time and one each; of the whole view, with no sector, when nothing is picked."""
        kind, _, id = picked.partition(":")
        return times(one_row_each(self._of_thing(kind, id, self._filtered(self._key(around(state)))[0])))

    def reporters(self) -> Reporters:
        """Which country reported in which month, and in which cells it ever recorded."""
        return reporters(self.events, self.footprints)

    def figures(self, state: ViewState) -> KeyFigures:
        """Key figures of the period, and what changed against the one before."""
        return key_figures(self.events, self.selection(state), self._timeline(self._key(state)), self.totals)

    def n_unassigned(self, state: ViewState) -> int:
        """Events of the view that are known to the sector's country and to no province: they may lie in it or elsewhere."""
        return count_events(self._unassigned(state))

    def _unassigned(self, state: ViewState) -> pd.DataFrame:
        country = self.reach(state).country
        if not country:
            return self.events.iloc[:0]
        return select(self.events, replace(self.selection(state), areas=(country,))).events

    def ranking(self, state: ViewState, say: Language) -> pd.DataFrame:
        """Sections and posts with anything recorded now or before, most first, in one list.

        Each answers for itself, on both banks; a sector says which are listed.
        """
        here, timeline = self.reach(state), self._timeline(self._key(state))
        selection = self.selection(around(state))
        earlier = period_before(selection)
        # Without a report then, a change would be the whole amount: not known is not zero.
        known = earlier and earlier.period and reported_months(timeline, earlier.period)
        now, before = self._counted(selection), self._counted(earlier) if earlier and known else (None, None)
        measure, names = selection.measure, self.places.names(say.code)
        ranked_sections = rank_sections(now[0], before[0], measure).assign(kind="section", id=lambda table: table["section_id"], icon="")
        ranked_posts = rank_posts(now[1], before[1], measure).assign(kind="post")
        ranked_posts["icon"] = "post-" + ranked_posts["kind_of_post"] + "-" + ranked_posts["status"] if len(ranked_posts) else ""
        both = pd.concat([ranked_sections, ranked_posts], ignore_index=True)
        by = "weight_kg" if measure == "weight" else "n"
        if here.areas:
            both = both[both["id"].isin(here.sections | here.posts)]
        both = both[both[by] > 0].sort_values(by, ascending=False, kind="stable", ignore_index=True)
        return both.assign(name=both["id"].map(lambda id: names.get(id, id)), rank=both[by].rank(method="min", ascending=False))

    def _counted(self, selection: Selection) -> tuple[Layer, Layer]:
        events = select(self.events, selection).events
        kinds = self.places.posts.assign(kind_of_post=self.places.posts["kind"])
        return (
            sections.build(pd.DataFrame(self.places.sections), events, selection.period, keys_only),
            posts.build(kinds, events, selection.period, keys_only, self.near_posts),
        )

    def material(self, state: ViewState) -> Material:
        """What the statistics of a view are made of."""
        key, selection = self._key(state), self.selection(state)
        sections = pd.DataFrame(self.places.sections)
        return material(
            self.events, self._filtered(key)[0], selection, self._timeline(key), self.footprints, sections,
            self.places.posts, self.near_posts, date.today().isoformat(),
        )  # fmt: skip

    def rows(self, state: ViewState, say: Language) -> Rows:
        """The rows behind the view, newest first."""
        found, title = self._behind(state, say)
        newest = rows_of.newest_first(found).head(rows_of.MOST_ROWS)
        return rows_of.in_grid(newest, len(found), count_events(found), title, say, self.places.names(say.code))

    def table(self, state: ViewState, say: Language, only: list[str] | None) -> pd.DataFrame:
        """Rows for a download: the model's own columns, newest first; only these reports, in their order, when given."""
        found, _ = self._behind(state, say)
        # The grid asks for all that it holds; when nothing is filtered there, the file holds what the grid could not.
        if only is not None and len(only) < min(len(found), rows_of.MOST_ROWS):
            return rows_of.only_these(found, only)
        return rows_of.newest_first(found)

    def file_facts(self, state: ViewState, say: Language) -> FileFacts:
        """What a saved file says of its rows."""
        found, _ = self._behind(state, say)
        return self._facts_of(state, found, say)

    def _facts_of(self, state: ViewState, found: pd.DataFrame, say: Language) -> FileFacts:
        feeds = tuple(sorted(found["feed"].unique()))
        facts = downloads.file_facts(state, self.selection(state).period, count_events(found), feeds, self.about.is_generated, say)
        # A thing that was picked answers for itself, whatever the sector.
        whose = "" if is_picked(state) or not self.reach(state).areas else name_of(self.places, state.sector, say)
        return replace(facts, filters=f"{say('js.numbers', sector=whose)}; {facts.filters}") if whose else facts

    def offline_view(self, state: ViewState, say: Language, ground: dict[str, Path]) -> OfflineView:
        """Everything that the one-file map of this view holds."""
        period, chosen = self.selection(state).period, self.chosen(state)
        found = chosen.events
        loads = corridors.build(self.places.corridors, found, period, say, self.near_corridors).table
        counted = posts.build(self.places.posts, found, period, say, self.near_posts).table
        bounded = posts.build(self.places.posts, found[found["weight_bound"] == "at_least"], period, say, self.near_posts).table
        counted = counted.assign(is_at_least=bounded["weight_kg"].gt(0).to_numpy())
        # What is picked on the page is on this map like everything else.
        facts, cube = self._facts_of(replace(state, picked=""), found, say), self._cubes_of(state)[0]
        surface = self.surface(state, say) if state.heatmap == "surface" else b""
        view = downloads.offline_view(facts, state, say, ground, cube, period, chosen, loads, counted, surface)
        # A smooth surface needs its surroundings, all else is of the sector.
        around_too = (say("sector.map_around"),) if surface and self.reach(state).areas else ()
        return replace(view, notes=(*view.notes, *around_too))

    def _behind(self, state: ViewState, say: Language) -> tuple[pd.DataFrame, str]:
        """Rows of what is picked, and its name; of the whole view when nothing is."""
        kind, _, id = state.picked.partition(":")
        if kind == "door":
            return self._door(id, state), say(f"door.{id}") if say.has(f"door.{id}") else ""
        found = self.chosen(around(state) if is_picked(state) else state).events
        return self._of_thing(kind, id, found), self.places.title(kind, id, say)

    def _door(self, id: str, state: ViewState) -> pd.DataFrame:
        """Events that are not on the map or not in a month: each has a door of its own."""
        every, _ = self._filtered(self._key(state))
        if id == "unassigned":
            return self._unassigned(state)
        if id == "undated":
            return rows_of.undated_rows(every)
        if id == "unplaced":
            found = self.chosen(state).events
            return found[found["lon"].isna().to_numpy()]
        if id == "vague":
            selection = self.selection(state)
            possible = rows_of.period_rows(every, selection.first_month or "0000-01", selection.last_month or "9999-12")
            return possible[~possible["report_id"].isin(self.chosen(state).events["report_id"])]
        return every.iloc[:0]

    def _of_thing(self, kind: str, id: str, found: pd.DataFrame) -> pd.DataFrame:
        if kind == "section":
            return found[(found["section_id"] == id).to_numpy()]
        if kind in ("post", "corridor"):
            things, prepared = (
                (self.places.posts["id"], self.near_posts)
                if kind == "post"
                else (self.places.corridors["corridor_id"], self.near_corridors)
            )
            at = int(pd.Index(things).get_indexer([id])[0])
            event, thing = prepared.of(found)
            named = (found["place_id"] == id).to_numpy(copy=True) if kind == "post" else np.zeros(len(found), bool)
            named[event[thing == at]] = True
            return found[named] if at >= 0 else found.iloc[:0]
        if kind == "place":
            lon, lat = (float(text) for text in id.split(","))
            near = (found["lon"] - lon).abs().lt(1e-4) & (found["lat"] - lat).abs().lt(1e-4)
            return found[near.to_numpy()]
        if kind == "cell":
            which = self.footprints.of(found)
            cell = np.searchsorted(self.footprints.cells, np.uint64(int(id, 16)))
            inside = np.zeros(self.footprints.shapes.shape[0] + 1, bool)
            if cell < len(self.footprints.cells):
                inside[:-1] = np.asarray(self.footprints.shapes[:, [int(cell)]].todense()).ravel() > 0
            return found[inside[which]]
        return found

    def thing(self, picked: str, state: ViewState, say: Language) -> Thing | None:
        """The card of what was picked. It answers for itself, whatever the sector."""
        kind, _, id = picked.partition(":")
        state = around(state)
        if kind not in ("post", "section", "corridor", "cell", "place"):
            return None
        found, selection = self._found(kind, id, state), self.selection(state)
        period = say.period(selection.first_month, selection.last_month) if selection.first_month and selection.last_month else ""
        happenings = one_row_each(found)
        recorded = (say("card.recorded", period=period), self._recorded(found, happenings, state, say))
        unsure = self._unsure(kind, id, selection)
        if unsure > 0 and len(happenings):
            recorded = (recorded[0], f"{recorded[1]}; {say('ranking.unsure', share=say.number(100 * unsure, 0))}")
        return self.places.card(kind, id, say, recorded, happenings)

    def _found(self, kind: str, id: str, state: ViewState) -> pd.DataFrame:
        """Rows of a thing in the period, with at least the columns that a card needs."""
        return self._of_thing(kind, id, self.chosen(state).events)

    def _recorded(self, found: pd.DataFrame, happenings: pd.DataFrame, state: ViewState, say: Language) -> str:
        """Events and kilograms in words; no report at all is not "nothing", and no weight said is not 0 kg."""
        if not len(happenings):
            return say("card.nothing" if self.figures(state).has_reports else "card.silent")
        if not found["weight_kg"].notna().any():
            return say("card.amount_unweighed", n=len(happenings))
        least = "≥\u00a0" if ((found["weight_bound"] == "at_least").to_numpy() & (drug_kg(found) > 0)).any() else ""
        return say("card.amount", n=len(happenings), kg=least + say.number(float(happenings["weight_kg"].sum())))

    def _unsure(self, kind: str, id: str, selection: Selection) -> float:
        """Share of a section's or post's events that may as well belong elsewhere, as in the ranked list."""
        if kind not in ("section", "post"):
            return 0.0
        table = self._counted(selection)[0 if kind == "section" else 1].table
        share = table.loc[table["section_id" if kind == "section" else "id"] == id, "share_unsure"]
        return float(share.iloc[0]) if len(share) and pd.notna(share.iloc[0]) else 0.0


def around(state: ViewState) -> ViewState:
    """The same view of the whole: what is drawn or picked on the map, and what needs its surroundings, knows no sector."""
    return replace(state, sector="")


def is_picked(state: ViewState) -> bool:
    """Is it one thing on the map whose events are asked for?"""
    return state.picked.partition(":")[0] in ("post", "section", "corridor", "cell", "place")
