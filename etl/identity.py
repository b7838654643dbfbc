"""Identity: a report is its feed, its content and its occurrence number in the file. The same row again is the same report."""

import hashlib

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_FIELD, _RECORD = "\x1f", "\x1e"


def _marked(name: str, cell: str) -> str:
    # The length keeps two different rows different, whatever stands in their cells.
    return f"{name}{_FIELD}{len(cell)}{_FIELD}{cell}{_RECORD}" if cell else ""


def identify(rows: pd.DataFrame, feed: str) -> pd.DataFrame:
    """The identity of n rows.

    rows: text columns (and row_number, which does not count). The order of columns and cells that are empty do not matter, so
    the same row is found again in a table with other or fewer columns around it.
    Returns report_id (SHA-256, 32 hex digits) and repeat_number (1 for the first row with its content, 2 for its first repeat).
    """
    names = sorted(name for name in rows.columns if name != "row_number")
    marked = [rows[name].map({cell: _marked(name, str(cell)) for cell in rows[name].unique()}).tolist() for name in names]
    contents = pd.Series(["".join(cells) for cells in zip(*marked, strict=True)], index=rows.index, dtype="object")
    repeat = contents.groupby(contents, sort=False).cumcount() + 1 if len(contents) else pd.Series(dtype="int64", index=rows.index)
    start = f"{feed}{_RECORD}"
    ids = [hashlib.sha256(f"{start}{content}{number}".encode()).hexdigest()[:32] for content, number in zip(contents, repeat, strict=True)]
    return pd.DataFrame({"report_id": pd.Series(ids, index=rows.index, dtype="str"), "repeat_number": repeat.astype("int64")})


def further_ids(report_ids: "pd.Series[str]", number: "NDArray[np.int64]") -> "pd.Series[str]":
    """Identities of the rows that one report opens into (one a drug): the first keeps the report's, the others get one of their own.

    number: 0 for the first of its report, 1 for the second...
    """
    if not number.any():
        return report_ids
    ids = [
        report if not n else hashlib.sha256(f"{report}{_RECORD}{n}".encode()).hexdigest()[:32]
        for report, n in zip(report_ids, number.tolist(), strict=True)
    ]
    return pd.Series(ids, index=report_ids.index, dtype="str")
