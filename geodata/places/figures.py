"""Published figures that are no single events: totals of agencies and of clashes, crossing times, and the list of sources."""

import pandas as pd

from geodata.places.files import Field, read_sheet, read_table
from geodata.places.posts import load_posts

PERIOD_TOTAL = (
    Field("country_iso3", "iso3", False),
    Field("agency", "text", False),
    Field("period_start", "date", False),
    Field("period_end", "date", False),
    Field("drug", "text", False),
    Field("kg", "number", False, low=0),
    Field("area", "text", False),
    Field("source_url", "url", False),
)
CLASH_TOTAL = (
    Field("country_iso3", "iso3", False),
    Field("period_start", "date", False),
    Field("period_end", "date", False),
    Field("clashes", "integer", low=0),
    Field("crossers_killed", "integer", low=0),
    Field("note"),
    Field("source_url", "url", False),
)
CROSSING_TIME = (
    Field("post_id", "slug", False),
    Field("bcp", "text", False),
    Field("direction", "text", False, ("inbound", "outbound")),
    Field("year", "integer", False, low=2000, high=2100),
    Field("hours", "number", low=0),
    Field("cost_usd", "number", low=0),
    Field("source_url", "url", False),
)
SOURCE = (Field("number", "integer", False, unique=True), Field("url", "url", False), Field("what_it_says"))


def load_period_totals() -> pd.DataFrame:
    """Kilograms (`weight_kg`) that an agency reported for a period. Periods and agencies overlap: rows are never added up."""
    return read_table("agency_period_totals", PERIOD_TOTAL).rename(columns={"kg": "weight_kg"})


def load_clash_totals() -> pd.DataFrame:
    """Armed clashes, and crossers killed, as reported for a period. Periods overlap: rows are never added up."""
    return read_table("armed_clash_totals", CLASH_TOTAL)


def load_crossing_times() -> pd.DataFrame:
    """Hours and US dollars that a crossing took, by post, direction and year. Source: CAREC CPMM. Raises BadReference."""
    sheet = read_sheet("bcp_crossing_times", CROSSING_TIME)
    posts = set(load_posts()["id"])
    for row, post in enumerate(sheet.rows["post_id"]):
        if post not in posts:
            raise sheet.refuse(row, "post_id", "the id of a post in posts.csv")
    return sheet.rows


def load_sources() -> pd.DataFrame:
    """The numbered sources that documents cite: [number, url, what_it_says]."""
    return read_table("sources", SOURCE)
