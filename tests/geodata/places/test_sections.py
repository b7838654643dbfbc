"""Border sections: they cover the line exactly once, and each says where it is and who guards it."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.distances import to_metres
from geodata.errors import BadReference
from geodata.places import sections as module
from geodata.places.border_line import chainage, load_line, locate_on_line
from geodata.places.districts import load_districts
from geodata.places.files import FOLDER, read_sheet
from geodata.places.names import name_key
from geodata.places.sections import load_section_table, load_sections


def test_there_are_25_to_40_sections_with_names_in_three_languages(places_cache: Path) -> None:
    sections = load_sections(places_cache)
    assert 25 <= len(sections) <= 40
    assert sections[["name_en", "name_ru", "name_tg"]].notna().all(axis=None) and sections["section_id"].is_unique


def test_the_sections_follow_one_another_from_end_to_end(places_cache: Path) -> None:
    sections = load_sections(places_cache)
    assert sections["from_km"].iloc[0] == 0 and sections["to_km"].iloc[-1] == chainage(places_cache)[-1]
    assert (sections["to_km"].iloc[:-1].to_numpy() == sections["from_km"].iloc[1:].to_numpy()).all()
    assert sections["length_km"].sum() == pytest.approx(1344.0, abs=0.5)
    for before, after in zip(sections.geometry.iloc[:-1], sections.geometry.iloc[1:], strict=True):
        assert before.coords[-1] == after.coords[0]


def test_put_together_the_sections_are_the_line_vertex_for_vertex(places_cache: Path) -> None:
    line, sections = load_line(places_cache), load_sections(places_cache)
    pieces = [shapely.get_coordinates(piece).tolist() for piece in sections.geometry]
    joined = [pieces[0][0], *(xy for piece in pieces for xy in piece[1:])]  # a section starts where the one before ends
    vertices = np.column_stack([line.lon, line.lat]).tolist()
    assert [xy for xy in joined if xy in vertices] == vertices
    assert len(joined) - len(vertices) <= len(sections) - 1  # only cuts between two vertices were added


@given(st.floats(0, 1343.9))
@settings(deadline=None, max_examples=200)
def test_every_point_of_the_line_belongs_to_exactly_one_section(places_cache: Path, at_km: float) -> None:
    sections = load_section_table(places_cache)
    assert ((sections["from_km"] <= at_km) & (at_km < sections["to_km"])).sum() == 1


def test_the_middle_of_a_section_lies_on_its_own_piece(places_cache: Path) -> None:
    sections = load_sections(places_cache)
    for section in sections.itertuples():
        assert section.geometry.distance(shapely.Point(section.lon, section.lat)) < 1e-9


def test_every_section_has_a_district_on_both_sides(places_cache: Path) -> None:
    country = load_districts().set_index("district_id")["country_iso3"]
    sections = load_sections(places_cache)
    assert (country[sections["district_id"]] == "TJK").all() and (country[sections["opposite_district_id"]] == "AFG").all()


def test_the_opposite_districts_are_those_that_the_line_runs_along(places_cache: Path, shared: Path) -> None:
    """Against geoBoundaries ADM2: the one along most of a section, and every other one along a tenth of it or more."""
    file = shared / "data" / "geodata" / "geoboundaries_AFG_ADM2_simp.geojson.gz"
    if not file.exists():
        pytest.skip(f"no outlines of Afghan districts on this machine: {file}")
    features = json.loads(gzip.decompress(file.read_bytes()))["features"]
    names = {"Qalay-I- Zal": "qala-i-zal", "Dashte Archi": "dasht-i-archi", "Dashti Qala": "dasht-i-qala", "Shaki": "shiki",
             "Darwazbala": "darwaz-bala", "Ishkashiem": "ishkashim"}  # fmt: skip
    ids = np.array([names.get(f["properties"]["shapeName"], name_key(f["properties"]["shapeName"]).replace(" ", "-")) for f in features])
    shapes = np.array([shapely.transform(shapely.from_geojson(json.dumps(f["geometry"])), in_metres) for f in features])
    tree = shapely.STRtree(shapes)
    for section in load_sections(places_cache).itertuples():
        along = shapely.line_interpolate_point(shapely.transform(section.geometry, in_metres), np.arange(0.0025, 1, 0.005), normalized=True)
        found, n = np.unique(ids[tree.nearest(along)], return_counts=True)
        ours = [one.split("-", 2)[2] for one in (section.opposite_district_id, *section.further_opposite_ids)]
        assert found[n.argmax()] == ours[0], section.section_id
        assert set(found[n >= 20]) <= set(ours), section.section_id


def in_metres(lonlat: np.ndarray) -> np.ndarray:
    return np.column_stack(to_metres(lonlat[:, 0], lonlat[:, 1]))


def test_a_detachment_is_named_where_one_is_known_and_only_there(places_cache: Path) -> None:
    sections = load_sections(places_cache)
    assert (sections["detachment"].isna() == (sections["detachment_certainty"] == "unknown")).all()
    assert sections["detachment"].notna().sum() >= 30


@pytest.mark.parametrize(
    ("place", "lon", "lat", "section"),
    [
        ("Panji Poyon bridge", 68.611, 37.186, "sec-04-panji-poyon"),
        ("Panj town", 69.099, 37.236, "sec-06-panj"),
        ("Chubek", 69.705, 37.615, "sec-12-chubek"),
        ("Shohon bridge", 70.19, 37.89, "sec-18-shogun"),
        ("Qalaikhumb", 70.789, 38.454, "sec-22-qalaikhumb"),
        ("Tem bridge", 71.5, 37.53, "sec-30-khorog"),
        ("Ishkashim bridge", 71.58, 36.75, "sec-34-ishkoshim"),
        ("Langar", 72.65, 37.03, "sec-37-langar"),
    ],
)
def test_known_places_fall_into_the_section_that_bears_their_name(
    places_cache: Path, place: str, lon: float, lat: float, section: str
) -> None:
    table = load_section_table(places_cache)
    km = locate_on_line([lon], [lat], places_cache)[0][0]
    assert table.loc[(table["from_km"] <= km) & (km < table["to_km"]), "section_id"].tolist() == [section]


@pytest.mark.parametrize(
    ("before", "after", "column"),
    [
        ("69.240,37.106", "69.240,37.506", "end_lon"),  # a cut 40 km off the line
        ("69.240,37.106", "68.655,37.250", "end_lon"),  # a cut west of the one before
        ("69.240,37.106", ",", "end_lon"),  # no cut
        ("sec-07-khalkayar,", "sec-06-panj,", "section_id"),  # an id twice
        ("tj-khatlon-panj,", "tj-khatlon-pan,", "district_id"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line_and_column(
    places_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str, column: str
) -> None:
    rows = (FOLDER / "sections.csv").read_text("utf-8").splitlines()
    assert rows[7].count(before) == 1
    rows[7] = rows[7].replace(before, after)
    (tmp_path / "sections.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    monkeypatch.setattr(module, "read_sheet", lambda name, spec: read_sheet(name, spec, tmp_path))
    module._measured.cache_clear()
    try:
        with pytest.raises(BadReference) as refused:
            load_section_table(places_cache)
    finally:
        module._measured.cache_clear()
    assert (refused.value.file, refused.value.line, refused.value.column) == ("sections.csv", 8, column)
