"""Three languages, the same words: what a translation must have so that no screen shows a key or a foreign sentence."""

import re
import string
from pathlib import Path

import pytest

from dashboard.language import LANGUAGES, language, plural

ROOT = Path(__file__).resolve().parents[2]
FORMS = {"en": {"one", "other"}, "ru": {"one", "few", "many"}, "tg": {"one", "other"}}


def _fields(text):
    texts = text.values() if isinstance(text, dict) else [text]
    return [{name for _, name, _, _ in string.Formatter().parse(one) if name} for one in texts]


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_every_key(code):
    assert set(language(code).words) == set(language("en").words)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_translation_names_the_same_values_as_the_english_text(code):
    english = language("en").words
    wrong = {key: text for key, text in language(code).words.items() if set().union(*_fields(text)) != set().union(*_fields(english[key]))}
    assert wrong == {}


@pytest.mark.parametrize("code", LANGUAGES)
def test_counted_texts_have_the_plural_forms_of_their_language(code):
    counted = {key: text for key, text in language(code).words.items() if isinstance(text, dict)}
    assert counted
    assert {key: set(text) for key, text in counted.items() if set(text) != FORMS[code]} == {}


def test_russian_counts_as_russians_do():
    forms = {n: plural("ru", n) for n in (1, 2, 5, 11, 12, 21, 22, 25, 101, 111)}
    assert forms == {1: "one", 2: "few", 5: "many", 11: "many", 12: "many", 21: "one", 22: "few", 25: "many", 101: "one", 111: "many"}


@pytest.mark.parametrize("code", ["ru", "tg"])
def test_no_sentence_was_left_in_english(code):
    names = {
        "Panj",
        "UNODC",
        "OpenStreetMap",
        "GeoNames",
        "CSV",
        "XLSX",
        "XLS",
        "TSV",
        "ODS",
        "JSON",
        "PANJ_ROLE",
        "command",
        "planner",
        "HTML",
        "JavaScript",
        "CC BY",
        "Natural Earth",
        "Page Up",
        "make run",
        "python -m etl plan FILE.toml",
        "python -m etl plan",
        "Enter",
    }
    left = {}
    for key, text in language(code).words.items():
        for one in text.values() if isinstance(text, dict) else [text]:
            bare = re.sub(r"\{\w+\}|km²|https?://\S+|/\w\w/", " ", one)
            for name in names:
                bare = bare.replace(name, " ")
            if len(re.findall(r"[A-Za-z]{3,}", bare)) >= 3:
                left[key] = one
    assert left == {}


def test_every_key_that_the_code_asks_for_exists():
    asked = set()
    for path in [*ROOT.glob("dashboard/**/*.py"), *ROOT.glob("layers/*.py")]:
        asked |= set(re.findall(r"""\bsay\("([a-z_]+(?:\.[a-z_]+)+)\"""", path.read_text("utf8")))
    for path in ROOT.glob("dashboard/assets/**/*.js"):
        asked |= set(re.findall(r"""\bsay\("([a-z_.]+)\"""", path.read_text("utf8")))
    assert len(asked) > 100
    assert sorted(asked - set(language("en").words)) == []


def test_numbers_are_written_in_the_language_of_the_page():
    assert language("en").number(1234.5) == "1,234" or language("en").number(1234.5) == "1,235"
    assert language("ru").number(1234567) == "1\u00a0234\u00a0567"
    assert language("ru").number(0.5) == "0,5"
    assert language("tg").number(12.25) == "12,2"
    assert language("en").number(0) == "0"


def test_dates_are_written_in_the_language_of_the_page():
    assert language("ru").day("2018-07-25") == "25\u00a0июл\u00a02018"
    assert language("en").period("2018-05", "2018-05") == "May\u00a02018"
