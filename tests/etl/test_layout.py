"""Layouts: what columns mean, as a file that a person can read, correct and break."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.feeds import FEEDS, feed_named, names
from etl.layout import FIELDS, Layout, as_toml, layout_of, load_layout, save_layout, shipped
from etl.parse import Context
from geodata.errors import BadFile
from geodata.feeds import facts_of
from geodata.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"PANJ_DATA": str(tmp_path)})


def test_every_shipped_layout_is_sound_and_is_a_feed(settings):
    assert {"bulletin", "dca_monthly"} <= set(shipped())
    for name, path in shipped().items():
        assert load_layout(path).name == name
        assert feed_named(name, settings).is_any_table
    assert set(names(settings)) >= {*FEEDS, *shipped(), "any_table"}


headers = st.text(min_size=1, max_size=20)
layouts = st.builds(
    Layout,
    name=st.just("my_source"),
    columns=st.dictionaries(headers, st.sampled_from(["place", "amount", "amount:heroin", "note", "nothing", ""]), max_size=5),
    answers=st.dictionaries(st.just("date_order:Дата"), st.just("day_first"), max_size=1),
    units=st.dictionaries(headers, st.text(max_size=8), max_size=2),
    agency=st.text(max_size=20),
    country_iso3=st.sampled_from(["", "TJK"]),
    words=st.dictionaries(st.just("drug"), st.dictionaries(headers, st.just("heroin"), min_size=1, max_size=2), max_size=1),
    source_reliability=st.sampled_from(["", "A", "X"]),
    information_accuracy=st.sampled_from(["", "1", "4"]),
    sheet=st.text(max_size=10),
    credit=st.text(max_size=10),
)


@given(layouts)
def test_a_layout_is_the_same_after_it_was_saved(tmp_path_factory, layout):
    text = as_toml(layout)
    file = tmp_path_factory.mktemp("layouts") / "my_source.toml"
    file.write_bytes(text.encode())
    surrogates = any("\ud800" <= c <= "\udfff" for c in repr(layout.as_dict()))
    if not surrogates:
        assert load_layout(file) == layout


def test_a_saved_layout_is_a_feed_of_that_name_at_once(settings, tmp_path):
    columns = {"Дата": "date", "Наркотик": "drug", "Вес, кг": "amount", "Район": "district"}
    path = save_layout(settings, "my_agency", {"columns": columns, "country_iso3": "TJK", "answers": {"date_order:Дата": "day_first"}})
    assert path == settings.data / "feeds" / "my_agency.toml"
    feed = feed_named("my_agency", settings)
    file = tmp_path / "a.csv"
    file.write_text("Дата;Наркотик;Вес, кг;Район\n03/04/2010;героин;1,5;Панҷ\n", encoding="utf-8")
    parsed = feed.parse(feed.read(file, "a.csv"), Context(feed.name, "0" * 64, 2027))
    assert parsed.events[["feed", "happened_from", "weight_kg", "place_text"]].values.tolist() == [["my_agency", "2010-04-03", 1.5, "Панҷ"]]
    assert facts_of("my_agency").holds == "events"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"columns": {"Дата": "datum"}}, "'datum'"),
        ({"columns": {"a": "date", "b": "date"}}, "two columns are 'date'"),
        ({"columns": {"a": "amount:gold"}}, "amount:gold"),
        ({"columns": {"a": 5}}, "texts were wanted"),
        ({"columns": []}, "a table was wanted"),
        ({"country_iso3": "Tajik"}, "three letters"),
        ({"answers": {"date_order:x": "maybe"}}, "day_first"),
        ({"answers": {"colour": "red"}}, "date_order"),
        ({"words": {"drug": {"белый": "snow"}}}, "'snow'"),
        ({"words": {"shape": {}}}, "words.shape"),
        ({"source_reliability": "D"}, "A, B, C, X"),
        ({"name": "../evil"}, "small Latin letters"),
        ({"colums": {}}, "'colums'"),
    ],
)
def test_what_is_wrong_in_a_layout_is_said_in_one_sentence(values, said):
    with pytest.raises(BadFile) as refused:
        layout_of(values)
    assert said in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["../x", "a/b", "Имя", "", "unodc_ids", "bulletin", "any.table", "x" * 50])
def test_a_layout_is_only_saved_under_a_name_of_its_own(settings, name):
    with pytest.raises(BadFile):
        save_layout(settings, name, {"columns": {"a": "date"}})


@given(st.binary(max_size=200))
def test_any_bytes_are_a_layout_or_one_sentence(tmp_path_factory, content):
    file = tmp_path_factory.mktemp("layouts") / "x.toml"
    file.write_bytes(content)
    try:
        load_layout(file)
    except BadFile as refused:
        assert str(refused)


def test_every_field_can_be_said():
    assert layout_of({"columns": {field: field for field in FIELDS}}).columns["place"] == "place"
