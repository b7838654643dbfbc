"""3W (who does what where): a CSV with a row of HXL tags, one row an activity at a place. Out: `geodata.register.three_w`."""

import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

from etl.reading.decoding import encoding_of
from geodata.errors import BadFile
from geodata.register.activities import LOCAL_PREFIX, Activity, Organisation, Place, Share, Text, iso_date
from geodata.register.three_w import BETWEEN
from geodata.store.activities import Rejected, Taken

NAME = "hxl_3w"
#: The tags stand in one of the first rows.
_ROWS_TO_TAGS = 25
#: Field -> tag and the attributes of which a column must have one (none given: the bare tag, or any). The first that fits is taken.
_FIELDS: tuple[tuple[str, str, set[str]], ...] = (
    ("id", "#activity", {"id", "code"}), ("title", "#activity", set()), ("funder", "#org", {"funder", "donor"}),
    ("publisher", "#org", {"publisher"}), ("programme", "#org", {"prog", "lead"}), ("implementer", "#org", set()),
    ("sector", "#sector", set()), ("country", "#country", set()), ("lat", "#geo", {"lat"}), ("lon", "#geo", {"lon", "lng"}),
    ("kind", "#geo", {"precision"}),
    ("place", "#loc", set()), ("place", "#adm3", set()), ("place", "#adm2", set()), ("place", "#adm1", set()),
    ("starts", "#date", {"start"}), ("ends", "#date", {"end"}), ("status", "#status", set()),
)  # fmt: skip


def read(path: Path, name: str) -> Iterator[Taken | Rejected]:
    """Activities of the file; rows with one identifier are one activity at several places. Raises BadFile where no row has tags."""
    content = path.read_bytes()
    encoding = encoding_of(content[: 1 << 18], is_whole=len(content) <= 1 << 18)
    text = content.decode(encoding or "utf-8", "replace")
    rows = list(enumerate(csv.reader(io.StringIO(text), delimiter=";" if text.count(";") > text.count(",") else ","), start=1))
    tags_at = next((number for number, row in rows[:_ROWS_TO_TAGS] if sum(cell.strip().startswith("#") for cell in row) >= 2), None)
    if tags_at is None:
        raise BadFile(f"{name} has no row of HXL tags (#org, #sector, #adm1 ...) among its first {_ROWS_TO_TAGS}: one was wanted.")
    columns = _columns(rows[tags_at - 1][1])
    if not {"title", "id", "implementer"} & set(columns.values()):
        raise BadFile(f"{name} has no column with #activity or #org: who does what was wanted.")
    whole: dict[str, Taken] = {}
    for number, row in rows[tags_at:]:
        cells = _cells(row, columns)
        if not cells:
            continue
        try:
            one = _activity(cells)
        except ValueError as problem:
            yield Rejected(number, number, "row_unreadable", str(problem)[:200], ";".join(row)[:500])
            continue
        first = whole.get(one.identifier)
        if first is not None:
            one = first.activity._replace(places=tuple(dict.fromkeys((*first.activity.places, *one.places))))
        whole[one.identifier] = Taken(first.line if first else number, one)
    yield from whole.values()


def _columns(row: list[str]) -> dict[int, str]:
    """Column -> field."""
    found: dict[int, str] = {}
    for column, cell in enumerate(row):
        tag, *attributes = [part.strip().lower() for part in cell.replace(" ", "").split("+")]
        for field, wanted, of in _FIELDS:
            if tag == wanted and (not of or of & set(attributes)) and (field == "place" or field not in found.values()):
                found[column] = field
                break
    return found


def _cells(row: list[str], columns: dict[int, str]) -> dict[str, str]:
    """Field -> what stands there; the sharpest place name wins, for #loc and #adm3 stand before #adm1 in `_FIELDS`."""
    cells: dict[str, str] = {}
    for column, field in columns.items():
        text = row[column].strip().removeprefix("'") if column < len(row) else ""
        if text:
            cells[field] = f"{cells[field]}, {text}" if field == "place" and field in cells else text
    return cells


def _activity(cells: dict[str, str]) -> Activity:
    identifier, title = cells.get("id", ""), cells.get("title", "")
    organisations = tuple(
        Organisation(role, "", name.strip(), "")
        for field, role in (("funder", "1"), ("programme", "2"), ("implementer", "4"))
        for name in cells.get(field, "").split(BETWEEN)
        if name.strip()
    )
    if not title and not organisations:
        raise ValueError("neither an activity nor an organisation")
    flags = [flag for flag, missing in (("no_identifier", not identifier), ("no_title", not title)) if missing]
    dates = {code: iso_date(cells[field]) for field, code in (("starts", "2"), ("ends", "4")) if field in cells}
    place = _place(cells)
    codes = tuple(Share("", code.strip(), None) for code in cells.get("sector", "").split(BETWEEN) if code.strip())
    countries = tuple(Share("", code.strip(), None) for code in cells.get("country", "").split(BETWEEN) if code.strip())
    if not identifier:
        said = repr((title, organisations, codes, sorted(dates.items())))
        identifier = LOCAL_PREFIX + hashlib.sha256(said.encode()).hexdigest()[:16].upper()
    return Activity(
        identifier=identifier, is_local=identifier.startswith(LOCAL_PREFIX), publisher_ref="", publisher_name=cells.get("publisher", ""),
        publisher_type="", version="3W", titles=(Text("", title),) if title else (), descriptions=(), status=cells.get("status", ""),
        scope="", currency="", language="", updated="", dates=dates, countries=countries, regions=(), organisations=organisations,
        places=(place,) if place is not None else (), sectors=codes, money=(), flags=tuple(flags if dates else [*flags, "no_date"]),
    )  # fmt: skip


def _place(cells: dict[str, str]) -> Place | None:
    if not {"place", "lat", "lon"} & set(cells):
        return None
    if "lat" not in cells or "lon" not in cells:
        return Place(cells.get("place", ""), None, None)
    lat, lon = float(cells["lat"]), float(cells["lon"])
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise ValueError(f"latitude {lat:g}, longitude {lon:g}")
    kind = cells.get("kind", "").partition(";")[0]
    return Place(cells.get("place", ""), lon, lat, kind=kind if kind in ("exact", "administrative", "country") else "approximate",
                 exactness={"exact": "1"}.get(kind, "2"))  # fmt: skip
