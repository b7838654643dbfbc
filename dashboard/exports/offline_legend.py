"""The legend of a downloaded map: what each colour, size and shape means, with n, unit and caveat beside it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup

from dashboard.exports.offline_data import R_MAX, R_MIN, SHAPES, heaviest_kg, is_renovated, lower_limits, nice_above, with_symbol
from dashboard.exports.view import HeatCells, HeatSurface, OfflineView
from dashboard.language import Language
from layers.seizures import SOFT_ABOVE_M


@dataclass(frozen=True)
class Row:
    """A symbol and what it means."""

    symbol: Markup
    text: str


@dataclass(frozen=True)
class Block:
    """One layer of the legend. ramp: the lower end of each class."""

    title: str
    rows: tuple[Row, ...] = ()
    ramp: tuple[str, ...] = ()
    note: str = ""


def legend_of(view: OfflineView, say: Language) -> list[Block]:
    """The legend of what this view holds, loudest layer first."""
    blocks = []
    if view.cells is not None and (np.nan_to_num(view.cells.values) > 0).any():
        blocks.append(_cells(view.cells, say))
    if view.surface is not None and (view.surface.shade.any() or view.surface.stands_out):
        blocks.append(_surface(view.surface, say))
    if view.seizures is not None and len(view.seizures):
        blocks.append(_seizures(view.seizures, say))
    if view.incidents is not None and len(view.incidents):
        cross = _svg('<path class="halo" d="M3 3 13 13M13 3 3 13"/><path d="M3 3 13 13M13 3 3 13"/>', 16, 16, "incident")
        n = with_symbol(view.incidents)
        blocks.append(Block(say("layer.incidents"), (Row(cross, say("export.map.incident_n", n=n)),)))
    if view.posts is not None and len(view.posts):
        blocks.append(_posts(view.posts, say))
    lines = [Row(_svg('<path class="border" d="M1 7H33"/>', 34, 14), say("export.map.border_line"))] if "line" in view.ground else []
    if view.corridors is not None and len(view.corridors):
        for kind, dashes in (("supported", ""), ("dashed", ' stroke-dasharray="6 5"')):
            stroke = _svg(f'<path class="corridor" stroke-width="2.5"{dashes} d="M1 7H33"/>', 34, 14)
            lines.append(Row(stroke, say(f"legend.corridor_{kind}")))
    if lines:
        blocks.append(Block(say("export.map.lines"), tuple(lines)))
    return blocks


def _posts(posts: pd.DataFrame, say: Language) -> Block:
    rows = [Row(_post(kind, "open"), say(f"post_kind.{kind}")) for kind in SHAPES if (posts["kind"] == kind).any()]
    statuses = [status for status in ("closed", "unknown") if (posts["status"] == status).any()]
    rows += [Row(_post("bcp", status), say(f"post_status.{status}")) for status in statuses]
    if any(is_renovated(row) for row in posts.to_dict("records")):
        rows.append(Row(_post("bcp", "open", ring=True), say("export.map.renovated")))
    return Block(say("layer.posts"), tuple(rows))


def _seizures(seizures: pd.DataFrame, say: Language) -> Block:
    full = nice_above(heaviest_kg(seizures))
    rows = [_circle(kg, full, f"{say.number(kg)} {say('export.unit.kg')}") for kg in (full / 10, full)]
    rows.append(Row(_dot("seizure noweight", R_MIN), say("export.map.no_weight")))
    rows.append(Row(_dot("seizure unsure", 7), say("export.map.unsure", km=SOFT_ABOVE_M / 1000)))
    return Block(say("layer.seizures"), tuple(rows), note=say("export.map.area_by_weight", n=with_symbol(seizures)))


def _cells(cells: HeatCells, say: Language) -> Block:
    ramp = tuple(say.number(limit) for limit in lower_limits(cells.values))
    scale = say("export.map.log_scale", most=float(f"{np.nanmax(cells.values):.3g}"))
    return Block(say(f"js.legend_cells_{_unit(cells)}"), ramp=ramp, note=_note(scale, cells, say))


def _surface(surface: HeatSurface, say: Language) -> Block:
    ramp = tuple(say.number(limit) for limit in surface.breaks) if surface.shade.any() else ()
    scale = " ".join(text for text in (surface.stands_out, say("js.legend_bandwidth", km=surface.bandwidth_km)) if text)
    return Block(say(f"js.legend_surface_{_unit(surface)}"), ramp=ramp, note=_note(scale, surface, say))


def _unit(heat: HeatCells | HeatSurface) -> str:
    return "kg" if heat.unit == "kg" else "n"


def _note(scale: str, heat: HeatCells | HeatSurface, say: Language) -> str:
    bound = f"≥: {say('figures.at_least')}." if heat.is_at_least and heat.unit == "kg" else ""
    return " ".join(part for part in (scale, heat.note, bound) if part)


def _circle(kg: float, full: float, text: str) -> Row:
    radius = (R_MIN**2 + (R_MAX**2 - R_MIN**2) * min(1.0, kg / full)) ** 0.5
    return Row(_dot("seizure", radius), text)


def _dot(kind: str, radius: float) -> Markup:
    size = 2 * radius + 3
    return _svg(f'<circle class="{kind}" cx="{size / 2:g}" cy="{size / 2:g}" r="{radius:.1f}"/>', size, size, "amount")


def _post(kind: str, status: str, ring: bool = False) -> Markup:
    circle = '<circle class="ring" cx="9" cy="9" r="9.6"/>' if ring else ""
    drawn = _svg(f'{circle}<g class="shape">{SHAPES[kind]}</g>', 20, 20, box="-1 -1 20 20")
    return Markup('<span class="post {}">{}</span>').format(status, drawn)


def _svg(inside: str, width: float, height: float, kind: str = "", box: str = "") -> Markup:
    # Numbers and fixed shapes only: nothing that came from outside is ever set as markup.
    view_box = box or f"0 0 {width:g} {height:g}"
    return Markup(f'<svg class="{kind}" viewBox="{view_box}" width="{width:g}" height="{height:g}" aria-hidden="true">{inside}</svg>')
