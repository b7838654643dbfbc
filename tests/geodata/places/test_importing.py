"""Real boundaries: matched by name and place, kept, used before the cells; what does not fit is refused or left out aloud."""

import gzip
import json
import shutil
from pathlib import Path

import pytest
import shapely

from geodata.errors import BadFile
from geodata.places import areas as areas_module
from geodata.places.areas import district_areas, province_areas
from geodata.places.importing import import_boundaries, imported_areas


def feature(name: str | None, area: shapely.Geometry | None, **more: object) -> dict[str, object]:
    geometry = None if area is None else json.loads(shapely.to_geojson(area))
    return {"type": "Feature", "properties": {"code": 7, "shapeName": name, **more}, "geometry": geometry}


def write(path: Path, *features: dict[str, object], crs: str | None = None) -> Path:
    collection: dict[str, object] = {"type": "FeatureCollection", "features": list(features)}
    if crs:
        collection["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(collection), encoding="utf-8")
    return path


PANJ, FARKHOR = shapely.box(68.95, 37.15, 69.28, 37.4), shapely.box(69.28, 37.15, 69.55, 37.55)


@pytest.fixture
def data(tmp_path: Path, places_cache: Path) -> Path:
    """A data folder whose cache has the cells, so that they need not be made again."""
    cache = tmp_path / "data" / "cache"
    cache.mkdir(parents=True)
    for path in places_cache.glob("*-cells-*"):
        shutil.copy(path, cache)
    areas_module._cached_cells.cache_clear()
    return tmp_path / "data"


def test_a_district_is_imported_by_its_name_in_any_language_and_goes_before_its_cell(tmp_path: Path, data: Path) -> None:
    before = district_areas(data / "cache").set_index("district_id")
    done = import_boundaries(write(tmp_path / "a.geojson", feature("Пянджский район", PANJ), feature("Parkhar", FARKHOR)), data)
    assert (done.level, done.country_iso3, done.name_column) == ("district", ("TJK",), "shapeName")
    assert dict(done.matched) == {"Пянджский район": "tj-khatlon-panj", "Parkhar": "tj-khatlon-farkhor"} and done.unmatched == ()
    after = district_areas(data / "cache").set_index("district_id")
    assert after["basis"].value_counts().to_dict() == {"approximate": len(after) - 2, "imported": 2}
    assert after.geometry["tj-khatlon-panj"].equals(PANJ)
    neighbour = after.geometry["tj-khatlon-jayhun"]
    assert neighbour.intersection(PANJ).area < 1e-9 and neighbour.area <= before.geometry["tj-khatlon-jayhun"].area
    assert after.is_valid.all()


def test_a_name_that_is_not_ours_or_lies_elsewhere_is_left_out_and_named(tmp_path: Path, data: Path) -> None:
    elsewhere = shapely.box(20, 50, 20.4, 50.3)
    features = feature("Panj", PANJ), feature("Farkhor", elsewhere), feature("Atlantis", PANJ), feature(None, FARKHOR)
    done = import_boundaries(write(tmp_path / "a.geojson", *features), data)
    assert [name for name, _ in done.matched] == ["Panj"] and done.unmatched[:2] == ("Farkhor", "Atlantis") and len(done.unmatched) == 3


def test_a_city_is_not_taken_for_the_region_of_the_same_name(tmp_path: Path, data: Path) -> None:
    city, region = shapely.Point(69.25, 41.31).buffer(0.12), shapely.box(68.8, 40.3, 71.2, 42.2)
    done = import_boundaries(write(tmp_path / "a.geojson", feature("Tashkent", region), feature("Tashkent", city)), data)
    assert done.matched == (("Tashkent", "uz-tashkent"), ("Tashkent", "uz-tashkent-city"))


def test_two_districts_of_one_name_are_told_apart_by_where_they_lie(tmp_path: Path, data: Path) -> None:
    of_takhar, of_badakhshan = shapely.box(69.25, 36.75, 69.5, 36.92), shapely.box(70.78, 36.93, 71.0, 37.12)
    done = import_boundaries(write(tmp_path / "a.geojson", feature("Baharak", of_badakhshan), feature("Baharak", of_takhar)), data)
    assert [place for _, place in done.matched] == ["af-badakhshan-baharak", "af-takhar-baharak"]


def test_an_outline_that_crosses_itself_is_mended_and_named(tmp_path: Path, data: Path) -> None:
    bow_tie = shapely.Polygon([(68.95, 37.15), (69.28, 37.4), (69.28, 37.15), (68.95, 37.4)])
    done = import_boundaries(write(tmp_path / "a.geojson", feature("Panj", bow_tie)), data)
    assert done.repaired == ("Panj",)
    assert imported_areas(data / "boundaries", "district")["tj-khatlon-panj"].is_valid


def test_metres_are_brought_to_degrees(tmp_path: Path, data: Path) -> None:
    import geopandas

    metric = geopandas.GeoDataFrame({"NAME": ["Panj"]}, geometry=[PANJ], crs="EPSG:4326").to_crs("EPSG:32642")
    metric.to_file(tmp_path / "a.gpkg", driver="GPKG")
    import_boundaries(tmp_path / "a.gpkg", data)
    assert imported_areas(data / "boundaries", "district")["tj-khatlon-panj"].symmetric_difference(PANJ).area < 1e-6


def test_the_same_file_twice_changes_nothing_and_a_new_one_replaces_it(tmp_path: Path, data: Path) -> None:
    file = write(tmp_path / "a.geojson", feature("Panj", PANJ))
    first = import_boundaries(file, data).stored_in[0].read_bytes()
    assert import_boundaries(file, data).stored_in[0].read_bytes() == first
    import_boundaries(write(tmp_path / "b.geojson", feature("Farkhor", FARKHOR)), data)
    assert set(imported_areas(data / "boundaries", "district")) == {"tj-khatlon-farkhor"}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.geojson", b"", "could not be read as a map of areas"),
        ("a.geojson", b"\x00\x01binary", "could not be read as a map of areas"),
        ("a.geojson.gz", b"no gzip", "could not be read as a map of areas"),
        ("a.zip", b"PK\x03\x04broken", "could not be read as a map of areas"),
        ("binary.csv", bytes(range(256)) * 40, "without geometry|could not be read"),
        ("a.csv", b"name,lon,lat\nPanj,69,37\n", "without geometry"),
    ],
)
def test_an_unusable_file_is_one_clear_sentence(tmp_path: Path, data: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadFile, match=sentence):
        import_boundaries(tmp_path / name, data)
    assert not (data / "boundaries").exists()


def test_a_missing_file_is_one_clear_sentence(tmp_path: Path, data: Path) -> None:
    with pytest.raises(BadFile, match=r"nothing\.geojson was not found"):
        import_boundaries(tmp_path / "nothing.geojson", data)


def test_a_file_of_points_or_of_unknown_places_is_refused(tmp_path: Path, data: Path) -> None:
    with pytest.raises(BadFile, match="holds no areas"):
        import_boundaries(write(tmp_path / "a.geojson", feature("Panj", shapely.Point(69.1, 37.2))), data)
    with pytest.raises(BadFile, match="none of its 1 areas has the name and the place"):
        import_boundaries(write(tmp_path / "b.geojson", feature("Bavaria", shapely.box(9, 47, 13, 50))), data)


def test_positions_in_metres_that_claim_to_be_degrees_are_refused(tmp_path: Path, data: Path) -> None:
    with pytest.raises(BadFile, match="degrees were wanted"):
        import_boundaries(write(tmp_path / "a.geojson", feature("Panj", shapely.box(500_000, 4_100_000, 520_000, 4_120_000))), data)


def test_a_damaged_import_is_said_and_not_drawn(tmp_path: Path, data: Path) -> None:
    stored = import_boundaries(write(tmp_path / "a.geojson", feature("Panj", PANJ)), data).stored_in[0]
    stored.write_bytes(stored.read_bytes()[:-10])
    with pytest.raises(BadFile, match="damaged: import the boundaries again"):
        district_areas(data / "cache")


def test_a_gzipped_file_is_read(tmp_path: Path, data: Path) -> None:
    plain = write(tmp_path / "a.geojson", feature("Panj", PANJ)).read_bytes()
    (tmp_path / "b.geojson.gz").write_bytes(gzip.compress(plain))
    assert import_boundaries(tmp_path / "b.geojson.gz", data).level == "district"


def test_the_real_afghan_provinces_are_all_imported(shared: Path, data: Path) -> None:
    done = import_boundaries(shared / "data" / "geodata" / "geoboundaries_AFG_ADM1.geojson.gz", data)
    assert (done.level, done.country_iso3, len(done.matched), done.unmatched) == ("province", ("AFG",), 34, ())
    areas = province_areas(data / "cache")
    assert (areas.loc[areas["country_iso3"] == "AFG", "basis"] == "imported").all()
    assert (areas.loc[areas["country_iso3"] != "AFG", "basis"] == "approximate").all()


def test_the_real_afghan_districts_fill_the_nine_northern_provinces(shared: Path, data: Path) -> None:
    done = import_boundaries(shared / "data" / "geodata" / "geoboundaries_AFG_ADM2_simp.geojson.gz", data)
    assert (done.level, len(done.matched), len(done.unmatched)) == ("district", 121, 277)
    assert len({place for _, place in done.matched}) == 121
