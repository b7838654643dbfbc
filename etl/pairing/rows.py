"""Rows: located events as plain arrays, so that millions of pairs can be compared at once."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.distances import to_metres
from geodata.model import DRUGS
from geodata.places.names import name_key

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Stands for "no day" in arrays of day numbers.
NO_DAY = -(10**6)
_EPOCH = dt.date(1970, 1, 1).toordinal()
#: Amounts beyond these are slips of the pen: they pair nothing, and computing with them would overflow.
_LEAST, _MOST = 1e-9, 1e12
#: Digits of an amount that are compared: scales do not show more.
MOST_DIGITS = 6
#: Words of the optional fields that say nothing.
SAYS_NOTHING = frozenset({"", "other", "unknown", "none", "not known", "n/a", "-", "--"})
#: Optional fields that both rows may state; what their agreement weighs stands in `etl.pairing.evidence`.
COMPARED = ("transport", "concealment", "installation", "routing", "country_departure", "country_destination")
#: Levels on which the place of a row may be known, from sharp to wide; each has its code in `Rows.place_codes`.
PLACE_LEVELS = ("place_id", "place_text", "district_id", "province_id", "country_iso3")
PLACE, WORDS, DISTRICT, PROVINCE, COUNTRY = range(len(PLACE_LEVELS))
#: Drugs that one source names more closely than another: half a disagreement only.
FAMILIES = {
    "cannabis": "cannabis", "hashish": "cannabis", "cannabis_oil": "cannabis",
    "amphetamine": "stimulants", "methamphetamine": "stimulants", "ecstasy": "stimulants",
    "opium": "opium", "poppy_straw": "opium", "heroin": "heroin", "morphine": "heroin",
}  # fmt: skip
#: Drug words that name no drug: they contradict none.
VAGUE_DRUGS = ("unspecified", "other")


@dataclass(frozen=True)
class Rows:
    """n located events. Every array has n entries; codes are 0, 1, 2... and -1 where nothing is said.

    day, last_day: days since 1970 (`NO_DAY`). amount: kilograms, or the quantity in its own unit where that is no mass; NaN.
    measure: 0 for kilograms, one code for each other unit, -1 without an amount. digits: significant digits of the amount (0-6).
    x, y: metres in the regional projection, NaN without a point. uncertainty_m: radius, 0 without a point.
    """

    report: NDArray[Any]
    event: Ints
    file: Ints
    repeat: Ints
    kind: Ints
    day: Ints
    last_day: Ints
    hour: Floats
    drug: Ints
    family: Ints
    vague_drug: Flags
    amount: Floats
    measure: Ints
    digits: Ints
    bound: Ints  # 0 exact, 1 at least, 2 about
    unit: Ints
    place_codes: Ints  # (n, 5), columns as `PLACE_LEVELS`
    x: Floats
    y: Floats
    uncertainty_m: Floats
    agency: Ints
    reference: Ints
    said: Ints  # (n, len(COMPARED))
    units: list[str]
    texts: list[str]
    agencies: list[frozenset[str]]

    def __len__(self) -> int:
        return len(self.event)


def rows_of(table: pd.DataFrame) -> Rows:
    """The arrays of n located events (`geodata.model.LOCATED_EVENT`, at least `etl.pairs.COLUMNS`)."""
    n = len(table)
    drug_names = _texts(table, "drug")
    drug = pd.Index(DRUGS).get_indexer(pd.Index(drug_names)).astype(np.int64)
    family_names = pd.Series(drug_names).map({**{name: name for name in DRUGS}, **FAMILIES})
    units, unit_names = _codes(table, "unit")
    amount, measure = _amounts(table, units)
    words, distinct_words = _name_codes(table)
    places = np.zeros((n, len(PLACE_LEVELS)), np.int64)
    for column, level in enumerate(PLACE_LEVELS):
        places[:, column] = words if column == WORDS else _codes(table, level)[0]
    # A province's id as place_id would make "somewhere in the province" look like one and the same spot.
    sharp = table["precision_level"].isin(["point", "place", "post"]).to_numpy(bool)
    places[~sharp, PLACE] = -1
    x, y, uncertainty = _positions(table)
    agency, agency_names = _codes(table, "agency")
    return Rows(
        report=table["report_id"].to_numpy(object),
        event=pd.factorize(table["event_id"])[0].astype(np.int64),
        file=_codes(table, "file_sha256")[0],
        repeat=_number(table, "repeat_number", 1.0).astype(np.int64),
        kind=_codes(table, "kind")[0],
        day=_days(table, "happened_from"),
        last_day=_days(table, "happened_to"),
        hour=_number(table, "hour", np.nan),
        drug=drug,
        family=pd.factorize(family_names)[0].astype(np.int64),
        vague_drug=(table["drug"].isna() | table["drug"].isin([*VAGUE_DRUGS, ""])).to_numpy(bool),
        amount=amount,
        measure=measure,
        digits=significant_digits(amount),
        bound=pd.Series(_texts(table, "weight_bound")).map({"at_least": 1, "about": 2}).fillna(0).to_numpy().astype(np.int64),
        unit=units,
        place_codes=places,
        x=x,
        y=y,
        uncertainty_m=uncertainty,
        agency=agency,
        reference=_codes(table, "source_ref")[0] if "source_ref" in table else np.full(n, -1, np.int64),
        said=np.column_stack([_said(table, name) for name in COMPARED]) if n else np.zeros((0, len(COMPARED)), np.int64),
        units=unit_names,
        texts=distinct_words,
        agencies=[frozenset(part.strip().casefold() for part in name.split(";") if part.strip()) for name in agency_names],
    )


def significant_digits(amounts: Floats) -> Ints:
    """How many digits of n amounts say something: 0.152 -> 3, 20.0 -> 1, 818.055 -> 6 (the most); 0 for none."""
    digits = np.zeros(len(amounts), np.int64)
    usable = np.isfinite(amounts) & (amounts > 0)
    for wanted in range(MOST_DIGITS, 0, -1):
        rounded = to_digits(amounts[usable], wanted)
        fits = np.abs(rounded - amounts[usable]) <= 0.4 * 10.0**-MOST_DIGITS * amounts[usable]
        digits[usable] = np.where(fits, wanted, np.where(digits[usable] == 0, MOST_DIGITS, digits[usable]))
    return digits


def to_digits(amounts: Floats, digits: Ints | int) -> Floats:
    """n positive amounts rounded to their first digits."""
    scale = 10.0 ** (digits - 1 - np.floor(np.log10(amounts)))
    return np.asarray(np.round(amounts * scale) / scale, np.float64)


def _texts(table: pd.DataFrame, name: str) -> NDArray[Any]:
    return table[name].astype("object").where(table[name].notna(), "").to_numpy(object)


def _codes(table: pd.DataFrame, name: str) -> tuple[Ints, list[str]]:
    codes, distinct = pd.factorize(table[name])
    empty = np.flatnonzero([not str(word).strip() for word in distinct])
    return np.where(np.isin(codes, empty), -1, codes).astype(np.int64), [str(word) for word in distinct]


def _said(table: pd.DataFrame, name: str) -> Ints:
    codes, distinct = pd.factorize(table[name])
    nothing = np.flatnonzero([str(word).strip().casefold() in SAYS_NOTHING for word in distinct])
    return np.where(np.isin(codes, nothing), -1, codes).astype(np.int64)


def _number(table: pd.DataFrame, name: str, otherwise: float) -> Floats:
    return np.asarray(np.nan_to_num(table[name].to_numpy(dtype=float, na_value=np.nan), nan=otherwise), np.float64)


def _days(table: pd.DataFrame, name: str) -> Ints:
    codes, distinct = pd.factorize(table[name])
    return np.array([*(_day(str(text)) for text in distinct), NO_DAY], np.int64)[codes]


def _day(text: str) -> int:
    try:
        return dt.date.fromisoformat(text).toordinal() - _EPOCH
    except ValueError:  # not a day: the row is not paired by its date
        return NO_DAY


def _amounts(table: pd.DataFrame, units: Ints) -> tuple[Floats, Ints]:
    kg, quantity = (table[name].to_numpy(dtype=float, na_value=np.nan) for name in ("weight_kg", "quantity"))
    amount = np.where(np.isfinite(kg), kg, quantity)
    amount = np.where((amount >= _LEAST) & (amount <= _MOST), amount, np.nan)
    measure = np.where(np.isfinite(kg), 0, units + 2)
    return amount, np.where(np.isfinite(amount), measure, -1).astype(np.int64)


def _positions(table: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    lon, lat = (table[name].to_numpy(dtype=float, na_value=np.nan) for name in ("lon", "lat"))
    x, y = np.full(len(table), np.nan), np.full(len(table), np.nan)
    there = np.isfinite(lon) & np.isfinite(lat)
    if there.any():
        x[there], y[there] = to_metres(lon[there], lat[there])
    return x, y, np.where(there, _number(table, "uncertainty_m", 0.0), 0.0)


def _name_codes(table: pd.DataFrame) -> tuple[Ints, list[str]]:
    """Place texts as codes of their keys: spellings that differ in case and marks only have one code."""
    codes, distinct = pd.factorize(table["place_text"])
    keys = [name_key(str(text)) for text in distinct]
    key_codes, key_names = pd.factorize(np.array([*keys, ""], dtype=object))
    key_codes = np.where(np.array([*keys, ""], dtype=object) == "", -1, key_codes)
    return key_codes[codes].astype(np.int64), [str(name) for name in key_names]
