"""Areas of districts and provinces: valid, not overlapping, covering the country, and never said to be more than approximate."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.distances import to_metres
from geodata.places.areas import district_areas, make_edges, province_areas
from geodata.places.boundaries import ZONES, country_outline
from geodata.places.cells import cells, edges
from geodata.places.districts import load_districts, load_provinces

NOTHING = Path("no imported boundaries")


def test_all_districts_of_tajikistan_and_all_afghan_provinces_are_there() -> None:
    districts, provinces = load_districts(), load_provinces()
    per_province = districts[districts["country_iso3"] == "TJK"].groupby("province_id").size().to_dict()
    assert per_province == {"tj-gbao": 8, "tj-khatlon": 25, "tj-drs": 13, "tj-dushanbe": 1, "tj-sughd": 18}
    per_country = provinces.groupby("country_iso3").size().to_dict()
    assert per_country == {"TJK": 5, "AFG": 34, "UZB": 14, "KGZ": 9, "KAZ": 20, "TKM": 6}
    afghan = districts[districts["country_iso3"] == "AFG"].groupby("province_id").size().to_dict()
    assert afghan == {
        "af-badakhshan": 28, "af-takhar": 17, "af-kunduz": 7, "af-balkh": 16,
        "af-baghlan": 15, "af-samangan": 6, "af-jowzjan": 11, "af-sar-e-pol": 7, "af-faryab": 14,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("former", "district"),
    [
        ("Shurobod", "tj-khatlon-shamsiddin-shohin"), ("Шуроабад", "tj-khatlon-shamsiddin-shohin"), ("Moskovsky", "tj-khatlon-hamadoni"),
        ("Qumsangir", "tj-khatlon-jayhun"), ("Кумсангир", "tj-khatlon-jayhun"), ("Jilikul", "tj-khatlon-dusti"),
        ("Jirgatol", "tj-drs-lakhsh"),
        ("Kolkhozobod", "tj-khatlon-jaloliddini-balkhi"), ("Qurghonteppa", "tj-khatlon-bokhtar"), ("Ghonchi", "tj-sughd-devashtich"),
        ("Kofarnihon", "tj-drs-vahdat"), ("Beshkent", "tj-khatlon-nosiri-khusrav"),
    ],
)  # fmt: skip
def test_a_former_name_still_leads_to_its_district(former: str, district: str) -> None:
    districts = load_districts().set_index("district_id")
    assert former in districts.loc[district, "former_names"] and former in districts.loc[district, "alt_names"]


@pytest.mark.parametrize("iso3", ZONES)
def test_the_provinces_cover_their_country_exactly_once(places_cache: Path, iso3: str) -> None:
    areas = province_areas(places_cache, NOTHING).query("country_iso3 == @iso3")
    _covers_once(areas.geometry.to_numpy(), country_outline(iso3, places_cache))


def test_the_districts_cover_tajikistan_exactly_once(places_cache: Path) -> None:
    areas = district_areas(places_cache, NOTHING).query("country_iso3 == 'TJK'")
    _covers_once(areas.geometry.to_numpy(), country_outline("TJK", places_cache))


def test_the_districts_of_a_province_are_that_province(places_cache: Path) -> None:
    provinces = province_areas(places_cache, NOTHING).set_index("province_id")
    for province, districts in district_areas(places_cache, NOTHING).groupby("province_id"):
        _covers_once(districts.geometry.to_numpy(), provinces.loc[province].geometry)


def _covers_once(areas: np.ndarray, whole: shapely.Geometry) -> None:
    assert shapely.is_valid(areas).all()
    union = shapely.union_all(areas)
    assert union.symmetric_difference(whole).area < 1e-6 * whole.area  # missing or beyond
    assert shapely.area(areas).sum() == pytest.approx(whole.area, rel=1e-6)  # twice


def test_every_district_and_province_has_an_area_that_holds_its_seat(places_cache: Path) -> None:
    for table, areas, name in (
        (load_districts(), district_areas(places_cache, NOTHING), "district_id"),
        (load_provinces(), province_areas(places_cache, NOTHING), "province_id"),
    ):
        assert areas[name].tolist() == table[name].tolist() and (areas["basis"] == "approximate").all()
        outside = table.loc[~shapely.contains_xy(areas.geometry.to_numpy(), table["lon"], table["lat"]), name].tolist()
        assert outside == (["tj-drs"] if name == "province_id" else [])  # governed from Dushanbe, which is no part of it


def test_the_border_side_of_a_section_belongs_to_its_district(places_cache: Path) -> None:
    from geodata.places.sections import load_sections

    areas = district_areas(places_cache, NOTHING).set_index("district_id").geometry
    for section in load_sections(places_cache).itertuples():
        assert areas[section.district_id].distance(shapely.Point(section.lon, section.lat)) < 1e-6, section.section_id


def test_where_real_outlines_are_known_the_cells_share_most_of_their_area(places_cache: Path, shared: Path) -> None:
    """Against geoBoundaries of the nine northern Afghan provinces: the median overlap (intersection over union) of their districts."""
    from geodata.places.importing import _match, _name_columns, _read

    features = _read(shared / "data" / "geodata" / "geoboundaries_AFG_ADM2_simp.geojson.gz")
    real = {place: features.geometry.iloc[row] for row, place in _match(features, _name_columns(features)[0], "district").items()}
    cells_of = district_areas(places_cache, NOTHING).set_index("district_id").geometry
    overlap = [cells_of[place].intersection(area).area / cells_of[place].union(area).area for place, area in real.items()]
    assert len(overlap) == 121 and np.median(overlap) > 0.55


def test_the_lines_between_provinces_lie_inside_and_each_is_drawn_once(places_cache: Path) -> None:
    outlines = {"KGZ": country_outline("KGZ", places_cache)}
    lines = [line for _, line in make_edges("province", outlines, places_cache)]
    assert max(shapely.difference(line, outlines["KGZ"]).length for line in lines) < 1e-5  # a metre
    assert shapely.union_all(lines).length == pytest.approx(sum(line.length for line in lines))


sites = st.lists(st.tuples(st.floats(66, 74), st.floats(36, 41), st.sampled_from("abcd")), min_size=1, max_size=12)


@given(sites)
@settings(deadline=None, max_examples=60)
def test_cells_cover_the_outline_once_and_every_point_goes_to_the_nearest_site(points: list[tuple[float, float, str]]) -> None:
    outline = shapely.box(67, 37, 73, 40)
    lon, lat, owners = (list(column) for column in zip(*points, strict=True))
    found = cells(lon, lat, owners, outline)
    _covers_once(np.array(list(found.values())), outline)
    x, y = to_metres(lon, lat)
    for at in [(67.5, 37.5), (70.0, 38.5), (72.9, 39.9), (68.3, 39.2)]:
        px, py = (float(v[0]) for v in to_metres([at[0]], [at[1]]))
        metres = np.hypot(x - px, y - py)
        nearest = {owners[i] for i in np.flatnonzero(metres < metres.min() + 2_000)}  # close to an edge either side is right
        assert any(name in nearest and area.intersects(shapely.Point(at)) for name, area in found.items())


@given(sites)
@settings(deadline=None, max_examples=40)
def test_edges_are_what_two_cells_share(points: list[tuple[float, float, str]]) -> None:
    outline = shapely.box(67, 37, 73, 40)
    lon, lat, owners = (list(column) for column in zip(*points, strict=True))
    found = cells(lon, lat, owners, outline)
    length = sum(area.length for area in found.values()) - outline.length
    assert sum(line.length for _, _, line in edges(lon, lat, owners, outline)) == pytest.approx(length / 2, rel=1e-3, abs=1e-3)
