"""Selection: what the viewer chose, and the events that it leaves."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.base import Period
from layers.happenings import count_events
from layers.months import NO_MONTH, month_number, month_numbers, month_text

Measure = Literal["count", "weight"]


@dataclass(frozen=True)
class Selection:
    """Filters; an empty one lets everything through. Months are "2018-05", both included, either may be None.

    areas: where it happened, as `areas_of` names it. It is no choice of who reports (`reporters_only`).
    """

    drugs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    transports: tuple[str, ...] = ()
    first_month: str | None = None
    last_month: str | None = None
    measure: Measure = "count"
    reliabilities: tuple[str, ...] = ()
    accuracies: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()

    @property
    def period(self) -> Period | None:
        """The chosen months, or None when either end is open."""
        return Period(self.first_month, self.last_month) if self.first_month and self.last_month else None


class Selected(NamedTuple):
    """events: the rows that pass, with their index labels kept. The counts are of distinct events that pass every other filter."""

    events: pd.DataFrame
    overlapping: int  # dated too vaguely: only a part of the days on which they can have happened lies in the period
    undated: int  # no date at all: left out whenever a period is chosen, in otherwise


def select(events: pd.DataFrame, selection: Selection) -> Selected:
    """The events that a selection leaves; those outside the region never pass.

    events: n located events, one row per drug. An event is in a period when the whole of [happened_from, happened_to]
    lies in it; one that only overlaps it is counted in `overlapping`, never drawn.
    """
    chosen = _choose(events, selection)
    undated = events["happened_from"].isna().to_numpy() | events["happened_to"].isna().to_numpy()
    n_undated = count_events(events[chosen & undated])
    if selection.first_month is None and selection.last_month is None:
        return Selected(events[chosen], 0, n_undated)
    inside, overlap = _in_period(events, selection)
    return Selected(events[chosen & inside], count_events(events[chosen & overlap & ~inside]), n_undated)


def without_period(selection: Selection) -> Selection:
    """The same filters over all time: what the time brush works on."""
    return _with_months(selection, None, None)


def countries_only(selection: Selection) -> Selection:
    """Only the choice of countries: what national totals know of."""
    return Selection(countries=selection.countries)


def reporters_only(selection: Selection) -> Selection:
    """Only the choice of who reports, countries and agencies: decides in which months they reported anything at all."""
    return Selection(countries=selection.countries, agencies=selection.agencies)


def period_before(selection: Selection) -> Selection | None:
    """The same filters over the months just before, as many of them; None when no whole period is chosen."""
    if selection.first_month is None or selection.last_month is None:
        return None
    first, last = month_number(selection.first_month), month_number(selection.last_month)
    length = last - first + 1
    return _with_months(selection, month_text(first - length), month_text(first - 1)) if length > 0 else None


def areas_of(events: pd.DataFrame) -> "pd.Series[str]":
    """The one area that each row belongs to: its province's id, or the country's code where the place is not known that well.

    Every row has exactly one, so the numbers of all areas add up to the whole. It is the area in which the position lies: how far the
    uncertainty reaches is not asked, else an event near a boundary would count twice.
    """
    return events["province_id"].fillna(events["country_iso3"])


def agencies_in(events: pd.DataFrame) -> list[str]:
    """Every single agency that the rows name ("MIA; DCA" names two), sorted."""
    return sorted({name for text in events["agency"].dropna().unique() for name in _names(text)})


def _with_months(selection: Selection, first: str | None, last: str | None) -> Selection:
    return replace(selection, first_month=first, last_month=last)


def wanted_of(selection: Selection) -> list[tuple[str, Callable[[str], bool]]]:
    """The filters that are set: column, and whether a text in it passes; an empty text never does."""
    tests: list[tuple[str, Callable[[str], bool]]] = [
        (column, set(values).__contains__) for column, values in _same_word(selection) if values
    ]
    if selection.agencies:
        tests.append(("agency", lambda text: any(name in selection.agencies for name in _names(text))))
    return tests


def _same_word(selection: Selection) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (
        ("drug", selection.drugs),
        ("kind", selection.kinds),
        ("country_iso3", selection.countries),
        ("transport", selection.transports),
        ("source_reliability", selection.reliabilities),
        ("information_accuracy", selection.accuracies),
    )


def _choose(events: pd.DataFrame, selection: Selection) -> NDArray[np.bool_]:
    chosen = events["in_region"].to_numpy(bool).copy()
    for column, values in _same_word(selection):
        if values:
            chosen &= events[column].isin(values).to_numpy()
    if selection.agencies:
        chosen &= _names_one_of(events["agency"], set(selection.agencies))
    if selection.areas:
        chosen &= areas_of(events).isin(selection.areas).to_numpy()
    return chosen


def _names_one_of(agencies: "pd.Series[str]", wanted: Collection[str]) -> NDArray[np.bool_]:
    codes, distinct = pd.factorize(agencies)
    hits = np.array([any(name in wanted for name in _names(text)) for text in distinct] + [False], bool)
    return hits[codes]


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(";") if name.strip()]


def _in_period(events: pd.DataFrame, selection: Selection) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Wholly inside the chosen months; touching them at all. Undated rows are neither."""
    first, last = month_numbers(events["happened_from"]), month_numbers(events["happened_to"])
    dated = (first != NO_MONTH) & (last != NO_MONTH)
    start = month_number(selection.first_month) if selection.first_month else 0
    end = month_number(selection.last_month) if selection.last_month else 10_000 * 12
    return dated & (first >= start) & (last <= end), dated & (first <= end) & (last >= start)
