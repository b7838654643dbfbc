"""Rates: how often rows of one kind come by themselves, so that a coincidence can be told from a double.

Counted in the row's own file around the row's own day: what other files hold, and when they came, changes nothing.
"""

import numpy as np
from numpy.typing import NDArray

from etl.pairing.rows import COUNTRY, NO_DAY, PLACE_LEVELS, Floats, Ints, Rows

#: Days before and after a row over which its file is counted.
AROUND_DAYS = 15
#: Rows a day of one drug that are expected at the least, by place level: a thin file is no proof that nothing happens there.
FLOOR = {"place_id": 0.003, "place_text": 0.003, "district_id": 0.005, "province_id": 0.015, "country_iso3": 0.04}
ANY_DRUG = len(PLACE_LEVELS)

_SPREAD = np.int64(1 << 20)


def daily_rates(rows: Rows) -> Floats:
    """Other rows a day in the same file, of the same drug and the same place level, (n, 6) columns as `PLACE_LEVELS`; the last
    column is the country with any drug. Rows without a day, or without the level, have the rate of the next wider level."""
    dated = rows.day != NO_DAY
    rates = np.zeros((len(rows), ANY_DRUG + 1))
    rates[:, ANY_DRUG] = _around(rows, dated, _group(rows.file, rows.place_codes[:, COUNTRY]))
    for level in range(COUNTRY, -1, -1):
        place = rows.place_codes[:, level]
        own = dated & (place >= 0)
        found = _around(rows, own, _group(rows.file, rows.drug, place))
        wider = rates[:, level + 1] if level < COUNTRY else rates[:, ANY_DRUG]
        rates[:, level] = np.where(own, found, wider)
    floors = np.array([*(FLOOR[level] for level in PLACE_LEVELS), 2 * FLOOR["country_iso3"]])
    return np.maximum(rates, floors)


def _group(*codes: Ints) -> Ints:
    """One code for each combination of codes."""
    packed = np.zeros(len(codes[0]), np.int64)
    for code in codes:
        packed = packed * _SPREAD + (code + 1)
        packed = np.unique(packed, return_inverse=True)[1].astype(np.int64)
    return packed


def _around(rows: Rows, counted: NDArray[np.bool_], group: Ints) -> Floats:
    """Rows of the group within `AROUND_DAYS` of each row, itself left out, a day."""
    key = group * _SPREAD + np.clip(rows.day, -300_000, 300_000) + 400_000
    order = np.sort(key[counted])
    sorted_keys, codes = np.unique(key, return_inverse=True)
    n = np.searchsorted(order, sorted_keys + AROUND_DAYS, "right") - np.searchsorted(order, sorted_keys - AROUND_DAYS, "left")
    return np.maximum(n[codes] - 1.0, 0.0) / (2 * AROUND_DAYS + 1)
