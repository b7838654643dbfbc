"""What a saved file says of itself, and what a saved map holds."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dashboard.answers.places import Places
from dashboard.exports.offline_data import kg_text, without_symbol
from dashboard.exports.spreadsheet import FileFacts
from dashboard.exports.view import HeatCells, HeatSurface, OfflineView
from dashboard.language import Language
from dashboard.maps.payload import unpack
from dashboard.view_state import ViewState
from layers.base import Period
from layers.happenings import drug_kg
from layers.heatmap import Cube
from layers.selection import Selected

#: Ground files that a saved map holds, by the name that the map knows them under.
GROUND = {"land": "land", "line": "line", "sections": "sections", "areas": "provinces", "places": "places"}


def filters_text(state: ViewState, say: Language) -> str:
    """The chosen filters in words; "all reports" when nothing is chosen."""
    named = (
        ("filter.drugs", "drug", state.drugs), ("filter.kinds", "kind", state.kinds), ("filter.countries", "country", state.countries),
        ("filter.agencies", "", state.agencies), ("filter.transports", "transport", state.transports),
        ("data.reliability", "reliability", state.reliabilities), ("data.accuracy", "accuracy", state.accuracies),
    )  # fmt: skip
    parts = []
    for title, prefix, values in named:
        if values:
            words = [say(f"{prefix}.{value}") if prefix and say.has(f"{prefix}.{value}") else value for value in values]
            parts.append(f"{say(title)}: {', '.join(words)}")
    return "; ".join(parts) or say("filter.none")


def names_of(places: Places, cache: Path, code: str) -> dict[str, str]:
    """Id of every place that an event can lie in -> its name; towns from the gazetteer, in the viewer's script where it has one."""
    from geodata.places.gazetteer import load_gazetteer

    towns = load_gazetteer(cache)[["place_id", "name"]]
    cyrillic = towns["name"].str.match("[\u0400-\u04ff]")
    # The first name of a place is its own, in English; the first one in Cyrillic letters is its own in Russian.
    named = towns.assign(other=cyrillic != (code != "en")).sort_values("other", kind="stable").drop_duplicates("place_id")
    return dict(zip(named["place_id"], named["name"], strict=True)) | places.names(code)


def file_facts(state: ViewState, period: Period | None, n: int, feeds: tuple[str, ...], is_generated: bool, say: Language) -> FileFacts:
    """The "about" of a table."""
    return FileFacts(
        title=say("app.title"),
        period=say.period(period.first, period.last) if period else say("legend.no_period"),
        filters=filters_text(state, say),
        n=n,
        caveat=say("caveat.seizures"),
        made_on=date.today(),
        is_generated=is_generated,
        sources=tuple(say(f"feed.{feed}") if say.has(f"feed.{feed}") else feed for feed in feeds),
    )


def offline_view(
    facts: FileFacts, state: ViewState, say: Language, ground: Mapping[str, Path], cube: Cube, period: Period | None,
    chosen: Selected, corridors: pd.DataFrame, posts: pd.DataFrame, surface: bytes = b"",
) -> OfflineView:  # fmt: skip
    """The view as one file holds it. chosen: the rows of the period. corridors, posts: tables of the layers with their counts.

    surface: the packed smooth heatmap where the page shows it.
    """
    events = chosen.events
    with_drug = events["drug"].notna() | (events["kind"] == "seizure")
    kg = drug_kg(events)
    is_at_least = bool(((events["weight_bound"] == "at_least").to_numpy() & (kg > 0)).any())
    files = {name: file for name, file in GROUND.items() if file in ground and (name != "areas" or "districts" in state.layers)}
    return OfflineView(
        language=say.code,
        title=facts.title,
        period=facts.period,
        filters=facts.filters,
        n=facts.n,
        weight=kg_text(float(kg.sum()), is_at_least, say) if kg.sum() > 0 else "",
        caveat=facts.caveat,
        notes=tuple(notes(state, chosen, say)),
        made_on=facts.made_on,
        is_generated=facts.is_generated,
        ground={name: _in_words(json.loads(ground[file].read_bytes()), say.code) for name, file in files.items()},
        corridors=corridors if "corridors" in state.layers else None,
        posts=posts if "posts" in state.layers else None,
        seizures=events[with_drug] if "seizures" in state.layers else None,
        incidents=events[~with_drug] if "incidents" in state.layers else None,
        cells=_cells(cube, period, state, say, is_at_least) if state.heatmap in ("cells", "hot", "emerging") else None,
        surface=_surface(surface, say, is_at_least) if state.heatmap == "surface" else None,
        sources=facts.sources,
    )


def notes(state: ViewState, chosen: Selected, say: Language) -> Iterator[str]:
    """What belongs to the view and is not on its map, one sentence each."""
    unplaced, by_area = without_symbol(chosen.events)
    counted = {
        "unplaced": unplaced,
        "by_area" if state.heatmap != "off" else "by_area_off": by_area,
        "undated": chosen.undated,
        "vague": chosen.overlapping,
    }
    yield from (say(f"export.map.{name}", n=n) for name, n in counted.items() if n)
    if state.heatmap in ("hot", "emerging"):
        yield say("export.map.amounts_instead")
    off = [] if state.heatmap != "off" else [say("heatmap.title")]
    off += [say(f"layer.{name}") for name in ("seizures", "incidents", "posts", "corridors") if name not in state.layers]
    if off:
        yield say("export.map.switched_off", layers=", ".join(off))


def _cells(cube: Cube, period: Period | None, state: ViewState, say: Language, is_at_least: bool) -> HeatCells | None:
    if period is None or not len(cube.cells):
        return None
    n, kg = cube.over(period.first, period.last)
    values = kg if state.measure == "kg" else n
    shown = np.flatnonzero(values > 0)
    return HeatCells(
        rings=tuple(np.asarray(cube.rings[k], float) for k in shown),
        values=values[shown],
        unit="kg" if state.measure == "kg" else "events",
        note=say("caveat.heatmap"),
        is_at_least=is_at_least,
    )


def _surface(packed: bytes, say: Language, is_at_least: bool) -> HeatSurface | None:
    header, arrays = unpack(packed)
    if not header["width"]:
        return None
    (west, north), _, (east, south), _ = header["corners"]
    return HeatSurface(
        shade=arrays["shade"].reshape(header["height"], header["width"]),
        bounds=(west, south, east, north),
        breaks=tuple(header["breaks"]),
        bandwidth_km=header["bandwidth_m"] / 1000,
        stands_out=_stands_out(header, say),
        unit="kg" if header["measure"] == "kg" else "events",
        note=say("caveat.seizures"),
        is_at_least=is_at_least,
    )


def _stands_out(header: Mapping[str, Any], say: Language) -> str:
    """The line of the page's own legend (assets/legend.js): what chance alone would reach."""
    if not header["stands_out"]:
        return say("js.legend_no_peak", maps=header["maps"])
    least = say.number(header["threshold"], 2 if header["threshold"] < 10 else 0)
    return say("js.legend_peaks", least=least, maps=header["maps"], share=say.number(100 * header["alpha"], 0))


def _in_words(collection: dict[str, Any], code: str) -> dict[str, Any]:
    """The same features with `name` in the viewer's language."""
    for feature in collection["features"]:
        known = feature.setdefault("properties", {})
        if "rank" in known:  # the saved map counts from 1
            known["rank"] = known["rank"] + 1
        known["name"] = known.get(f"name_{code}") or known.get("name_en") or known.get("name", "")
    return collection
