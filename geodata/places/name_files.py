"""Files of place names as others publish them: a GeoNames dump or a flat table, brought into one form. Reads, decides nothing."""

import csv
import gzip
import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import IO, NamedTuple, cast

import pandas as pd

from geodata.errors import BadFile

#: Columns of a GeoNames dump (allCountries.txt, TJ.txt), which has no header. Source: GeoNames readme.
_GEONAMES = (
    "geonameid", "name", "asciiname", "alternatenames", "latitude", "longitude", "feature_class", "feature_code", "country_code", "cc2",
    "admin1_code", "admin2_code", "admin3_code", "admin4_code", "population", "elevation", "dem", "timezone", "modified",
)  # fmt: skip
#: What a column of a flat table is, by the names that such tables give it; the first that is there is taken.
_ROLES = {
    "id": ("wof_id", "geonameid", "place_id", "id", "osm_id", "pcode"),
    "geonames_id": ("gn_id", "geonames_id", "geonameid"),
    "name": ("name", "name_en", "name_eng", "place", "toponym", "settlement", "asciiname", "название", "наименование", "ном"),
    "lat": ("lat", "latitude", "y", "широта"),
    "lon": ("lon", "lng", "long", "longitude", "x", "долгота"),
    "country": ("country_iso3", "iso3", "country_code", "countrycode", "country", "iso2", "cc", "страна"),
    "kind": ("placetype", "feature_code", "fcode", "kind", "place_type", "type", "fclass", "level"),
    "population": ("population", "pop", "население"),
    "province": ("region_id", "admin1_code", "province_id", "admin1", "adm1_en", "adm1", "province", "region", "oblast", "область"),
    "district": ("county_id", "admin2_code", "district_id", "admin2", "adm2_en", "adm2", "district", "county", "rayon", "район"),
    "variants": ("variants", "alternatenames", "alt_names", "alternate_names", "altnames", "aliases"),
    "current": ("is_current",),
}
_LANGUAGE_COLUMN = re.compile(r"(?:name|alt_names?)[_:]([a-z]{2,3})")
_LANGUAGES = {
    "eng": "en", "rus": "ru", "tgk": "tg", "fas": "fa", "per": "fa", "prs": "fa", "pus": "ps", "uzb": "uz", "kir": "ky", "kaz": "kk",
    "tuk": "tk", "uig": "ug", "zho": "zh", "urd": "ur",
}  # fmt: skip
_KNOWN_LANGUAGES = frozenset(_LANGUAGES.values())
#: Kinds of others -> ours. What is not here (countries, campuses, rivers) is left out.
_KINDS = {
    "region": "province", "province": "province", "adm1": "province", "macrocounty": "province", "oblast": "province",
    "county": "district", "district": "district", "adm2": "district", "rayon": "district", "localadmin": "district",
    "locality": "village", "village": "village", "hamlet": "village", "town": "town", "city": "town", "borough": "village",
    "neighbourhood": "village", "suburb": "village", "place": "village", "settlement": "village", "isolated_dwelling": "village",
}  # fmt: skip
#: An allCountries.txt has more than 12 million rows: it is read in pieces, and a piece keeps only wanted countries and kinds.
PIECE = 400_000
#: More than this unpacked is no table of names.
MOST_BYTES = 4_000_000_000
WANTED = (
    "a GeoNames dump (XX.txt, allCountries.txt, also .zip) or a table with name, lat, lon and country columns (CSV or TSV, also .gz, .zip)"
)


class NameFile(NamedTuple):
    """A file of names in one form.

    places: index 0..n-1, [place_id, name, geonames_id, country (as it came), kind (ours, "" where it is none), lon, lat, population,
    province, district (the file's own words for parents), is_current]. names: [row, name, language], the further names.
    roles: what was read as what. n_rows: rows of the file.
    """

    places: pd.DataFrame
    names: pd.DataFrame
    roles: dict[str, str]
    n_rows: int


def read_name_file(file: Path, countries: frozenset[str]) -> NameFile:
    """Read a file of names. countries: codes (of two and three letters) that are wanted from a GeoNames dump. Raises BadFile."""
    if not file.is_file():
        raise BadFile(f"{file} was not found; {WANTED} was wanted. Check the path.")
    try:
        with _text(_opened(file)) as text:
            head = text.readline(1_000_000)
        with _text(_opened(file)) as text:
            return _geonames(text, countries) if _is_geonames(head) else _flat(text, head, file)
    except (OSError, EOFError, ValueError, RuntimeError, zlib.error, zipfile.BadZipFile, csv.Error) as problem:
        raise BadFile(f"{file.name} could not be read as a table of names ({problem}); {WANTED} was wanted.") from problem


def _text(binary: IO[bytes]) -> io.TextIOWrapper:
    return io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")


def _opened(file: Path) -> IO[bytes]:
    if file.suffix.lower() == ".gz":
        return cast(IO[bytes], gzip.open(file, "rb"))
    if not zipfile.is_zipfile(file):
        return file.open("rb")
    archive = zipfile.ZipFile(file)
    members = [
        m for m in archive.infolist() if m.filename.lower().endswith((".txt", ".csv", ".tsv")) and "readme" not in m.filename.lower()
    ]
    if len(members) != 1:
        raise BadFile(f"{file.name} holds {len(members)} tables; an archive with one was wanted: unpack it and give the file itself.")
    if members[0].file_size > MOST_BYTES:
        raise BadFile(f"{file.name} unpacks to {members[0].file_size / 1e9:.0f} GB; at most {MOST_BYTES / 1e9:.0f} GB were wanted.")
    return archive.open(members[0])


def _is_geonames(head: str) -> bool:
    cells = head.rstrip("\r\n").split("\t")
    return len(cells) == len(_GEONAMES) and cells[0].isdigit() and _is_number(cells[4]) and _is_number(cells[5])


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None


def _geonames(text: io.TextIOWrapper, countries: frozenset[str]) -> NameFile:
    pieces, n_rows = [], 0
    reader = pd.read_csv(
        text, sep="\t", header=None, names=list(_GEONAMES), dtype="str", keep_default_na=False, quoting=csv.QUOTE_NONE, chunksize=PIECE
    )
    for piece in reader:
        n_rows += len(piece)
        is_place = (piece["feature_class"] == "P") | piece["feature_code"].isin(["ADM1", "ADM2", "ADM2H", "ADM1H"])
        pieces.append(piece[is_place & piece["country_code"].isin(countries)])
    table = pd.concat(pieces, ignore_index=True)
    historical = table["feature_code"].isin(["PPLH", "ADM1H", "ADM2H", "PPLQ", "PPLW"])
    kind = table["feature_code"].str.rstrip("H").str.lower().map(_KINDS).where(table["feature_class"] == "A", "village")
    # A code of a district is unique only within its province.
    places = pd.DataFrame(
        {
            "place_id": "gn-" + table["geonameid"],
            "name": table["name"],
            "geonames_id": table["geonameid"],
            "country": table["country_code"],
            "kind": kind.fillna(""),
            "lon": pd.to_numeric(table["longitude"], errors="coerce"),
            "lat": pd.to_numeric(table["latitude"], errors="coerce"),
            "population": pd.to_numeric(table["population"], errors="coerce"),
            "province": table["admin1_code"],
            "district": (table["admin1_code"] + "." + table["admin2_code"]).where(table["admin2_code"] != "", ""),
            "is_current": ~historical,
        }
    )
    roles = {"name": "GeoNames dump", "country": "country_code", "province": "admin1_code", "district": "admin2_code"}
    return NameFile(places, _variants(table["alternatenames"] + "," + table["asciiname"]), roles, n_rows)


def _flat(text: io.TextIOWrapper, head: str, file: Path) -> NameFile:
    delimiter = max("\t;,|", key=head.count)
    table = pd.read_csv(text, sep=delimiter, dtype="str", keep_default_na=False, on_bad_lines="error")
    by_name = {str(column).strip().casefold(): str(column) for column in table.columns}
    roles = {role: found for role, names in _ROLES.items() if (found := next((by_name[n] for n in names if n in by_name), ""))}
    missing = [role for role in ("name", "lat", "lon", "country") if role not in roles]
    if missing:
        columns = ", ".join(map(str, table.columns[:20]))
        raise BadFile(f"{file.name} has no column for {missing[0]} (it has {columns}); {WANTED} was wanted.")
    cells = {role: table[column].str.strip() for role, column in roles.items()}
    empty = pd.Series("", index=table.index, dtype="str")
    kind = cells["kind"].str.casefold().map(_KINDS).fillna("") if "kind" in cells else pd.Series("village", index=table.index)
    geonames_id = cells.get("geonames_id", empty).where(lambda ids: ids.str.fullmatch(r"\d+"), "")
    stem = re.sub(r"[^a-z0-9]+", "-", file.name.split(".")[0].casefold()).strip("-") or "import"
    prefix = "wof" if roles.get("id", "").casefold() == "wof_id" else stem
    own = prefix + "-" + (cells["id"] if "id" in cells else pd.Series(table.index.astype("str"), index=table.index))
    # GeoNames numbers name settlements the same way in every table; areas carry the numbers of their seats too.
    is_theirs = (geonames_id != "") & kind.isin(["village", "town"])
    places = pd.DataFrame(
        {
            "place_id": ("gn-" + geonames_id).where(is_theirs, own),
            "name": cells["name"],
            "geonames_id": geonames_id,
            "country": cells["country"],
            "kind": kind,
            "lon": pd.to_numeric(cells["lon"].str.replace(",", "."), errors="coerce"),
            "lat": pd.to_numeric(cells["lat"].str.replace(",", "."), errors="coerce"),
            "population": pd.to_numeric(cells.get("population", empty), errors="coerce"),
            "province": cells.get("province", empty),
            "district": cells.get("district", empty),
            "is_current": cells.get("current", empty) != "0",
        }
    )
    # A table that says its own ids also says which row is the area to which the others belong.
    if "id" in cells:
        for level in ("province", "district"):
            places.loc[kind == level, level] = places.loc[kind == level, level].where(lambda p: p != "", cells["id"])
    return NameFile(places, _further(table, roles, cells), roles, len(table))


def _further(table: pd.DataFrame, roles: dict[str, str], cells: dict[str, pd.Series]) -> pd.DataFrame:
    parts = []
    for column in table.columns:
        found = _LANGUAGE_COLUMN.fullmatch(str(column).strip().casefold())
        if found and str(column) != roles["name"]:
            language = _LANGUAGES.get(found[1], found[1])
            names = table.loc[table[column].str.strip() != "", column].str.strip()
            known = language if language in _KNOWN_LANGUAGES else None
            parts.append(pd.DataFrame({"row": names.index, "name": names.array, "language": known}))
    if "variants" in cells:
        parts.append(_variants(cells["variants"]))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"row": [], "name": [], "language": []})


def _variants(cells: pd.Series) -> pd.DataFrame:
    """Names in one cell with "|", ";" or "," between them; web addresses and codes such as "DYU" are no names."""
    separator = max("|;,", key=lambda mark: int(cells.str.contains(mark, regex=False).sum()))
    names = cells[cells != ""].str.split(separator).explode().str.strip()
    names = names[(names.str.len() > 1) & ~names.str.contains("http|wikipedia|/", regex=True) & ~names.str.fullmatch(r"[A-Z0-9]{2,5}")]
    return pd.DataFrame({"row": names.index, "name": names.array, "language": None})
