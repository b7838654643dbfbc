"""A snapshot of millions of events: every answer of `dashboard.snapshot`, from columns. Texts of single rows come from the store."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from dashboard.answers import rows as rows_of
from dashboard.answers.about import About
from dashboard.answers.places import Places
from dashboard.columnar.light_table import light_table
from dashboard.columnar.view import columnar_view, positions
from dashboard.components.events_table import Rows
from dashboard.language import Language
from dashboard.snapshot import N_FILTERS, Snapshot, around, is_picked
from dashboard.view_state import ViewState
from geodata.errors import PanjError
from layers import posts, sections
from layers.base import Layer, Period, keys_only
from layers.cells import RESOLUTION
from layers.column_cube import Amounts, CellFrame, Reports, amounts, as_cube, reports, timeline
from layers.column_rows import ColumnRows, Happened
from layers.columns.build import FILTERED
from layers.columns.table import Columns
from layers.coverage_share import coverage_share
from layers.heatmap import Cube
from layers.key_figures import KeyFigures, figures_of
from layers.material import Material
from layers.reporters import Reporters
from layers.rhythm import Times
from layers.selection import Selected, Selection, reporters_only
from layers.spread import Footprints
from layers.timeline import Timeline, default_period

Key = tuple[tuple[str, ...], ...]
#: (report_ids, columns or None for all) -> their rows in the store, in no order.
ReadRows = Callable[[list[str], Sequence[str] | None], pd.DataFrame]
#: Rows that are held as a table at most: a file that is saved, a question that wants whole rows.
MOST_AS_TABLE = 1_048_575
#: Rows of the grid in a store of so many rows: their texts are looked up one by one in a file of gigabytes.
MANY_ROWS, MOST_OF_MANY = 300_000, 1_000
#: What the grid shows of a row.
SHOWN = (
    "report_id", "event_id", "happened_from", "happened_to", "date_precision", "kind", "drug", "weight_kg", "weight_bound", "quantity",
    "unit", "country_iso3", "place_text", "section_id", "precision_level", "uncertainty_m", "agency", "transport", "concealment",
    "repeat_number", "note", "source_url", "feed",
)  # fmt: skip


def _areas_of(key: Key) -> tuple[str, ...]:
    return key[N_FILTERS] if len(key) > N_FILTERS else ()


class ColumnarSnapshot(Snapshot):
    """columns: of this version (`layers.page_columns`). read: rows of the store by their report_ids."""

    def __init__(
        self,
        about: About,
        columns: Columns,
        read: ReadRows,
        totals: pd.DataFrame,
        places: Places,
        gaps: Sequence[Mapping[str, object]] = (),
    ) -> None:
        super().__init__(about, pd.DataFrame(), totals, places, gaps)
        self.rows_of = ColumnRows(columns)
        self.frame = CellFrame(self.rows_of)
        self._read = read
        self.most_rows = rows_of.MOST_ROWS if columns.n < MANY_ROWS else MOST_OF_MANY
        # An entry of all events is 13 bytes an event: few are kept.
        self._happened_all = lru_cache(maxsize=2)(self._happen)
        self._held = lru_cache(maxsize=4)(self._amounts)
        self._told_by = lru_cache(maxsize=16)(self._reports)
        self._sums = lru_cache(maxsize=64)(self.rows_of.sums)

    @property
    def events(self) -> pd.DataFrame:
        """Not held: a table of millions of rows. What asks for it has no answer from columns yet."""
        if self.rows_of.columns.n > MOST_AS_TABLE:
            raise PanjError(f"{self.rows_of.columns.n:,} rows are too many for this answer: it is given up to {MOST_AS_TABLE:,}.")
        return self._whole

    @events.setter
    def events(self, _: pd.DataFrame) -> None:
        """Nothing is kept."""

    @cached_property
    def _whole(self) -> pd.DataFrame:
        return light_table(self.rows_of.columns, np.arange(self.rows_of.columns.n))

    @cached_property
    def footprints(self) -> Footprints:
        """Cells and shapes of the version; a row of the columns is its label."""
        columns = self.rows_of.columns
        start, cells = columns["shape_start"], columns["cells"]
        shapes = csr_array((columns["shape_share"], columns["shape_cell"], start), shape=(len(start) - 1, len(cells)))
        return Footprints(cells, shapes, columns["footprint"].astype(np.int64), pd.RangeIndex(columns.n), RESOLUTION)

    # ---- the selection ------------------------------------------------------------------------------------------------

    def _without_period(self, key: Key) -> Selection:
        drugs, kinds, countries, agencies, transports, reliabilities, accuracies = key[:N_FILTERS]
        return Selection(
            drugs, kinds, countries, agencies, transports, reliabilities=reliabilities, accuracies=accuracies, areas=_areas_of(key)
        )

    def _happen(self, key: Key) -> Happened:
        return self.rows_of.happened(self._without_period(key))

    def _told(self, key: Key) -> Reports:
        return self._told_by(key[2], key[3], _areas_of(key))

    def _reports(self, countries: tuple[str, ...], agencies: tuple[str, ...], areas: tuple[str, ...]) -> Reports:
        key: Key = ((), (), countries, agencies, (), (), ())
        return reports(self.rows_of, reporters_only(self._without_period(key)), self._gaps_of(key), areas)

    def _amounts(self, key: Key) -> Amounts:
        told = self._told(key)
        return amounts(self.rows_of, self._without_period(key), told.months, told.base)

    def opening(self, state: ViewState) -> Period | None:
        """The last twelve months that hold reports from the chosen countries."""
        told = self._told_by(state.countries, state.agencies, ())
        nothing = np.zeros(len(told.months), np.int64)
        return default_period(Timeline(told.months, nothing, nothing.astype(float), told.has_reports, nothing, told.n_missing))

    def _cube(self, key: Key) -> tuple[Cube, Timeline]:
        told, held = self._told(key), self._held(key)
        return as_cube(held, told, self.frame), timeline(held, told)

    def _timeline(self, key: Key) -> Timeline:
        """Months and who reported in them; how much happened is not asked here."""
        told = self._told(key)
        nothing = np.zeros(len(told.months), np.int64)
        return Timeline(told.months, nothing, nothing.astype(float), told.has_reports, nothing, told.n_missing)

    def chosen(self, state: ViewState) -> Selected:
        """Rows that pass every filter and lie in the period, as a table."""
        selection = self.selection(state)
        found = self.table_of(self.rows_of.passing(selection))
        of = self.rows_of
        return Selected(found, of.count(of.overlapping(selection)), of.count(of.undated(selection)))

    def _rows(self, row: NDArray[Any], only: Sequence[str] | None) -> pd.DataFrame:
        """These rows of the columns, whole, from the store; labelled by their number."""
        pairs = self.rows_of.columns["report"][row]
        ids = [f"{high:016x}{low:016x}" for high, low in pairs.tolist()]
        found = self._read(ids, only).set_index("report_id", drop=False)
        return found.loc[ids].set_axis(pd.Index(row), axis=0)

    def table_of(self, row: NDArray[Any]) -> pd.DataFrame:
        """These rows, whole. Raises PanjError where they are more than a table holds."""
        if len(row) > MOST_AS_TABLE:
            raise PanjError(f"{len(row):,} rows are too many for one table, {MOST_AS_TABLE:,} fit: choose a shorter period.")
        return self._rows(row, None)

    # ---- answers ------------------------------------------------------------------------------------------------------

    def view(self, state: ViewState, say: Language) -> bytes:
        """What the time brush needs: its numbers are of the sector, its map shows what lies around as well."""
        key, wide = self._key(state), self._key(around(state))
        held, told = self._held(wide), self._told(key)
        counted = held if key == wide else self._held(key)
        groups = positions(self.rows_of, held)
        loads = self.rows_of.tally("corridor", len(self.places.corridors), held.on_any, held.on_any)["n"].to_numpy(float)
        shares = np.sqrt(loads / max(float(loads.max(initial=0)), 1.0)).round(3)
        names = dict(zip(self.places.corridors["corridor_id"], shares, strict=True))
        return columnar_view(self.frame, held, counted, told, groups, self.opening(state), say, names)

    def figures(self, state: ViewState) -> KeyFigures:
        """Key figures of the period, and what changed against the one before."""
        selection = self.selection(state)
        coverage = coverage_share(self._yearly if len(self.totals) else pd.DataFrame(), self.totals, selection)
        return figures_of(self._sums, selection, self._timeline(self._key(state)), coverage)

    def n_unassigned(self, state: ViewState) -> int:
        """Events of the view that are known to the sector's country and to no province: they may lie in it or elsewhere."""
        return self.rows_of.count(self._door_rows("unassigned", state))

    def material(self, state: ViewState) -> Material:
        """What the statistics of a view are made of."""
        from dashboard.columnar.material import columnar_material

        key, tables = self._key(state), pd.DataFrame(self.places.sections)
        told = self._told(key)
        return columnar_material(
            self.rows_of, lambda: self._happened_all(key), self.selection(state), self._held(key), told, tables, self.places.posts,
            date.today().isoformat(),
        )  # fmt: skip

    def times_of(self, picked: str, state: ViewState) -> Times:
        """When the events of a thing happened, of all time and one each; of the whole view, with no sector, when nothing is picked."""
        kind, _, id = picked.partition(":")
        columns, wide = self.rows_of.columns, self._without_period(self._key(around(state)))
        row = self.rows_of.first_rows(self.thing_rows(kind, id, self.rows_of.passing(wide)))
        return Times(columns["day"][row], columns["day_to"][row], columns["hour"][row])

    def reporters(self) -> Reporters:
        """Which country reported in which month, and in which cells it ever recorded."""
        return self._reporters

    @cached_property
    def _reporters(self) -> Reporters:
        columns = self.rows_of.columns
        country, first, last = (columns[name].astype(np.int64) for name in ("country_iso3", "first_month", "last_month"))
        names = columns.words["country_iso3"]
        dated = (country > 0) & (first >= 0) & (last >= first)
        begin, end = (int(first[dated].min()), int(last[dated].max())) if dated.any() else (0, -1)
        width = end - begin + 2
        opens = np.bincount(country[dated] * width + first[dated] - begin, minlength=len(names) * width)
        closes = np.bincount(country[dated] * width + last[dated] - begin + 1, minlength=len(names) * width)
        spans = np.cumsum((opens - closes).reshape(len(names), width), axis=1)[:, :-1] > 0
        shapes, which = self.footprints.shapes, columns["footprint"].astype(np.int64)
        placed = (which >= 0) & (country > 0)
        size = shapes.shape[0]
        seen = np.bincount(country[placed] * size + which[placed], minlength=len(names) * size).reshape(len(names), size)
        cells = (csr_array(seen.astype(float)) @ shapes).toarray() > 0
        return Reporters(list(names[1:]), begin, spans[1:], cells[1:])

    def rows(self, state: ViewState, say: Language) -> Rows:
        """The rows behind the view, newest first."""
        found, title = self._numbers(state, say)
        newest = self._newest_first(found)[: self.most_rows]
        n = self.rows_of.count(found) if state.picked else self._sums(self.selection(state)).n_events
        return rows_of.in_grid(self._rows(newest, SHOWN), len(found), n, title, say, self.places.names(say.code))

    def _newest_first(self, row: NDArray[Any]) -> NDArray[Any]:
        """By day, the newest first, rows of one day as they stand, the undated last; at least `most_rows` of them where there are."""
        columns, most = self.rows_of.columns, self.most_rows
        dated = int(np.searchsorted(row, row.dtype.type(self.rows_of.n_dated)))
        low = max(dated - most, 0)
        if low:
            # Whole days, so that the order inside one stays.
            low = int(np.searchsorted(row, row.dtype.type(columns.first_row(int(columns["day"][row[low]])))))
        tail = row[low:dated]
        newest = tail[np.argsort(-columns["day"][tail].astype(np.int64), kind="stable")]
        return newest if low else np.concatenate([newest, row[dated:]])

    def table(self, state: ViewState, say: Language, only: list[str] | None) -> pd.DataFrame:
        """Rows for a download: the model's own columns, newest first; only these reports, in their order, when given."""
        number, _ = self._numbers(state, say)
        found = self.table_of(number)
        if only is not None and len(only) < min(len(found), self.most_rows):
            return rows_of.only_these(found, only)
        return rows_of.newest_first(found)

    def _counted(self, selection: Selection) -> tuple[Layer, Layer]:
        kinds = self.places.posts.assign(kind_of_post=self.places.posts["kind"])
        on_sections, at_posts = self.rows_of.on_things(selection, len(self.places.sections), len(kinds))
        return (
            sections.build(pd.DataFrame(self.places.sections), None, selection.period, keys_only, on_sections),
            posts.build(kinds, None, selection.period, keys_only, counts=at_posts),
        )

    def _behind(self, state: ViewState, say: Language) -> tuple[pd.DataFrame, str]:
        number, title = self._numbers(state, say)
        return self.table_of(number), title

    def choices(self) -> dict[str, list[str]]:
        """As `geodata.store.choices`: the values of each filter, the most frequent first."""
        columns, found = self.rows_of.columns, {}
        rows = np.bincount(columns["profile"], minlength=len(columns[f"profile_{FILTERED[0]}"]))
        for name in FILTERED:
            words = columns.words[name]
            n = np.bincount(columns[f"profile_{name}"], weights=rows, minlength=len(words)).tolist()
            found[name] = [words[code] for code in sorted(range(1, len(words)), key=lambda code: (-n[code], words[code])) if n[code]]
        return found

    # ---- what is picked -----------------------------------------------------------------------------------------------

    def _numbers(self, state: ViewState, say: Language) -> tuple[NDArray[Any], str]:
        """Numbers of the rows of what is picked, ascending, and its name; of the whole view when nothing is."""
        kind, _, id = state.picked.partition(":")
        if kind == "door":
            return self._door_rows(id, state), say(f"door.{id}") if say.has(f"door.{id}") else ""
        found = self.rows_of.passing(self.selection(around(state) if is_picked(state) else state))
        return self.thing_rows(kind, id, found), self.places.title(kind, id, say)

    def _door_rows(self, id: str, state: ViewState) -> NDArray[Any]:
        columns, selection = self.rows_of.columns, self.selection(state)
        if id == "undated":
            every = self.rows_of.undated(selection)
            return every[columns["day"][every] < 0]
        if id == "unassigned":
            country = self.reach(state).country
            return self.rows_of.passing(replace(selection, areas=(country,))) if country else np.zeros(0, np.int32)
        if id == "unplaced":
            found = self.rows_of.passing(selection)
            return found[np.isnan(columns["lon"][found])]
        if id == "vague":
            possible = self.rows_of.overlapping(selection)
            return possible
        return np.zeros(0, np.int64)

    def thing_rows(self, kind: str, id: str, found: NDArray[Any]) -> NDArray[Any]:
        """Those of these rows that belong to a thing on the map; all of them where nothing is named."""
        columns = self.rows_of.columns
        if kind == "section":
            return found[columns["section_id"][found] == self.rows_of.code("section_id", id)]
        if kind in ("post", "corridor"):
            things = self.places.posts["id"] if kind == "post" else self.places.corridors["corridor_id"]
            at = int(pd.Index(things).get_indexer([id])[0])
            start, thing = columns[f"{kind}_start"], columns[f"{kind}_thing"]
            of = np.repeat(np.arange(len(start) - 1), np.diff(start))
            holds = np.zeros(len(start), bool)  # one more, for rows without any thing
            holds[of[thing == at]] = True
            return found[holds[columns[f"{kind}_set"][found]]] if at >= 0 else found[:0]
        if kind == "place":
            lon, lat = (float(text) for text in id.split(","))
            return found[(np.abs(columns["lon"][found] - lon) < 1e-4) & (np.abs(columns["lat"][found] - lat) < 1e-4)]
        if kind == "cell":
            cell = int(np.searchsorted(columns["cells"], np.uint64(int(id, 16))))
            start = columns["shape_start"]
            of = np.repeat(np.arange(len(start) - 1), np.diff(start))
            inside = np.zeros(len(start), bool)
            inside[of[columns["shape_cell"] == cell]] = True
            return found[inside[columns["footprint"][found]]]
        return found

    def _found(self, kind: str, id: str, state: ViewState) -> pd.DataFrame:
        """What a card says of the rows of a thing, without asking the store."""
        columns = self.rows_of.columns
        row = self.thing_rows(kind, id, self.rows_of.passing(self.selection(around(state))))
        texts = {
            name: pd.Series(columns.texts(name, row), dtype="str").replace("", None) for name in ("drug", "weight_bound", "place_text")
        }
        numbers = {name: columns[name][row] for name in ("weight_kg", "uncertainty_m")}
        return pd.DataFrame({"event_id": columns["event"][row].astype(np.int64), **texts, **numbers})

    @cached_property
    def _yearly(self) -> pd.DataFrame:
        """One row a country, year, drug and feed, with its kilograms: what the national totals are compared with."""
        columns = self.rows_of.columns
        year = columns["first_month"] // 12
        known = (columns["day"] >= 0) & (year == columns["last_month"] // 12)
        names = ("country_iso3", "drug", "feed")
        table = pd.DataFrame({name: columns[name][known] for name in names} | {"year": year[known], "kg": columns["kg"][known]})
        summed = table.groupby([*names, "year"], as_index=False).agg(weight_kg=("kg", "sum"))
        texts = {name: np.array(columns.words[name], object)[summed[name]] for name in names}
        days = pd.Series([f"{year:04d}-01-01" for year in summed["year"].tolist()], dtype="str")
        return pd.DataFrame({**texts, "weight_kg": summed["weight_kg"], "happened_from": days, "happened_to": days}).assign(
            in_region=True, event_id=[str(k) for k in range(len(summed))], drug=pd.Series(texts["drug"], dtype="str").replace("", None)
        )
