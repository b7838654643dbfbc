"""Pairs: which located events tell of one happening, with a score and the reasons. Pure: the store and the clock are elsewhere.

A sure pair joins rows of two files and may be merged; everything else is proposed to a person. Never merged by itself: a pair
inside one file, and a report mirrored by two countries or two agencies. `docs/methods.md` shows the rules with an example.
"""

import datetime as dt

import numpy as np
import pandas as pd

from etl.pairing.candidates import find_candidates, first_of_repeats, repeated_rows
from etl.pairing.evidence import Evidence, score, weigh
from etl.pairing.joining import components
from etl.pairing.matching import in_order, one_to_one
from etl.pairing.rates import daily_rates
from etl.pairing.reasons import contents_of, reasons_of
from etl.pairing.rows import COMPARED, Flags, Floats, Ints, Rows, rows_of

__all__ = ["COLUMNS", "PAIRS", "PROPOSE", "SURE", "components", "find_pairs", "reach"]

#: What the rows must hold; `source_ref` is used where it is there.
COLUMNS = (
    "report_id", "event_id", "file_sha256", "repeat_number", "kind", "happened_from", "happened_to", "date_precision", "hour",
    "country_iso3", "place_text", "drug", "drug_text", "quantity", "unit", "weight_kg", "weight_bound", "agency", *COMPARED, "in_region",
    "lon", "lat", "uncertainty_m", "precision_level", "place_id", "district_id", "province_id",
)  # fmt: skip
PAIRS = ("report_a", "report_b", "score", "reasons", "verdict", "same_file")
#: Score from which a pair is shown to a person, and from which it is sure.
PROPOSE, SURE = 0.6, 0.97
#: Days before and after the new rows' own in which stored rows count: a slip of the year, and the rates around it.
REACH_DAYS = 400
#: Most that the other drugs of two events may add, in bits of the odds.
SEVERAL_DRUGS_BITS = 6.0
#: Pairs weighed at a time: memory stays flat however many there are.
CHUNK = 500_000


def reach(new: pd.DataFrame) -> tuple[str, str] | None:
    """First and last ISO day of the stored rows that `find_pairs` needs beside ``new``; None when no new row has a date.

    The whole reach matters: with less, a score would depend on which file came first.
    """
    first, last = new["happened_from"].dropna(), new["happened_to"].dropna()
    if first.empty or last.empty:
        return None
    margin = dt.timedelta(days=REACH_DAYS)
    return (_shifted(str(first.min()), -margin), _shifted(str(last.max()), margin))


def find_pairs(new: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """Pairs that hold at least one new row, likeliest first.

    new, stored: located events (`geodata.model.LOCATED_EVENT`, at least `COLUMNS`); a report in both counts once. Rows outside
    the region and rows without a date are in no pair, but for the sender's own number.
    Returns `PAIRS`: report_a < report_b, score 0-1 (at least `PROPOSE`), reasons (a JSON list of {"code", values}), verdict
    (sure: may be merged; mirror: two countries or agencies; unsure), same_file. attrs["bounded"]: rows of crowded days of which
    not every candidate was looked at.
    """
    table, is_new = _together(new, stored)
    rows = rows_of(table)
    candidates = find_candidates(rows, is_new)
    a, b, again = _with_repeats(rows, table, is_new, candidates.a, candidates.b)
    a, b, again, found = _weighed(rows, a, b, again)
    bits, several = _several_drugs(rows, a, b, found)
    a, b = in_order(rows, a, b)
    bits = one_to_one(rows, a, b, bits)
    keep = (bits >= _bits(PROPOSE)) | again
    pairs = _told(rows, a[keep], b[keep], bits[keep], found.chosen(keep), again[keep], several[keep])
    pairs.attrs["bounded"] = candidates.bounded
    return pairs


def _shifted(day: str, by: dt.timedelta) -> str:
    try:
        return (dt.date.fromisoformat(day) + by).isoformat()
    except OverflowError:  # the first or last days that a date can have
        return day


def _together(new: pd.DataFrame, stored: pd.DataFrame) -> tuple[pd.DataFrame, Flags]:
    """New and stored rows of the region, each report once, and which of them are new."""
    names = [*COLUMNS, *(["source_ref"] if "source_ref" in new.columns else [])]
    known = ~stored["report_id"].isin(new["report_id"]) if len(stored) else stored["in_region"].astype(bool)
    parts = [part[part["in_region"].to_numpy(bool)].reindex(columns=names) for part in (new, stored[known])]
    is_new = np.arange(sum(map(len, parts))) < len(parts[0])
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(filled, ignore_index=True), is_new


def _weighed(rows: Rows, a: Ints, b: Ints, again: Flags) -> tuple[Ints, Ints, Flags, Evidence]:
    """The pairs that are likely enough to be kept, with their evidence."""
    rates = daily_rates(rows)
    kept: list[tuple[Ints, Ints, Flags, Evidence]] = []
    for start in range(0, len(a), CHUNK):
        part = slice(start, start + CHUNK)
        found = weigh(rows, rates, a[part], b[part])
        keep = (found.bits > _bits(PROPOSE) - SEVERAL_DRUGS_BITS) | again[part]
        kept.append((a[part][keep], b[part][keep], again[part][keep], found.chosen(keep)))
    if not kept:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing.astype(bool), weigh(rows, rates, nothing, nothing)
    firsts, seconds, agains, evidence = zip(*kept, strict=True)
    return np.concatenate(firsts), np.concatenate(seconds), np.concatenate(agains), Evidence.joined(evidence)


def _bits(share: float) -> float:
    return float(np.log2(share / (1.0 - share)))


def _with_repeats(rows: Rows, table: pd.DataFrame, is_new: Flags, a: Ints, b: Ints) -> tuple[Ints, Ints, Flags]:
    """Candidates and the same rows again of one file: each repeat beside the first of its content, not beside every other."""
    which = repeated_rows(rows)
    if not len(which):
        return a, b, np.zeros(len(a), bool)
    contents = np.zeros(len(rows), np.uint64)
    contents[which] = pd.util.hash_pandas_object(contents_of(table.iloc[which]), index=False).to_numpy()
    first, repeat = first_of_repeats(rows, which, contents[which])
    known = is_new[first] | is_new[repeat]
    first, repeat = first[known], repeat[known]
    n = max(len(rows), 1)
    between = (rows.file[a] == rows.file[b]) & (contents[a] == contents[b]) & (rows.repeat[a] > 1) & (rows.repeat[b] > 1)
    starred = np.minimum(first, repeat) * n + np.maximum(first, repeat)
    packed = np.union1d(a[~between] * n + b[~between], starred)
    return packed // n, packed % n, np.isin(packed, starred)


def _several_drugs(rows: Rows, a: Ints, b: Ints, found: Evidence) -> tuple[Floats, Flags]:
    """Two events that agree in the amounts of several drugs: each pair gains half of what the others' amounts say."""
    low, high = np.minimum(rows.event[a], rows.event[b]), np.maximum(rows.event[a], rows.event[b])
    _, code, count = np.unique(low * np.int64(max(len(rows), 1)) + high, return_inverse=True, return_counts=True)
    own = np.maximum(found.weight_bits, 0.0)
    others = np.bincount(code, weights=own, minlength=len(count))[code] - own
    drugs = (rows.drug[a] == rows.drug[b]) & (count[code] > 1) & (others > 0)
    return found.bits + np.where(drugs, np.minimum(others / 2.0, SEVERAL_DRUGS_BITS), 0.0), drugs


def _told(rows: Rows, a: Ints, b: Ints, bits: Floats, found: Evidence, again: Flags, several: Flags) -> pd.DataFrame:
    same_file = rows.file[a] == rows.file[b]
    # A row that a file holds twice is always shown, however common such rows are.
    likeness = np.where(again, np.maximum(score(bits), PROPOSE), score(bits))
    mirror = found.two_countries | found.two_agencies
    verdict = np.select([mirror, ~same_file & (likeness >= SURE)], ["mirror", "sure"], "unsure")
    pairs = pd.DataFrame(
        {
            "report_a": rows.report[a],  # the smaller id
            "report_b": rows.report[b],
            "score": np.round(likeness, 4),
            "reasons": reasons_of(rows, a, b, found, again, several),
            "verdict": verdict,
            "same_file": same_file,
        },
        columns=list(PAIRS),
    )
    return pairs.sort_values(["score", "report_a", "report_b"], ascending=[False, True, True], ignore_index=True)
