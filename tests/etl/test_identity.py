import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.identity import identify

rows = st.lists(st.tuples(st.sampled_from(["", "1", "2"]), st.sampled_from(["", "x", "y\x1f1\x1fz"])), max_size=30)


def table(content: list[tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(content, columns=["a", "b"], dtype="object").assign(row_number=range(2, 2 + len(content)))


@settings(deadline=None)  # the machine may be busy
@given(rows)
def test_every_row_of_a_file_has_an_identity_of_its_own(content: list[tuple[str, str]]):
    ids = identify(table(content), "feed")
    assert ids["report_id"].is_unique
    assert ids["report_id"].str.fullmatch("[0-9a-f]{32}").all()


@settings(deadline=None)  # the machine may be busy
@given(rows)
def test_repeats_are_numbered_in_the_order_of_the_file(content: list[tuple[str, str]]):
    numbers = identify(table(content), "feed")["repeat_number"].tolist()
    assert numbers == [content[: i + 1].count(row) for i, row in enumerate(content)]


@settings(deadline=None)  # the machine may be busy
@given(rows, st.randoms())
def test_the_order_of_rows_changes_no_set_of_identities(content: list[tuple[str, str]], random):
    shuffled = content.copy()
    random.shuffle(shuffled)
    assert set(identify(table(content), "feed")["report_id"]) == set(identify(table(shuffled), "feed")["report_id"])


@settings(deadline=None)  # the machine may be busy
@given(rows)
def test_the_order_of_columns_and_empty_columns_do_not_matter(content: list[tuple[str, str]]):
    wider = table(content).assign(c="")[["c", "b", "row_number", "a"]]
    assert identify(table(content), "feed").equals(identify(wider, "feed"))


def test_the_feed_is_part_of_the_identity():
    assert identify(table([("1", "x")]), "one")["report_id"][0] != identify(table([("1", "x")]), "two")["report_id"][0]


def test_a_cell_that_looks_like_two_is_another_row_than_the_two():
    one = identify(pd.DataFrame({"a": ["1\x1eb\x1f1\x1f2"], "b": [""]}), "feed")["report_id"][0]
    two = identify(pd.DataFrame({"a": ["1"], "b": ["2"]}), "feed")["report_id"][0]
    assert one != two
