"""Activities as rows of the store, and rows as activities again; lists and texts as JSON."""

import hashlib
import json
from typing import Any

from geodata.register.activities import Activity, Money, Organisation, Place, Share, Text


def digest_of(activity: Activity) -> str:
    """The same for the same content: not of the version and the day of its file."""
    return hashlib.sha256(repr(activity._replace(version="", updated="")).encode()).hexdigest()[:32]


def row_of(each: Activity) -> dict[str, Any]:
    """The row of an activity without its file and line; the best known days are the actual ones, else the planned ones."""
    return {
        **{name: getattr(each, name) for name in ("identifier", "is_local", "publisher_ref", "publisher_name", "publisher_type", "version",
                                                   "title", "status", "scope", "currency", "language", "updated")},
        **{name: _json(getattr(each, name)) for name in ("titles", "descriptions", "dates", "countries", "regions")},
        "flags": ";".join(each.flags), "digest": digest_of(each),
        "starts": each.dates.get("2") or each.dates.get("1"), "ends": each.dates.get("4") or each.dates.get("3"),
    }  # fmt: skip


def place_row(place: Place) -> dict[str, Any]:
    """The row of a place; what is kept only to be given out again is JSON."""
    kept = place._asdict()
    details = {name: kept.pop(name) for name in ("description", "administrative", "location_id")}
    return {**kept, "details": _json(details)}


def money_row(money: Money) -> dict[str, Any]:
    """The row of a transaction or budget."""
    return {**money._asdict(), "provider": _json(money.provider), "receiver": _json(money.receiver)}


#: One for all: `json.dumps` would make a new one for each of hundreds of thousands of cells.
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def activity_of(row: Any, organisations: list[Any], sectors: list[Any], places: list[Any], money: list[Any]) -> Activity:
    """The activity of a row and of those that belong to it, in their order."""
    of = row._mapping
    plain = (
        "identifier",
        "is_local",
        "publisher_ref",
        "publisher_name",
        "publisher_type",
        "version",
        "status",
        "scope",
        "currency",
        "language",
        "updated",
    )
    return Activity(
        **{name: of[name] for name in plain},
        titles=tuple(Text(*text) for text in json.loads(row.titles)),
        descriptions=tuple(Text(*text) for text in json.loads(row.descriptions)),
        dates=json.loads(row.dates),
        countries=tuple(Share(*share) for share in json.loads(row.countries)),
        regions=tuple(Share(*share) for share in json.loads(row.regions)),
        organisations=tuple(Organisation(**_fields(each, Organisation)) for each in organisations),
        sectors=tuple(Share(**_fields(each, Share)) for each in sectors),
        places=tuple(_place(each) for each in places),
        money=tuple(_money(each) for each in money),
        flags=tuple(row.flags.split(";")) if row.flags else (),
    )


def _fields(row: Any, kind: Any) -> dict[str, Any]:
    return {name: row._mapping[name] for name in kind._fields if name in row._mapping}


def _place(row: Any) -> Place:
    details = json.loads(row.details)
    return Place(
        **_fields(row, Place), description=details["description"],
        administrative=tuple((vocabulary, code, level) for vocabulary, code, level in details["administrative"]),
        location_id=tuple((vocabulary, code) for vocabulary, code in details["location_id"]),
    )  # fmt: skip


def _money(row: Any) -> Money:
    sides = {side: Organisation(*json.loads(row._mapping[side])) for side in ("provider", "receiver")}
    return Money(**{**_fields(row, Money), **sides})
