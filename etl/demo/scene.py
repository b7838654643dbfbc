"""The scene: where generated events come from, and how many of them in which month. Made from the places Panj knows, and a seed."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.demo.words import COUNTRIES, FIRST_YEAR, MONTHS
from geodata.distances import metres_between
from geodata.places.border_line import Line, load_line
from geodata.places.corridors import load_waypoints
from geodata.places.districts import load_districts, load_provinces
from geodata.places.files import records
from geodata.places.posts import load_posts
from geodata.places.sections import load_section_table
from geodata.places.towns import load_places

Floats = NDArray[np.float64]
KINDS = ("section", "post", "leg", "town")
#: How much of its country's events each kind of origin brings, where the country has that kind.
KIND_WEIGHTS = {"section": 0.46, "post": 0.20, "leg": 0.18, "town": 0.16}
SPREAD_M = {"section": 1_500.0, "post": 400.0, "leg": 4_000.0, "town": 1_500.0}


class Origin(NamedTuple):
    """Where events come from: a stretch of the line (from_km..to_km) or of a corridor (between two ends), a post, a town.

    Ends in degrees, EPSG:4326; both the same for a point. names, district_names, province_names: as reports would write them.
    """

    kind: str
    country: str
    names: tuple[str, ...]
    lon_a: float
    lat_a: float
    lon_b: float
    lat_b: float
    from_km: float = np.nan
    to_km: float = np.nan
    first_month: int = 0
    district_names: tuple[str, ...] = ()
    province_names: tuple[str, ...] = ()


class Scene(NamedTuple):
    """intensity: expected share of all events, float (origins, months), adding up to 1."""

    origins: tuple[Origin, ...]
    intensity: Floats
    line: Line


def make_scene(cache: Path, region: tuple[str, ...], seed: int) -> Scene:
    """The scene of one seed. region: countries outside of it bring nothing."""
    origins = [origin for origin in (*_sections(cache), *_posts(), *_legs(), *_towns()) if origin.country in region]
    origins = _with_areas(origins)
    rng = np.random.default_rng(np.random.SeedSequence([seed, 0]))
    return Scene(tuple(origins), _intensity(origins, rng), load_line(cache))


def _names(row: tuple[object, ...] | object) -> tuple[str, ...]:
    alt = getattr(row, "alt_names", ())
    found = [getattr(row, name, None) for name in ("name_en", "name_ru", "name_en", "name_tg")]
    return tuple(name for name in (*found, *alt[:4]) if isinstance(name, str) and name)


def _sections(cache: Path) -> Iterator[Origin]:
    opposite = load_districts().set_index("district_id")
    for row in records(load_section_table(cache)):
        ends = (row.lon, row.lat, row.lon, row.lat, row.from_km, row.to_km)
        yield Origin("section", "TJK", _names(row), *ends)
        there = opposite.loc[row.opposite_district_id]
        yield Origin("section", "AFG", (there["name_en"], f"{there['name_en']} district", there["name_ru"]), *ends)


def _posts() -> Iterator[Origin]:
    for row in records(load_posts()):
        if pd.notna(row.lon):
            opened = 0 if pd.isna(row.opened_year) else max(0, 12 * (int(row.opened_year) - FIRST_YEAR))
            yield Origin("post", row.country_iso3, _names(row), row.lon, row.lat, row.lon, row.lat, first_month=min(opened, MONTHS - 24))


def _legs() -> Iterator[Origin]:
    """Half a leg belongs to the country, and bears the name, of the waypoint at its end."""
    for _, points in load_waypoints().groupby("corridor_id"):
        stops = list(records(points))
        for a, b in pairwise(stops):
            lon, lat = (a.lon + b.lon) / 2, (a.lat + b.lat) / 2
            yield Origin("leg", a.country_iso3, (a.name,), a.lon, a.lat, lon, lat)
            yield Origin("leg", b.country_iso3, (b.name,), b.lon, b.lat, lon, lat)


def _towns() -> Iterator[Origin]:
    for row in records(load_places()):
        yield Origin("town", row.country_iso3, _names(row), row.lon, row.lat, row.lon, row.lat)


def _with_areas(origins: list[Origin]) -> list[Origin]:
    """Each origin with the district and the province whose seats are nearest to it, in its own country."""
    districts, provinces = _seats(load_districts()), _seats(load_provinces())
    found = []
    for origin in origins:
        at = ((origin.lon_a + origin.lon_b) / 2, (origin.lat_a + origin.lat_b) / 2)
        near = {name: _nearest(seats.get(origin.country), *at) for name, seats in (("district", districts), ("province", provinces))}
        # A district far away is the last that is listed, not the one that the report means.
        district = near["district"][0] if near["district"][1] < 120_000 else ()
        found.append(origin._replace(district_names=district or near["province"][0], province_names=near["province"][0]))
    return found


_Seats = tuple[Floats, Floats, list[tuple[str, ...]]]


def _seats(areas: pd.DataFrame) -> dict[str, _Seats]:
    return {
        str(country): (rows["lon"].to_numpy(float), rows["lat"].to_numpy(float), [_names(row) for row in records(rows)])
        for country, rows in areas.groupby("country_iso3")
    }


def _nearest(seats: _Seats | None, lon: float, lat: float) -> tuple[tuple[str, ...], float]:
    if seats is None:
        return (), np.inf
    metres = metres_between(np.full(len(seats[0]), lon), np.full(len(seats[0]), lat), seats[0], seats[1])
    at = int(metres.argmin())
    return seats[2][at], float(metres[at])


def _intensity(origins: list[Origin], rng: np.random.Generator) -> Floats:
    """Corridors, seasons, trends and silences: what each origin brings in each month."""
    kinds, countries = np.array([o.kind for o in origins]), np.array([o.country for o in origins])
    month = np.arange(MONTHS)
    level = rng.lognormal(0.0, 1.1, len(origins))
    # A long stretch of the line or of a corridor sees more than a short one.
    level *= np.array([np.sqrt(max(o.to_km - o.from_km, 1.0)) if o.kind == "section" else 1.0 for o in origins])
    trend = rng.normal(0.0, 0.06, len(origins)) + np.where(rng.random(len(origins)) < 0.08, rng.choice([-0.2, 0.2], len(origins)), 0.0)
    table = level[:, None] * np.exp(trend[:, None] * (month - MONTHS / 2) / 12) * _season(kinds)[:, month % 12]
    table *= rng.lognormal(0.0, 0.35, table.shape) * _years(month)
    table[_silent(origins, rng)] = 0.0
    for country, share in COUNTRIES.items():
        here = countries == country
        total = sum(KIND_WEIGHTS[kind] for kind in KINDS if (here & (kinds == kind)).any())
        for kind in KINDS:
            rows = here & (kinds == kind)
            if rows.any() and table[rows].sum() > 0:
                table[rows] *= share * KIND_WEIGHTS[kind] / total / table[rows].sum()
    table[:, _all_silent(rng)] = 0.0
    table[~np.isin(countries, list(COUNTRIES))] = 0.0
    return np.asarray(table / table.sum(), np.float64)


def _season(kinds: NDArray[np.str_]) -> Floats:
    """The river is low, and crossed, in winter; what is harvested in May and June is on the road in August."""
    month = np.arange(12)
    river = 1 + 0.45 * np.cos(2 * np.pi * month / 12)
    road = 1 + 0.30 * np.cos(2 * np.pi * (month - 7) / 12)
    return np.where((kinds == "section")[:, None], river, road)


def _years(month: NDArray[np.intp]) -> Floats:
    """A slow fall until 2017, closed borders in the spring of 2020, a rise since 2022."""
    year = FIRST_YEAR + month / 12
    level = np.interp(year, [2011, 2017, 2020, 2022, 2026], [1.15, 0.85, 0.9, 0.95, 1.25])
    return np.where((year >= 2020.16) & (year < 2020.6), 0.45 * level, level)


def _silent(origins: list[Origin], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Months without reports: before an origin existed, spells of some months, some that fell silent for good, whole countries."""
    silent = np.zeros((len(origins), MONTHS), bool)
    for row, origin in enumerate(origins):
        silent[row, : origin.first_month] = True
        for _ in range(rng.poisson(1.3)):
            start = int(rng.integers(0, MONTHS))
            silent[row, start : start + int(rng.integers(2, 10))] = True
        if rng.random() < 0.08:
            silent[row, MONTHS - int(rng.integers(6, 36)) :] = True
    for country in sorted({origin.country for origin in origins}):
        rows = [row for row, origin in enumerate(origins) if origin.country == country]
        for _ in range(2):
            start = int(rng.integers(12, MONTHS - 36))
            silent[rows, start : start + int(rng.integers(4, 15))] = True
    return silent


def _all_silent(rng: np.random.Generator) -> slice:
    """Two to four months in which nobody sent anything: a gap on the time brush, not a zero."""
    start = int(rng.integers(30, MONTHS - 40))
    return slice(start, start + int(rng.integers(2, 5)))
