"""Users' own words for agencies, drugs, places and units in English, Russian and Tajik: `files/glossary.csv`."""

import pandas as pd

from geodata.places.files import Field, read_table

KINDS = ("agency", "programme", "place", "drug", "unit", "transport", "concealment", "event_type", "operation", "law", "term")

TERM = (
    Field("term_en", "text", False),
    Field("term_ru"),
    Field("term_tg"),
    Field("kind", "text", False, KINDS),
    Field("note"),
    Field("certainty", "text", False, ("supported", "general_knowledge")),
    Field("source", "url", False),
)


def load_glossary() -> pd.DataFrame:
    """One row per term, [term_en, term_ru, term_tg, kind, note, certainty, source]; Tajik forms may be empty. Raises BadReference."""
    return read_table("glossary", TERM)
