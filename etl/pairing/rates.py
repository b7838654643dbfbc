"""Rates: how often rows of one kind come by themselves, so that a coincidence can be told from a double.

Counted in the row's own file around the row's own day: what other files hold, and when they came, changes nothing.
"""

import numpy as np
import pandas as pd

from etl.pairing.rows import COUNTRY, NO_DAY, PLACE_LEVELS, Flags, Floats, Ints, Rows

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
    return np.asarray(np.maximum(rates, floors), np.float64)


def _group(*codes: Ints) -> Ints:
    """One code for each combination of codes."""
    packed = np.zeros(len(codes[0]), np.int64)
    for code in codes:
        packed = pd.factorize(packed * _SPREAD + (code + 1))[0].astype(np.int64)
    return packed


def _around(rows: Rows, counted: Flags, group: Ints) -> Floats:
    """Rows of the group within `AROUND_DAYS` of each row, itself left out, a day; 0 for rows that do not count."""
    key = group[counted] * _SPREAD + rows.day[counted]
    order = np.argsort(key)
    key = key[order]
    n = np.searchsorted(key, key + AROUND_DAYS, "right") - np.searchsorted(key, key - AROUND_DAYS, "left")
    rates = np.zeros(len(rows))
    rates[np.flatnonzero(counted)[order]] = (n - 1.0) / (2 * AROUND_DAYS + 1)
    return rates
