"""Joining: pairs that are merged -> one event of several rows, of which one counts. Decided by the rows, never by their order."""

import numpy as np
import pandas as pd

from geodata.model import DATE_PRECISIONS, PRECISION_LEVELS


class _Groups:
    """Union-find over report ids; each group knows the files of its rows."""

    def __init__(self, files: dict[str, str]) -> None:
        self.parent = {report: report for report in files}
        self.files = {report: {file} for report, file in files.items()}

    def root(self, report: str) -> str:
        while self.parent[report] != report:
            self.parent[report] = self.parent[self.parent[report]]
            report = self.parent[report]
        return report

    def join(self, one: str, two: str, *, by_person: bool) -> None:
        first, second = sorted((self.root(one), self.root(two)))
        # Two rows of one file are never joined by way of a third row, only by a person.
        if first == second or (not by_person and self.files[first] & self.files[second]):
            return
        self.parent[second] = first
        self.files[first] |= self.files.pop(second)


def components(pairs: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """What merged pairs make of n rows.

    pairs: report_a, report_b; score and by_person (a person said so) may be missing. What a person said is done first and always,
    of the others the surest first. Hand in every merged pair of the rows, not the last import's alone, and the rows' event ids as they
    came: the answer then depends on nothing but the rows. rows: report_id, event_id, file_sha256, date_precision,
    precision_level, uncertainty_m; pairs whose rows are not all there are left out.
    Returns report_id, event_id (the smallest of those joined) and duplicate_of (report_id of the row that counts; empty for a row that
    counts itself), with the index of the rows. The sharper date counts, then the sharper place, then the smaller report_id.
    """
    nothing = pd.Series(np.nan, index=rows.index, dtype="str")
    result = pd.DataFrame({"report_id": rows["report_id"], "event_id": rows["event_id"], "duplicate_of": nothing})
    there = pairs[pairs["report_a"].isin(rows["report_id"]) & pairs["report_b"].isin(rows["report_id"])]
    if there.empty:
        return result
    touched = rows[rows["report_id"].isin(pd.concat([there["report_a"], there["report_b"]]))]
    files = dict(zip(touched["report_id"], touched["file_sha256"], strict=True))
    groups = _Groups(files)
    for one, two, by_person in _in_order(there, files):
        groups.join(one, two, by_person=by_person)
    root = touched["report_id"].map(groups.root)
    ranked = touched.assign(_root=root, _sharp=_sharpness(touched)).sort_values(["_sharp", "report_id"])
    counted = ranked.groupby("_root")["report_id"].first()
    counts_for = root.map(counted)
    doubles = counts_for != touched["report_id"]
    result.loc[doubles[doubles].index, "duplicate_of"] = counts_for[doubles].astype("str")
    result["event_id"] = _joined_events(rows, touched, root)
    return result


def _in_order(pairs: pd.DataFrame, files: dict[str, str]) -> list[tuple[str, str, bool]]:
    """What a person said first, then the surest first. A pair inside one file is always a person's: no rule merges it."""
    score = pairs["score"].tolist() if "score" in pairs else [1.0] * len(pairs)
    person = pairs["by_person"].fillna(False).astype(bool).tolist() if "by_person" in pairs else [False] * len(pairs)
    ids = [(min(one, two), max(one, two)) for one, two in zip(pairs["report_a"], pairs["report_b"], strict=True)]
    said = [by_person or files[one] == files[two] for (one, two), by_person in zip(ids, person, strict=True)]
    ordered = sorted(zip(said, score, ids, strict=True), key=lambda pair: (not pair[0], -pair[1], pair[2]))
    return [(one, two, by_person) for by_person, _, (one, two) in ordered]


def _sharpness(rows: pd.DataFrame) -> "pd.Series[float]":
    """A number that is smaller for a sharper date, then for a sharper place."""
    date = rows["date_precision"].map({name: rank for rank, name in enumerate(DATE_PRECISIONS)}).astype(float)
    place = rows["precision_level"].map({name: rank for rank, name in enumerate(PRECISION_LEVELS)}).astype(float)
    metres = np.minimum(rows["uncertainty_m"].to_numpy(dtype=float, na_value=9e6), 9e6)
    return pd.Series(date * 1e10 + place * 1e8 + metres, index=rows.index)


def _joined_events(rows: pd.DataFrame, touched: pd.DataFrame, root: "pd.Series[str]") -> "pd.Series[str]":
    """Events whose rows were joined are one event: all their rows, the further drugs too, get the smallest of their ids."""
    parent: dict[str, str] = {}

    def find(event: str) -> str:
        while parent.setdefault(event, event) != event:
            event = parent[event]
        return event

    first: dict[str, str] = {}
    for group, event in zip(root, touched["event_id"], strict=True):
        one, two = sorted((find(first.setdefault(group, event)), find(event)))
        parent[two] = one
    return rows["event_id"].map({event: find(event) for event in parent}).fillna(rows["event_id"])
