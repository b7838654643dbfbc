"""National totals a year and drug, as UNODC publishes them: no events, but what the events are a share of."""

import pandas as pd

from etl.identity import identify
from etl.parse import Context, Parsed, Verdicts, event_table, or_empty, read_dates, read_numbers, text
from etl.reading import Table
from etl.vocabulary import country_codes, country_words, drug_words, key, meant
from geodata.model import NATIONAL_TOTAL, columns

NAME = "unodc_annual"
REQUIRED = ("country_iso3", "year", "drug", "kg")
OPTIONAL = ("basis", "period", "note", "source_url")

#: Plants, or plants converted to kilograms, compare with no herb and no resin: 254,789 "kg" in Tajikistan in 2016.
PLANTS = frozenset({"cannabis_plants", "cannabis plants"})


def parse(table: Table, context: Context) -> Parsed:
    """National totals; every row is one or rejected. A drug group that the model does not have keeps the source's word."""
    rows = table.rows
    verdicts = Verdicts(rows)
    country_text, year_text, drug_text, kg_text = (text(table, column) for column in REQUIRED)
    country = meant(country_text, {**country_words(), **{key(code): code for code in country_codes()}}).meaning
    verdicts.reject(country_text == "", "country_missing", country_text)
    verdicts.reject(country.isna(), "country_unknown", country_text)
    years = read_dates(year_text, context.latest_year)
    verdicts.reject(year_text == "", "year_missing", year_text)
    # Half a year is no annual total; it would have to say so in `period`.
    verdicts.reject(years.is_unreadable | (years.precision.notna() & (years.precision != "year")), "date_unreadable", year_text)
    verdicts.reject(years.is_out_of_range, "date_out_of_range", year_text)
    verdicts.reject(drug_text == "", "drug_missing", drug_text)
    verdicts.reject(drug_text.map(key).isin(PLANTS), "plants_no_weight", drug_text + " " + kg_text)
    weight_kg = read_numbers(kg_text)
    verdicts.reject(kg_text == "", "weight_missing", kg_text)
    verdicts.reject(weight_kg.isna(), "weight_unreadable", kg_text)
    verdicts.reject(weight_kg < 0, "weight_not_positive", kg_text)  # a reported zero is a fact here

    good = verdicts.good
    totals = pd.DataFrame(
        {
            "country_iso3": country,
            "year": years.first.str.slice(0, 4),
            "drug": drug_text.map({word: _drug(key(str(word))) for word in drug_text.unique()}),
            "weight_kg": weight_kg,
            **{column: or_empty(text(table, column)) for column in OPTIONAL},
            "feed": context.feed,
            "file_sha256": context.sha256,
        }
    )[good].astype({"year": "int64"})
    is_first = (identify(rows, context.feed)["repeat_number"] == 1)[good]
    no_events = event_table(context, rows.iloc[:0], {})
    return Parsed(no_events, verdicts.rejected(), totals[[*columns(NATIONAL_TOTAL)]].assign(is_repeat=~is_first), {})


def _drug(word: str) -> str:
    """The model's drug where it means the same; groups ("synthetics", "all") and seeds keep the source's word, in no drug's total."""
    drug = drug_words().get(word, word)
    return word if drug in ("other", "unspecified") else drug
