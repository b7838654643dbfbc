"""Event table: one row per event, ready for a symbol and for the card behind it."""

import numpy as np
import pandas as pd

from layers.happenings import drug_kg, event_codes, first_rows

#: What a card shows of the first row of an event.
KEPT = (
    "event_id", "report_id", "lon", "lat", "uncertainty_m", "precision_level", "locate_rule", "kind", "happened_from", "happened_to",
    "date_precision", "hour", "country_iso3", "place_text", "agency", "transport", "concealment", "note", "source_url", "feed",
    "district_id", "province_id", "section_id", "chainage_km",
)  # fmt: skip


def one_row_per_event(events: pd.DataFrame) -> pd.DataFrame:
    """n rows to one for each event.

    Adds main_drug (the heaviest one; the first where nothing was weighed), drugs (all of them, "; " between), weight_kg (kg of drugs,
    empty where none was weighed), weight_bound ("at_least" as soon as one row is a lower bound, then "about", else "exact"), n_rows.
    """
    codes, n = event_codes(events)
    first = first_rows(codes)
    table = events.iloc[first][list(KEPT)].reset_index(drop=True)
    kg = drug_kg(events)
    drugs = events["drug"].to_numpy(object, na_value="")
    weighed = np.zeros(n, bool)
    weighed[codes[kg > 0]] = True
    heaviest = np.lexsort((np.arange(len(codes)), -kg, codes))
    table["main_drug"] = pd.Series(drugs[heaviest][np.searchsorted(codes[heaviest], np.arange(n))], dtype="str").replace("", None)
    table["drugs"] = pd.Series(_joined(drugs, codes, first, n), dtype="str").replace("", None)
    table["weight_kg"] = np.where(weighed, np.bincount(codes, weights=kg, minlength=n), np.nan)
    table["weight_bound"] = _bound(events, codes, n)
    table["n_rows"] = np.bincount(codes, minlength=n)
    return table


def _joined(drugs: np.ndarray, codes: np.ndarray, first: np.ndarray, n: int) -> list[str]:
    names: list[str] = drugs[first].tolist()
    # Only few events have several drugs; the rest needs no Python loop.
    several = np.flatnonzero(np.bincount(codes, minlength=n)[codes] > 1)
    found: dict[int, dict[str, None]] = {}
    for row in several.tolist():
        if drugs[row]:
            found.setdefault(int(codes[row]), {})[drugs[row]] = None
    for code, some in found.items():
        names[code] = "; ".join(some)
    return names


def _bound(events: pd.DataFrame, codes: np.ndarray, n: int) -> np.ndarray:
    bound = np.full(n, "exact", object)
    for value in ("about", "at_least"):
        bound[codes[(events["weight_bound"] == value).to_numpy()]] = value
    return bound
