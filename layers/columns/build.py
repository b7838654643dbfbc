"""Build: from rows of located events, portion by portion, to columns. Ten million rows never stand in one table."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.errors import WrongTable
from layers.columns.numbering import joint, months_of, number_events, single_month
from layers.columns.table import Columns
from layers.happenings import drug_kg

#: Columns that are held as codes of a dictionary.
CODED = (
    "drug", "kind", "country_iso3", "transport", "source_reliability", "information_accuracy", "agency", "feed", "precision_level",
    "date_precision", "weight_bound", "concealment", "place_kind", "routing", "country_departure", "country_destination", "place_id",
    "district_id", "province_id", "section_id", "place_text",
)  # fmt: skip
#: The filters of the page: a row's *profile* is what it says in all of these together.
FILTERED = ("drug", "kind", "country_iso3", "transport", "source_reliability", "information_accuracy", "agency")
#: Who reports: a feed in a country.
SOURCE = ("feed", "country_iso3")
NUMBERS = ("weight_kg", "lon", "lat", "uncertainty_m", "chainage_km")
#: No date, no hour, no event of several rows.
NONE = -1
_HEX = "0123456789abcdef"
_EPOCH = np.datetime64("1970-01-01")


class Builder:
    """Takes rows (`add`), gives `Columns` (`finish`).

    The arrays of the result, each (n,), one row per drug as in the store, by (day, report_id), the undated last:
    day, day_to: int32, days since 1970-01-01, -1 without a date. month: int16, months since year 0 of an event that is known to the
    month, else -1 (`layers.months.single_months`). hour: int8, -1 where not said. event: int32, numbers in order of first appearance.
    several: int32, -1 for an event of one row, else its number among the events that have more. kg: float64, what the row adds to a
    drug total (`layers.happenings.drug_kg`). has_quantity: uint8, whether an amount was said in any unit. weight_kg, lon, lat
    (EPSG:4326), uncertainty_m, chainage_km: float64, NaN where empty. `CODED`: unsigned, as small as it may be, code 0 is "nothing
    said". report: uint64 (n, 2), the report_id's 32 hex digits. profile: uint32, the row's number in the distinct combinations of
    `FILTERED`, which are in profile_<name> (k,). source: the same for `SOURCE`, in source_<name>. fine: uint32, the same for profile and
    province, in fine_profile and fine_province_id. first_month, last_month: int16, months since year 0 of the first and last possible day,
    -1 without. Only rows in the region: the rest is
    on no layer.
    """

    def __init__(self) -> None:
        self._parts: dict[str, list[NDArray[Any]]] = {}
        self._known: dict[str, dict[str, int]] = {name: {"": 0} for name in CODED}

    def add(self, rows: pd.DataFrame) -> None:
        """Rows of located events (`geodata.model.LOCATED_EVENT`), in any order; those outside the region are left out."""
        rows = rows[rows["in_region"].to_numpy(bool)] if "in_region" in rows and not rows["in_region"].all() else rows
        report = _digits(rows["report_id"].tolist())
        arrays: dict[str, NDArray[Any]] = {name: self._coded(name, rows[name]) for name in CODED}
        arrays |= {name: rows[name].to_numpy(float, na_value=np.nan) for name in NUMBERS}
        arrays |= {"day": _days(rows["happened_from"]), "day_to": _days(rows["happened_to"])}
        arrays |= {"hour": rows["hour"].to_numpy(float, na_value=NONE).astype(np.int8), "kg": drug_kg(rows)}
        arrays["has_quantity"] = rows["quantity"].notna().to_numpy(np.uint8)
        self._put(arrays | {"report": report, "event": _events(rows, report)})

    def add_coded(self, arrays: Mapping[str, NDArray[Any]], words: Mapping[str, Sequence[str]]) -> None:
        """Rows that are arrays already.

        arrays: day, day_to, hour, kg, has_quantity, `NUMBERS`, `CODED` as codes into ``words`` (number 0 is ""), report (n, 2) and event
        (n, 2), two numbers that tell events apart. Raises WrongTable when one of them is missing or too short.
        """
        missing = [
            name for name in ("day", "day_to", "hour", "kg", "has_quantity", "report", "event", *NUMBERS, *CODED) if name not in arrays
        ]
        if missing or len({len(array) for array in arrays.values()}) != 1:
            raise WrongTable(f"Arrays of rows came without {', '.join(missing) or 'one common length'}: all of `Builder` were wanted.")
        translated = {name: self._numbers(name, words[name])[arrays[name]] for name in CODED}
        self._put({**arrays, **translated})

    def finish(self, about: Mapping[str, Any] | None = None) -> Columns:
        """The columns of all rows that were added. The builder is empty after it: the rows are handed over, not copied."""
        words = {name: tuple(known) for name, known in self._known.items()}
        arrays = {name: self._whole(name) for name in [*self._parts]}
        if not arrays:
            arrays = _nothing()
        _in_order(arrays)
        arrays["event"], arrays["several"] = number_events(arrays["event"])
        precise = [code for code, text in enumerate(words["date_precision"]) if text in ("day", "month")]
        arrays["month"] = single_month(arrays["day"], arrays["day_to"], np.isin(arrays["date_precision"], precise))
        for name in CODED:
            arrays[name] = arrays[name].astype(np.min_scalar_type(len(words[name]) - 1), copy=False)
        for name, parts in (("profile", FILTERED), ("source", SOURCE)):
            arrays[name], distinct = joint([arrays[part] for part in parts])
            arrays |= {f"{name}_{part}": distinct[:, i].astype(arrays[part].dtype) for i, part in enumerate(parts)}
        # By province too: where a profile does not name one, its country is the area (`layers.selection.areas_of`).
        arrays["fine"], distinct = joint([arrays["profile"], arrays["province_id"]])
        arrays |= {"fine_profile": distinct[:, 0].astype(np.uint32), "fine_province_id": distinct[:, 1].astype(np.uint16)}
        arrays |= {"first_month": months_of(arrays["day"]), "last_month": months_of(arrays["day_to"])}
        several = {"n_several": int(arrays["several"].max(initial=NONE)) + 1}
        return Columns(arrays, words, {"n": len(arrays["day"]), "n_dated": int((arrays["day"] != NONE).sum()), **several, **(about or {})})

    def _put(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        for name, array in arrays.items():
            self._parts.setdefault(name, []).append(array)

    def _whole(self, name: str) -> NDArray[Any]:
        parts = self._parts.pop(name)
        return parts[0].copy() if len(parts) == 1 else np.concatenate(parts)

    def _coded(self, name: str, texts: "pd.Series[str]") -> NDArray[np.uint32]:
        codes, distinct = pd.factorize(texts)
        return np.append(self._numbers(name, [str(text) for text in distinct]), np.uint32(0))[codes]

    def _numbers(self, name: str, texts: Sequence[str]) -> NDArray[np.uint32]:
        known = self._known[name]
        return np.array([known.setdefault(text, len(known)) for text in texts], np.uint32)


def _days(dates: "pd.Series[str]") -> NDArray[np.int32]:
    """ISO dates as days since 1970, -1 where there is none; each distinct text is read once."""
    codes, distinct = pd.factorize(dates)
    return np.array([(np.datetime64(str(text)[:10]) - _EPOCH).astype(int) for text in distinct] + [NONE], np.int32)[codes]


def _digits(ids: Sequence[str]) -> NDArray[np.uint64]:
    """32 hex digits each as two numbers, uint64 (n, 2), in the order of the texts. Raises WrongTable for another text."""
    try:
        whole = np.frombuffer(bytes.fromhex("".join(ids)), ">u8")
    except ValueError:
        whole = np.zeros(0, ">u8")
    if len(whole) != 2 * len(ids):
        raise WrongTable("A report_id is not 32 hex digits: the rows must come from the store.")
    return whole.astype(np.uint64).reshape(-1, 2)


def _events(rows: pd.DataFrame, report: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Two numbers that tell events apart, uint64 (n, 2). Most events have one row and its name; others a name that a person gave."""
    found = report.copy()
    other = np.flatnonzero((rows["event_id"] != rows["report_id"]).to_numpy(bool))
    if len(other):
        names = [
            name if len(name) == 32 and not name.strip(_HEX) else blake2b(name.encode(), digest_size=16).hexdigest()
            for name in rows["event_id"].iloc[other]
        ]
        found[other] = _digits(names)
    return found


def _in_order(arrays: dict[str, NDArray[Any]]) -> None:
    """Rows by (day, report_id), the undated last, in place: as the store gives them."""
    day = arrays["day"].view(np.uint32)  # -1 becomes the largest number
    high, low = arrays["report"].T
    ties = day[1:] == day[:-1]
    in_order = (day[1:] > day[:-1]) | ties & ((high[1:] > high[:-1]) | (high[1:] == high[:-1]) & (low[1:] >= low[:-1]))
    if in_order.all():
        return
    order = np.lexsort((low, high, day))
    for name in arrays:
        arrays[name] = arrays[name][order]


def _nothing() -> dict[str, NDArray[Any]]:
    whole = {"day": np.int32, "day_to": np.int32, "hour": np.int8, "has_quantity": np.uint8}
    arrays: dict[str, NDArray[Any]] = {name: np.zeros(0, dtype) for name, dtype in whole.items()}
    arrays |= {name: np.zeros(0) for name in ("kg", *NUMBERS)} | {name: np.zeros(0, np.uint32) for name in CODED}
    return arrays | {name: np.zeros((0, 2), np.uint64) for name in ("report", "event")}
