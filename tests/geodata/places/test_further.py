"""What is known by name only, and names with their years: where it lies, what it is called, and what it must never be."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.distances import metres_between
from geodata.places.areas import province_areas
from geodata.places.boundaries import ZONES, country_outline
from geodata.places.districts import load_districts, load_provinces
from geodata.places.further import load_further_areas, load_points
from geodata.places.gazetteer import load_gazetteer, name_key
from geodata.places.more_names import language_of, load_names


@pytest.fixture(scope="module")
def names(places_cache: Path) -> pd.DataFrame:
    return load_gazetteer(places_cache, places_cache / "nothing imported")


def found(names: pd.DataFrame, name: str, country: str) -> set[str]:
    return set(names.loc[(names["name_key"] == name_key(name)) & (names["country_iso3"] == country), "place_id"])


def off_m(area: shapely.Geometry, lon: float, lat: float) -> float:
    ends = shapely.get_coordinates(shapely.shortest_line(area, shapely.Point(lon, lat)))
    return float(metres_between(*ends[0], *ends[1])[()])


def test_all_districts_of_the_neighbours_and_of_afghanistan_are_known() -> None:
    per_country = load_further_areas().query("kind == 'district'").groupby("country_iso3").size()
    assert per_country["UZB"] == 175 and per_country["KGZ"] == 40 and per_country["KAZ"] == 166 and per_country["TKM"] == 50
    afghan = (load_districts()["country_iso3"] == "AFG").sum() + per_country["AFG"]
    assert 390 <= afghan <= 410  # 398 by one count, 401 by another: some were founded and undone
    provinces = load_further_areas().query("kind == 'province'").groupby("country_iso3").size()
    assert provinces["IRN"] == 31 and provinces["PAK"] == 7 and provinces["RUS"] == 83


def test_what_is_known_by_name_only_is_never_a_district_id(names: pd.DataFrame) -> None:
    assert set(names["district_id"].dropna()) == set(load_districts()["district_id"])
    home = names[names["country_iso3"].isin(ZONES)]
    assert set(home["province_id"].dropna()) == set(load_provinces()["province_id"])


def test_a_district_lies_in_its_province(places_cache: Path) -> None:
    provinces = province_areas(places_cache, Path("nothing")).set_index("province_id").geometry
    areas = load_further_areas()
    areas = areas[areas["country_iso3"].isin(ZONES)]
    metres = np.array([off_m(provinces[a.province_id], a.lon, a.lat) for a in areas.itertuples()])
    assert (metres < areas["extent_m"]).all()


def test_a_point_lies_in_its_country_and_a_crossing_at_its_border(places_cache: Path) -> None:
    """As far as its uncertainty allows; posts that stand back from the border are within 30 km of it."""
    points = load_points()
    for iso3 in ZONES:
        outline = country_outline(iso3, places_cache)
        for point in points[points["country_iso3"] == iso3].itertuples():
            assert off_m(outline, point.lon, point.lat) <= point.uncertainty_m, point.point_id
            if isinstance(point.neighbour_iso3, str) and point.point_id != "x-kaz-rubezh-borabay":
                assert off_m(outline.boundary, point.lon, point.lat) <= max(30_000, 1.1 * point.uncertainty_m), point.point_id


def test_places_that_bear_one_name_on_both_sides_are_two(names: pd.DataFrame) -> None:
    assert {"x-irn-bajgiran"} <= found(names, "Bajgiran", "IRN") and {"x-tkm-bajgiran-gaudan"} <= found(names, "Gaudan", "TKM")


@pytest.mark.parametrize(
    ("name", "country", "place"),
    [
        ("Алтынсайский район", "UZB", "uz-surkhandarya-oltinsoy"), ("Oltinsoy tumani", "UZB", "uz-surkhandarya-oltinsoy"),
        ("Sariasiya", "UZB", "uz-surkhandarya-sariosiyo"),
        ("Kara-Suu district", "KGZ", "kg-osh-kara-suu"), ("Лейлекский", "KGZ", "kg-batken-leilek"),
        ("Бухар-Жырауский район", "KAZ", "kz-karaganda-buqar-zhyrau"), ("Қордай ауданы", "KAZ", "kz-zhambyl-qorday"),
        ("Атамуратский", "TKM", "tm-lebap-kerki"), ("Gurbansoltan-eje", "TKM", "tm-dashoguz-gurbansoltan-eje"),
        ("شیندند", "AFG", "af-herat-shindand"), ("ولسوالی شیندند", "AFG", "af-herat-shindand"), ("کندوز", "AFG", "af-kunduz"),
        ("د هلمند ولایت", "AFG", "af-helmand"), ("ننګرهار", "AFG", "af-nangarhar"), ("اندخوی", "AFG", "af-faryab-andkhoy"),
        ("تورخم", "AFG", "x-afg-torkham"), ("اسلام قلعه", "AFG", "x-afg-islam-qala"), ("بندر شیرخان", "AFG", "bcp-sherkhan-bandar"),
        ("Красноярский край", "RUS", "ru-krasnoyarsk-krai"), ("Хоргос", "KAZ", "x-kaz-khorgos"), ("Иркештам", "KGZ", "x-kgz-irkeshtam"),
        ("خراسان رضوی", "IRN", "ir-razavi-khorasan"), ("Свердловская область", "RUS", "ru-sverdlovsk-oblast"),
        ("Nusay", "AFG", "v-afg-nusay"), ("Tashkent International Airport", "UZB", "k-uzb-tashkent-airport"),
    ],
)  # fmt: skip
def test_names_of_the_whole_region_lead_to_their_place(names: pd.DataFrame, name: str, country: str, place: str) -> None:
    assert place in found(names, name, country)


def test_large_towns_abroad_are_known_with_their_province(names: pd.DataFrame) -> None:
    for name, country, province in (
        ("Красноярск", "RUS", "ru-krasnoyarsk-krai"), ("Екатеринбург", "RUS", "ru-sverdlovsk-oblast"),
        ("Рубцовск", "RUS", "ru-altai-krai"), ("Quetta", "PAK", "pk-balochistan"), ("مشهد", "IRN", "ir-razavi-khorasan"),
    ):  # fmt: skip
        towns = names[(names["name_key"] == name_key(name)) & (names["country_iso3"] == country) & (names["kind"] == "town")]
        assert set(towns["province_id"]) == {province}


@pytest.mark.parametrize(
    ("place", "name", "year", "holds"),
    [
        ("tj-sughd", "Leninabad region", 1995, True), ("tj-sughd", "Leninabad region", 2005, False), ("tj-sughd", "Sughd", 1995, False),
        ("tj-sughd", "Sughd", 2005, True), ("tj-khatlon-jayhun", "Qumsangir", 2012, True), ("tj-khatlon-jayhun", "Qumsangir", 2020, False),
        ("tj-khatlon-shamsiddin-shohin", "Шуроабад", 2013, True), ("tj-khatlon-shamsiddin-shohin", "Шуроабад", 2018, False),
        ("tj-khatlon-bokhtar", "Курган-Тюбе", 2017, True), ("tj-khatlon-bokhtar", "Bokhtar", 2017, False),
        ("tj-khatlon-kushoniyon", "Bokhtar district", 2017, True), ("tj-khatlon-kushoniyon", "Bokhtar district", 2019, False),
        ("tj-khatlon-jaloliddini-balkhi", "Jaloliddini Rumi", 2010, True), ("kz-town-astana", "Нур-Султан", 2020, True),
        ("kz-turkistan", "South Kazakhstan", 2014, True), ("kz-turkistan", "South Kazakhstan", 2020, False),
    ],
)  # fmt: skip
def test_a_name_holds_in_its_years(names: pd.DataFrame, place: str, name: str, year: int, holds: bool) -> None:
    row = names[(names["place_id"] == place) & (names["name_key"] == name_key(name))].iloc[0]
    since, until = row["from_year"], row["to_year"]
    assert ((pd.isna(since) or since <= year) and (pd.isna(until) or year <= until)) == holds


def test_a_name_with_a_last_year_is_former_and_a_district_in_use_has_a_name_in_use(names: pd.DataFrame) -> None:
    assert names.loc[names["to_year"].notna(), "is_former"].all()
    assert not (names["from_year"] > names["to_year"]).any()
    own = names[names["kind"].isin(["district", "province"])]
    assert (~own["is_former"]).groupby(own["place_id"]).any().all()


def test_every_former_name_of_a_tajik_district_says_until_when(names: pd.DataFrame) -> None:
    """But for Vose, whose renaming no source at hand dates."""
    former = names[names["is_former"] & (names["country_iso3"] == "TJK") & (names["kind"] == "district")]
    assert set(former.loc[former["to_year"].isna(), "place_id"]) == {"tj-khatlon-vose"}


def test_no_name_mixes_scripts() -> None:
    """A Latin letter in a Cyrillic name looks right and matches nothing."""
    areas, points = load_further_areas(), load_points()
    every = [name for table in (areas, points) for column in ("name_en", "name_ru", "name_local") for name in table[column].dropna()]
    every += [
        name for table in (areas, points, load_names().rename(columns={"names": "alt_names"})) for n in table["alt_names"] for name in n
    ]
    mixed = [name for name in every for word in name.split() if word.isalpha() and _has(word, "A", "z") and _has(word, "Ѐ", "ӿ")]
    assert not mixed


def _has(word: str, first: str, last: str) -> bool:
    return any(first <= letter <= last for letter in word)


@pytest.mark.parametrize(
    ("name", "country", "language"),
    [
        ("Қумсангир", "TJK", "tg"), ("کندز", "AFG", "fa"), ("کونړ", "AFG", "ps"), ("Өзгөн", "KGZ", "ky"), ("Қызылорда", "KAZ", "kk"),
        ("Osh", "KGZ", None), ("Панҷ", "UZB", "tg"),
    ],
)  # fmt: skip
def test_letters_betray_the_language(name: str, country: str, language: str | None) -> None:
    assert language_of(name, country) == language
