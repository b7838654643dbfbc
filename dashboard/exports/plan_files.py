"""A kept plan as files for other programs: GeoPackage, XLSX, and the question that makes it again."""

import io
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from dashboard.answers.plan_tables import sheets
from dashboard.exports.sheet_xml import clean
from dashboard.exports.spreadsheet import ATTRIBUTION
from dashboard.language import Language
from geodata.plans import as_toml

#: A file says when it was made; a plan does not, and the same plan gives the same file.
NO_DATE = datetime(2000, 1, 1)


def to_toml(told: Mapping[str, Any], name: str) -> bytes:
    """The question as `python -m etl plan` reads it; its head says of what the plan was made."""
    made = [f"# {what}: {version}" for what, version in told["made_from"].items()]
    marked = ["# DEMONSTRATION: generated events, no plan for anybody"] if told["is_demonstration"] else []
    head = [f"# The question of the plan {name}. It was made from:", *made, *marked, f"# {ATTRIBUTION}"]
    return ("\n".join(head) + "\n\n" + as_toml(told["question"])).encode()


def to_gpkg(told: Mapping[str, Any], points: Mapping[str, Any]) -> bytes:
    """Layers sites, demand and served (lines from demand to its office), EPSG:4326."""
    import geopandas
    import pyogrio
    from shapely.geometry import LineString, shape

    marked = {"demonstration": bool(told["is_demonstration"])}
    layers: dict[str, list[dict[str, Any]]] = {"sites": [], "demand": [], "served": []}
    for feature in points["features"]:
        about, at = feature["properties"], shape(feature["geometry"])
        is_demand = about["role"] == "demand"
        layers["demand" if is_demand else "sites"].append({**about, **marked, "geometry": at})
        office = told["sites"].get(about.get("served_by")) if is_demand else None
        if office:
            line = LineString([feature["geometry"]["coordinates"], (office["lon"], office["lat"])])
            ends = {"demand_id": about["id"], "office_id": about["served_by"], "points": about["points"]}
            layers["served"].append({**ends, **marked, "geometry": line})
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{NO_DATE:%Y-%m-%dT%H:%M:%S.000Z}"})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.gpkg"
        for layer, rows in layers.items():
            if rows:
                geopandas.GeoDataFrame(rows, crs="EPSG:4326").to_file(path, layer=layer, driver="GPKG", engine="pyogrio")
        return path.read_bytes()


def to_xlsx(told: Mapping[str, Any], name: str, say: Language) -> bytes:
    """One sheet for each table of the plan: sites, curve, nearly as good, draws, scenarios, excluded, question, and what it is of."""
    from openpyxl import Workbook

    book = Workbook()
    del book["Sheet"]
    for title, (columns, rows) in sheets(told, name, say).items():
        sheet = book.create_sheet(clean(say(title))[:31])
        for number, row in enumerate([columns, *rows], start=1):
            for column, value in enumerate(row, start=1):
                _put(sheet.cell(number, column), value, is_head=number == 1)
        sheet.freeze_panes = "A2"
        for letter, width in zip("ABCDEFGH", (34, 24, 18, 18, 18, 18, 18, 18), strict=True):
            sheet.column_dimensions[letter].width = width
    book.properties.title, book.properties.creator = f"Panj: {name}", "Panj"
    book.properties.created = book.properties.modified = NO_DATE
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _put(cell: Any, value: Any, *, is_head: bool) -> None:
    from openpyxl.styles import Font

    cell.value = clean(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl makes a formula of whatever begins with "="
    if is_head:
        cell.font = Font(bold=True)
