"""Candidates: the pairs worth a closer look, found through keys and never by comparing every row with every other.

Each rule gives rows a whole-number key; rows with one key are candidates. A key that too many rows share is narrowed by
place and digits, and then cut off; how many rows that touched is told, never hidden.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.pairing.rows import COUNTRY, DISTRICT, NO_DAY, PROVINCE, Flags, Floats, Ints, Rows, to_digits

#: Days that a report may lie away from its mirror: one side dates the seizure, the other the note about it.
DAYS_APART = 3
#: Rows that may share one key before it is narrowed, and candidates of one row under one key at most.
MOST_IN_BLOCK = 60
#: Rows that lie further apart than this and their uncertainties are not looked at.
FAR_M = 150_000.0

_DRUGS, _MEASURES, _LAST = 64, 64, 1 << 20
_DAY = _DRUGS * _MEASURES * _LAST  # what one day adds to a packed key
_FINER = np.int64(1_000_003)
_BIN = 0.02  # of log10: about 4.7 %


class Candidates(NamedTuple):
    """a, b: row numbers, a < b. bounded: rows of which not every candidate was looked at."""

    a: Ints
    b: Ints
    bounded: int


class _Key(NamedTuple):
    """One rule: rows of the left meet rows of the right that have the same key."""

    left: Ints
    right: Ints
    left_ok: Flags
    right_ok: Flags


def find_candidates(rows: Rows, is_new: Flags) -> Candidates:
    """Candidates among n rows: each pair holds at least one new row. Rows of one event are no pair."""
    found: list[Ints] = []
    bounded = np.zeros(len(rows), bool)
    sorted_keys: dict[tuple[int, int], tuple[Ints, Ints]] = {}
    keys = _keys(rows)
    for key in keys:
        a, b, cut = _joined(rows, key, is_new, sorted_keys)
        bounded[cut] = True
        keep = _worth_a_look(rows, a, b)
        found.append(np.minimum(a, b)[keep] * len(rows) + np.maximum(a, b)[keep])
    pairs = np.sort(np.concatenate(found))
    pairs = pairs[np.concatenate([[True], pairs[1:] != pairs[:-1]])] if len(pairs) else pairs
    n = max(len(rows), 1)
    return Candidates(pairs // n, pairs % n, int(bounded.sum()))


def _keys(rows: Rows) -> list[_Key]:
    there = rows.measure >= 0
    dated = rows.day != NO_DAY
    sharp = dated & (rows.last_day == rows.day)
    log = np.log10(np.where(there, rows.amount, 1.0))
    drug = np.where(rows.drug < 0, _DRUGS - 1, rows.drug)
    measure = np.minimum(np.maximum(rows.measure, 0), _MEASURES - 1)
    mantissa = np.floor((log % 1.0) / _BIN + 1e-9).astype(np.int64)
    n_bins = round(1 / _BIN)
    two, three = _first_digits(rows, 2), _first_digits(rows, 3)
    weighed, fine, with_two = sharp & there, sharp & there & (rows.digits >= 3), sharp & there & (rows.digits >= 2)
    keys: list[_Key] = []
    near, near_day, exact, any_drug = (
        _pack(rows.day, *last)
        for last in ((drug, measure, mantissa), (drug, measure, two), (drug, measure, three), (0 * drug, measure, two))
    )
    for step in (-1, 0, 1):  # the same day, near weight, or the same digits with the point elsewhere
        keys.append(_key(_pack(rows.day, drug, measure, (mantissa + step) % n_bins), near, weighed))
    for days in range(-DAYS_APART, DAYS_APART + 1):  # a near day, the same two digits
        if days:
            keys.append(_key(near_day + days * _DAY, near_day, weighed))
    swapped = day_month_swapped(rows.day)
    for other in (swapped, rows.day + 365, rows.day - 365, rows.day + 366, rows.day - 366):  # a slip of the date
        keys.append(_Key(_pack(other, drug, measure, three), exact, fine & (other != rows.day), fine))
    keys.append(_key(_pack(rows.day, drug, measure, _sorted_digits(rows)), None, fine))  # digits changed places
    for days in (-1, 0, 1):  # another drug word, the same weight
        keys.append(_key(any_drug + days * _DAY, any_drug, with_two))
    keys += _by_place(rows, drug, sharp, there)
    keys += _vague(rows, drug, measure, two, sharp, there)
    keys.append(_key(_pack(rows.reference, 0 * drug, 0 * drug, 0 * drug), None, rows.reference >= 0))
    return keys


def _by_place(rows: Rows, drug: Ints, sharp: Flags, there: Flags) -> list[_Key]:
    """The same day, drug and district or province: the weight may be missing or far off."""
    keys = []
    district, province = rows.place_codes[:, DISTRICT], rows.place_codes[:, PROVINCE]
    keys.append(_key(_pack(rows.day, drug, 0 * drug, district), None, sharp & (district >= 0)))
    # "More than 20 kg" may be 25: no digits to look for either.
    lacks, nowhere = sharp & (~there | (rows.bound > 0)), 0 * drug
    by_province, known = _pack(rows.day, drug, nowhere, province), sharp & (province >= 0)
    for days in (-1, 0, 1):
        keys.append(_Key(by_province + days * _DAY, by_province, lacks & known, known))
        keys.append(_Key(by_province + days * _DAY, by_province, known, lacks & known))
    country = rows.place_codes[:, COUNTRY]
    by_country = _pack(rows.day, drug, rows.kind, country)
    keys.append(_Key(by_country, by_country, lacks, sharp))
    keys.append(_Key(by_country, by_country, sharp, lacks))
    return keys


def _vague(rows: Rows, drug: Ints, measure: Ints, two: Ints, sharp: Flags, there: Flags) -> list[_Key]:
    """A row known to its month or year only, and a row of the same digits inside that time."""
    dated = (rows.day != NO_DAY) & there
    vague = dated & ~sharp
    if not vague.any():
        return []
    keys = []
    for unit in ("datetime64[M]", "datetime64[Y]"):
        period = rows.day.astype("datetime64[D]").astype(unit).astype(np.int64)
        keys.append(_key(_pack(period, drug, measure, two), None, dated, vague))
        keys.append(_key(_pack(period, drug, measure, two), None, vague, dated))
    return keys


def _key(left: Ints, right: Ints | None, ok: Flags, right_ok: Flags | None = None) -> _Key:
    # A rule that shifts the left side asks of the right side only what it asks of the left.
    return _Key(left, left if right is None else right, ok, ok if right_ok is None else right_ok)


def _pack(day: Ints, drug: Ints, measure: Ints, last: Ints) -> Ints:
    return np.asarray(((day * _DRUGS + drug) * _MEASURES + measure) * _LAST + last % _LAST, np.int64)


def _first_digits(rows: Rows, digits: int) -> Ints:
    """The first digits of each amount without its point, 0.152 and 152 -> 152; 0 without an amount."""
    there = rows.measure >= 0
    amount = np.where(there, rows.amount, 1.0)
    rounded = to_digits(amount, digits)
    scaled = rounded * 10.0 ** (digits - 1 - np.floor(np.log10(rounded) + 1e-9))
    return np.where(there, np.round(scaled), 0).astype(np.int64)


def _sorted_digits(rows: Rows) -> Ints:
    """The first four digits in order of size: 2041 and 2014 have one key. With the power of ten, so that sizes fit."""
    four = _first_digits(rows, 4)
    digits = np.sort(np.column_stack([(four // 10**place) % 10 for place in range(4)]), axis=1)
    there = rows.measure >= 0
    power = np.floor(np.log10(np.where(there, rows.amount, 1.0))).astype(np.int64) + 9
    return np.asarray(digits @ np.array([1, 10, 100, 1000]) + 10_000 * power, np.int64)


def day_month_swapped(days: Ints) -> Ints:
    """3 June for 6 March; the day itself where the swap gives no date or the same."""
    distinct, codes = np.unique(days, return_inverse=True)
    dates = distinct.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    year = month.astype("datetime64[Y]")
    day_number, month_number = (dates - month).astype(np.int64) + 1, (month - year).astype(np.int64) + 1
    ok = (day_number <= 12) & (distinct != NO_DAY)
    other = (year.astype("datetime64[M]") + np.where(ok, day_number - 1, 0)).astype("datetime64[D]") + (month_number - 1)
    return np.where(ok, other.astype(np.int64), distinct)[codes]


def _joined(rows: Rows, key: _Key, is_new: Flags, seen: dict[tuple[int, int], tuple[Ints, Ints]]) -> tuple[Ints, Ints, Ints]:
    """Row numbers of the pairs under one rule, and the rows whose block was cut off.

    seen: sorted right sides by the identity of their arrays, which several rules share (all of them are alive in `_keys`).
    """
    left = np.flatnonzero(key.left_ok & is_new)
    name = (id(key.right), id(key.right_ok))
    if name not in seen:
        usable = np.flatnonzero(key.right_ok)
        order = np.argsort(key.right[usable])
        seen[name] = (usable[order], key.right[usable][order])
    right, right_keys = seen[name]
    nothing = np.zeros(0, np.int64)
    if not len(left) or not len(right):
        return nothing, nothing, nothing
    a, b, crowded = _met(left, key.left[left], right, right_keys)
    if not len(crowded):
        return a, b, nothing
    # Too many rows under one key: the place, and then the first digits, must agree as well.
    many = key.right_ok.copy()
    many[right] = np.isin(right_keys, np.unique(key.left[crowded]))
    right = np.flatnonzero(many)
    finer = _narrow(rows)
    finer_right = key.right[right] * _FINER + finer[right]
    # By content and then by number: which rows are looked at first does not depend on where they stand in a table.
    order = np.lexsort([rows.report[right].astype(str), finer_right]) if len(right) else right
    right, finer_right = right[order], finer_right[order]
    finer_left = key.left * _FINER + finer
    c, d, still = _met(crowded, finer_left[crowded], right, finer_right)
    if len(still):
        e, f = _first_met(still, finer_left[still], right, finer_right)
        c, d = np.concatenate([c, e]), np.concatenate([d, f])
    return np.concatenate([a, c]), np.concatenate([b, d]), crowded


def _narrow(rows: Rows) -> Ints:
    place = rows.place_codes[:, DISTRICT]
    place = np.where(place >= 0, place, 100_000 + rows.place_codes[:, PROVINCE])
    return place * 1009 + _first_digits(rows, 3)


def _met(left: Ints, left_keys: Ints, right: Ints, right_keys: Ints) -> tuple[Ints, Ints, Ints]:
    """Pairs of rows with one key, right_keys being sorted; left rows that meet more than `MOST_IN_BLOCK` come back without pairs."""
    by_key = np.argsort(left_keys)  # sorted needles find their place several times faster
    left, left_keys = left[by_key], left_keys[by_key]
    begin = np.searchsorted(right_keys, left_keys, "left")
    count = np.searchsorted(right_keys, left_keys, "right") - begin
    crowded = count > MOST_IN_BLOCK
    begin, count, few = begin[~crowded], count[~crowded], left[~crowded]
    return *_spread(few, right, begin, count), left[crowded]


def _first_met(left: Ints, left_keys: Ints, right: Ints, right_keys: Ints) -> tuple[Ints, Ints]:
    """The next `MOST_IN_BLOCK` rows of the key behind each left row, and no more: a block of m rows gives at most 60 m pairs."""
    begin = np.searchsorted(right_keys, left_keys, "left")
    end = np.searchsorted(right_keys, left_keys, "right")
    # From its own place in the block on, so that neighbours are looked at and not always the same first rows.
    own = np.zeros(int(max(right.max(initial=0), left.max(initial=0))) + 1, np.int64)
    own[right] = np.arange(len(right))
    start = np.clip(own[left], begin, np.maximum(end - MOST_IN_BLOCK, begin))
    return _spread(left, right, start, np.minimum(end - start, MOST_IN_BLOCK))


def _spread(left: Ints, right: Ints, begin: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Each left row beside right[begin : begin + count]."""
    a = np.repeat(left, count)
    within = np.arange(len(a)) - np.repeat(np.cumsum(count) - count, count)
    return a, right[np.repeat(begin, count) + within]


def _worth_a_look(rows: Rows, a: Ints, b: Ints) -> Flags:
    """Not the row itself, not its own event, not another kind of happening, not hopelessly far away."""
    keep = (a != b) & (rows.event[a] != rows.event[b]) & (rows.kind[a] == rows.kind[b])
    distance = distance_m(rows, a, b) - rows.uncertainty_m[a] - rows.uncertainty_m[b]
    return np.asarray(keep & ~(distance > FAR_M), bool)


def distance_m(rows: Rows, a: Ints, b: Ints) -> Floats:
    """Metres between the points of n pairs in the regional projection; NaN where one has no point."""
    return np.asarray(np.hypot(rows.x[a] - rows.x[b], rows.y[a] - rows.y[b]), np.float64)


def repeated_rows(rows: Rows) -> Ints:
    """Rows of a file that may be the first or a further row of one content: those that share file, day, drug and amount with a repeat."""
    amount = np.nan_to_num(rows.amount, nan=-1.0)
    table = pd.DataFrame({"file": rows.file, "day": rows.day, "drug": rows.drug, "amount": amount})
    code = table.groupby(list(table.columns), sort=False).ngroup().to_numpy() if (rows.repeat > 1).any() else np.zeros(0, np.int64)
    if not len(code):
        return np.zeros(0, np.int64)
    repeated = np.zeros(int(code.max()) + 1, bool)
    repeated[code[rows.repeat > 1]] = True
    return np.flatnonzero(repeated[code]).astype(np.int64)


def first_of_repeats(rows: Rows, which: Ints, contents: NDArray[np.uint64]) -> tuple[Ints, Ints]:
    """Each repeat in a file and the first row with its content. which: row numbers; contents: a hash of what each of them says."""
    order = np.lexsort([rows.repeat[which], contents, rows.file[which]])
    contents, file = contents[order], rows.file[which][order]
    starts = np.ones(len(order), bool)
    starts[1:] = (contents[1:] != contents[:-1]) | (file[1:] != file[:-1])
    first = order[np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))] if len(order) else order
    repeats = ~starts & (rows.repeat[which][order] > 1)
    return which[first[repeats]], which[order[repeats]]
