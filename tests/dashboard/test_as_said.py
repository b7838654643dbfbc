"""Units and agencies of reports on a screen."""

import pytest

from dashboard.answers.as_said import agency_words, unit_words
from dashboard.language import language


@pytest.mark.parametrize(("unit", "words"), [("Kilogram", "кг"), ("tablet", "табл."), ("litre", "л"), ("Viss", "Viss"), (None, "")])
def test_a_unit_is_said_in_the_language_of_the_screen_and_an_unknown_one_stays(unit, words):
    assert unit_words(unit, language("ru")) == words


def test_several_agencies_are_each_said_and_an_unknown_one_stays():
    assert agency_words("DCA; Border Troops SCNS; BLO officers", language("ru")) == "АКН; Пограничные войска ГКНБ; BLO officers"
    assert agency_words(None, language("tg")) == ""
