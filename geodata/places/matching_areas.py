"""Which areas of a file of names are ours, and in which of ours its places lie. Pure."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.distances import metres_between
from geodata.places.files import records
from geodata.places.names import name_key
from geodata.places.towns import province_codes

#: An area may lie this far from where ours of the same name lies, beyond the reach of ours.
AREA_SLACK_M = 40_000.0
_AREA_WORDS = re.compile(
    r"\b(?:province|region|oblast|oblasty|viloyati?|vilayet|velayat|welayaty|wilayat|district|rayon|raion|tuman|woluswali|wuleswali|"
    r"nohiyai|county|область|облысы|облусу|район|районы|району|вилояти|ноҳияи|край|республика)\b"
)


def _bare(keys: pd.Series) -> pd.Series:
    bare: pd.Series = keys.str.replace(_AREA_WORDS, "", regex=True).str.split().str.join(" ")
    return bare


def match_areas(places: pd.DataFrame, names: pd.DataFrame, own: pd.DataFrame) -> pd.Series:
    """Row of the file -> our province or district: one of the names is the same, and it lies where ours is."""
    found = []
    for kind in ("province", "district"):
        theirs = places.loc[places["kind"] == kind, ["country_iso3", "lon", "lat", "name_key"]].rename(columns={"name_key": "first"})
        theirs = theirs.merge(names[["row", "name_key"]], left_index=True, right_on="row")
        ours = own.loc[own["kind"] == kind, ["place_id", "country_iso3", "name_key", "lon", "lat", "uncertainty_m"]]
        theirs, ours = (table.assign(bare=_bare(table["name_key"])) for table in (theirs, ours))
        pairs = theirs.merge(ours.drop_duplicates(["place_id", "bare"]), on=["country_iso3", "bare"], suffixes=("", "_own"))
        pairs["m"] = metres_apart(pairs)
        pairs = pairs[pairs["m"] <= pairs["uncertainty_m"] + AREA_SLACK_M]
        # The name before a variant: variants of such tables hold seats and neighbours too.
        pairs["is_variant"] = pairs["bare"] != _bare(pairs["first"])
        pairs = pairs.sort_values(["is_variant", "m", "place_id"]).drop_duplicates(["row", "place_id"])
        found.append(_each_its_own(pairs))
    matched: pd.Series = pd.concat(found)
    return matched


def _each_its_own(pairs: pd.DataFrame) -> pd.Series:
    """Row -> our area, each of ours once where that can be: a row that can only be one of ours chooses before one that has a choice.

    So "Bokhtar" beside "Qurghonteppa" is the district of that name, not the city that took it over later. A row whose area is taken
    shares it when its own name says so, and is a new place when only a variant does.
    """
    choices = pairs.groupby("row")["place_id"].transform("nunique")
    found: dict[int, str] = {}
    taken: set[str] = set()
    for pair in records(pairs.assign(choices=choices).sort_values(["is_variant", "choices", "m", "place_id"])):
        if pair.row not in found and pair.place_id not in taken:
            found[pair.row] = pair.place_id
            taken.add(pair.place_id)
    for pair in records(pairs[~pairs["is_variant"]]):
        found.setdefault(pair.row, pair.place_id)
    return pd.Series(found, dtype="object")


def with_parents(places: pd.DataFrame, areas: pd.Series, own: pd.DataFrame) -> pd.DataFrame:
    """With district_id and province_id of ours where the file's parents are ours, else NaN."""
    own_areas = own[own["kind"].isin(["province", "district"])].drop_duplicates("place_id").set_index("place_id")
    rows = places.assign(matched=areas.reindex(places.index).astype("object"))
    province_of = _by_our_names(own, "province") | _by_word(rows[rows["kind"] == "province"], "province")
    district_of = _by_our_names(own, "district") | _by_word(rows[rows["kind"] == "district"], "district")
    words = [list(zip(rows["country_iso3"], rows[level], strict=True)) for level in ("province", "district")]
    district = _looked_up(district_of, words[1], rows.index)
    drawn = district.map(own_areas["district_id"].dropna())  # a district known by name only has no id in the store
    province = _looked_up(province_of, words[0], rows.index)
    by_code = _looked_up(province_codes(), words[0], rows.index)
    province = district.map(own_areas["province_id"]).fillna(province).fillna(by_code)
    return places.assign(district_id=drawn.astype("object"), province_id=province.astype("object"))


def _looked_up(known: Mapping[tuple[str, str], str], words: list[tuple[str, str]], index: pd.Index) -> pd.Series:
    """The area of each (country, word): by the word as it came, else by its bare key, so that "Khatlon Region" is Khatlon."""
    bare = {word: (iso3, " ".join(_AREA_WORDS.sub("", name_key(word)).split())) for iso3, word in dict.fromkeys(words)}
    return pd.Series([known.get(pair) or known.get(bare[pair[1]]) for pair in words], index=index, dtype="object")


def _by_our_names(own: pd.DataFrame, kind: str) -> dict[tuple[str, str], str]:
    """(country, bare key) -> our area, for the names that only one of ours has there."""
    areas = own[own["kind"] == kind]
    pairs = areas.assign(bare=_bare(areas["name_key"])).drop_duplicates(["country_iso3", "bare", "place_id"])
    pairs = pairs[~pairs.duplicated(["country_iso3", "bare"], keep=False) & (pairs["bare"] != "")]
    return dict(zip(zip(pairs["country_iso3"], pairs["bare"], strict=True), pairs["place_id"], strict=True))


def _by_word(rows: pd.DataFrame, level: str) -> dict[tuple[str, str], str]:
    """(country, the file's word for an area) -> our area, for the file's areas that are ours; by id or code, else by name."""
    matched = rows.dropna(subset=["matched"])
    by_name = zip(matched["country_iso3"], matched["name"], matched["matched"], strict=True)
    by_word = zip(matched["country_iso3"], matched[level], matched["matched"], strict=True)
    return {(iso3, word): place for pairs in (by_name, by_word) for iso3, word, place in pairs if word}


def metres_apart(pairs: pd.DataFrame) -> NDArray[np.float64]:
    """From lon, lat to lon_own, lat_own of each pair, in metres."""
    return np.asarray(metres_between(*(pairs[name].to_numpy(float) for name in ("lon", "lat", "lon_own", "lat_own"))), float)
