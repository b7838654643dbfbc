import pandas as pd

from etl.vocabulary import country_codes, country_words, drug_words, masses, meant, transport_words


def test_every_word_means_something_of_the_model():
    assert len(drug_words()) > 300
    assert drug_words()["cocaine hcl"] == "cocaine"
    assert transport_words()["foot/river"] == "foot"


def test_case_and_blanks_do_not_matter():
    assert meant(pd.Series([" HEROIN ", "heroin"]), drug_words()).meaning.tolist() == ["heroin", "heroin"]


def test_a_strange_word_is_kept_and_reported_and_an_unknown_one_is_empty():
    found = meant(pd.Series(["Blue sky", "Unknown", "", "Blue sky"]), transport_words(), otherwise="other")
    assert found.meaning.fillna("-").tolist() == ["other", "-", "-", "other"]
    assert found.strange == {"Blue sky": 2}


def test_only_masses_have_kilograms():
    assert [masses()[unit] for unit in ("kilogram", "gram", "milligram", "microgram", "ton", "ounce")] == [
        1.0,
        0.001,
        1e-6,
        1e-9,
        1000.0,
        0.028349523125,
    ]
    assert not {"litre", "tablet", "unit", "100 gram", "viss", "gallons (uk)"} & set(masses())


def test_countries_are_known_by_their_official_and_their_old_names():
    assert country_words()["bolivia, plurinational state of"] == "BOL"
    assert country_words()["libyan arab jamahiriya"] == "LBY"
    assert country_words()["кыргызстан"] == "KGZ"
    assert {"TJK", "AFG", "UZB", "KGZ", "KAZ", "TKM", "XKX"} <= country_codes()
    assert all(len(code) == 3 and code.isupper() for code in country_codes())
