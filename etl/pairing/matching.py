"""Matching: between two files, one row is the double of one row at most, the likeliest; its rivals lose by as much as it wins."""

import numpy as np

from etl.pairing.rows import Floats, Ints, Rows


def in_order(rows: Rows, a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """The pairs with the smaller report id first, wherever the rows stand in the table."""
    turned = np.array([one > two for one, two in zip(rows.report[a], rows.report[b], strict=True)], bool)
    return np.where(turned, b, a).astype(np.int64), np.where(turned, a, b).astype(np.int64)


def one_to_one(rows: Rows, a: Ints, b: Ints, bits: Floats) -> Floats:
    """The bits of n pairs after competition.

    Between two files the pairs are taken likeliest first (then by report id, so the order of files does not matter). A
    pair of which one row is taken already keeps odds / (1 + odds of the taken pair): the same odds leave less than one half.
    Pairs inside one file do not compete: a file may hold one happening three times.
    """
    after = bits.copy()
    across = np.flatnonzero(rows.file[a] != rows.file[b])
    # Only rows with a rival need the slow part.
    rivals = _has_rival(rows, a[across], b[across])
    asked = across[rivals]
    order = np.lexsort([rows.report[b[asked]].astype(str), rows.report[a[asked]].astype(str), -np.round(bits[asked], 6)])
    taken: dict[tuple[int, int], float] = {}
    for n in asked[order].tolist():
        i, j = int(a[n]), int(b[n])
        sides = ((i, int(rows.file[j])), (j, int(rows.file[i])))
        won = max((taken[side] for side in sides if side in taken), default=None)
        if won is None:
            for side in sides:
                taken[side] = float(bits[n])
        else:
            after[n] = bits[n] - np.log2(1.0 + 2.0 ** min(won, 60.0))
    return after


def _has_rival(rows: Rows, a: Ints, b: Ints) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    n_files = np.int64(rows.file.max(initial=0) + 1)
    sides = [a * n_files + rows.file[b], b * n_files + rows.file[a]]
    _, codes, counts = np.unique(np.concatenate(sides), return_inverse=True, return_counts=True)
    shared = counts[codes] > 1
    return np.asarray(shared[: len(a)] | shared[len(a) :], bool)
