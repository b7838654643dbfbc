"""Page columns: what a page needs beside the rows themselves, worked out once for a version: cells, posts, corridors, sections of each row.

Rows that say the same of their place share one answer, so that ten million rows ask a few hundred thousand times.
"""

import contextlib
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from shapely.geometry.base import BaseGeometry

from layers import corridors as corridor_layer
from layers import place_order
from layers import posts as post_layer
from layers.cells import distinct_points
from layers.columns import file
from layers.columns.build import CODED, NUMBERS, Builder
from layers.columns.numbering import joint
from layers.columns.table import Columns
from layers.nearness import Nearness
from layers.prefix_cube import PrefixCube, build
from layers.sections import UNSURE_SHARE
from layers.spread import AREA_COLUMN, footprints

#: Rises when other columns come out of the same rows.
FORMAT = 6
#: Levels whose report names an area, not a place: spread over cells, and never a dot on its centre.
AREA_LEVELS = ("district", "province", "country", "none")
#: Before the names of the arrays of the prefix cube.
CUBE = "cube_"
_PLACE = ("precision_level", "district_id", "province_id", "place_id", "section_id")


#: What is read of each row.
NEEDED = ("report_id", "event_id", "in_region", "happened_from", "happened_to", "date_precision", "hour", "quantity", *CODED, *NUMBERS)
#: From this number of events on, a store is answered from columns; below it a table in memory is as fast and needs no file.
LARGE = 50_000


class Things(NamedTuple):
    """posts, corridors, sections: the tables of `geodata.places`. areas: outlines by district and province id, EPSG:4326."""

    posts: pd.DataFrame
    corridors: pd.DataFrame
    sections: pd.DataFrame
    areas: Mapping[str, BaseGeometry]


def address(cache: Path, version: str, things: Things) -> Path:
    """Where the columns of a version of the store lie: another version, other tables of places or another format is another file."""
    told = hashlib.sha256(f"{FORMAT} {file.FORMAT}".encode())
    for table in (things.posts, things.corridors, things.sections):
        plain = table.drop(columns="geometry", errors="ignore")
        told.update(plain.to_json(default_handler=str).encode())
        if "geometry" in table:
            told.update(b"".join(shapely.to_wkb(list(table["geometry"]))))
    for name, area in things.areas.items():
        told.update(name.encode() + shapely.to_wkb(area))
    return cache / "columns" / f"{version}-{told.hexdigest()[:12]}{file.SUFFIX}"


def make(path: Path, portions: Iterable[pd.DataFrame], things: Things) -> Columns:
    """Make the file from rows (`NEEDED`, any order) and delete those of other versions beside it. Returns what it holds."""
    builder = Builder()
    for rows in portions:
        builder.add(rows)
    file.write(path, with_places(builder.finish(), things))
    for other in path.parent.glob(f"*{file.SUFFIX}"):
        if other != path:
            # On Windows a file that a dashboard still holds stays; the next making takes it.
            with contextlib.suppress(OSError):
                other.unlink()
    return file.read(path)


def with_places(columns: Columns, things: Things) -> Columns:
    """The columns of a builder and, for each row, int32 (n,), -1 for none:

    footprint: row of the csr `shape_start`, `shape_cell`, `shape_share` over `cells` (uint64, sorted); the first `n_areas` (in `about`)
    are districts and provinces, uniform over their cells. spot: number of its position, where it is a place.
    post_set, corridor_set: row of `post_start`, `post_thing`, `post_unsure` (and corridor_...): which things it counts for, and whether
    it may as well not. section_set: twice the number of its section, and one more where it may as well belong to another.
    on: number of the three sets together, which are in on_section, on_post and on_corridor; cube_...: the prefix cube over it
    (`layers.prefix_cube`); order_...: the rows by month and place (`layers.place_order`).
    """
    lon, lat, unsure = (columns[name] for name in ("lon", "lat", "uncertainty_m"))
    first, code = distinct_points(lon, lat, unsure, *(columns[name].astype(np.float64) for name in _PLACE))
    place = pd.DataFrame({"lon": lon[first], "lat": lat[first], "uncertainty_m": unsure[first]})
    for name in _PLACE:
        place[name] = pd.Series(columns.texts(name, first), dtype="str").replace("", None)
    arrays: dict[str, NDArray[Any]] = {"section_set": _section_set(place, things)[code]}
    for name, sets in (("post", _post_pairs(place, things)), ("corridor", _corridor_pairs(place, things))):
        arrays[f"{name}_set"] = sets.number[code]
        arrays |= {f"{name}_start": sets.start, f"{name}_thing": sets.thing, f"{name}_unsure": sets.unsure}
    spread = footprints(place, things.areas)
    n_areas = _n_areas(place, spread.which)
    which, shapes = _merged(spread.which, spread.shapes, n_areas)
    arrays["footprint"] = which[code].astype(np.int32)
    arrays |= {"cells": spread.cells, "shape_start": shapes.indptr.astype(np.int64), "shape_cell": shapes.indices.astype(np.int32)}
    arrays["shape_share"] = shapes.data
    is_spot = np.isfinite(place["lon"].to_numpy()) & ~place["precision_level"].isin(AREA_LEVELS).to_numpy()
    spot = np.full(len(place), -1, np.int32)
    spot[is_spot] = distinct_points(place["lon"].to_numpy()[is_spot], place["lat"].to_numpy()[is_spot])[1]
    arrays["spot"] = spot[code]
    ranked, about = _on_things(columns, arrays["section_set"], arrays["post_set"], arrays["corridor_set"])
    about |= {"n_areas": n_areas, "n_spots": int(spot.max(initial=-1)) + 1, "page_format": FORMAT}
    return with_order(columns.with_more(arrays | ranked, about), code, first)


def with_order(columns: Columns, place: NDArray[np.intp], of_place: NDArray[np.intp]) -> Columns:
    """The same with order_...: the rows by month and place (`layers.place_order`, to which the arguments go)."""
    order = place_order.build(columns, place, of_place)
    return columns.with_more({f"{place_order.PREFIX}{name}": array for name, array in order.arrays.items()}, {"order": dict(order.about)})


def _on_things(columns: Columns, *sets: NDArray[np.int32]) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """What is ranked: which section, posts and corridors a row counts for, as one number, and the sums over it by month and drug."""
    number, distinct = joint([(each + 1).astype(np.uint32) for each in sets])
    on = number.astype(np.int32)
    sums = build(columns, on, len(distinct))
    arrays: dict[str, NDArray[Any]] = {"on": on}
    arrays |= {f"on_{name}": distinct[:, k] - 1 for k, name in enumerate(("section", "post", "corridor"))}
    return arrays | {f"{CUBE}{name}": array for name, array in sums.arrays.items()}, {"cube": dict(sums.about)}


def cube_of(columns: Columns) -> PrefixCube:
    """The prefix cube of page columns: over `on`, by month and drug."""
    sums = {name.removeprefix(CUBE): array for name, array in columns.arrays.items() if name.startswith(CUBE)}
    return PrefixCube(columns, columns["on"], Columns(sums, {}, columns.about["cube"]))


def _n_areas(place: pd.DataFrame, which: NDArray[np.int64]) -> int:
    """`footprints` numbers districts and provinces with an outline first, and a disc of each other level after them."""
    is_area = place["precision_level"].isin(list(AREA_COLUMN)).to_numpy()
    others = which[~is_area & (which >= 0)]
    return int(others.min()) if len(others) else int(which.max(initial=-1)) + 1


def _merged(which: NDArray[np.int64], shapes: csr_array, n_areas: int) -> tuple[NDArray[np.int64], csr_array]:
    """Footprints that are equal cell by cell become one: all sharp positions of a cell are the same to every map. Areas stay."""
    shapes = csr_array(shapes)
    shapes.sort_indices()
    known: dict[bytes, int] = {}
    number, kept = np.full(shapes.shape[0] + 1, -1, np.int64), list[int]()
    for row in range(shapes.shape[0]):
        low, high = shapes.indptr[row], shapes.indptr[row + 1]
        key = shapes.indices[low:high].tobytes() + shapes.data[low:high].tobytes() + (b"" if row >= n_areas else b"%d" % row)
        number[row] = known.setdefault(key, len(known))
        if number[row] == len(kept):
            kept.append(row)
    return number[which], csr_array(shapes[kept]) if kept else shapes


def _section_set(place: pd.DataFrame, things: Things) -> NDArray[np.int32]:
    length_m = things.sections["length_km"].to_numpy(float) * 1000
    section = pd.Index(things.sections["section_id"]).get_indexer(place["section_id"])
    unsure = place["uncertainty_m"].fillna(np.inf).to_numpy(float) > UNSURE_SHARE * length_m[section]
    return np.where(section >= 0, 2 * section + unsure, -1).astype(np.int32)


class _Numbered(NamedTuple):
    number: NDArray[np.int32]
    start: NDArray[np.int64]
    thing: NDArray[np.int32]
    unsure: NDArray[np.bool_]


def _post_pairs(place: pd.DataFrame, things: Things) -> _Numbered:
    """As `layers.posts.count`: an event counts for the post that it names, and, less surely, for those that it lies beside."""
    near = post_layer.near(things.posts, place)
    named = pd.Index(things.posts["id"]).get_indexer(place["place_id"])
    names = np.flatnonzero(named >= 0)
    event, thing = np.concatenate([names, near.event]), np.concatenate([named[names], near.thing])
    return _numbered(event, thing, np.arange(len(event)) >= len(names), len(place), len(things.posts))


def _corridor_pairs(place: pd.DataFrame, things: Things) -> _Numbered:
    near: Nearness = corridor_layer.near(things.corridors, place)
    unsure = place["uncertainty_m"].to_numpy(float)[near.event] > corridor_layer.REACH_M
    return _numbered(near.event, near.thing, unsure, len(place), len(things.corridors))


def _numbered(event: NDArray[Any], thing: NDArray[Any], unsure: NDArray[np.bool_], n: int, n_things: int) -> _Numbered:
    """The set of things of each of n places as a number, equal sets alike. Where a pair comes twice, the first of the two is kept."""
    pair, first = np.unique(event.astype(np.int64) * max(n_things, 1) + thing, return_index=True)
    event, code = pair // max(n_things, 1), 2 * (pair % max(n_things, 1)) + unsure[first]
    starts = np.searchsorted(event, np.arange(n + 1))
    number, known = np.full(n, -1, np.int32), dict[bytes, int]()
    for at in np.unique(event).tolist():
        number[at] = known.setdefault(code[starts[at] : starts[at + 1]].tobytes(), len(known))
    members = [np.frombuffer(key, np.int64) for key in known]
    whole = np.concatenate([np.zeros(0, np.int64), *members])
    start = np.concatenate([[0], np.cumsum([len(each) for each in members])]).astype(np.int64)
    return _Numbered(number, start, (whole // 2).astype(np.int32), whole % 2 == 1)
