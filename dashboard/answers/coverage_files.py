"""The coverage page as a workbook and as a GeoPackage; both say when, for what, from which sources, and what they are not."""

import io
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from dashboard.exports.sheet_xml import clean
from dashboard.exports.spreadsheet import ATTRIBUTION
from dashboard.language import Language
from geodata.formulas import FORMULA_STARTS

if TYPE_CHECKING:
    from dashboard.queries.coverage import Asked

Rows = Iterable[Sequence[Any]]
THINGS = (
    "name", "kind", "where", "donor", "programme", "implementer", "since", "state", "works", "amount", "lon", "lat", "sources",
)  # fmt: skip
#: How the operator of a claim is written before its number.
MARKS = {"=": "", "~": "≈ ", ">": "> ", ">=": "≥ ", "<": "< ", "<=": "≤ "}
#: Columns of the GeoPackage.
FIELDS = [
    "id", "name", "kind", "state", "area", "donor_name", "programme", "implementer", "component", "since", "quantity", "cost",
    "working", "uncertainty_km",
]  # fmt: skip


class Facts(NamedTuple):
    """What a file says of itself. as_of: ISO day of the register."""

    asked: "Asked"
    as_of: str
    made_on: date
    is_generated: bool


def about(facts: Facts, say: Language) -> list[tuple[str, str]]:
    """What the file is, line by line; that it is a demonstration first."""
    asked = facts.asked
    chosen = [text for text in (asked.donor, asked.implementer, asked.component, asked.began) if text]
    lines = [
        (say("export.about.title"), say("coverage.title")),
        (say("coverage.as_of"), facts.as_of),
        (say("export.about.filters"), "; ".join(chosen) or say("coverage.everything")),
        (say("export.about.caveat"), f"{say('coverage.caveat')} {say('caveat.seizures')}"),
        (say("export.about.sources"), say("coverage.sources_note")),
        (say("export.about.attribution"), ATTRIBUTION),
        (say("export.about.disclaimer"), say("disclaimer.boundaries")),
        (say("export.about.made_on"), facts.made_on.isoformat()),
    ]
    return [(say("generated.badge"), say("export.generated")), *lines] if facts.is_generated else lines


def to_xlsx(told: dict[str, Any], gaps: dict[str, Any], reach: dict[str, Any], facts: Facts, say: Language) -> bytes:
    """A workbook, one sheet a question of the page."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _sheet(book, "about", about(facts, say), (), say)
    for name, heads, rows in sheets(told, gaps, reach):
        _sheet(book, name, rows, heads, say)
    book.properties.title, book.properties.creator = say("coverage.title"), "Panj"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheets(told: dict[str, Any], gaps: dict[str, Any], reach: dict[str, Any]) -> list[tuple[str, tuple[str, ...], Rows]]:
    """(name, headings, rows) of every sheet; names and headings are keys of "coverage.sheet" and "coverage.head"."""
    claims = [(f"{subject['name']}: {one['measure']}", one) for subject in told["claims"] for one in subject["claims"]]
    return [
        ("things", THINGS, [_thing(one) for one in told["things"]]),
        ("apart", ("programme", "name", "implementer", "scope", "years", "amount"), [_apart(one) for one in told["apart"]]),
        (
            "money",
            ("programme", "donor", "amount", "years", "stage", "scope", "purpose", "sources"),
            [
                (*_of(one, "programme", "donor", "amount", "year", "stage", "scope", "purpose"), cited(one["sources"]))
                for one in told["money"]["rows"]
            ],
        ),
        (
            "claims",
            ("claim", "said", "said_by", "since", "itemised", "perhaps", "missing", "sources"),
            [
                (
                    name,
                    f"{MARKS.get(one['operator'], one['operator'])}{one['number']} {one['unit']}",
                    *_of(one, "said_by", "said_on", "itemised", "perhaps", "missing"),
                    cited(one["sources"]),
                )
                for name, one in claims
            ],
        ),
        (
            "items",
            ("claim", "name", "since", "state", "why", "sources"),
            [
                (name, *_of(item, "name", "date", "standing_word", "why"), cited(item["sources"]))
                for name, one in claims
                for item in one["items"]
            ],
        ),
        (
            "gaps",
            ("name", "kind", "recorded", "support", "need_rank", "support_rank"),
            [_of(one, "name", "kind_word", "n", "support", "need_rank", "support_rank") for one in gaps["rows"]],
        ),
        (
            "overlaps",
            ("where", "donor", "programme", "number"),
            [(one["name"], "; ".join(one["donors"]), "; ".join(one["programmes"]), one["n"]) for one in told["overlaps"]],
        ),
        (
            "reach",
            ("name", "unit", "total", "hours", "share", "by_distance"),
            [
                (*_of(one, "name", "unit", "total"), step, share, one["by_distance"])
                for one in reach["kinds"]
                for step, share in zip(reach["steps"], one["share"], strict=False)
                if step == int(step)
            ],
        ),
        (
            "training",
            ("name", "programme", "donor", "since", "number", "women", "in_post", "sources"),
            [
                (*_of(one, "course", "programme", "donor", "since", "n", "n_women", "n_in_post"), cited(one["sources"]))
                for one in told["training"]["courses"]
            ],
        ),
        (
            "members",
            ("name", "party", "state", "sources"),
            [
                (body["name"], *_of(one, "name", "status"), cited(one["sources"]))
                for body in told["members"]["bodies"]
                for one in body["parties"]
            ],
        ),
    ]


def _of(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def _thing(one: dict[str, Any]) -> tuple[Any, ...]:
    told = _of(
        one, "name", "kind_word", "area", "donor_name", "programme", "implementer", "since", "state_word", "working", "cost", "lon", "lat"
    )
    return (*told, cited(one["sources"]))


def _apart(one: dict[str, Any]) -> tuple[Any, ...]:
    money = "; ".join(f"{row['donor']}: {row['amount']} ({row['year']}, {row['stage']})" for row in one["money"])
    return (*_of(one, "programme", "name", "implementer", "scope", "years"), money)


def cited(sources: list[list[str]]) -> str:
    """Sources as one text: the address where there is one."""
    return "; ".join(address or name for name, address in sources)


def _sheet(book: Any, name: str, rows: Rows, heads: Sequence[str], say: Language) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(say(f"coverage.sheet.{name}")[:31])
    for column, width in zip("ABCDEFGHIJKLM", (34, 60 if not heads else 26, *[20] * 11), strict=True):
        sheet.column_dimensions[column].width = width

    def cell(value: Any, **style: Any) -> Any:
        made = WriteOnlyCell(sheet, clean(value) if isinstance(value, str) else value)
        for key, wanted in style.items():
            setattr(made, key, wanted)
        if isinstance(value, str):
            made.data_type = "s"  # openpyxl makes a formula of whatever begins with "="
            made.quotePrefix = value.startswith(FORMULA_STARTS)
        return made

    if heads:
        sheet.freeze_panes = "A2"
        sheet.append([cell(say(f"coverage.head.{head}"), font=Font(bold=True)) for head in heads])
    for row in rows:
        sheet.append([cell(value, alignment=Alignment(wrap_text=not heads, vertical="top")) for value in row])


def to_gpkg(told: dict[str, Any], facts: Facts, say: Language) -> bytes:
    """Layers: things (points, EPSG:4326: only what is known as one), not_placed, apart (both without geometry), about."""
    import geopandas
    import pyogrio

    every = pd.DataFrame(told["things"], columns=[*FIELDS, "lon", "lat", "where", "sources"])
    every = every.assign(sources=every["sources"].map(cited))
    placed = every[every["where"] == "point"]
    at = geopandas.points_from_xy(placed["lon"].astype(float), placed["lat"].astype(float))
    points = geopandas.GeoDataFrame(placed[[*FIELDS, "sources"]], geometry=at, crs="EPSG:4326")
    columns = ["programme", "name", "implementer", "scope", "years"]
    national = pd.DataFrame([_of(one, *columns) for one in told["apart"]], columns=columns)
    tables = {
        "not_placed": every.loc[every["where"] != "point", [*FIELDS, "where", "sources"]],
        "apart": national,
        "about": pd.DataFrame(about(facts, say), columns=["what", "text"]),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.gpkg"
        pyogrio.write_dataframe(points, path, layer="things", driver="GPKG", geometry_type="Point")
        for name, table in tables.items():
            if len(table.columns):
                pyogrio.write_dataframe(table.reset_index(drop=True), path, layer=name, driver="GPKG", append=True)
        return path.read_bytes()
