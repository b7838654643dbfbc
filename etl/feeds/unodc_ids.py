"""UNODC's individual drug seizures: a worldwide table with ";" between its fields, one seizure a row. No coordinates, no agency."""

import pandas as pd

from etl.identity import identify
from etl.parse import Context, Parsed, Verdicts, event_table, judge_amounts, known, or_empty, read_dates, text
from etl.reading import Table
from etl.vocabulary import concealment_words, country_words, drug_words, key, masses, meant, place_kind_words, transport_words
from geodata.feeds import FEEDS

NAME = "unodc_ids"
REQUIRED = ("country", "administrative_division", "place", "seizure_date", "drug_name", "amount", "drug_unit")
OPTIONAL = (
    "region", "subregion", "hiding_place", "installation", "transport", "producing_country", "departure_country",
    "destination_country", "routing",
)  # fmt: skip
#: Removed from the copy that circulates by its owner: their absence is not zero.
NOT_IN_THIS_FILE = FEEDS[NAME].not_in_this_file
SOURCE = "https://dataunodc.un.org/ids"


def parse(table: Table, context: Context) -> Parsed:
    """Seizures as events; every row is an event or rejected. Raises nothing on any text in the cells."""
    rows = table.rows
    verdicts = Verdicts(rows)
    lines = _lines(rows)
    verdicts.reject(lines > 1, "field_count", lines.map("a quotation mark left open: {} lines in one row".format))
    country_text, date_text, amount_text = text(table, "country"), text(table, "seizure_date"), text(table, "amount")
    country = meant(country_text, country_words())
    verdicts.reject(known(country_text).isna(), "country_missing", country_text)
    verdicts.reject(country.meaning.isna(), "country_unknown", country_text)
    dates = read_dates(date_text, context.latest_year)
    said = date_text != ""
    verdicts.reject(said & dates.is_unreadable, "date_unreadable", date_text)
    verdicts.reject(said & dates.is_out_of_range, "date_out_of_range", date_text)
    quantity = judge_amounts(verdicts, amount_text)

    drug_text, unit = text(table, "drug_name"), or_empty(text(table, "drug_unit"))
    drug = meant(drug_text, drug_words(), otherwise="other")
    kg_in_one = unit.map({word: masses().get(key(str(word))) for word in unit.dropna().unique()}).astype("float64")
    weight_kg = quantity * kg_in_one
    transport_text = text(table, "transport")
    transport = meant(transport_text, transport_words(), otherwise="other")
    producing, departure, destination = (_country(text(table, f"{way}_country")) for way in ("producing", "departure", "destination"))
    hiding_place, installation = text(table, "hiding_place"), text(table, "installation")
    concealment, place_kind = meant(hiding_place, concealment_words()), meant(installation, place_kind_words())
    ids = identify(rows, context.feed)
    events = event_table(
        context,
        rows,
        {
            "report_id": ids["report_id"],
            "event_id": ids["report_id"],  # the file says nothing of what belongs together
            "repeat_number": ids["repeat_number"],
            "kind": "seizure",
            "happened_from": dates.first,
            "happened_to": dates.last,
            "date_precision": dates.precision.fillna("unknown"),
            "country_iso3": country.meaning,
            "place_text": _place(text(table, "place"), text(table, "administrative_division")),
            "drug": drug.meaning.fillna("unspecified"),
            "drug_text": or_empty(drug_text),
            "quantity": quantity,
            "unit": unit,
            "weight_kg": weight_kg,
            "weight_bound": weight_kg.notna().map({True: "exact", False: None}),
            "transport": transport.meaning,
            "transport_text": or_empty(transport_text),
            "concealment": concealment.meaning.fillna(known(hiding_place)),
            "concealment_text": known(hiding_place),
            "installation": known(installation),
            "place_kind": place_kind.meaning.fillna(known(installation)),
            "place_kind_text": known(installation),
            "date_text": or_empty(date_text),
            "amount_text": or_empty((amount_text + " " + text(table, "drug_unit")).str.strip()),
            "routing": known(text(table, "routing")),
            "country_producing": producing,
            "country_departure": departure,
            "country_destination": destination,
            "source_url": SOURCE,
        },
    )
    good = verdicts.good
    no_mass = unit[good & quantity.notna().to_numpy() & kg_in_one.isna().to_numpy()].fillna("(no unit)").value_counts()
    strange = {"drug": drug.strange, "transport": transport.strange, "unit": {str(word): int(n) for word, n in no_mass.items()}}
    return Parsed(events[good], verdicts.rejected(), None, strange)


def _lines(rows: pd.DataFrame) -> "pd.Series[int]":
    """How many lines each of n rows took in: a few places have a line break of their own ("Kapitan Andreevo\\nBCP"), but never fields."""
    breaks = pd.Series(0, index=rows.index)
    for column in rows.columns.drop("row_number"):
        counts = {word: word.count("\n") for word in rows[column].unique() if "\n" in word and ";" in word}
        if counts:
            breaks += rows[column].map(counts).fillna(0).astype("int64")
    return breaks + 1


def _place(place: "pd.Series[str]", division: "pd.Series[str]") -> "pd.Series[str]":
    """Both as they came, the narrower first; one of them where they say the same."""
    both = (place != "") & (division != "") & (place.str.casefold() != division.str.casefold())
    joined = place.where(place != "", division).mask(both, place + ", " + division)
    return or_empty(joined)


def _country(texts: "pd.Series[str]") -> "pd.Series[str]":
    """A code where we know it, the words as they came ("Multiple Countries") where not."""
    there = known(texts)
    return meant(texts, country_words()).meaning.fillna(there)
