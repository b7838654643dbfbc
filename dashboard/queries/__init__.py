"""The one place where store and layers meet. Every question carries the viewer, and the store is read with their role."""

import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import sqlalchemy as sa

from dashboard.answers.about import About
from dashboard.answers.as_said import agency_words
from dashboard.components.card import Thing
from dashboard.components.events_table import Rows
from dashboard.user import User
from dashboard.view_state import ViewState
from geodata.errors import StoreProblem
from geodata.feeds import FEEDS
from geodata.settings import Settings
from geodata.store import desk as waiting_room
from geodata.store import reading
from geodata.store.choices import choices

if TYPE_CHECKING:
    from dashboard.answers.places import Places
    from dashboard.answers.sectors import Sector
    from dashboard.columnar.snapshot import ColumnarSnapshot
    from dashboard.outsider import OutsiderSnapshot
    from dashboard.snapshot import Snapshot

#: The store is asked at most this often whether something new is in it.
LOOK_AGAIN_S = 1.0
#: Events from which on a store is answered from columns (`layers.page_columns.LARGE`, which is not imported for a small one).
LARGE = 50_000
#: Filter of the page, column of the events, prefix of its words.
FILTERS = (
    ("drugs", "drug", "drug"), ("kinds", "kind", "kind"), ("countries", "country_iso3", "country"), ("agencies", "agency", "agency"),
    ("transports", "transport", "transport"), ("reliabilities", "source_reliability", "reliability"),
    ("accuracies", "information_accuracy", "accuracy"),
)  # fmt: skip


class Queries:
    """Questions of the dashboard to one store. Holds the events of the newest version in memory, nothing else."""

    def __init__(self, settings: Settings, engine: sa.Engine) -> None:
        self.settings = settings
        self._engine = engine
        self._facts: dict[str, tuple[float, reading.StoreFacts]] = {}
        self._snapshots: dict[str, Snapshot | OutsiderSnapshot] = {}
        self._counted: dict[tuple[str, str], dict[str, list[str]]] = {}
        self._gaps_at: tuple[float, list[Mapping[str, object]]] = (-LOOK_AGAIN_S, [])
        self._lock = threading.RLock()

    @property
    def engine(self) -> sa.Engine:
        """The store, for the questions of the Data page (`dashboard.queries.desk`)."""
        return self._engine

    # ---- about the store ----------------------------------------------------------------------------------------------

    def facts(self, user: User) -> reading.StoreFacts:
        """What the store says about itself to this viewer; at most a second old."""
        asked, facts = self._facts.get(user.role, (0.0, None))
        if facts is None or time.monotonic() - asked > LOOK_AGAIN_S:
            facts = reading.facts(self._engine, role=user.role)
            self._facts[user.role] = (time.monotonic(), facts)
        return facts

    def about(self, user: User) -> About:
        """Is there anything, and is it real?"""
        facts = self.facts(user)
        has = bool(facts.n_events) if user.is_insider else not reading.aggregates(self._engine, role=user.role).empty
        return About(facts.data_version, facts.is_generated, has)

    def snapshot(self, user: User) -> "Snapshot | OutsiderSnapshot":
        """Everything of the newest version that this viewer may see, read once per version."""
        facts = self.facts(user)
        with self._lock:
            held = self._snapshots.get(user.role)
            if held is None or held.version != facts.data_version or (user.is_insider and getattr(held, "gaps", None) != self._gaps(user)):
                held = self._read(user)
                self._snapshots[user.role] = held
            return held

    def _gaps(self, user: User) -> list[Mapping[str, object]]:
        """Months of which a person stated why a source is silent: they change what is known, and no event."""
        asked, gaps = self._gaps_at
        if time.monotonic() - asked > LOOK_AGAIN_S:
            gaps = [
                {"feed": gap.feed, "country_iso3": gap.country_iso3, "month": gap.month}
                for gap in waiting_room.gaps(self._engine, role=user.role)
            ]
            self._gaps_at = (time.monotonic(), gaps)
        return gaps

    def _read(self, user: User) -> "Snapshot | OutsiderSnapshot":
        if user.is_insider:
            if (self.facts(user).n_events or 0) >= LARGE:
                return self._columnar(user)
            from dashboard.snapshot import Snapshot

            totals = reading.national_totals(self._engine, role=user.role)
            return Snapshot(self.about(user), reading.events(self._engine, role=user.role), totals, self.places, self._gaps(user))
        from dashboard.outsider import OutsiderSnapshot

        return OutsiderSnapshot(self.about(user), reading.aggregates(self._engine, role=user.role), self.places)

    def _columnar(self, user: User) -> "Snapshot":
        """A store of millions: opened from the file that the ETL has made of it, or made now where that is missing."""
        from dashboard.columnar.snapshot import ColumnarSnapshot
        from layers.columns import file
        from layers.page_columns import NEEDED, Things, address, make

        about = self.about(user)
        places = self.places
        things = Things(places.posts, places.corridors, places.sections, places.areas)
        path = address(self.settings.cache, about.data_version, things)
        try:
            columns = file.read(path)
        except (FileNotFoundError, file.WrongColumns):
            columns = make(path, reading.portions(self._engine, role=user.role, only=NEEDED), things)
        engine, role = self._engine, user.role

        def read(ids: list[str], only: Sequence[str] | None) -> pd.DataFrame:
            # Asked by key alone: another condition would let the database choose an index that holds nearly every row.
            return reading.events(engine, role=role, in_region=None, duplicates=True, reports=ids, only=only)

        totals = reading.national_totals(self._engine, role=role)
        return ColumnarSnapshot(about, columns, read, totals, places, self._gaps(user))

    def _of_columns(self, user: User) -> "ColumnarSnapshot":
        from dashboard.columnar.snapshot import ColumnarSnapshot

        held = self.snapshot(user)
        if not isinstance(held, ColumnarSnapshot):  # the store shrank between two questions
            raise StoreProblem("The store has just changed: load the page again.")
        return held

    # ---- the ground ---------------------------------------------------------------------------------------------------

    @cached_property
    def ground(self) -> dict[str, Path]:
        """Files of the base map, made by the ETL or, when they are missing, now."""
        from geodata.places.ground import ground_files

        return ground_files(self.settings.cache)

    def ground_shapes(self, names: Sequence[str]) -> dict[str, Any]:
        """Some of them as GeoJSON, read: for a map that is drawn here."""
        return {name: json.loads(self.ground[name].read_bytes()) for name in names}

    @cached_property
    def places(self) -> "Places":
        """What stands on the map whatever is recorded."""
        from dashboard.answers.places import Places

        return Places(self.settings.cache)

    def sectors(self, user: User) -> "list[Sector]":
        """Where a viewer's own map may open."""
        from dashboard.answers.sectors import sectors

        return sectors(self.places, user.say)

    def sector_words(self, state: ViewState, user: User) -> str:
        """Whose numbers the page tells, in words; nothing where nobody chose a sector, and for outsiders, who have none."""
        from dashboard.answers.sectors import numbers_of

        return numbers_of(self.places, state.sector, user.say) if user.is_insider else ""

    def unassigned(self, state: ViewState, user: User) -> tuple[int, str]:
        """Events of the view that may lie in the viewer's sector or elsewhere, and the country that they are known to."""
        from dashboard.snapshot import Snapshot

        held = self.snapshot(user)
        if not isinstance(held, Snapshot):
            return 0, ""
        country = held.reach(state).country
        return (held.n_unassigned(state), user.say(f"country.{country}")) if country else (0, "")

    def ground_addresses(self) -> dict[str, str]:
        """Where the browser finds each source of the map. The version in the address lets it keep what has not changed."""
        files = {name: f"/data/ground/{name}.json?v={int(path.stat().st_mtime)}" for name, path in self.ground.items()}
        things = {name: f"/data/things/{name}.json?v={self._tables_version}" for name in ("posts", "corridors")}
        return files | things

    @cached_property
    def _tables_version(self) -> int:
        from geodata.places.files import FOLDER

        return max(int(path.stat().st_mtime) for path in FOLDER.iterdir())

    # ---- the view -----------------------------------------------------------------------------------------------------

    def options(self, user: User) -> dict[str, list[dict[str, str]]]:
        """Values that each filter can take, in the viewer's words; the most frequent first for insiders."""
        if user.is_insider:
            # Counted by the database: the page's frame does not wait until all events are read.
            found = self._choices(user)
        else:
            from dashboard.outsider import OutsiderSnapshot

            snapshot = self.snapshot(user)
            found = snapshot.choices() if isinstance(snapshot, OutsiderSnapshot) else {}
        return {name: [_option(value, prefix, user) for value in _single(found.get(column, []))] for name, column, prefix in FILTERS}

    def _choices(self, user: User) -> dict[str, list[str]]:
        key = (user.role, self.facts(user).data_version)
        if key not in self._counted:
            if (self.facts(user).n_events or 0) >= LARGE:
                # Seven counts over a table of gigabytes would take minutes.
                self._counted = {key: self._of_columns(user).choices()}
            else:
                self._counted = {key: choices(self._engine, role=user.role)}
        return self._counted[key]

    def view(self, state: ViewState, user: User) -> bytes:
        """What the time brush needs for the filters of a state, over all time."""
        return self.snapshot(user).view(state, user.say)

    def surface(self, state: ViewState, user: User) -> bytes:
        """The smooth heatmap of a period."""
        return self.snapshot(user).surface(state, user.say)

    def things(self, name: str) -> dict[str, Any]:
        """Posts or corridors as GeoJSON, the same for everyone: what stands there, not what was recorded."""
        return self.places.posts_geojson() if name == "posts" else self.places.corridors_geojson()

    def figures(self, state: ViewState, user: User) -> Any:
        """Key figures of the period and what changed."""
        return self.snapshot(user).figures(state)

    def lacking(self, state: ViewState, user: User) -> list[tuple[str, list[str]]]:
        """Loaded feeds whose copy is known to lack chosen drugs: their absence says nothing."""
        feeds = [FEEDS[name] for name in self.facts(user).feeds if name in FEEDS] if user.is_insider else []
        found = [(feed.name, [drug for drug in feed.not_in_this_file if not state.drugs or drug in state.drugs]) for feed in feeds]
        return [(name, drugs) for name, drugs in found if drugs]

    def ranking(self, state: ViewState, user: User) -> pd.DataFrame:
        """Sections and posts (insiders) or districts (outsiders), most first."""
        return self.snapshot(user).ranking(state, user.say)

    def rows(self, state: ViewState, user: User) -> Rows:
        """The rows behind a view, for the grid."""
        if _is_alert(state, user):
            from dashboard.queries import alerts

            return alerts.rows(self, state.picked, user)
        # One thing that was picked answers for itself, and so does a door.
        whose = "" if state.picked else self.sector_words(state, user)
        return self.snapshot(user).rows(state, user.say)._replace(whose=whose)

    def table(self, state: ViewState, user: User, only: list[str] | None) -> pd.DataFrame:
        """All rows behind a view, or those of these report numbers, for a download."""
        if _is_alert(state, user):
            from dashboard.queries import alerts

            return alerts.table(self, state.picked, user, only)
        return self.snapshot(user).table(state, user.say, only)

    def file_facts(self, state: ViewState, user: User) -> Any:
        """What a saved file says of its rows."""
        if _is_alert(state, user):
            from dashboard.queries import alerts

            return alerts.file_facts(self, state.picked, user)
        return self.snapshot(user).file_facts(state, user.say)

    def thing(self, picked: str, state: ViewState, user: User) -> Thing | None:
        """The card of what was picked."""
        return self.snapshot(user).thing(picked, state, user.say)

    def offline_view(self, state: ViewState, user: User) -> Any:
        """Everything that the one-file map of this view holds."""
        return self.snapshot(user).offline_view(state, user.say, self.ground)

    def warm_up(self, user: User) -> None:
        """Make the slow things before somebody waits for them."""
        snapshot = self.snapshot(user)
        snapshot.view(ViewState(), user.say)
        if user.is_insider:
            from dashboard.queries.hot import hot
            from dashboard.queries.proof import proof
            from dashboard.queries.statistics import insider

            # The page always says its period: the answers are kept under that.
            opening = insider(self, user).opening(ViewState())
            state = replace(ViewState(), first=opening.first, last=opening.last) if opening else ViewState()
            hot(self, state, user)
            proof(self, state, user)


def _single(values: list[str]) -> list[str]:
    """Every single value once; "MIA; DCA" names two agencies. Order of first appearance."""
    return list(dict.fromkeys(part.strip() for value in values for part in value.split(";") if part.strip()))


def _is_alert(state: ViewState, user: User) -> bool:
    """An alert answers with its own events; for outsiders there are none, and what they picked is nothing."""
    return user.is_insider and state.picked.startswith("alert:")


def _option(value: str, prefix: str, user: User) -> dict[str, str]:
    if prefix == "agency":
        return {"value": value, "label": agency_words(value, user.say)}
    key = f"{prefix}.{value}"
    return {"value": value, "label": user.say(key) if user.say.has(key) else value}
