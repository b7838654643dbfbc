"""Further place names, brought by the user: `python -m etl gazetteer import FILE`. Places that are ours get names, the others come new."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from geodata.distances import metres_between
from geodata.errors import BadFile
from geodata.places.cached import cached_file, store_file
from geodata.places.files import records
from geodata.places.gazetteer import COLUMNS, KINDS, load_gazetteer, read_gazetteer, town_radius_m
from geodata.places.matching_areas import match_areas, metres_apart, with_parents
from geodata.places.name_files import NameFile, read_name_file
from geodata.places.names import name_key
from geodata.places.towns import load_places

#: Raised when the way names are imported changes.
RECIPE = 2
ISO3_OF = {
    "TJ": "TJK", "AF": "AFG", "UZ": "UZB", "KG": "KGZ", "KZ": "KAZ", "TM": "TKM", "CN": "CHN", "PK": "PAK", "IR": "IRN", "RU": "RUS",
    "IN": "IND", "NP": "NPL", "MN": "MNG", "AZ": "AZE", "AM": "ARM", "GE": "GEO", "IQ": "IRQ",
}  # fmt: skip
#: All provinces of these are ours: another one is no province (a lease, a federal remainder).
COMPLETE = frozenset(("TJK", "AFG", "UZB", "KGZ", "KAZ", "TKM"))
#: Elsewhere only places of this many people: a report of the region names no village of Siberia.
FEWEST_PEOPLE = 1_000
#: A village of the same name this near to one of ours is the same one: positions of both are rounded to about a minute of arc.
SAME_VILLAGE_M = 3_000.0
#: A row that the source itself calls superseded is left out where a row in use has its name this near.
SUPERSEDED_M = 10_000.0
#: How far an area reaches where no place in it says more, and the bounds of what places say.
AREA_M = {"district": 30_000.0, "province": 200_000.0}
AREA_BOUNDS_M = (8_000.0, 250_000.0)
TOWN_PEOPLE = 5_000
_CYRILLIC, _ARABIC = re.compile("[Ѐ-ӿ]"), re.compile("[؀-ۿ]")
_SCRIPT_OF = {"ru": _CYRILLIC, "tg": _CYRILLIC, "ky": _CYRILLIC, "fa": _ARABIC, "ps": _ARABIC}


class NamesImport(NamedTuple):
    """What an import did. table: the columns of the gazetteer, one row per name.

    n_rows: rows of the file. new, matched: places that came new, or are ours and got further names, by kind. left_out: rows by reason.
    """

    table: pd.DataFrame
    n_rows: int
    new: Mapping[str, int]
    matched: Mapping[str, int]
    left_out: Mapping[str, int]
    roles: Mapping[str, str]
    stored_in: Path | None = None


def import_names(file: Path, data: Path) -> NamesImport:
    """Read a file of names and keep it in ``data``/gazetteer, from where `load_gazetteer` takes it; the same file again replaces it.

    file: as `read_name_file` reads it. Raises BadFile: not readable, or no place of the region in it.
    """
    done = read_names(file, data / "cache")
    stem = re.sub(r"[^a-z0-9]+", "-", file.name.split(".")[0].casefold()).strip("-") or "names"
    path = store_file(data / "gazetteer", f"{stem}.csv", done.table.to_csv(index=False).encode())
    return done._replace(stored_in=path)


def load_names_of(file: Path, cache: Path) -> pd.DataFrame:
    """The names of a file in the columns of the gazetteer, made once and kept in ``cache``. Raises BadFile."""
    if not file.is_file():
        read_names(file, cache)  # says what was wanted
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    own = hashlib.sha256(pd.util.hash_pandas_object(load_gazetteer(cache, cache / "none")["name"]).to_numpy().tobytes()).hexdigest()[:8]
    name = f"names-{digest}-{own}-r{RECIPE}.csv"
    return read_gazetteer(cached_file(cache, name, lambda: read_names(file, cache).table.to_csv(index=False).encode()))


def read_names(file: Path, cache: Path) -> NamesImport:
    """The names of a file against our own places. Raises BadFile."""
    read = read_name_file(file, frozenset(ISO3_OF))
    own = load_gazetteer(cache, cache / "none")  # our own names only: an import must not depend on an earlier one
    places, left_out = _kept(read)
    if places.empty:
        why = ", ".join(f"{reason} {n}" for reason, n in left_out.items()) or "no rows"
        raise BadFile(f"{file.name}: none of its {read.n_rows} rows is a place of the region ({why}).")
    names = _names_of(read, places)
    areas = match_areas(places, names, own)
    places = with_parents(places, areas, own)
    unknown = (places["kind"] == "province") & places["country_iso3"].isin(COMPLETE) & ~places.index.isin(areas.index)
    left_out |= {"no_such_province": int(unknown.sum())} if unknown.any() else {}
    places = places[~unknown]
    ours = pd.concat([areas[areas.index.isin(places.index)], _match_towns(places, names, own)])
    table = _as_gazetteer(places, names[names["row"].isin(places.index)], ours, own, read.roles)
    is_ours = places.index.isin(ours.index)
    new, matched = _by_kind(places.loc[~is_ours, "kind"]), _by_kind(places.loc[is_ours, "kind"])
    return NamesImport(table, read.n_rows, new, matched, {k: n for k, n in left_out.items() if n}, read.roles)


def _by_kind(kinds: pd.Series) -> dict[str, int]:
    counts = kinds.value_counts()
    return {kind: int(counts[kind]) for kind in KINDS if kind in counts}


def _kept(read: NameFile) -> tuple[pd.DataFrame, dict[str, int]]:
    """The places of the region, with country_iso3, and how many rows were left out for which reason."""
    places = read.places
    codes = places["country"].str.upper()
    iso3 = codes.map(ISO3_OF).where(codes.str.len() == 2, codes.where(codes.isin(ISO3_OF.values())))
    places = places.assign(country_iso3=iso3.astype("object"))
    known = set(ISO3_OF.values())
    reasons = {
        "no_name": places["name"].map(name_key) == "",
        "no_position": ~(places["lon"].between(-180, 180) & places["lat"].between(-90, 90)) | ((places["lon"] == 0) & (places["lat"] == 0)),
        "other_country": ~places["country_iso3"].isin(known),
        "other_kind": places["kind"] == "",
        "small_place_abroad": ~places["country_iso3"].isin(COMPLETE)
        & places["kind"].isin(["village", "town"])
        & ~(places["population"] >= FEWEST_PEOPLE),
        "superseded": _superseded(places),
        "same_id_twice": places["place_id"].duplicated(),
    }
    left, counts = np.zeros(len(places), bool), {}
    for reason, rows in reasons.items():
        counts[reason] = int((rows.to_numpy(bool) & ~left).sum())
        left |= rows.to_numpy(bool)
    kept = places[~left]
    is_town = (kept["kind"] == "village") & (kept["population"] >= TOWN_PEOPLE)
    return kept.assign(kind=kept["kind"].mask(is_town, "town"), name_key=kept["name"].map(name_key)), counts


def _superseded(places: pd.DataFrame) -> pd.Series:
    """Rows that their source calls no longer current, where another row of that name lies near."""
    keys = places["country"] + "/" + places["name"].map(name_key)
    old = places[~places["is_current"]].assign(key=keys)[["key", "lon", "lat"]].reset_index()
    live = places[places["is_current"]].assign(key=keys)[["key", "lon", "lat"]]
    pairs = old.merge(live, on="key", suffixes=("", "_live")).dropna()
    near = metres_between(*(pairs[name].to_numpy(float) for name in ("lon", "lat", "lon_live", "lat_live"))) <= SUPERSEDED_M
    return pd.Series(places.index.isin(pairs.loc[near, "index"]), index=places.index)


def _names_of(read: NameFile, places: pd.DataFrame) -> pd.DataFrame:
    """[row, name, language, name_key]: the name and the further names of the kept places, a name once a place."""
    first = pd.DataFrame({"row": places.index, "name": places["name"].array, "language": None})
    # Rows that were left out because the same place came before still bring their names to it.
    home = read.places["place_id"].map(dict(zip(places["place_id"], places.index, strict=True))).dropna()
    more = read.names[read.names["row"].isin(home.index)]
    names = pd.concat([first, more.assign(row=more["row"].map(home))], ignore_index=True).astype({"row": "int64", "language": "object"})
    distinct = pd.Series({name: name_key(name) for name in names["name"].unique()}, dtype="str")
    names["name_key"] = names["name"].map(distinct)
    for language, script in _SCRIPT_OF.items():
        said = names["language"] == language
        names.loc[said & ~names["name"].str.contains(script), "language"] = None
    names = names.sort_values("language", key=lambda c: c.isna(), kind="stable")  # the row that says the language is kept
    return names[names["name_key"] != ""].drop_duplicates(["row", "name_key"]).sort_values("row", kind="stable", ignore_index=True)


def _match_towns(places: pd.DataFrame, names: pd.DataFrame, own: pd.DataFrame) -> pd.Series:
    """Row of the file -> our town or village: the same GeoNames number, else the same name near by."""
    settled = places[places["kind"].isin(["village", "town"])]
    ours = own[own["kind"].isin(["village", "town"])]
    numbers = {f"gn-{int(p.geonames_id)}": p.place_id for p in records(load_places().dropna(subset=["geonames_id"]))}
    numbers |= {place_id: place_id for place_id in ours["place_id"].unique() if place_id.startswith("gn-")}
    by_number = settled["place_id"].map(numbers).dropna()
    rest = settled[~settled.index.isin(by_number.index)][["country_iso3", "lon", "lat"]]
    pairs = rest.merge(names[["row", "name_key"]], left_index=True, right_on="row").merge(
        ours[["place_id", "country_iso3", "name_key", "lon", "lat"]], on=["country_iso3", "name_key"], suffixes=("", "_own")
    )
    pairs["m"] = metres_apart(pairs)
    near = pairs[pairs["m"] <= SAME_VILLAGE_M].sort_values(["m", "place_id"]).drop_duplicates("row")
    found: pd.Series = pd.concat([by_number, near.set_index("row")["place_id"]]).astype("object")
    return found


def _as_gazetteer(places: pd.DataFrame, names: pd.DataFrame, ours: pd.Series, own: pd.DataFrame, roles: Mapping[str, str]) -> pd.DataFrame:
    """The names in the form of the gazetteer; those of places of ours with our position, kind and parents."""
    source = "GeoNames" if roles.get("name") == "GeoNames dump" else "Who's On First" if roles.get("id") == "wof_id" else "imported"
    new = places.assign(uncertainty_m=_reach(places), source=source).rename(columns={"name_key": "_"})
    wanted = ["place_id", "country_iso3", "kind", "lon", "lat", "uncertainty_m", "district_id", "province_id", "population", "source"]
    first = own.drop_duplicates("place_id").set_index("place_id")
    mine = first.loc[ours.to_numpy()].reset_index()[wanted].assign(source=source).set_axis(ours.index)
    rows = pd.concat([new.loc[~new.index.isin(ours.index), wanted], mine])
    table = names.merge(rows, left_on="row", right_index=True)
    # A name that ours has is ours already; what belongs to another area of ours is no name of this one; and variants of areas
    # hold their seats and neighbours.
    have = pd.MultiIndex.from_frame(own[["place_id", "name_key"]])
    table = table[~pd.MultiIndex.from_frame(table[["place_id", "name_key"]]).isin(have)]
    areas = own[own["kind"].isin(["district", "province"])]
    others = pd.MultiIndex.from_frame(areas[["country_iso3", "kind", "name_key"]].drop_duplicates())
    is_area = table["place_id"].isin(areas["place_id"])
    table = table[~(is_area & table["language"].isna())]
    is_area = table["place_id"].isin(areas["place_id"])
    table = table[~(is_area & pd.MultiIndex.from_frame(table[["country_iso3", "kind", "name_key"]]).isin(others))]
    table = table.drop_duplicates(["place_id", "name_key"], ignore_index=True).assign(is_former=False)
    return table.reindex(columns=list(COLUMNS)).astype({"population": "Int64", "from_year": "Int64", "to_year": "Int64"})


def _reach(places: pd.DataFrame) -> pd.Series:
    """Radius in metres: of a town by its people, of an area by the places that the file puts into it."""
    people = places["population"].fillna(0).astype(int)
    radius = people.map({n: town_radius_m(n) for n in people.unique()}).astype(float)
    for kind in ("district", "province"):
        areas = places[places["kind"] == kind]
        inside = places[places["kind"].isin(["village", "town"]) & (places[kind] != "")]
        pairs = inside[["country_iso3", kind, "lon", "lat"]].merge(
            areas[["country_iso3", kind, "lon", "lat"]].reset_index(), on=["country_iso3", kind], suffixes=("", "_own")
        )
        reach = pairs.assign(m=metres_apart(pairs)).groupby("index")["m"].quantile(0.95).clip(*AREA_BOUNDS_M)
        radius.loc[areas.index] = reach.reindex(areas.index).fillna(AREA_M[kind])
    rounded: pd.Series = radius.round(-2)
    return rounded
