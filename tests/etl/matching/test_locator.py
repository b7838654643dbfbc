"""The locator over our own names: what it promises of real words, and of any words at all."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.matching.engine import Locator, Question
from geodata.distances import roughly_m
from geodata.model import PRECISION_LEVELS
from geodata.places.gazetteer import load_gazetteer
from geodata.places.names import name_key


@pytest.fixture(scope="session")
def locator(places_cache) -> Locator:
    return Locator.of(load_gazetteer(places_cache, places_cache / "none"))


def ask(locator, text, country="TJK", around="", year=None):
    return locator.answer(Question(text, around, country, year))


@pytest.mark.parametrize(
    ("country", "district", "spellings"),
    [
        ("TJK", "tj-khatlon-shamsiddin-shohin",
         ["Shuroobod district", "Shouroobod district", "в Шуроабадском районе", "ноҳияи Шамсиддин Шоҳин", "rayon Shokhin"]),
        ("TJK", "tj-khatlon-panj", ["Pyandzh district", "Пянджский район", "дар ноҳияи Панҷ", "Panj tumani", "Pianj district"]),
        ("TJK", "tj-sughd-panjakent", ["Penjikent district", "Pendzhikent district", "Панҷакент", "Пенджикентского района"]),
        ("TJK", "tj-khatlon-jayhun", ["Qumsangir district", "Кумсангирский район", "ноҳияи Ҷайҳун", "Jayhun"]),
        ("TJK", "tj-gbao-darvoz", ["Darvazskiy District, Gorno-Badakhshan", "rayon Darvaz", "Дарвазский р-н ГБАО"]),
        ("AFG", "af-kunduz-imam-sahib", ["Imam Sahib district, Kunduz", "ولسوالی امام صاحب ولایت کندز", "Имам-Сахиб, Кундуз"]),
    ],
)  # fmt: skip
def test_one_district_has_many_spellings(locator, country, district, spellings):
    for text in spellings:
        named = ask(locator, text, country)
        assert named.place is not None, text
        assert (named.status, named.place.district_id) == ("located", district), text


@pytest.mark.parametrize(
    ("province", "spellings"),
    [
        ("af-herat", ["Herat", "Heart", "هرات", "Герат", "Hirat province"]),
        ("af-balkh", ["Balkh", "Bulkh", "بلخ", "Балх", "ولایت بلخ"]),
        ("af-kandahar", ["Kandarhar", "Kandahar", "Кандагар", "قندهار"]),
        ("af-jowzjan", ["Jawzkan", "jwazjan", "Jawzjan", "Джаузджан"]),
    ],
)
def test_a_province_is_known_under_its_misspellings(locator, province, spellings):
    for text in spellings:
        named = ask(locator, text, "AFG")
        assert named.place is not None and named.place.province_id == province, text
        assert named.status in ("located", "review"), text


def test_an_oblast_in_the_name_of_a_country_is_no_country(locator):
    assert ask(locator, ", East Kazakhstan", "KAZ").place.place_id == "kz-east"
    assert ask(locator, "North Kazakhstan", "KAZ").place.place_id == "kz-north"


def test_what_a_broken_program_left_of_a_name_is_read_by_the_rest_of_it(locator):
    for text, province in (("Южно-115ская область", "kz-turkistan"), ("Северо-115ская область", "kz-north")):
        named = ask(locator, text, "KAZ")
        assert named.place is not None and named.place.place_id == province


def test_a_town_abroad_is_found_by_its_very_name_and_a_village_abroad_is_a_question(locator):
    krasnoyarsk = ask(locator, "г.Красноярск", "KGZ", "Красноярский край РФ")
    assert krasnoyarsk.status == "located"
    assert roughly_m(krasnoyarsk.place.lon, krasnoyarsk.place.lat, 92.87, 56.01) < 30_000
    assert ask(locator, "rail traffic from Tajikistan into Uzbekistan").place is None


def test_a_former_name_counts_in_its_years(locator):
    before, after = ask(locator, "Ленинабад", year=1985), ask(locator, "Ленинабад")
    for named in (before, after):
        assert named.place is not None and named.place.province_id == "tj-sughd"
    assert before.score >= after.score


def test_a_place_of_which_the_words_say_how_far_and_where_moves(locator):
    at, off = ask(locator, "Panj town").place, ask(locator, "15 km north of Panj town")
    assert roughly_m(at.lon, at.lat, off.place.lon, off.place.lat) == pytest.approx(15_000, rel=0.01)
    assert off.place.lat > at.lat
    assert off.place.uncertainty_m > at.uncertainty_m
    near = ask(locator, "near Panj town").place
    assert (near.lon, near.lat) == (at.lon, at.lat)
    assert near.uncertainty_m == at.uncertainty_m + 10_000


def test_a_village_name_that_a_country_has_many_times_is_a_question(locator):
    for text in ("с. Навобод", "Langar village", "деҳаи Гулистон"):
        assert ask(locator, text).status == "review", text
    inside = ask(locator, "Langar village, Ishkoshim district")
    assert inside.place.district_id == "tj-gbao-ishkoshim"


def test_what_only_speaks_of_a_border_or_a_country_is_no_place(locator):
    for text in ("Tajik-Afghan state border", "Tajikistan (border area)", "northern Tajikistan", "граница", "", " , "):
        named = ask(locator, text)
        assert (named.status, named.place) == ("unlocated", None), text


def test_a_named_part_that_is_not_known_leaves_the_district_and_questions_the_province(locator):
    district = ask(locator, "кишлак Ыыыщщщ, Пянджский район")
    assert (district.status, district.place.place_id) == ("located", "tj-khatlon-panj")
    province = ask(locator, "кишлак Ыыыщщщ, Хатлонская область")
    assert (province.status, province.place.place_id) == ("review", "tj-khatlon")


def test_an_empty_text_is_answered_from_the_area_beside_it(locator):
    named = ask(locator, "", around="Khatlonskaya oblast'")
    assert (named.status, named.place.place_id) == ("located", "tj-khatlon")
    assert ask(locator, "").place is None


def test_the_file_itself_decides_between_namesakes_and_never_against_the_words(places_cache):
    own = load_gazetteer(places_cache, places_cache / "none")
    twin = own[own["place_id"] == "tj-town-panj-town"].head(1)
    far = [dict(twin.iloc[0], place_id=f"x-{i}", name="Xyzzyabad", name_key="xyzzyabad", lon=lon, lat=lat, kind="village", district_id=None,
                province_id=None, population=None) for i, (lon, lat) in enumerate([(69.15, 37.3), (70.6, 40.2)])]  # fmt: skip
    locator = Locator.of(pd.concat([own, pd.DataFrame(far)], ignore_index=True))
    twins = Question("Xyzzyabad", "", "TJK", None)
    assert locator.answers([twins])[0].status == "review"
    company = [Question(f"{name} district", "", "TJK", None) for name in ("Panj", "Jayhun", "Hamadoni", "Farkhor", "Dusti", "Vose")]
    decided = locator.answers([*company, twins], [50] * len(company) + [1])[-1]
    assert (decided.status, decided.place.place_id) == ("located", "x-0")
    assert decided.rule.endswith("by_neighbours")


words = st.lists(
    st.sampled_from(
        ["Panj", "Кулоб", "district", "область", "с.", "15 км от", "near", "and", "هرات", "«", "115ская", "Тоҷикистон", "-", "Osh", ","]
    ),
    max_size=7,
)


@settings(max_examples=150)
@given(
    st.text(max_size=40) | words.map(" ".join),
    st.sampled_from(["TJK", "AFG", "KAZ", "XXX", ""]),
    st.text(max_size=12) | words.map(" ".join),
)
def test_any_words_have_a_whole_answer(locator, text, country, around):
    named = ask(locator, text, country, around)
    assert named.status in ("located", "review", "unlocated")
    assert (named.place is None) == (named.status == "unlocated")
    assert 0.0 <= named.score <= 1.0
    assert named.rule and named.rule == named.rule.strip()
    if named.place is not None:
        assert named.place.level in PRECISION_LEVELS
        assert -180 <= named.place.lon <= 180 and -90 <= named.place.lat <= 90 and named.place.uncertainty_m > 0
    if named.status == "located":
        assert named.score >= 0.75


def test_every_name_in_use_of_a_district_or_province_finds_it_in_its_own_country(locator):
    """Every row of our own tables asked back: the same place, one that holds it, or a question; never surely another."""
    wrong = []
    index = locator.finder.index
    for spelling in index.spellings:
        place = index.places[spelling.place]
        if place.kind in ("district", "province") and not spelling.is_former and not spelling.is_bare:
            for key, numbers in ((k, index.by_key[k]) for k in [name_key(place.name)] if k in index.by_key):
                named = ask(locator, key, place.country_iso3)
                near = (
                    named.place is not None and roughly_m(named.place.lon, named.place.lat, place.lon, place.lat) <= 2 * place.uncertainty_m
                )
                if named.status == "located" and not near and len(numbers) == 1:
                    wrong.append((key, place.place_id, named.place and named.place.place_id))
    assert len(set(wrong)) <= 2, wrong
