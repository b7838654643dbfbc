"""First seen: new is what was never recorded before, as far as the watch goes back."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from layers.first_seen import LEAST_MONTHS, first_seen


def ask(rows, first=100, last=102):
    """rows: (value, event, begin, end)."""
    table = pd.DataFrame(rows, columns=["value", "event", "begin", "end"])
    codes, words = pd.factorize(table["value"])
    event, begin, end = (table[name].to_numpy(np.int64) for name in ("event", "begin", "end"))
    return first_seen(codes, [str(word) for word in words], event, begin, end, first, last)


OLD = [("opium", k, 80 + k, 80 + k) for k in range(15)]


def test_a_value_of_the_period_that_was_never_there_before_is_new():
    found = ask([*OLD, ("heroin", 50, 100, 100), ("heroin", 51, 102, 102), ("opium", 52, 101, 101)])
    assert [(value.value, value.n, value.row) for value in found.values] == [("heroin", 2, 15)]
    assert (found.since, found.months, found.n_before, found.n_now, found.n_new) == (80, 20, 15, 3, 2)


def test_one_event_with_two_rows_is_one_event():
    found = ask([*OLD, ("heroin", 50, 100, 100), ("heroin", 50, 100, 100), ("meth", 50, 100, 100)])
    assert [(value.value, value.n) for value in found.values] == [("heroin", 1), ("meth", 1)]
    assert found.n_new == found.n_now == 1


def test_what_may_be_older_than_the_period_is_not_called_new():
    undated, begun_before, later = ("heroin", 60, -1, -1), ("heroin", 60, 99, 100), ("heroin", 60, 103, 103)
    new = ("heroin", 50, 100, 100)
    assert not ask([*OLD, new, undated]).values and not ask([*OLD, new, begun_before]).values
    assert len(ask([*OLD, new, later]).values) == 1


def test_after_a_short_watch_nothing_is_new():
    found = ask([("opium", 1, 100 - LEAST_MONTHS + 1, 100 - LEAST_MONTHS + 1), ("heroin", 2, 100, 100)])
    assert not found.is_long_enough and found.values == [] and found.n_now == 1
    assert not ask([("heroin", 2, 100, 100)]).is_long_enough and not ask([]).is_long_enough


def test_rows_that_say_nothing_say_nothing():
    found = ask([*OLD, (None, 50, 100, 100)])
    assert found.values == [] and found.n_now == 0


def test_as_many_new_ones_are_expected_as_single_ones_were_before():
    random = np.random.default_rng(4)
    # 400 places, some seen often, most once: the next events name new ones about as often as Good said.
    weights = 1 / np.arange(1, 401)
    share, told = 0, 0.0
    for _ in range(60):
        places = random.choice(400, 260, p=weights / weights.sum())
        rows = [(f"p{place}", k, 60 + k % 40 if k < 200 else 101, 60 + k % 40 if k < 200 else 101) for k, place in enumerate(places)]
        found = ask(rows)
        share, told = share + found.n_new, told + found.expected
    assert abs(told - share) < 0.1 * share


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 9), st.integers(70, 110)), max_size=40))
def test_new_values_are_those_that_a_slow_look_finds(rows):
    found = ask([(value, event, month, month) for value, event, month in rows])
    old = {value for value, _, month in rows if month < 100}
    inside = [(value, event) for value, event, month in rows if 100 <= month <= 102]
    slow = {value: len({event for v, event in inside if v == value}) for value, _ in inside if value not in old}
    if found.is_long_enough:
        assert {value.value: value.n for value in found.values} == slow
        assert [value.n for value in found.values] == sorted(slow.values(), reverse=True)
    else:
        assert found.values == []
