"""A small view with everything on it, texts that try to break out of the page included."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, Polygon
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from dashboard.exports.view import HeatCells, OfflineView
from geodata.model import LOCATED_EVENT, empty

NASTY = '</script><script>alert(1)</script>{{ 7*7 }}{% raw %} "O\'Brien" & <b>=1+1'


def event(number: int, **values: object) -> dict[str, object]:
    known: dict[str, object] = {
        "report_id": f"{number:032x}", "event_id": f"e{number}", "feed": "press_reports", "file_sha256": "0" * 64, "row_number": number + 1,
        "repeat_number": 1, "kind": "seizure", "happened_from": "2018-07-25", "happened_to": "2018-07-25", "date_precision": "day",
        "country_iso3": "TJK", "place_text": "Hamadoni", "drug": "heroin", "weight_kg": 12.5, "weight_bound": "exact", "agency": "DCA",
        "in_region": True, "lon": 69.65, "lat": 37.55, "uncertainty_m": 500.0, "precision_level": "place", "locate_rule": "coordinates",
        "source_url": "https://example.org/report",
    }  # fmt: skip
    return known | values


def events(*rows: dict[str, object]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=[column.name for column in LOCATED_EVENT])
    return table if len(table) else empty(LOCATED_EVENT)


def collection(geometry: BaseGeometry, **properties: object) -> dict[str, object]:
    return {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": properties, "geometry": mapping(geometry)}]}


@pytest.fixture
def make_event() -> Callable[..., dict[str, object]]:
    return event


@pytest.fixture
def make_events() -> Callable[..., pd.DataFrame]:
    return events


@pytest.fixture
def nasty() -> str:
    return NASTY


@pytest.fixture
def view() -> OfflineView:
    line = LineString([(67.8, 37.1), (69.4, 37.2), (70.2, 37.9), (71.5, 37.0), (74.9, 37.3)])
    land = Polygon([(67.5, 37.0), (75.0, 37.0), (75.0, 40.5), (67.5, 40.5)])
    ring = np.array([(69.6, 37.5), (69.7, 37.5), (69.75, 37.6), (69.7, 37.7), (69.6, 37.7), (69.55, 37.6)])
    posts = pd.DataFrame(
        [
            {"id": "bcp-a", "name_en": NASTY, "name_ru": "Нижний Пяндж", "name_tg": "Панҷи Поён", "kind": "bcp", "status": "open",
             "lon": 68.606, "lat": 37.19, "uncertainty_m": 1000.0, "counterpart": "Sherkhan Bandar", "programme": "K22", "n": 3,
             "source_url": "javascript:alert(1)"},
            {"id": "outpost-b", "name_en": "Bakhorak", "name_ru": "Бахорак", "name_tg": "Баҳорак", "kind": "outpost", "status": "unknown",
             "lon": 70.1, "lat": 37.8, "uncertainty_m": 5000.0, "counterpart": None, "programme": None, "n": 0, "source_url": None},
        ]
    )  # fmt: skip
    corridors = pd.DataFrame({"name_en": ["Panj – Dushanbe", NASTY], "geometry": [line, line], "is_dashed": [False, True], "n": [4, 0]})
    seizures = events(
        event(1, place_text=NASTY, agency=NASTY),
        event(2, lon=70.2, lat=37.9, uncertainty_m=20_000.0, precision_level="section", weight_kg=None, quantity=40.0, unit="tablet"),
        event(5, lon=69.0, lat=38.0, uncertainty_m=60_000.0, precision_level="district"),
        event(3, lon=None, lat=None, uncertainty_m=None, precision_level="country"),
    )
    return OfflineView(
        language="en",
        title="Recorded seizures",
        period="Aug 2017 – Jul 2018",
        filters="heroin, opium",
        n=1234,
        caveat="Recorded seizures reflect enforcement as well as traffic.",
        made_on=date(2026, 11, 21),
        is_generated=False,
        ground={
            "land": collection(land, iso3="TJK", name="Tajikistan"),
            "line": collection(line),
            "sections": collection(line, name=NASTY),
            "places": collection(Point(68.77, 38.56), name=NASTY, rank=1),
        },
        corridors=corridors,
        posts=posts,
        seizures=seizures,
        incidents=events(event(4, kind="armed_clash", drug=None, weight_kg=None, lon=70.0, lat=37.6)),
        cells=HeatCells((ring, ring + 1), np.array([0.5, 40.0]), "events", "H3 cells"),
    )  # fmt: skip
