"""A small world for the locator: two countries on both sides of a straight border line, with every trap of the real one."""

import numpy as np
import pandas as pd
import pytest
import shapely

from etl.ground import Areas, Ground
from geodata.distances import metres_between
from geodata.places.names import name_key

LINE_LAT, WEST, EAST = 37.5, 68.0, 71.0


def gazetteer_of(*places: tuple[object, ...]) -> pd.DataFrame:
    """Rows of (place_id, names, country, kind, lon, lat, uncertainty_m, district_id, province_id)."""
    rows = [(place_id, name, name_key(name), *rest) for place_id, names, *rest in places for name in str(names).split(";")]
    columns = ["place_id", "name", "name_key", "country_iso3", "kind", "lon", "lat", "uncertainty_m", "district_id", "province_id"]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture(scope="session")
def gazetteer() -> pd.DataFrame:
    return gazetteer_of(
        ("tj-khatlon", "Khatlon;Хатлон", "TJK", "province", 69.5, 38.0, 130_000.0, None, "tj-khatlon"),
        ("tj-sughd", "Sughd;Sogd", "TJK", "province", 69.6, 40.2, 120_000.0, None, "tj-sughd"),
        ("tj-drs", "DRS", "TJK", "province", 68.8, 38.9, 120_000.0, None, "tj-drs"),
        ("tj-dushanbe", "Dushanbe;Душанбе", "TJK", "province", 68.8, 38.6, 11_000.0, None, "tj-dushanbe"),
        (
            "tj-khatlon-panj",
            "Panj;Pyandzh;Пянджский район;Пянджский",
            "TJK",
            "district",
            69.1,
            37.6,
            18_000.0,
            "tj-khatlon-panj",
            "tj-khatlon",
        ),
        ("tj-khatlon-vose", "Vose;Восе", "TJK", "district", 69.65, 37.8, 30_000.0, "tj-khatlon-vose", "tj-khatlon"),
        ("tj-town-panj", "Panj;Pyandzh", "TJK", "town", 69.1, 37.6, 3_000.0, "tj-khatlon-panj", "tj-khatlon"),
        ("tj-drs-vahdat", "Vahdat", "TJK", "district", 69.0, 38.7, 25_000.0, "tj-drs-vahdat", "tj-drs"),
        ("tj-village-a", "Navobod", "TJK", "village", 69.12, 37.62, 2_000.0, "tj-khatlon-panj", "tj-khatlon"),
        ("tj-village-b", "Navobod", "TJK", "village", 69.6, 40.3, 2_000.0, None, "tj-sughd"),
        ("tj-village-c", "Chashma", "TJK", "village", 69.10, 37.61, 2_000.0, "tj-khatlon-panj", "tj-khatlon"),
        ("tj-village-d", "Chashma", "TJK", "village", 69.15, 37.63, 2_000.0, "tj-khatlon-panj", "tj-khatlon"),
        ("post-poyon", "Panji Poyon;Нижний Пяндж", "TJK", "post", 69.1, 37.52, 1_000.0, None, None),
        ("sec-panj", "Panj stretch;Panj border unit", "TJK", "section", 69.0, 37.5, 50_000.0, "tj-khatlon-panj", "tj-khatlon"),
        ("tj-town-korday", "Korday", "TJK", "town", 69.2, 40.1, 4_000.0, None, "tj-sughd"),
        ("af-kunduz", "Kunduz;Konduz", "AFG", "province", 68.9, 36.7, 60_000.0, None, "af-kunduz"),
        ("af-town-kunduz", "Kunduz", "AFG", "town", 68.86, 36.73, 6_000.0, None, "af-kunduz"),
    )


@pytest.fixture(scope="session")
def ground() -> Ground:
    def on_line(lon, lat):
        foot = np.clip(lon, WEST, EAST)
        km = metres_between(np.full(len(lon), WEST), np.full(len(lon), LINE_LAT), foot, np.full(len(lon), LINE_LAT)) / 1000
        return km, metres_between(lon, lat, foot, np.full(len(lon), LINE_LAT))

    def areas(*rows: tuple[str, str, tuple[float, float, float, float]]) -> Areas:
        ids, part_of, boxes = zip(*rows, strict=True)
        shapes = np.array([shapely.box(*box) for box in boxes], dtype=object)
        return Areas(np.array(ids, dtype=object), np.array(part_of, dtype=object), shapes)

    middle = float(on_line(np.array([69.5]), np.array([LINE_LAT]))[0][0])
    return Ground(
        on_line=on_line,
        sections=pd.DataFrame(
            {
                "section_id": ["sec-west", "sec-panj", "sec-east"],
                "from_km": [0.0, 70.0, middle],
                "to_km": [70.0, middle, 2 * middle],
                "district_ids": [{"tj-khatlon-panj", "af-kunduz-imam"}, {"tj-khatlon-panj"}, {"tj-khatlon-hamadoni"}],
            }
        ),
        outlines={"TJK": shapely.box(WEST, LINE_LAT, EAST, 41.0), "AFG": shapely.box(WEST, 34.0, EAST, LINE_LAT)},
        districts=areas(
            ("tj-khatlon-panj", "tj-khatlon", (68.0, 37.5, 69.4, 38.3)),
            ("tj-khatlon-vose", "tj-khatlon", (69.4, 37.5, 71.0, 38.3)),
            ("tj-drs-vahdat", "tj-drs", (68.0, 38.3, 71.0, 39.5)),
        ),
        provinces=areas(
            ("tj-khatlon", "TJK", (68.0, 37.5, 71.0, 38.3)),
            ("tj-drs", "TJK", (68.0, 38.3, 71.0, 39.5)),
            ("tj-sughd", "TJK", (68.0, 39.5, 71.0, 41.0)),
            ("af-kunduz", "AFG", (68.0, 34.0, 71.0, 37.5)),
        ),
    )
