"""Numbers on maps stand apart, near their places."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.maps.apart import apart

PLACES = st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500)), max_size=8)


@settings(max_examples=60, deadline=None)
@given(PLACES)
def test_no_two_lie_on_each_other_and_what_is_alone_stays(places):
    moved = apart(places, 20)
    far = np.hypot(*(moved[:, None] - moved[None]).transpose(2, 0, 1)) + 1e9 * np.eye(len(places))
    assert (far > 19).all()
    given = np.array(places, float).reshape(-1, 2)
    was = np.hypot(*(given[:, None] - given[None]).transpose(2, 0, 1)) + 1e9 * np.eye(len(places))
    if len(places) and (was >= 20).all():
        assert (moved == given).all()


def test_a_pair_parts_along_the_line_between_them_by_half_the_lack_each():
    assert np.allclose(apart([(10, 10), (14, 10)], 20), [(2, 10), (22, 10)])
    assert np.allclose(apart([(10, 10), (10, 10)], 20), [(0, 10), (20, 10)])
