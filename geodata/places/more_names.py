"""Further names of places with their language and the years in which they held: `files/names.csv`."""

from functools import cache
from typing import NamedTuple

import pandas as pd

from geodata.places.files import Field, Sheet, read_sheet, records
from geodata.places.names import name_key

LANGUAGES = ("en", "ru", "tg", "fa", "ps", "uz", "ky", "kk", "tk", "ug", "zh", "ur")

NAME = (
    Field("place_id", "slug", False),
    Field("names", "list", False),
    Field("language", "text", True, LANGUAGES),
    Field("from_year", "integer", low=1800, high=2100),
    Field("to_year", "integer", low=1800, high=2100),
    Field("source", "url", False),
)
#: Letters that only one of the languages of the region writes, looked for in this order.
_LETTERS = (("tg", "ӣӯҷҳӢӮҶҲ"), ("ky", "ңөҥ"), ("kk", "әұһіӘҰҺІ"), ("ps", "ټځڅډړږښڼۍېګ"))
#: Letters that several of them write: the country decides.
_SHARED = "қғҚҒ"
_OF_COUNTRY = {"TJK": "tg", "UZB": "uz", "KGZ": "ky", "KAZ": "kk", "TKM": "tk"}


class Known(NamedTuple):
    """What is known of one name of one place. Years are inclusive; None: open. A name with a last year is a former one."""

    language: str | None
    from_year: int | None
    to_year: int | None


NOTHING_KNOWN = Known(None, None, None)


def load_names() -> pd.DataFrame:
    """Rows of names: [place_id, names (spellings of one name), language, from_year, to_year, source]; years inclusive, NA: open.

    place_id: of any of our tables. The names of a row may stand in those tables too; the row then adds what it knows of them.
    Raises BadReference.
    """
    return _names().rows.assign(names=lambda table: table["names"].map(list))


@cache
def _names() -> Sheet:
    sheet = read_sheet("names", NAME)
    for row, name in enumerate(records(sheet.rows)):
        if pd.notna(name.from_year) and pd.notna(name.to_year) and name.to_year < name.from_year:
            raise sheet.refuse(row, "to_year", "a year that is not before from_year")
    return sheet


def known_names() -> dict[str, dict[str, tuple[str, Known]]]:
    """place_id -> name_key -> (the name as written, what is known of it)."""
    found: dict[str, dict[str, tuple[str, Known]]] = {}
    for row in records(_names().rows):
        known = Known(_text(row.language), _year(row.from_year), _year(row.to_year))
        for name in row.names:
            found.setdefault(row.place_id, {}).setdefault(name_key(name), (name, known))
    return found


def language_of(name: str, country_iso3: str, *, is_local: bool = False) -> str | None:
    """The language that a name's letters betray; None where they may be of several. is_local: it is the country's own name for it."""
    for language, letters in _LETTERS:
        if any(letter in name for letter in letters):
            return language
    if any(letter in name for letter in _SHARED):
        return _OF_COUNTRY.get(country_iso3)
    if any("؀" <= letter <= "ۿ" for letter in name):
        return "fa" if country_iso3 in ("AFG", "IRN", "TJK") else None
    return _OF_COUNTRY.get(country_iso3) if is_local else None


def _text(cell: object) -> str | None:
    return cell if isinstance(cell, str) else None


def _year(cell: object) -> int | None:
    return None if pd.isna(cell) else int(cell)  # type: ignore[call-overload]
