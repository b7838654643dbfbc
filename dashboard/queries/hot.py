"""What stands out in a view: asked by the map, the card and the brief, worked out once for a version and a view."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from dashboard.answers.hot import HotAnswer, answer, card_facts
from dashboard.answers.kept import kept
from dashboard.answers.sectors import LINE, boxes, reach, sectors
from dashboard.components.card import Thing
from dashboard.maps.payload import pack
from dashboard.queries import Queries
from dashboard.queries.statistics import asked, insider, once
from dashboard.user import User
from dashboard.view_state import ViewState
from layers.cells import centres
from layers.reporters import Reporters, Watched, reporters, watched

if TYPE_CHECKING:
    from dashboard.answers.emerging import EmergingAnswer
    from dashboard.snapshot import Snapshot
    from layers.hot_cells import Hot
    from layers.material import Material


def study(queries: Queries, user: User) -> tuple[str, bytes]:
    """The cells of the study area with their rings, the same for all views of a version; and that version."""
    snapshot = insider(queries, user)
    return snapshot.version, kept(snapshot).of("study", None, lambda: _study(snapshot))


def hot(queries: Queries, state: ViewState, user: User) -> HotAnswer:
    """Hot and cold cells and sections of a period."""
    snapshot = insider(queries, user)

    def make() -> HotAnswer:
        material, found, seen = _found(snapshot, state)
        names = {sector.id: sector.name for sector in sectors(queries.places, user.say)}
        name, here = names.get(state.sector or LINE, names[LINE]), reach(queries.places, state.sector)
        # The cells compared fill the sector's box: more than its own events lie in them.
        within = user.say("sector.and_around", sector=name) if here.areas else name
        return answer(material, found, seen, queries.places, within, user.say, snapshot.version, here.named)

    return _once(snapshot, "hot", state, user.say.code, make)


def sure(queries: Queries, state: ViewState, user: User) -> bytes:
    """How stable each hot or cold cell and section is: percent of draws in which it stays so, 255 where that was not asked."""
    snapshot = insider(queries, user)
    return _once(snapshot, "sure packed", state, "", lambda: _packed_sure(*stability(queries, snapshot, state), snapshot))


def emerging(queries: Queries, state: ViewState, user: User) -> "EmergingAnswer":
    """What the history of each cell is called."""
    from dashboard.answers.emerging import answer as emerging_answer

    snapshot = insider(queries, user)

    def make() -> "EmergingAnswer":
        material = snapshot.material(asked(state))
        around = _neighbours(snapshot, material)
        inside = _inside(snapshot, material, state.sector)
        return emerging_answer(material, around, _reporters(snapshot), state.countries, inside, user.say, snapshot.version)

    return _once(snapshot, "emerging", state, user.say.code, make)


def on_card(thing: Thing | None, queries: Queries, state: ViewState, user: User) -> Thing | None:
    """The card of a cell or section with how it stands out, where the map shows that."""
    kind, _, id = state.picked.partition(":")
    if thing is None or not user.is_insider or state.heatmap not in ("hot", "emerging") or kind not in ("cell", "section"):
        return thing
    found = hot(queries, state, user)
    snapshot = insider(queries, user)
    facts = card_facts(found, kind, id, lambda: stability(queries, snapshot, state)[:2], user.say)
    if kind == "cell" and state.heatmap == "emerging":
        facts += emerging(queries, state, user).fact(id, user.say)
    return replace(thing, facts=(*thing.facts[:1], *facts, *thing.facts[1:]))


def stability(queries: Queries, snapshot: "Snapshot", state: ViewState) -> tuple[Any, Any, "Material"]:
    """Shares 0..1 of cells (c,) and sections (s,), NaN where nothing stands out; and the material."""

    def make() -> Any:
        from geodata.places.border_line import locate_on_line
        from layers import stability as draws

        material, found, _ = _found(snapshot, state)
        prepared = kept(snapshot).of("prepared draws", (), lambda: _prepared(snapshot))
        on_line = lambda lon, lat: locate_on_line(lon, lat, queries.settings.cache)[0]  # noqa: E731
        return (*draws.share(prepared, material, found, locate=on_line), material)

    return _once(snapshot, "stability", state, "", make)


def _prepared(snapshot: "Snapshot") -> Any:
    from layers import stability as draws

    # Of the widest view: a footprint of which no event is seen has no exact point.
    widest = snapshot.material(ViewState())
    return draws.prepare(widest, _neighbours(snapshot, widest))


def _found(snapshot: "Snapshot", state: ViewState) -> "tuple[Material, Hot, Watched]":
    def make() -> "tuple[Material, Hot, Watched]":
        from layers import hot_cells

        material = snapshot.material(asked(state))
        seen = _watched(snapshot, material, state)
        return material, hot_cells.find(material, _neighbours(snapshot, material), exposure=seen.exposure), seen

    return _once(snapshot, "found", state, "", make)


def _neighbours(snapshot: "Snapshot", material: "Material") -> csr_array:
    from layers.neighbourhoods import of_cells

    return kept(snapshot).of("neighbours", (), lambda: of_cells(material.cells))


def _reporters(snapshot: "Snapshot") -> Reporters:
    def make() -> Reporters:
        # A snapshot that holds no table of all events answers this itself.
        own = getattr(snapshot, "reporters", None)
        return own() if own else reporters(snapshot.events, snapshot.footprints)

    return kept(snapshot).of("reporters", None, make)


def _watched(snapshot: "Snapshot", material: "Material", state: ViewState) -> Watched:
    inside = _inside(snapshot, material, state.sector)
    return watched(_reporters(snapshot), material.months, material.first, material.last, state.countries, inside)


def _inside(snapshot: "Snapshot", material: "Material", sector: str) -> NDArray[np.bool_] | None:
    """Cells of the viewer's sector: they are compared with each other and with nothing else. None: all."""
    known = boxes(snapshot.places)
    box = known.get(sector, known[LINE])
    if not box:
        return None
    lon, lat = kept(snapshot).of("centres", (), lambda: centres(material.cells.tolist())).T
    west, south, east, north = box
    return np.asarray((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north), np.bool_)


def _once(snapshot: "Snapshot", name: str, state: ViewState, code: str, make: Callable[[], Any]) -> Any:
    """As `once`; what stands out depends on the sector too."""
    return once(snapshot, f"{name} {state.sector}", state, code, make)


def _study(snapshot: "Snapshot") -> bytes:
    from layers.cells import rings

    cells = snapshot.footprints.cells
    drawn = rings(cells.tolist())
    lengths = [len(ring) - 1 for ring in drawn]  # the closing point is the first one again
    arrays = {
        "rings": np.array([coordinate for ring in drawn for point in ring[:-1] for coordinate in point], np.float32),
        "ring_start": np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint32),
    }
    return pack({"version": snapshot.version, "cell_ids": [f"{cell:x}" for cell in cells.tolist()]}, arrays)


def _packed_sure(cells: Any, sections: Any, material: "Material", snapshot: "Snapshot") -> bytes:
    from dashboard.answers.hot import STABLE_FROM, UNKNOWN

    percent = np.where(np.isfinite(cells), np.round(100 * np.nan_to_num(cells)), UNKNOWN).astype(np.uint8)
    stable = {id: round(100 * float(share)) for id, share in zip(material.section_ids, sections, strict=True) if np.isfinite(share)}
    unstable = int((percent < STABLE_FROM).sum()) + sum(share < STABLE_FROM for share in stable.values())
    return pack({"version": snapshot.version, "n_unstable": unstable, "stable": stable}, {"stability": percent})
