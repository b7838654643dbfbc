"""The gazetteer: one name per row, every script, and a key that forgives case, marks and quotes only."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.places import gazetteer as module
from geodata.places.districts import load_districts, load_provinces
from geodata.places.gazetteer import COLUMNS, KINDS, load_gazetteer, name_key
from geodata.places.posts import load_posts
from geodata.places.sections import load_section_table
from geodata.places.towns import geonames_towns


@pytest.fixture(scope="module")
def names(places_cache: Path) -> pd.DataFrame:
    return load_gazetteer(places_cache)


def found(names: pd.DataFrame, name: str, country: str = "TJK") -> set[str]:
    return set(names.loc[(names["name_key"] == name_key(name)) & (names["country_iso3"] == country), "place_id"])


def test_it_has_the_promised_columns_and_kinds(names: pd.DataFrame) -> None:
    assert tuple(names.columns) == COLUMNS and set(names["kind"]) == set(KINDS)
    required = ["place_id", "name", "name_key", "country_iso3", "kind", "lon", "lat", "uncertainty_m", "is_former", "source"]
    assert names[required].notna().all(axis=None)
    assert names["uncertainty_m"].between(100, 1_500_000).all() and names["is_former"].dtype == bool


def test_every_placed_post_section_district_and_province_is_in_it(names: pd.DataFrame, places_cache: Path) -> None:
    posts, ids = load_posts(), set(names["place_id"])
    assert set(posts.loc[posts["lon"].notna(), "id"]) <= ids and not set(posts.loc[posts["lon"].isna(), "id"]) & ids
    assert set(load_section_table(places_cache)["section_id"]) <= ids
    assert set(load_districts()["district_id"]) | set(load_provinces()["province_id"]) <= ids


def test_a_place_has_a_name_only_once(names: pd.DataFrame) -> None:
    assert not names.duplicated(["place_id", "name_key"]).any()
    assert (names["name"].map(name_key) == names["name_key"]).all()


def test_all_rows_of_a_place_agree_on_where_it_is(names: pd.DataFrame) -> None:
    per_place = names.groupby("place_id")[["lon", "lat", "uncertainty_m", "kind", "country_iso3"]].nunique()
    assert (per_place == 1).all(axis=None)


@pytest.mark.parametrize(
    ("name", "country", "place"),
    [
        ("Shuroobod", "TJK", "tj-khatlon-shamsiddin-shohin"), ("Shouroobod", "TJK", "tj-khatlon-shamsiddin-shohin"),
        ("Шамсиддини Шоҳин", "TJK", "tj-khatlon-shamsiddin-shohin"), ("Khamadoni", "TJK", "tj-khatlon-hamadoni"),
        ("Pendzhikent", "TJK", "tj-sughd-panjakent"), ("Panjob outpost", "TJK", ""), ("Farkhor district", "TJK", "tj-khatlon-farkhor"),
        ("Farkhor stretch of the border", "TJK", "sec-10-farkhor"), ("Kalai-Khumb frontier section", "TJK", "sec-22-qalaikhumb"),
        ("Durobak village", "TJK", "tj-village-durobak"), ("Нижний Пяндж", "TJK", "bcp-panji-poyon"), ("Хоруғ", "TJK", "tj-gbao-khorog"),
        ("کندز", "AFG", "af-kunduz"), ("Heart", "AFG", "af-herat"), ("South Kazakhstan", "KAZ", "kz-turkistan"),
        ("Чимкент", "KAZ", "kz-shymkent"), ("Surkhandarya region", "UZB", "uz-surkhandarya"), ("Алма-Ата", "KAZ", "kz-almaty-city"),
        ("Moscow frontier detachment", "TJK", "op-hamadoni-detachment"),
    ],
)  # fmt: skip
def test_the_names_of_real_reports_lead_to_their_place(names: pd.DataFrame, name: str, country: str, place: str) -> None:
    places = found(names, name, country)
    assert place in places if place else not places


def test_a_name_that_two_places_bear_leads_to_both(names: pd.DataFrame) -> None:
    assert {"blo-dusti", "tj-khatlon-dusti", "tj-town-dusti-town"} <= found(names, "Dusti")
    assert {"af-takhar-baharak", "af-badakhshan-baharak"} <= found(names, "Baharak", "AFG")


def test_former_names_are_marked_and_names_in_use_are_not(names: pd.DataFrame) -> None:
    rows = names.set_index(["place_id", "name_key"])["is_former"]
    assert rows["tj-khatlon-shamsiddin-shohin", "shurobod"] and not rows["tj-khatlon-shamsiddin-shohin", "shamsiddin shohin"]
    assert rows["tj-town-bokhtar", "курган тюбе"]


def test_a_detachment_stands_for_its_stretch_and_not_for_its_barracks(names: pd.DataFrame, places_cache: Path) -> None:
    row = names[names["place_id"] == "op-panj-detachment"].iloc[0]
    sections = load_section_table(places_cache).query("detachment_post_id == 'op-panj-detachment'")
    assert row["uncertainty_m"] == pytest.approx(500 * (sections["to_km"].max() - sections["from_km"].min()))


def test_it_is_kept_and_read_back_the_same(places_cache: Path, names: pd.DataFrame) -> None:
    built = module._build(places_cache)
    as_read = names.astype({"population": "Int64"})
    assert built["name"].tolist() == as_read["name"].tolist() and built["place_id"].tolist() == as_read["place_id"].tolist()
    assert built["lon"].to_numpy() == pytest.approx(as_read["lon"].to_numpy())


def test_only_the_region_and_no_airport_codes_came_from_geonames() -> None:
    towns = geonames_towns()
    assert set(towns["country_iso3"]) == {"TJK", "AFG", "UZB", "KGZ", "KAZ", "TKM"}
    every = {name for names in towns["alt_names"] for name in names}
    assert "DYU" not in every and "Кӯлоб" in every and not any("一" <= letter <= "鿿" for name in every for letter in name)
    assert towns.groupby("country_iso3").size()["TJK"] == 103


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Qal’ai Khumb", "QALAI-KHUMB"), ("Kŭlob", "kulob"), ("Рошткалаъ", "РОШТКАЛАЪ"), ("Термёз", "термез"),
        ("«Хамадони»", "хамадони"),
        ('"Hamadoni"  border\tunit,', "hamadoni border unit"), ("Oʻzbekiston", "Ozbekiston"), ("ｋｕｌｏｂ", "kulob"),
        ("Калай-Хумб", "калай хумб"),
    ],
)  # fmt: skip
def test_spellings_that_differ_in_case_marks_quotes_and_spaces_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(("one", "other"), [("Панҷ", "Пандж"), ("Ишкошими", "Ишкошимӣ"), ("Ходжай", "Ходжаи"), ("Osh", "Oshoba")])
def test_letters_that_make_another_name_are_kept(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text())
def test_the_key_of_a_key_is_that_key(text: str) -> None:
    key = name_key(text)
    assert name_key(key) == key and key == " ".join(key.split())
