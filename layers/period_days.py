"""Which happenings lie in the chosen period: the same rule as for rows (`layers.selection`), on sorted arrays."""

import numpy as np
from numpy.typing import NDArray

from layers.material import NONE, Happenings, Material


def month_days(first: str, last: str) -> tuple[int, int]:
    """First and last day of a period of months, "2018-05" to "2018-07", in days since 1970-01-01."""
    begin, end = np.datetime64(first, "M"), np.datetime64(last, "M") + 1
    return int(begin.astype("datetime64[D]").astype(int)), int(end.astype("datetime64[D]").astype(int)) - 1


def in_days(happenings: Happenings, first_day: int, last_day: int) -> NDArray[np.int64]:
    """Numbers of the happenings all of whose possible days lie between two days, both included; int64, ascending."""
    # In the days' own type: asked in another, the search would first copy millions of them.
    low, high = np.searchsorted(happenings.day, np.array([max(first_day, NONE + 1), last_day + 1], happenings.day.dtype))
    day, day_to = happenings.day[low:high], happenings.day_to[low:high]
    return np.asarray(low + np.flatnonzero((day_to >= day) & (day_to <= last_day)), np.int64)


def in_period(material: Material) -> NDArray[np.int64]:
    """Numbers of the happenings of the chosen months; none where nothing is chosen."""
    if material.last < material.first:
        return np.zeros(0, np.int64)
    return in_days(material.happenings, *month_days(material.months[material.first], material.months[material.last]))


def known_years(material: Material) -> float:
    """How long the chosen period was watched: its months with at least one report, in years."""
    return float(material.reported[material.first : material.last + 1].sum()) / 12
