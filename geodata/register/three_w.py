"""3W out: who does what where, as a CSV with HXL tags; one row an activity at a place, without a place where none was said."""

import csv
import io
from collections.abc import Iterable

from geodata.register.activities import Activity, Place

#: Header, HXL tag.
TAGS = (
    ("Activity identifier", "#activity+id"), ("Activity", "#activity+name"), ("Funded by", "#org+funder+name"),
    ("Implemented by", "#org+impl+name"), ("Published by", "#org+publisher+name"), ("Sector codes", "#sector+code"),
    ("Country", "#country+code"), ("Place", "#loc+name"), ("Latitude", "#geo+lat"), ("Longitude", "#geo+lon"),
    ("What the position stands for", "#geo+precision"), ("Starts", "#date+start"), ("Ends", "#date+end"), ("Status", "#status+code"),
    ("Remark", "#meta+note"),
)  # fmt: skip
#: Several values of one cell.
BETWEEN = " | "
NOT_OFFICIAL = "Reproduced by Panj: not official"


def write_three_w(activities: Iterable[Activity]) -> bytes:
    """UTF-8 CSV with a header and a row of tags. A position that stands for a province or a country is given as such, not as a point."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_plain(header) for header, _ in TAGS])
    writer.writerow([tag for _, tag in TAGS])
    for activity in activities:
        for place in activity.places or (Place("", None, None),):
            writer.writerow([_plain(cell) for cell in _row(activity, place)])
    return out.getvalue().encode()


def _row(activity: Activity, place: Place) -> tuple[str, ...]:
    is_point = place.kind in ("exact", "approximate") and place.lon is not None and place.lat is not None
    kind = f"{place.kind}; near the seat {place.near_seat}" if place.near_seat else place.kind
    return (
        activity.identifier, activity.title, _names(activity, "1"), _names(activity, "4"),
        activity.publisher_name or activity.publisher_ref,
        BETWEEN.join(dict.fromkeys(sector.code for sector in activity.sectors if sector.code)),
        BETWEEN.join(country.code for country in activity.countries), place.name,
        f"{place.lat:.6f}" if is_point else "", f"{place.lon:.6f}" if is_point else "", "national" if not activity.places else kind,
        activity.dates.get("2") or activity.dates.get("1") or "", activity.dates.get("4") or activity.dates.get("3") or "",
        activity.status, NOT_OFFICIAL,
    )  # fmt: skip


def _names(activity: Activity, role: str) -> str:
    return BETWEEN.join(
        dict.fromkeys(each.name or each.ref for each in activity.organisations if each.role == role and (each.name or each.ref))
    )


def _plain(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula is told to be text."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
