"""National outlines: they meet, they hold their capitals, and a damaged cache is made again."""

from importlib.metadata import version
from pathlib import Path

import pytest
import shapely

from geodata.errors import BadFile
from geodata.places import boundaries, cached
from geodata.places.boundaries import DRAWN_ZONES, WINDOW, ZONES, countries, country_outline
from geodata.places.cached import cached_file

CAPITALS = {
    "TJK": (68.78, 38.54), "AFG": (69.17, 34.53), "UZB": (69.25, 41.31), "KGZ": (74.59, 42.87), "KAZ": (71.43, 51.13),
    "TKM": (58.38, 37.95), "PAK": (73.05, 33.69), "IRN": (51.39, 35.69),
}  # fmt: skip


@pytest.mark.parametrize("iso3", CAPITALS)
def test_a_country_holds_its_capital_and_no_other_does(places_cache: Path, iso3: str) -> None:
    capital = shapely.Point(CAPITALS[iso3])
    assert [other for other in CAPITALS if country_outline(other, places_cache).contains(capital)] == [iso3]


def test_kazakhstan_has_all_its_time_zones(places_cache: Path) -> None:
    aktau, oral, kostanay, kyzylorda, oskemen = (51.17, 43.65), (51.37, 51.23), (63.62, 53.21), (65.51, 44.85), (82.61, 49.97)
    cities = {"Aktau": aktau, "Oral": oral, "Kostanay": kostanay, "Kyzylorda": kyzylorda, "Oskemen": oskemen}
    outside = [name for name, place in cities.items() if not country_outline("KAZ", places_cache).contains(shapely.Point(place))]
    assert outside == []


def test_the_outlines_of_the_region_do_not_overlap(places_cache: Path) -> None:
    outlines = [country_outline(iso3, places_cache) for iso3 in ZONES]
    for i, one in enumerate(outlines):
        for other in outlines[i + 1 :]:
            assert one.intersection(other).area < 1e-9


def test_all_countries_are_valid_and_neighbours_are_cut_to_the_window(places_cache: Path) -> None:
    table = countries(places_cache)
    assert table["iso3"].tolist() == [*ZONES, *DRAWN_ZONES] and table.crs == "EPSG:4326"
    assert table.is_valid.all() and not table.is_empty.any()
    drawn = table[table["is_drawn_only"]]
    assert shapely.box(*WINDOW).buffer(1e-6).covers(shapely.union_all(drawn.geometry.to_numpy()))
    assert shapely.get_num_coordinates(drawn.geometry.to_numpy()).sum() < 10_000


def test_a_country_without_an_outline_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no outline of 'XXX'; one of TJK"):
        country_outline("XXX", tmp_path)


def test_a_damaged_cache_file_is_made_again(tmp_path: Path) -> None:
    first = country_outline("TJK", tmp_path)
    path = next(tmp_path.glob("outline-TJK-*.geojson"))
    sound = path.read_bytes()
    for damage in (b"", sound[: len(sound) // 2], sound.replace(b"67.", b"68.", 1), b"\xff\x00"):
        path.write_bytes(damage)
        boundaries._outline.cache_clear()
        assert country_outline("TJK", tmp_path).equals(first)
        assert path.read_bytes() == sound


def test_the_version_of_the_source_stands_in_the_cache_name(places_cache: Path) -> None:
    names = {path.name for path in places_cache.glob("outline-TJK-*.geojson")}
    assert names == {f"outline-TJK-tzf{version('timezonefinder')}-{version('timezonefinder-data')}-r{boundaries.RECIPE}.geojson"}


def test_a_file_is_written_beside_and_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached_file(tmp_path, "a.json", lambda: b"old")
    (tmp_path / "a.json.sha256").unlink()  # damaged: it will be made again

    def killed(source: str, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cached.os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        cached_file(tmp_path, "a.json", lambda: b"new and longer")
    assert (tmp_path / "a.json").read_bytes() == b"old"
    assert list(tmp_path.glob("*.part")) == []


def test_a_folder_that_cannot_be_written_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(BadFile, match=r"could not be written.*PANJ_DATA"):
        cached_file(tmp_path / "file", "a.json", lambda: b"x")


def test_what_lies_soundly_in_the_cache_is_not_made_again(tmp_path: Path) -> None:
    cached_file(tmp_path, "a.json", lambda: b"x")
    assert cached_file(tmp_path, "a.json", lambda: pytest.fail("made twice")).read_bytes() == b"x"
