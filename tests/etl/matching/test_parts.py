import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.matching.parts import parts_of
from etl.matching.words import ROLES, SIDES, WORDS


def said(text: str) -> list[tuple[str, str, str]]:
    return [(" ".join(part.words), part.before, part.after) for part in parts_of(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Khatlon province Yavan district", [("Khatlon", "", "province"), ("Yavan", "", "district")]),
        ("Жамбылская область с.Мерке таможенный пост «Сыпатай батыр»",
         [("Жамбылская", "", "province"), ("Мерке", "place", ""), ("Сыпатай батыр", "post", "")]),
        ("дар ноҳияи Панҷи вилояти Хатлон", [("Панҷи", "district", ""), ("Хатлон", "province", "")]),
        ("Surxondaryo viloyati Termiz tumani", [("Surxondaryo", "", "province"), ("Termiz", "", "district")]),
        ("ولسوالی امام صاحب ولایت کندز", [("امام صاحب", "district", ""), ("کندز", "province", "")]),
        ("د کندز ولایت امام صاحب ولسوالۍ", [("کندز", "", "province"), ("امام صاحب", "", "district")]),
        ("в Шуроабадском районе", [("Шуроабадском", "", "district")]),
        ("Пянджского погранотряда", [("Пянджского", "", "section")]),
        ("Кара-Суйский р-н с. Шарк", [("Кара Суйский", "", "district"), ("Шарк", "place", "")]),
        ("Semey, East Kazakhstan", [("Semey", "", ""), ("East Kazakhstan", "", "")]),
        ("Tajik-Afghan state border", []),
        ("Dushanbe (north)", [("Dushanbe", "", "")]),
        ("ул. Рудаки", []),
        ("пассаж. поезд № 305, 102", [("пассаж", "", "")]),
        ("", []),
    ],
)  # fmt: skip
def test_names_are_told_from_the_words_around_them(text, names):
    assert said(text) == names


@pytest.mark.parametrize(
    ("text", "metres", "bearing"),
    [
        ("15 km north of Panj", 15_000.0, 0.0),
        ("в 12,5 км от Пянджа", 12_500.0, None),
        ("700 метров юго-западнее Ишкашима", 700.0, 225.0),
        ("near Panj", 10_000.0, None),
        ("Panj", None, None),
    ],
)
def test_a_distance_and_a_direction_are_read(text, metres, bearing):
    part = parts_of(text)[-1]
    assert (part.beside_m, part.bearing) == (metres, bearing)


@pytest.mark.parametrize("text", ["Panj and Vose", "Panj – Vose", "Panj/Vose", "трасса Тараз-Алматы", "Кулоб ва Восе"])
def test_two_names_bound_together_say_so(text):
    assert any(part.joined for part in parts_of(text))


def test_one_name_that_holds_a_binding_word_stays_one():
    assert [part.words for part in parts_of("Khost wa Fereng", lambda words: words == ("Khost", "wa", "Fereng"))] == [
        ("Khost", "wa", "Fereng")
    ]
    assert len(parts_of("Khost wa Fereng")) == 2


@given(st.text() | st.lists(st.sampled_from([*WORDS, "Panj", ",", "«", "15 km", "/", "-", "№ 5"]), max_size=12).map(" ".join))
def test_any_text_has_parts_with_words(text):
    for part in parts_of(text):
        assert part.words and all(part.words)
        assert part.beside_m is None or part.beside_m >= 0


def test_the_table_of_words_is_complete():
    assert {word.role for word in WORDS.values()} == set(ROLES)
    assert {word.side for word in WORDS.values()} <= set(SIDES)
    assert WORDS["районе"] == WORDS["район"]
