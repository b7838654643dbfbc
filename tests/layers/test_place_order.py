import numpy as np
from hypothesis import given, settings

from layers.place_order import build
from tests.layers.columns.rows import ROWS, columns_of, table


@settings(max_examples=150)
@given(ROWS)
def test_every_row_stands_once_and_the_rows_of_an_event_stand_together(given_rows):
    columns = columns_of(table(given_rows))
    place, n = columns["place"] + 1, columns.n
    first = np.array([np.flatnonzero(place == at)[0] if (place == at).any() else 0 for at in range(7)]) if n else np.zeros(0, np.int64)
    known = {name: np.zeros(n, np.int32) for name in ("spot", "footprint", "on")}
    order = build(columns.with_more(known), place.astype(np.intp), first)
    row, other, group = order["row"], order["other"], order["group"]
    assert sorted([*row, *other]) == list(range(n)), "rows always add up"
    assert group[-1] == len(row)
    base, month, event = order.about["base"], columns["month"], columns["event"]
    number = np.unique(event, axis=0, return_inverse=True)[1].ravel() if n else np.zeros(0, int)
    for m in range(len(order["month"]) - 1):
        groups = range(order["month"][m], order["month"][m + 1])
        assert [order["place"][g] for g in groups] == sorted({order["place"][g] for g in groups}), "a place has one group a month"
        for g in groups:
            these = row[group[g] : group[g + 1]]
            assert len(these)
            assert (month[these] == base + m).all()
            assert (place[these] == order["place"][g]).all()
            runs = number[these][np.r_[True, number[these][1:] != number[these][:-1]]]
            assert len(runs) == len(set(runs)), "the rows of an event follow each other"
        at = order["other_month"]
        assert (month[other[at[m] : at[m + 1]]] == base + m).all()
    assert (month[other[order["other_month"][-2] :]] < 0).all()
    apart, together = set(number[other[month[other] >= 0]]), set(number[row])
    assert not apart & together, "an event stands in the groups with all of its rows, or with none"
    for one in together:
        of = number == one
        assert len(set(zip(month[of], place[of], strict=True))) == 1
    np.testing.assert_array_equal(order["kg"], columns["kg"][row])
    np.testing.assert_array_equal(order["profile"], columns["profile"][row])
    np.testing.assert_array_equal(number[order["event"]], number[row])
