"""Border posts and crossings: `files/posts.csv`, and what is known of when each was open: `files/post_status.csv`."""

from functools import cache

import numpy as np
import pandas as pd

from geodata.places.districts import load_districts, load_provinces
from geodata.places.files import Field, read_sheet, read_table, records

KINDS = ("bcp", "outpost", "blo", "bridge", "customs", "dry_port")
STATUSES = ("open", "closed", "unknown")
CERTAINTIES = ("supported", "general_knowledge", "weak")

POST = (
    Field("id", "slug", False, unique=True),
    Field("name_en", "text", False),
    Field("name_ru", "text", False),
    Field("name_tg", "text", False),
    Field("name_local", "text", False),
    Field("alt_names", "list"),
    Field("kind", "text", False, KINDS),
    Field("country_iso3", "iso3", False),
    Field("neighbour_iso3", "iso3"),
    Field("counterpart"),
    Field("admin1"),
    Field("admin2"),
    Field("district_id", "slug"),
    Field("province_id", "slug"),
    Field("lon", "lon"),
    Field("lat", "lat"),
    Field("uncertainty_m", "number", low=1, high=100_000),
    Field("position_basis", "text", False, ("author_estimate", "geonames", "none")),
    Field("status_text", "text", False),
    Field("opened_year", "integer", low=1900, high=2100),
    Field("funded_by"),
    Field("programme"),
    Field("note"),
    Field("source_url", "url"),
    Field("certainty", "text", False, CERTAINTIES),
)
STATUS = (
    Field("post_id", "slug", False),
    Field("status", "text", False, STATUSES),
    Field("valid_from", "date"),
    Field("valid_to", "date"),
    Field("note"),
    Field("source_url", "url"),
)


def load_posts() -> pd.DataFrame:
    """One row per post, EPSG:4326 `lon`, `lat` (NaN: not placed), `uncertainty_m` in metres.

    `status`, `status_from`, `status_to`, `status_note` are the last row of the post's history (`load_post_status`);
    dates are 2018, 2018-08 or 2018-08-15, as sharp as the source. `status_text` is the sentence the history was read
    from. `certainty` is about the row, `position_basis` about the point. Raises BadReference.
    """
    return _posts().assign(alt_names=lambda table: table["alt_names"].map(list))


def load_post_status() -> pd.DataFrame:
    """What is known of each post over time: n >= 1 rows a post in order of time, [post_id, status, valid_from, valid_to, note, source_url].

    An empty `valid_from`: since when is not known; an empty `valid_to`: nothing later is known.
    """
    return _status().copy()


@cache
def _posts() -> pd.DataFrame:
    sheet = read_sheet("posts", POST)
    posts = sheet.rows
    placed = posts[["lon", "lat", "uncertainty_m"]].notna()
    for half_placed in np.flatnonzero(placed.any(axis=1) & ~placed.all(axis=1)):
        raise sheet.refuse(int(half_placed), "uncertainty_m", "lon, lat and uncertainty_m together, or none of them")
    districts, provinces = load_districts(), load_provinces()
    of_district = districts.set_index("district_id")["province_id"].to_dict()
    of_province = provinces.set_index("province_id")["country_iso3"].to_dict()
    for row, post in enumerate(records(posts.fillna({"district_id": "", "province_id": ""}))):
        if post.district_id and of_district.get(post.district_id) != post.province_id:
            raise sheet.refuse(row, "district_id", f"a district of {post.province_id} in districts.csv")
        if post.province_id and of_province.get(post.province_id) != post.country_iso3:
            raise sheet.refuse(row, "province_id", f"a province of {post.country_iso3} in provinces.csv")
    last = _status().drop_duplicates("post_id", keep="last").set_index("post_id")
    for row, post_id in enumerate(posts["id"]):
        if post_id not in last.index:
            raise sheet.refuse(row, "id", "a post that has a row in post_status.csv")
    last = last.reindex(posts["id"])
    for here, there in {"status": "status", "status_from": "valid_from", "status_to": "valid_to", "status_note": "note"}.items():
        posts[here] = last[there].array
    return posts


@cache
def _status() -> pd.DataFrame:
    sheet = read_sheet("post_status", STATUS)
    table = sheet.rows
    ids = set(read_table("posts", POST)["id"])
    until: dict[str, str] = {}
    for row, entry in enumerate(records(table.fillna(""))):
        if entry.post_id not in ids:
            raise sheet.refuse(row, "post_id", "the id of a post in posts.csv")
        if entry.post_id in until and entry.valid_from < (until[entry.post_id] or "9999"):
            raise sheet.refuse(row, "valid_from", "a date at or after the end of the row before")
        if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
            raise sheet.refuse(row, "valid_to", "a date after valid_from")
        until[entry.post_id] = entry.valid_to
    return table
