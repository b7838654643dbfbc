"""Evidence: the odds that two rows tell of one happening, against the odds that two happenings look so alike.

Fellegi and Sunter (1969, doi:10.1080/01621459.1969.10501049) with a rate instead of a frequency:

    odds = prior * product of m / (rate * days * chance of the weight)

m: how often doubles agree so (or differ so). rate: other such rows a day in the row's own file, place and drug
(`etl.pairing.rates`), so that ten kilograms of heroin in Kabul, where every day has some, prove less than in Murghob.
chance: how often two unrelated amounts agree so; an amount of many digits is a fingerprint, "1 kg" is none.
The figures were set by hand from the doubles in UNODC's Kazakh rows of 2011; score = odds / (1 + odds).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
from rapidfuzz import fuzz

from etl.pairing.candidates import DAYS_APART, day_month_swapped, distance_m
from etl.pairing.rates import ANY_DRUG
from etl.pairing.rows import COMPARED, COUNTRY, DISTRICT, PLACE, PROVINCE, WORDS, Flags, Floats, Ints, Rows

PRIOR_ONE_COUNTRY, PRIOR_TWO_COUNTRIES = 0.08, 0.04
#: Chance that two unrelated amounts of k significant digits are the same, k = 0..6.
SAME_BY_CHANCE = np.array([1.0, 0.03, 0.006, 0.0012, 0.0003, 0.0001, 0.0001])
#: Amounts of one drug spread about evenly over this many powers of ten.
POWERS_OF_TEN = 3.0
#: Amounts of which the larger is less than this many times the other are near.
NEAR_RATIO = 1.15
#: Points up to this far apart, less their uncertainties, can be one place; up to the second, one neighbourhood.
TOUCH_M, NEAR_M = 5_000.0, 60_000.0
#: Per cent of likeness, without the words that both have, from which place words are alike.
WORDS_ALIKE = 80
#: Bits (log2 of the odds) that a field adds where both rows state it: the same, something else.
FIELD_BITS = {
    "transport": (1.2, -1.2), "concealment": (1.2, -0.3), "installation": (0.5, -0.3), "routing": (0.2, -0.4),
    "country_departure": (0.8, -0.8), "country_destination": (0.4, -0.8),
}  # fmt: skip

_NUMBERS = re.compile(r"\d+")
DATE_CODES = ("same_day", "days_apart", "day_month_swapped", "year_differs", "date_vague", "dates_differ")
WEIGHT_CODES = (
    "same_weight", "weight_rounded", "decimal_point", "digits_swapped", "near_weight", "weight_bound", "weight_missing", "weight_differs",
)  # fmt: skip
PLACE_CODES = (
    "same_place", "same_district", "same_province", "places_touch", "places_near", "places_far", "place_unknown", "place_words_same",
    "place_words_alike",
)  # fmt: skip
DRUG_CODES = ("same_drug", "drug_vague", "drug_family", "drug_differs")


@dataclass(frozen=True)
class Evidence:
    """n pairs: the odds in bits, and which of the codes above applies to each."""

    bits: Floats
    weight_bits: Floats  # the part that the amount adds, for pairs of events with several drugs
    date: Ints
    weight: Ints
    place: Ints
    drug: Ints
    two_countries: Flags
    two_agencies: Flags

    def chosen(self, which: Flags) -> "Evidence":
        """The evidence of the pairs for which the flag is set."""
        return Evidence(*(getattr(self, field.name)[which] for field in fields(self)))

    @classmethod
    def joined(cls, parts: Iterable["Evidence"]) -> "Evidence":
        """Several tables of pairs as one."""
        parts = list(parts)
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


def weigh(rows: Rows, rates: Floats, a: Ints, b: Ints) -> Evidence:
    """The evidence of n pairs of row numbers."""
    two_countries = rows.place_codes[a, COUNTRY] != rows.place_codes[b, COUNTRY]
    date, m_date, days = _dates(rows, a, b)
    weight, m_weight, chance = _weights(rows, a, b)
    place, m_place, level = _places(rows, a, b)
    drug, m_drug, any_drug = _drugs(rows, a, b)
    # Another drug word: whatever drug was taken there that day would be the same coincidence.
    more = np.where(any_drug, np.maximum(rates[a, ANY_DRUG] / rates[a, COUNTRY], rates[b, ANY_DRUG] / rates[b, COUNTRY]), 1.0)
    rate = np.maximum(rates[a, level], rates[b, level]) * more
    # The pair's own other half is no coincidence.
    rate = np.where(rows.file[a] == rows.file[b], np.maximum(rate - 1 / 31, rates.min(initial=1.0)), rate)
    prior = np.where(two_countries, PRIOR_TWO_COUNTRIES, PRIOR_ONE_COUNTRY)
    weight_bits = np.log2(m_weight / chance)
    bits = np.log2(prior * m_date * m_place * m_drug / np.maximum(rate * days, 1e-9)) + weight_bits
    bits = bits + _fields(rows, a, b) + _hours(rows, a, b) + _references(rows, a, b)
    return Evidence(bits, weight_bits, date, weight, place, drug, two_countries, _two_agencies(rows, a, b))


def score(bits: Floats) -> Floats:
    """Odds in bits as a share of 1."""
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(bits, -60, 60))), np.float64)


def _dates(rows: Rows, a: Ints, b: Ints) -> tuple[Ints, Floats, Floats]:
    """How the dates agree, how often those of doubles do, and in how many days a coincidence would look so."""
    apart = np.abs(rows.day[a] - rows.day[b])
    sharp_a, sharp_b = rows.day[a] == rows.last_day[a], rows.day[b] == rows.last_day[b]
    both = sharp_a & sharp_b
    overlap = (rows.day[a] <= rows.last_day[b]) & (rows.day[b] <= rows.last_day[a])
    width = np.maximum(rows.last_day[a] - rows.day[a], rows.last_day[b] - rows.day[b]) + 1.0
    swapped = both & (day_month_swapped(rows.day[a]) == rows.day[b])
    cases = [
        both & (apart == 0),
        both & (apart <= DAYS_APART),
        swapped,
        both & (np.abs(apart - 365.5) < 1),
        ~both & overlap,
    ]
    code = np.select(cases, range(5), 5).astype(np.int64)
    m = np.select([*cases[:1], cases[1] & (apart == 1), *cases[1:]], [0.8, 0.1, 0.05, 0.015, 0.005, 0.3], 0.001)
    days = np.select(cases, [np.ones(len(a)), 2.0 * np.minimum(apart, 3), np.ones(len(a)), np.full(len(a), 2.0), width], 30.0)
    return code, m, np.maximum(days, 1.0)


def _weights(rows: Rows, a: Ints, b: Ints) -> tuple[Ints, Floats, Floats]:
    """How the amounts agree, how often those of doubles do, and how often two unrelated ones."""
    x, y = rows.amount[a], rows.amount[b]
    missing = (rows.measure[a] < 0) | (rows.measure[b] < 0)
    other_measure = ~missing & (rows.measure[a] != rows.measure[b])
    x, y = np.where(missing | other_measure, 1.0, x), np.where(missing | other_measure, 1.0, y)
    low, high = np.minimum(x, y), np.maximum(x, y)
    ratio = high / low
    digits_a, digits_b = rows.digits[a], rows.digits[b]
    more, fewer = np.maximum(digits_a, digits_b), np.minimum(digits_a, digits_b)
    short, long = np.where(digits_a < digits_b, x, y), np.where(digits_a < digits_b, y, x)
    step = 10.0 ** (np.floor(np.log10(short)) - np.maximum(fewer, 1) + 1)
    rounded = (fewer < more) & (np.abs(short - long) < 1.02 * step) & (ratio < 1.3)
    off = np.log10(ratio) % 1.0
    point = (ratio > 5) & (np.minimum(off, 1 - off) < 0.0003) & (ratio < 2e6)
    swapped = _digits_swapped(x, y, digits_a, digits_b)
    least_a, least_b = rows.bound[a] == 1, rows.bound[b] == 1
    bound = (least_a & (y >= 0.98 * x) | least_b & (x >= 0.98 * y) | (rows.bound[a] == 2) | (rows.bound[b] == 2)) & (ratio < 1.5)
    fewest, most = np.clip(fewer, 1, 6), np.clip(more, 1, 6)
    chance_rounded = np.maximum(np.log10(1 + 1.5 * step / short) / POWERS_OF_TEN, SAME_BY_CHANCE[fewest])
    chance_near = np.maximum(2 * np.log10(ratio) / POWERS_OF_TEN, 0.01)
    # Two amounts weighed to the gram that differ were weighed twice: rather two bags than one.
    m_near = np.where(ratio < 1.06, 0.05, 0.02) * np.where(fewer >= 4, 0.3, 1.0)
    cases: list[tuple[Flags, str, Floats | float, Floats | float]] = [
        (missing, "weight_missing", 1.0, 1.0),
        (other_measure, "weight_missing", 0.2, 1.0),
        (ratio < 1.0004, "same_weight", 0.6, SAME_BY_CHANCE[most]),
        (rounded, "weight_rounded", 0.2, chance_rounded),
        (point, "decimal_point", 0.03, 3 * SAME_BY_CHANCE[fewest]),
        (swapped, "digits_swapped", 0.01, 0.002),
        (bound, "weight_bound", 0.3, 0.12),
        (ratio < NEAR_RATIO, "near_weight", m_near, chance_near),
    ]
    flags, ones = [case[0] for case in cases], np.ones(len(a))
    code = np.select(flags, [WEIGHT_CODES.index(case[1]) for case in cases], WEIGHT_CODES.index("weight_differs"))
    m = np.select(flags, [case[2] * ones for case in cases], 0.015)
    return code.astype(np.int64), m, np.select(flags, [case[3] * ones for case in cases], 0.7)


def _digits_swapped(x: Floats, y: Floats, digits_a: Ints, digits_b: Ints) -> Flags:
    """Two neighbouring digits changed places: 2.041 and 2.014. At least three digits, the same number of them."""
    wanted = np.maximum(digits_a, digits_b)
    power = np.floor(np.log10(np.maximum(x, y)))
    whole = [np.round(value * 10.0 ** (wanted - 1 - power)).astype(np.int64) for value in (x, y)]
    gap = np.abs(whole[0] - whole[1])
    swapped = np.zeros(len(x), bool)
    for place in range(5):
        first, second = ((value // 10**place) % 10 for value in whole)
        upper_first, upper_second = ((value // 10 ** (place + 1)) % 10 for value in whole)
        swapped |= (first == upper_second) & (second == upper_first) & (gap == np.abs(first - second) * 9 * 10**place) & (gap > 0)
    return np.asarray(swapped & (wanted >= 3), bool)


def _places(rows: Rows, a: Ints, b: Ints) -> tuple[Ints, Floats, Ints]:
    """Which place words hold, how often doubles agree so, and the level whose rate measures the coincidence."""
    codes_a, codes_b = rows.place_codes[a], rows.place_codes[b]
    same = (codes_a == codes_b) & (codes_a >= 0)
    two_countries = ~same[:, COUNTRY]
    gap, reach = distance_m(rows, a, b), rows.uncertainty_m[a] + rows.uncertainty_m[b]
    placed = np.isfinite(gap)
    in_province = ~two_countries & same[:, PROVINCE]
    # One of the two says no more than the province: agreement there is all that can be asked.
    no_more = in_province & ((codes_a[:, DISTRICT] < 0) | (codes_b[:, DISTRICT] < 0))
    both_provinces = (codes_a[:, PROVINCE] >= 0) & (codes_b[:, PROVINCE] >= 0)
    alike = _words_alike(rows, a, b, ~same[:, PLACE] & ~same[:, WORDS] & ~two_countries)
    wide = np.where(in_province, PROVINCE, COUNTRY)
    level_of_words = np.where(two_countries, COUNTRY, WORDS)
    narrow = np.where(two_countries, COUNTRY, PLACE)
    near_reach = np.minimum(reach, 2 * NEAR_M)
    far_m = np.where(placed & (gap - reach < 2 * NEAR_M), 0.02, 0.006)
    cases: list[tuple[Flags, str, Floats | float, Ints | int]] = [
        (same[:, PLACE], "same_place", 0.6, narrow),
        (same[:, WORDS], "place_words_same", 0.6, level_of_words),
        (placed & (gap <= TOUCH_M) & (reach <= 4 * TOUCH_M), "same_place", 0.6, narrow),
        (alike, "place_words_alike", 0.4, level_of_words),
        (same[:, DISTRICT], "same_district", 0.5, np.where(two_countries, COUNTRY, DISTRICT)),
        (no_more, "same_province", 0.7, PROVINCE),
        (placed & (gap <= near_reach), "places_touch", 0.3, wide),
        (placed & (gap <= near_reach + NEAR_M), "places_near", 0.08, wide),
        (placed | (both_provinces & ~in_province), "places_far", far_m, wide),
    ]
    flags = [case[0] for case in cases]
    code = np.select(flags, [PLACE_CODES.index(case[1]) for case in cases], PLACE_CODES.index("place_unknown"))
    ones = np.ones(len(a))
    m = np.select(flags, [case[2] * ones for case in cases], 0.7)
    level = np.select(flags, [case[3] * ones.astype(np.int64) for case in cases], COUNTRY)
    return code.astype(np.int64), m, level.astype(np.int64)


def _words_alike(rows: Rows, a: Ints, b: Ints, asked: Flags) -> Flags:
    """Place words that differ by a letter or two or by their order; each pair of texts is compared once."""
    words_a, words_b = rows.place_codes[a, WORDS], rows.place_codes[b, WORDS]
    alike = np.zeros(len(a), bool)
    which = np.flatnonzero(asked & (words_a >= 0) & (words_b >= 0) & (words_a != words_b))
    if len(which):
        packed = np.minimum(words_a, words_b)[which] * np.int64(len(rows.texts)) + np.maximum(words_a, words_b)[which]
        distinct, back = np.unique(packed, return_inverse=True)
        one, two = distinct // len(rows.texts), distinct % len(rows.texts)
        likeness = [_alike(rows.texts[i], rows.texts[j]) for i, j in zip(one.tolist(), two.tolist(), strict=True)]
        alike[which] = np.array(likeness, bool)[back]
    return alike


def _alike(one: str, two: str) -> bool:
    """Not counting the words that both have: a shared "Kashkadarya province" makes two of its districts no more alike."""
    if _NUMBERS.findall(one) != _NUMBERS.findall(two):  # post 12 is not post 13
        return False
    words, others = set(one.split()), set(two.split())
    rest, other_rest = " ".join(sorted(words - others)), " ".join(sorted(others - words))
    return (not rest and not other_rest) or (bool(rest and other_rest) and fuzz.ratio(rest, other_rest) >= WORDS_ALIKE)


def _drugs(rows: Rows, a: Ints, b: Ints) -> tuple[Ints, Floats, Flags]:
    same = rows.drug[a] == rows.drug[b]
    vague = rows.vague_drug[a] | rows.vague_drug[b]
    family = rows.family[a] == rows.family[b]
    code = np.select([same, vague, family], [0, 1, 2], 3).astype(np.int64)
    m = np.select([same, vague, family], [0.9, 0.08, 0.06], 0.005)
    # Five kilograms of one thing and five of another are two round numbers, not one thing with two names.
    one_digit = np.minimum(rows.digits[a], rows.digits[b]) < 2
    return code, np.where(~same & one_digit, 0.2 * m, m), ~same


def _fields(rows: Rows, a: Ints, b: Ints) -> Floats:
    bits = np.zeros(len(a))
    for column, name in enumerate(COMPARED):
        one, two = rows.said[a, column], rows.said[b, column]
        agree, differ = FIELD_BITS[name]
        bits += np.where((one >= 0) & (two >= 0), np.where(one == two, agree, differ), 0.0)
    return bits


def _hours(rows: Rows, a: Ints, b: Ints) -> Floats:
    apart = np.abs(rows.hour[a] - rows.hour[b])
    return np.where(np.isnan(apart), 0.0, np.where(apart <= 1, 3.0, np.where(apart <= 3, 0.0, -2.0)))


def _references(rows: Rows, a: Ints, b: Ints) -> Floats:
    """The sender's own numbers: one number of one agency is one record, two numbers are two."""
    both = (rows.reference[a] >= 0) & (rows.reference[b] >= 0) & (rows.agency[a] == rows.agency[b])
    same = rows.reference[a] == rows.reference[b]
    return np.where(both, np.where(same, 6.0, -3.0), 0.0)


def _two_agencies(rows: Rows, a: Ints, b: Ints) -> Flags:
    one, two = rows.agency[a], rows.agency[b]
    asked = np.flatnonzero((one >= 0) & (two >= 0) & (one != two))
    apart = np.zeros(len(a), bool)
    if len(asked):
        pairs, back = np.unique(np.column_stack([one[asked], two[asked]]), axis=0, return_inverse=True)
        apart[asked] = np.array([not (rows.agencies[i] & rows.agencies[j]) for i, j in pairs.tolist()], bool)[back.ravel()]
    return apart
