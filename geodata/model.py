"""The model: one name for one thing, in every table. A table that does not fit is refused, naming the column.

Five words: a *report* is what someone sent (one row of a file), an *event* is what happened, a *located event* has a
position, its uncertainty and the rule that found it; *layer* and *map* are in `layers` and `dashboard`.
An event with two drugs has two rows that share `event_id`; `report_id` is unique. Counts are of distinct `event_id`.
"""

from typing import Literal, NamedTuple

import pandas as pd

from geodata.errors import WrongTable

Kind = Literal["text", "number", "integer", "flag"]


class Column(NamedTuple):
    """One column: its type, whether it may be empty, the values it may hold (none given: any)."""

    name: str
    kind: Kind
    may_be_empty: bool = True
    allowed: tuple[str, ...] = ()


DRUGS = (
    "heroin", "opium", "morphine", "poppy_straw", "hashish", "cannabis", "cannabis_oil", "cocaine",
    "methamphetamine", "amphetamine", "ecstasy", "nps", "psychotropics", "khat", "precursor", "alcohol", "other", "unspecified",
)  # fmt: skip
#: Kept and shown, never part of a sum of drugs: precursors are litres of chemicals, alcohol is no drug of this monitor.
NOT_IN_DRUG_TOTALS = ("precursor", "alcohol")
EVENT_KINDS = ("seizure", "armed_clash", "lab_destroyed", "closure", "reopening", "post_opened", "post_moved", "other")
TRANSPORTS = ("road", "rail", "river", "foot", "animal", "air", "mail", "sea", "other")
DATE_PRECISIONS = ("day", "month", "quarter", "year", "unknown")
#: What the position stands for, from sharp to none. Only `country` and `none` carry no point.
PRECISION_LEVELS = ("point", "place", "post", "section", "district", "province", "country", "none")
#: Is the weight as said, a lower bound ("more than 20 kg") or said to be about right?
WEIGHT_BOUNDS = ("exact", "at_least", "about")
#: 4x4 grading of a report: how far its source is trusted (X: not known), and how well the information is confirmed (4: cannot be judged).
SOURCE_RELIABILITIES = ("A", "B", "C", "X")
INFORMATION_ACCURACIES = ("1", "2", "3", "4")
#: Did the locator decide, is a person asked, or was nothing found? An event under review has its best candidate's position.
LOCATE_STATUSES = ("located", "review", "unlocated")
#: Precision as told to others, from sharp to none: what a position stands for and how closely it is known.
PRECISIONS = ("exact", "near", "place", "district", "province", "country", "none")
EXACT_M = 2_000.0

EVENT = (
    Column("report_id", "text", False),  # SHA-256 over feed, content and occurrence number, 32 hex digits
    Column("event_id", "text", False),  # shared by the rows of one happening
    Column("feed", "text", False),
    Column("file_sha256", "text", False),
    Column("row_number", "integer", False),  # line of the file on which the row starts, header = 1
    Column("repeat_number", "integer", False),  # 1 for the first row with this content in its file, 2 for its first repeat...
    Column("kind", "text", False, EVENT_KINDS),
    Column("happened_from", "text"),  # ISO date, first day on which it can have happened; empty when undated
    Column("happened_to", "text"),  # ISO date, last such day
    Column("date_precision", "text", False, DATE_PRECISIONS),
    Column("hour", "integer"),  # 0-23 local time, where said
    Column("country_iso3", "text", False),  # of the reporting side
    Column("place_text", "text"),  # as it came
    Column("drug", "text", True, DRUGS),  # empty: no drug in this report
    Column("drug_text", "text"),  # as it came
    Column("quantity", "number"),  # as it came, in `unit`
    Column("unit", "text"),  # as it came
    Column("weight_kg", "number"),  # kg; empty where the amount is no mass
    Column("weight_bound", "text", True, WEIGHT_BOUNDS),
    Column("agency", "text"),  # a code of the vocabulary where the words are known, else as it came; several with "; "
    Column("transport", "text", True, TRANSPORTS),
    Column("transport_text", "text"),
    Column("concealment", "text"),  # a code of the vocabulary where the words are known, else as it came
    Column("installation", "text"),
    Column("routing", "text"),
    Column("country_producing", "text"),
    Column("country_departure", "text"),
    Column("country_destination", "text"),
    Column("note", "text"),
    Column("source_url", "text"),
    Column("source_ref", "text"),  # the sender's own number of the record
    Column("date_text", "text"),  # as it came
    Column("amount_text", "text"),  # as it came, the unit with it where they stood together
    Column("agency_text", "text"),
    Column("concealment_text", "text"),
    Column("place_kind", "text"),  # a code of the vocabulary where the words are known, else as it came
    Column("place_kind_text", "text"),
    Column("packaging", "text"),
    Column("source_reliability", "text", True, SOURCE_RELIABILITIES),
    Column("information_accuracy", "text", True, INFORMATION_ACCURACIES),
)

LOCATED_EVENT = (
    *EVENT,
    Column("in_region", "flag", False),  # outside: country level, no point, off every layer
    Column("lon", "number"),  # EPSG:4326
    Column("lat", "number"),
    Column("uncertainty_m", "number"),  # radius that holds the true position; set wherever there is a point
    Column("precision_level", "text", False, PRECISION_LEVELS),
    Column("locate_rule", "text", False),  # the rule that found it, e.g. "coordinates", "exact_name_district"
    Column("place_id", "text"),  # of the gazetteer: a place, post, section, district or province
    Column("district_id", "text"),
    Column("province_id", "text"),
    Column("section_id", "text"),  # nearest border section, only within `SECTION_REACH_M` of the line
    Column("chainage_km", "number"),  # along the Tajik-Afghan line from the west; same reach
    Column("locate_score", "number"),  # 0 to 1: how well the words fit the place
    Column("runner_up", "text"),  # place_id of the next candidate
    Column("locate_status", "text", True, LOCATE_STATUSES),
    # report_id of the row that counts for the same fact. A row with it is kept, shown on request, and in no sum.
    Column("duplicate_of", "text"),
)
#: How far from the line an event still counts for a border section, measured over the ground.
SECTION_REACH_M = 25_000.0

NATIONAL_TOTAL = (
    Column("country_iso3", "text", False),
    Column("year", "integer", False),
    Column("drug", "text", False),
    Column("weight_kg", "number", False),
    Column("basis", "text"),  # published | press | derived
    Column("period", "text"),
    Column("note", "text"),
    Column("source_url", "text"),
    Column("feed", "text", False),
    Column("file_sha256", "text", False),
)

REJECTED = (
    Column("feed", "text", False),
    Column("file_sha256", "text", False),
    Column("row_number", "integer", False),
    Column("reason", "text", False),  # a key of the translations, "reason.<...>"
    Column("detail", "text"),  # what came, shortened
    Column("content", "text", False),  # the row as JSON
)

#: The only table from which donor and public are answered: district x quarter x drug.
AGGREGATE = (
    Column("audience", "text", False, ("donor", "public")),
    Column("country_iso3", "text", False),
    Column("district_id", "text"),  # empty: the province, or country, as a whole (not known more closely, or coarsened)
    Column("province_id", "text"),
    Column("quarter", "text", False),  # 2018Q3
    Column("drug", "text", False),
    Column("n", "integer"),  # events; empty when suppressed
    Column("weight_kg", "number"),  # empty when suppressed
    Column("suppressed", "flag", False),
)


def precision_of(level: str, uncertainty_m: float | None) -> str:
    """One of PRECISIONS for what a position stands for (PRECISION_LEVELS) and its radius in metres.

    A point or post known to EXACT_M is exact; a vaguer one, and a stretch of the border, is near; the rest is what its level says.
    """
    if level not in PRECISION_LEVELS:
        raise WrongTable(f"The precision {level!r} came, one of {', '.join(PRECISION_LEVELS)} was wanted.")
    if level in ("point", "post"):
        return "exact" if uncertainty_m is not None and uncertainty_m <= EXACT_M else "near"
    return "near" if level == "section" else level


def columns(model: tuple[Column, ...]) -> list[str]:
    """The names of a model's columns, in order."""
    return [column.name for column in model]


def check(table: pd.DataFrame, model: tuple[Column, ...]) -> None:
    """Refuse a table that does not fit its model. Raises WrongTable, naming the column and what came."""
    missing = [name for name in columns(model) if name not in table.columns]
    if missing:
        raise WrongTable(f"The table lacks the column {missing[0]!r} (it has {', '.join(map(str, table.columns))}).")
    for column in model:
        values = table[column.name]
        if not column.may_be_empty and values.isna().any():
            raise WrongTable(f"Column {column.name!r} is empty in {int(values.isna().sum())} rows; every row needs a value.")
        if column.kind in ("number", "integer") and not pd.api.types.is_numeric_dtype(values) and not values.isna().all():
            raise WrongTable(f"Column {column.name!r} holds {values.dtype}, numbers were wanted.")
        if column.allowed:
            strange = set(values.dropna().unique()) - set(column.allowed)
            if strange:
                came, wanted = sorted(map(str, strange))[0], ", ".join(column.allowed)
                raise WrongTable(f"Column {column.name!r} holds {came!r}, one of {wanted} was wanted.")


def empty(model: tuple[Column, ...]) -> pd.DataFrame:
    """A table of no rows that fits the model."""
    dtypes = {"text": "str", "number": "float64", "integer": "Int64", "flag": "bool"}
    return pd.DataFrame({column.name: pd.Series(dtype=dtypes[column.kind]) for column in model})
