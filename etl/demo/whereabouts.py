"""Whereabouts: what a generated report says of its place, as sharply or as vaguely as real ones do. Positions EPSG:4326."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from etl.demo import words
from etl.demo.scene import KINDS, SPREAD_M, Scene
from geodata.distances import to_degrees, to_metres

Floats = NDArray[np.float64]
Objects = NDArray[np.object_]

#: What a report claims to know its coordinates to, by form; None: drawn between GPS_M.
CLAIMED_M = {"near": 5_000.0, "vague": 20_000.0}
GPS_M = (150.0, 1_500.0)
#: Degrees to which a report of this form rounds: an estimate from a map is a round number, and comes again for the same place.
STEP_DEG = {"gps": 0.0001, "near": 0.02, "vague": 0.05}


def whereabouts(scene: Scene, origin: NDArray[np.intp], rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """place_text, given_lon, given_lat, given_uncertainty_m of n events of these origins."""
    n = len(origin)
    lon, lat = _true_points(scene, origin, rng)
    form = _forms(scene, origin, rng)
    uncertainty_m = np.where(form == "gps", np.round(rng.uniform(*GPS_M, n), -2).clip(100), np.nan)
    given_lon, given_lat = np.full(n, np.nan), np.full(n, np.nan)
    for name, step in STEP_DEG.items():
        rows = np.flatnonzero(form == name)
        off_m = CLAIMED_M.get(name, 0.0) / 2
        x, y = to_metres(lon[rows], lat[rows])
        said_lon, said_lat = to_degrees(x + rng.normal(0, off_m, len(rows)), y + rng.normal(0, off_m, len(rows)))
        given_lon[rows], given_lat[rows] = (np.round(np.round(said / step) * step, 4) for said in (said_lon, said_lat))
        if name in CLAIMED_M:
            uncertainty_m[rows] = CLAIMED_M[name]
    return {
        "place_text": _texts(scene, origin, form, rng),
        "given_lon": given_lon,
        "given_lat": given_lat,
        "given_uncertainty_m": uncertainty_m,
    }


def _true_points(scene: Scene, origin: NDArray[np.intp], rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Where it happened: along the line or the corridor, or around a place."""
    ends = np.array([(o.lon_a, o.lat_a, o.lon_b, o.lat_b, o.from_km, o.to_km) for o in scene.origins])[origin]
    t = rng.random(len(origin))
    lon, lat = ends[:, 0] + t * (ends[:, 2] - ends[:, 0]), ends[:, 1] + t * (ends[:, 3] - ends[:, 1])
    on_line = np.isfinite(ends[:, 4])
    km = ends[on_line, 4] + t[on_line] * (ends[on_line, 5] - ends[on_line, 4])
    lon[on_line], lat[on_line] = np.interp(km, scene.line.km, scene.line.lon), np.interp(km, scene.line.km, scene.line.lat)
    spread_m = np.array([SPREAD_M[o.kind] for o in scene.origins])[origin]
    x, y = to_metres(lon, lat)
    return to_degrees(x + rng.normal(0, 1, len(x)) * spread_m, y + rng.normal(0, 1, len(y)) * spread_m)


def _forms(scene: Scene, origin: NDArray[np.intp], rng: np.random.Generator) -> Objects:
    kind = np.array([KINDS.index(o.kind) for o in scene.origins])[origin]
    limits = np.cumsum([words.FORM_SHARES[name] for name in KINDS], axis=1)[kind]
    at = (rng.random(len(origin))[:, None] * limits[:, -1:] > limits).sum(axis=1)
    forms: Objects = np.array(words.FORMS, dtype=object)[at]
    return forms


def _texts(scene: Scene, origin: NDArray[np.intp], form: Objects, rng: np.random.Generator) -> Objects:
    """The words for the place: one of its names in one of its spellings; beside coordinates often nothing."""
    u, beside = rng.random(len(origin)), rng.random(len(origin)) < 0.6
    texts: Objects = np.full(len(origin), None, dtype=object)
    for row, (at, how, chance, speaks) in enumerate(zip(origin.tolist(), form.tolist(), u.tolist(), beside.tolist(), strict=True)):
        known = scene.origins[at]
        if how == "lost":
            names: tuple[str, ...] = words.LOST_WORDS
        elif how == "district":
            names = known.district_names
        elif how == "province":
            names = known.province_names
        else:
            names = known.names if how == "named" else known.names[:1] if speaks else ()
        if names:
            texts[row] = names[int(chance * len(names))] or None
    return texts
