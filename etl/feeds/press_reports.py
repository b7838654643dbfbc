"""The project's own table of events in the press: one row a drug, `event_id` joins the rows of one event."""

import re

import pandas as pd

from etl.feeds.wording import hours, weight_bounds
from etl.identity import identify
from etl.parse import (
    Context,
    Parsed,
    Verdicts,
    coarsened,
    event_table,
    judge_amounts,
    or_empty,
    read_dates,
    read_number,
    read_numbers,
    text,
)
from etl.reading import Table
from etl.vocabulary import concealment_words, country_codes, country_words, drug_words, key, meant, transport_words
from geodata.model import EVENT_KINDS

NAME = "press_reports"
REQUIRED = ("event_id", "date", "date_precision", "location_text", "country_iso3", "lon", "lat", "drug", "quantity_kg", "event_type")
#: year_guess is a guess of the compiler and never becomes a date.
OPTIONAL = ("coord_precision", "agency", "transport_mode", "concealment", "year_guess", "source_kind", "note", "source_url")

_PRECISIONS = {
    "d": "day", "m": "month", "q": "quarter", "y": "year", "unknown": "unknown", "u": "unknown",
    "day": "day", "month": "month", "quarter": "quarter", "year": "year",
}  # fmt: skip
_RADIUS = re.compile(r"[~≈]?\s*([0-9.,]+)\s*(km|m)")


def parse(table: Table, context: Context) -> Parsed:
    """Events of the press; every row is an event or rejected. Raises nothing on any text in the cells."""
    rows = table.rows
    verdicts = Verdicts(rows)
    country = _countries(verdicts, text(table, "country_iso3"))
    dates, precision = _dates(verdicts, text(table, "date"), text(table, "date_precision"), context.latest_year)
    weight_kg = judge_amounts(verdicts, text(table, "quantity_kg"))
    drug_text, kind_text, transport_text = text(table, "drug"), text(table, "event_type"), text(table, "transport_mode")
    drug = meant(drug_text, drug_words(), otherwise="other")
    kind = meant(kind_text, {word: word for word in EVENT_KINDS}, otherwise="other")
    transport = meant(transport_text, transport_words(), otherwise="other")
    note, hidden = text(table, "note"), text(table, "concealment")
    ids = identify(rows, context.feed)
    said_id = text(table, "event_id")
    event_id = (context.feed + ":" + said_id).where(said_id != "", ids["report_id"])
    events = event_table(
        context,
        rows,
        {
            "report_id": ids["report_id"],
            "event_id": event_id,
            "repeat_number": ids["repeat_number"],
            "kind": kind.meaning.fillna("other"),
            "happened_from": dates["first"],
            "happened_to": dates["last"],
            "date_precision": precision,
            "hour": hours(note),
            "country_iso3": country,
            "place_text": or_empty(text(table, "location_text")),
            "drug": drug.meaning,
            "drug_text": or_empty(drug_text),
            "quantity": weight_kg,
            "unit": weight_kg.notna().map({True: "kg", False: None}),
            "weight_kg": weight_kg,
            "weight_bound": weight_bounds(weight_kg, note, event_id),
            "agency": or_empty(text(table, "agency")),
            "transport": transport.meaning,
            "transport_text": or_empty(transport_text),
            "agency_text": or_empty(text(table, "agency")),
            "concealment": meant(hidden, concealment_words()).meaning.fillna(or_empty(hidden)),
            "concealment_text": or_empty(hidden),
            "date_text": or_empty(text(table, "date")),
            "amount_text": or_empty(text(table, "quantity_kg")),
            "source_ref": or_empty(said_id),
            "note": or_empty(note),
            "source_url": or_empty(text(table, "source_url")),
            "given_lon": read_numbers(text(table, "lon")),
            "given_lat": read_numbers(text(table, "lat")),
            "given_uncertainty_m": _radius_m(text(table, "coord_precision")),
        },
    )
    strange = {"drug": drug.strange, "transport": transport.strange, "kind": kind.strange, "coordinates": _bad_coordinates(table)}
    return Parsed(events[verdicts.good], verdicts.rejected(), None, strange)


def _countries(verdicts: Verdicts, texts: "pd.Series[str]") -> "pd.Series[str]":
    codes = {key(code): code for code in country_codes()}
    country = meant(texts, {**country_words(), **codes}).meaning
    verdicts.reject(texts == "", "country_missing", texts)
    verdicts.reject(country.isna(), "country_unknown", texts)
    return country


def _dates(
    verdicts: Verdicts, date_text: "pd.Series[str]", precision_text: "pd.Series[str]", latest: int
) -> tuple[pd.DataFrame, "pd.Series[str]"]:
    """First and last day, widened to what the row says it knows; "m" beside 2017-06-24 is June 2017, not the 24th."""
    dates = read_dates(date_text, latest)
    said = date_text != ""
    verdicts.reject(said & dates.is_unreadable, "date_unreadable", date_text)
    verdicts.reject(said & dates.is_out_of_range, "date_out_of_range", date_text)
    # An unknown code claims nothing, so nothing finer than the year is taken from it.
    claimed = precision_text.map({word: _PRECISIONS.get(key(str(word)), "year" if word else "day") for word in precision_text.unique()})
    return coarsened(dates, claimed)


def _radius_m(texts: "pd.Series[str]") -> "pd.Series[float]":
    """ "~20km" as metres, NaN where nothing is said."""

    def metres(word: str) -> float | None:
        found = _RADIUS.fullmatch(key(word))
        return read_number(found[1]) * (1000.0 if found[2] == "km" else 1.0) if found else None

    return texts.map({word: metres(str(word)) for word in texts.unique()}).astype("float64")


def _bad_coordinates(table: Table) -> dict[str, int]:
    """Coordinates that are said and are no numbers: the row is placed by its words instead."""
    bad: dict[str, int] = {}
    for axis in ("lon", "lat"):
        texts = text(table, axis)
        unreadable = texts[(texts != "") & read_numbers(texts).isna()].value_counts()
        for word, n in unreadable.items():
            bad[str(word)] = bad.get(str(word), 0) + int(n)
    return bad
