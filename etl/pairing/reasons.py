"""Reasons: why two rows look like one happening, as codes with values that a page can say in any language."""

import json

import numpy as np
import pandas as pd

from etl.pairing.candidates import distance_m
from etl.pairing.evidence import DATE_CODES, DRUG_CODES, PLACE_CODES, WEIGHT_CODES, Evidence
from etl.pairing.rows import COMPARED, Flags, Ints, Rows
from etl.values.column_amounts import kg_in_one

#: Every code that a reason may have: the keys of their sentences are "pair.reason.<code>".
CODES = (
    *DATE_CODES, *WEIGHT_CODES, *PLACE_CODES, *DRUG_CODES, "units_differ", "same_fields", "fields_differ", "same_hour", "two_countries",
    "two_agencies", "same_reference", "same_row_again", "several_drugs",
)  # fmt: skip


def reasons_of(rows: Rows, a: Ints, b: Ints, found: Evidence, again: Flags, several: Flags) -> list[str]:
    """The reasons of n pairs, each a JSON list of {"code": ..., values}; strongest kinds first, in one fixed order."""
    km = np.round(distance_m(rows, a, b) / 1000.0, 1)
    days = np.abs(rows.day[a] - rows.day[b])
    texts = []
    for n in range(len(a)):
        i, j = int(a[n]), int(b[n])
        reasons: list[dict[str, object]] = []
        if again[n]:
            reasons.append({"code": "same_row_again", "number": int(max(rows.repeat[i], rows.repeat[j]))})
        date = DATE_CODES[found.date[n]]
        reasons.append({"code": date, **({"days": int(days[n])} if date in ("days_apart", "dates_differ") else {})})
        reasons.append(_drug(rows, i, j, DRUG_CODES[found.drug[n]]))
        reasons.append(_weight(rows, i, j, WEIGHT_CODES[found.weight[n]]))
        if rows.unit[i] >= 0 and rows.unit[j] >= 0 and rows.unit[i] != rows.unit[j]:
            one, two = rows.units[rows.unit[i]], rows.units[rows.unit[j]]
            if kg_in_one(one) != kg_in_one(two):  # kg and кг are one unit
                reasons.append({"code": "units_differ", "a": one, "b": two})
        place = PLACE_CODES[found.place[n]]
        has_km = place in ("places_touch", "places_near", "places_far") and np.isfinite(km[n])
        reasons.append({"code": place, **({"km": float(km[n])} if has_km else {})})
        reasons += _others(rows, i, j)
        if found.two_countries[n]:
            reasons.append({"code": "two_countries"})
        if found.two_agencies[n]:
            reasons.append({"code": "two_agencies"})
        if several[n]:
            reasons.append({"code": "several_drugs"})
        texts.append(json.dumps(reasons, ensure_ascii=False, sort_keys=True))
    return texts


def _drug(rows: Rows, i: int, j: int, code: str) -> dict[str, object]:
    return {"code": code}


def _weight(rows: Rows, i: int, j: int, code: str) -> dict[str, object]:
    reason: dict[str, object] = {"code": code}
    if code == "decimal_point":
        reason["times"] = 10 ** round(abs(float(np.log10(rows.amount[i] / rows.amount[j]))))
    for side, row in (("a", i), ("b", j)):
        if rows.measure[row] >= 0:
            reason[side] = float(f"{rows.amount[row]:.6g}")
            reason["kg" if rows.measure[row] == 0 else "no_mass"] = True
    return reason


def _others(rows: Rows, i: int, j: int) -> list[dict[str, object]]:
    both = (rows.said[i] >= 0) & (rows.said[j] >= 0)
    same = both & (rows.said[i] == rows.said[j])
    reasons: list[dict[str, object]] = []
    for code, which in (("same_fields", same), ("fields_differ", both & ~same)):
        if which.any():
            reasons.append({"code": code, "fields": [name for name, has in zip(COMPARED, which, strict=True) if has]})
    if abs(rows.hour[i] - rows.hour[j]) <= 1:  # False where an hour is missing (NaN)
        reasons.append({"code": "same_hour"})
    if rows.reference[i] >= 0 and rows.reference[i] == rows.reference[j] and rows.agency[i] == rows.agency[j]:
        reasons.append({"code": "same_reference"})
    return reasons


def contents_of(table: pd.DataFrame) -> pd.DataFrame:
    """What a row says, without its ids: rows that say the same are repeats of each other."""
    names = ("kind", "happened_from", "happened_to", "country_iso3", "place_text", "drug_text", "quantity", "unit", "agency", *COMPARED)
    return table[[name for name in names if name in table.columns]]
