"""Rhythm: at which hours and in which months of the year things happen at a place, and whether a peak is more than chance.

A peak is the window of `HOURS_WIDE` hours or `MONTHS_WIDE` months, round the clock or the year, that speaks most against an even
spread over what was watched: c events where e were expected have the log likelihood ratio c ln(c/e) + (n-c) ln((n-c)/(n-e)) for c > e
(Kulldorff 1997, doi:10.1080/03610929708831995). p: one-sided rank of the best window among those of `DRAWS` even spreads of the same n,
seed fixed, so that the choice of the best window is paid for.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

#: Even spreads that a peak is compared with, and their seed.
DRAWS, SEED = 999, 20_250_723
HOURS_WIDE, MONTHS_WIDE = 6, 3
#: Night: from 20:00 to 05:00.
NIGHT = (20, 21, 22, 23, 0, 1, 2, 3, 4)
#: 95 %, two-sided.
Z = 1.959964
NOT_SAID = -1


@dataclass(frozen=True)
class Times:
    """n distinct events. day, day_to: first and last possible day, days since 1970-01-01, int32, -1 undated.
    hour: 0..23, int8, -1 not said."""

    day: NDArray[np.int32]
    day_to: NDArray[np.int32]
    hour: NDArray[np.int8]

    def within(self, first_day: int, last_day: int) -> "Times":
        """Those all of whose possible days lie between two days, both included."""
        inside = (self.day >= max(first_day, 0)) & (self.day_to >= self.day) & (self.day_to <= last_day)
        return Times(self.day[inside], self.day_to[inside], self.hour[inside])


class Peak(NamedTuple):
    """start: first hour or month (0 = January) of the best window. share, expected: of all events, 0..1. p: one-sided."""

    start: int
    share: float
    expected: float
    p: float


def times(rows: pd.DataFrame) -> Times:
    """Times of located events, one row each (happened_from, happened_to, hour)."""
    day, day_to = (_days(rows[name]) for name in ("happened_from", "happened_to"))
    hour = pd.to_numeric(rows["hour"]).to_numpy(float, na_value=NOT_SAID)
    known = (hour >= 0) & (hour <= 23)
    return Times(day, day_to, np.where(known, hour, NOT_SAID).astype(np.int8))


def by_hour(found: Times) -> NDArray[np.int64]:
    """Events by hour, (24,); those without an hour are left out."""
    return np.bincount(found.hour[found.hour >= 0], minlength=24).astype(np.int64)


def by_month(found: Times) -> NDArray[np.int64]:
    """Events by month of the year, (12,); those whose possible days lie in two months are left out."""
    begin, end = (days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) for days in (found.day, found.day_to))
    single = (found.day >= 0) & (begin == end)
    return np.bincount(begin[single] % 12, minlength=12).astype(np.int64)


def night_share(hours: NDArray[np.int64]) -> tuple[float, float, float]:
    """Share of events at night and its 95 % interval, 0..1; NaN without an event. hours: (24,).

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    n, k = int(hours.sum()), int(hours[list(NIGHT)].sum())
    if not n:
        return np.nan, np.nan, np.nan
    share, spread = k / n, Z**2 / n
    middle, half = share + spread / 2, Z * np.sqrt(share * (1 - share) / n + spread / (4 * n))
    return share, float((middle - half) / (1 + spread)), float((middle + half) / (1 + spread))


def peak(counts: ArrayLike, watched: ArrayLike, width: int, *, draws: int = DRAWS, seed: int = SEED) -> Peak | None:
    """The window of ``width`` steps in a circle of k that stands out most; None without events, or where nothing was watched.

    counts: int (k,). watched: how long each step was watched, in any unit, float (k,); events of a step that was not watched are left out.
    """
    exposure = np.asarray(watched, float)
    events = np.where(exposure > 0, np.asarray(counts, np.int64), 0)
    n = int(events.sum())
    if not n or not 0 < width < len(events):
        return None
    chance = exposure / exposure.sum()
    expected = n * _windows(chance[None, :], width)[0]
    here = _windows(events[None, :].astype(float), width)
    against = _ratio(here, expected, n)[0]
    start = int(np.argmax(against))
    rng = np.random.default_rng(seed)
    drawn = _ratio(_windows(rng.multinomial(n, chance, draws).astype(float), width), expected, n).max(axis=1)
    p = (1 + int((drawn >= against[start] - 1e-9).sum())) / (1 + draws)
    return Peak(start, float(here[0, start] / n), float(expected[start] / n), p)


def _windows(rows: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Sums of ``width`` neighbours in a circle, (r, k) -> (r, k), each at its first step."""
    return np.asarray(sum(np.roll(rows, -step, axis=1) for step in range(width)), np.float64)


def _ratio(inside: NDArray[np.float64], expected: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Log likelihood ratio of each window, 0 where it holds no more than expected or nothing could lie outside it."""
    outside, left = n - inside, n - expected
    possible = (inside > expected * (1 + 1e-9)) & (expected > 0) & (left > 1e-12)
    inner = np.where(possible, inside * np.log(np.maximum(inside, 1e-300) / np.where(possible, expected, 1.0)), 0.0)
    outer = np.where(possible & (outside > 0), outside * np.log(np.maximum(outside, 1e-300) / np.where(possible, left, 1.0)), 0.0)
    return np.asarray(inner + outer, np.float64)


def _days(dates: "pd.Series[str]") -> NDArray[np.int32]:
    """ISO dates as days since 1970, -1 where there is none; each distinct text is read once."""
    codes, distinct = pd.factorize(dates)
    days = [int(np.datetime64(str(text)[:10]).astype("datetime64[D]").astype(int)) for text in distinct]
    return np.array([*days, NOT_SAID], np.int32)[codes]
