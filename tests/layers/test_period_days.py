"""Which happenings lie in a period: as a slow look at each of them says."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from layers.material import Happenings
from layers.period_days import in_days, month_days


def happenings(spans):
    spans = sorted(spans)
    n, day = len(spans), np.array([first for first, _ in spans], np.int32)
    zeros = np.zeros(n)
    day_to = np.array([last for _, last in spans], np.int32)
    nowhere = np.zeros(n, np.int32)
    return Happenings(np.arange(n), day, day_to, nowhere, zeros, zeros, zeros, np.arange(n), nowhere, zeros)


#: First and last possible day; -1 undated.
SPANS = st.lists(st.tuples(st.integers(-1, 60), st.integers(0, 20)).map(lambda span: (span[0], span[0] + span[1] if span[0] >= 0 else -1)))


@given(SPANS, st.integers(-5, 60), st.integers(0, 30))
def test_only_what_lies_in_the_days_with_all_its_possible_days(spans, first, length):
    found = happenings(spans)
    wanted = [k for k, (day, day_to) in enumerate(sorted(spans)) if day >= 0 and first <= day and day_to <= first + length]
    assert in_days(found, first, first + length).tolist() == wanted


def test_months_begin_and_end_where_the_calendar_says():
    first, last = month_days("2016-02", "2016-02")
    assert (np.datetime64(first, "D"), np.datetime64(last, "D")) == (np.datetime64("2016-02-01"), np.datetime64("2016-02-29"))
    assert month_days("1969-12", "1970-01") == (-31, 30)
