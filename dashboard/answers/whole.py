"""Whole: what the rows of one version say, beside their filters, for comparing periods; from a table in memory or from columns."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.answers.places import Places
from layers.completeness import Source
from layers.happenings import event_codes
from layers.months import month_numbers, month_text
from layers.nearness import Nearness

if TYPE_CHECKING:
    from layers.column_rows import ColumnRows, Reported

#: What can be seen for the first time: a drug, a way of hiding, a route between countries, a place.
TRAITS = ("drug", "concealment", "route", "place")
#: Positions sharp enough to call a place a place.
SHARP = ("point", "place", "post")


class Trait(NamedTuple):
    """What each row says: codes int (r,), -1 where it says nothing; words of the codes."""

    codes: NDArray[np.int64]
    words: list[str]


class Whole(NamedTuple):
    """N rows of one version, one per drug.

    event: number of the row's event, int (N,). begin, end: first and last month in which it can have happened, months since year 0,
    negative undated. source: number into sources, int32 (N,). trait: (name, rows) -> what these rows say. posts: rows -> pairs (place in
    rows, number of a post that the row names or lies beside). where: row -> lon, lat (EPSG:4326, NaN without), words of its place.
    """

    event: NDArray[Any]
    n_events: int
    begin: NDArray[Any]
    end: NDArray[Any]
    source: NDArray[Any]
    sources: list[Source]
    trait: Callable[[str, NDArray[np.int64]], Trait]
    posts: Callable[[NDArray[np.int64]], tuple[NDArray[np.int64], NDArray[np.int64]]]
    where: Callable[[int], tuple[float, float, str]]


def of_table(events: pd.DataFrame, places: Places, near_posts: Nearness) -> Whole:
    """events: all rows of the version. near_posts: of this table."""
    event, n_events = event_codes(events)
    feed, feeds = pd.factorize(events["feed"])
    country, countries = pd.factorize(events["country_iso3"])
    pairs, source = np.unique(feed.astype(np.int64) * max(len(countries), 1) + country, return_inverse=True)
    sources = [Source(str(feeds[k // len(countries)]), str(countries[k % len(countries)])) for k in pairs.tolist()]
    columns = {name: events[name] for name in ("drug", "concealment")}
    routed = events["country_departure"].notna() & events["country_destination"].notna()
    columns["route"] = (events["country_departure"][routed] + ">" + events["country_destination"][routed]).reindex(events.index)
    columns["place"] = events["place_id"].where(events["precision_level"].isin(SHARP))
    coded = {name: pd.factorize(values) for name, values in columns.items()}
    post_row, post = _table_posts(events, places, near_posts)
    lon, lat, text = (events[name].to_numpy() for name in ("lon", "lat", "place_text"))

    def trait(name: str, rows: NDArray[np.int64]) -> Trait:
        codes, words = coded[name]
        return Trait(codes[rows].astype(np.int64), [str(word) for word in words])

    def posts(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        at = np.full(len(events), -1, np.int64)
        at[rows] = np.arange(len(rows))
        return at[post_row][at[post_row] >= 0], post[at[post_row] >= 0]

    def where(row: int) -> tuple[float, float, str]:
        place = [np.nan if pd.isna(value) else float(value) for value in (lon[row], lat[row])]
        return place[0], place[1], text[row] if isinstance(text[row], str) else ""

    months = (month_numbers(events["happened_from"]), month_numbers(events["happened_to"]))
    return Whole(event, n_events, *months, source.astype(np.int32), sources, trait, posts, where)


def _table_posts(events: pd.DataFrame, places: Places, near_posts: Nearness) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and the posts that they name or lie beside, each pair once."""
    named = pd.Index(places.posts["id"]).get_indexer(pd.Index(events["place_id"]))
    n_posts, names = max(len(places.posts), 1), np.flatnonzero(named >= 0)
    near = near_posts.event * n_posts + near_posts.thing
    pairs = np.unique(np.concatenate([near, names * n_posts + named[names]]).astype(np.int64))
    return pairs // n_posts, pairs % n_posts


def of_columns(rows_of: "ColumnRows") -> Whole:
    """The same from `layers.page_columns`."""
    columns = rows_of.columns
    feeds, countries = columns.words["feed"], columns.words["country_iso3"]
    said = zip(columns["source_feed"].tolist(), columns["source_country_iso3"].tolist(), strict=True)
    sources = [Source(feeds[feed], countries[country]) for feed, country in said]

    def trait(name: str, rows: NDArray[np.int64]) -> Trait:
        if name == "route":
            begin, end = (columns[f"country_{side}"][rows].astype(np.int64) for side in ("departure", "destination"))
            n = len(columns.words["country_destination"])
            pairs, codes = np.unique(np.where((begin > 0) & (end > 0), begin * n + end, 0), return_inverse=True)
            texts = [columns.words["country_departure"][k // n] + ">" + columns.words["country_destination"][k % n] for k in pairs.tolist()]
            return Trait(np.where(pairs[codes] > 0, codes, -1).astype(np.int64), texts)
        codes = columns["place_id" if name == "place" else name][rows].astype(np.int64)
        if name == "place":
            sharp = np.array([word in SHARP for word in columns.words["precision_level"]], bool)
            codes = np.where(sharp[columns["precision_level"][rows]], codes, 0)
        # Code 0 is "nothing said".
        return Trait(codes - 1, list(columns.words["place_id" if name == "place" else name][1:]))

    def posts(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        start, number = columns["post_start"], columns["post_set"][rows].astype(np.int64)
        at = np.flatnonzero(number >= 0)
        size = (start[1:] - start[:-1])[number[at]]
        inside = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
        return np.repeat(at, size), columns["post_thing"][np.repeat(start[number[at]], size) + inside].astype(np.int64)

    def where(row: int) -> tuple[float, float, str]:
        return float(columns["lon"][row]), float(columns["lat"][row]), str(columns.texts("place_text", np.array([row]))[0])

    event = columns["event"]
    n_events = int(event.max(initial=-1)) + 1
    return Whole(event, n_events, columns["first_month"], columns["last_month"], columns["source"], sources, trait, posts, where)


def reports_of(rows_of: "ColumnRows", reported: "Reported") -> pd.DataFrame:
    """One row for each month that a source reported: what `layers.watch` asks of reports."""
    columns = rows_of.columns
    source, at = np.nonzero(reported.by_source)
    days = [f"{month_text(reported.base + month)}-15" for month in at.tolist()]
    texts = {
        name: np.array(columns.words[name], object)[columns[f"source_{name}"][source]]
        for name in cast(tuple[str, ...], ("feed", "country_iso3"))
    }
    return pd.DataFrame({**texts, "happened_from": days, "happened_to": days}).assign(
        date_precision="month", event_id=[str(k) for k in range(len(days))]
    )
