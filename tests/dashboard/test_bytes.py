"""The bytes between server and browser: nothing is lost on the way, and every array can be read without copying."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dashboard.maps.payload import pack, unpack

kinds = st.sampled_from(["uint8", "uint16", "uint32", "float32", "float64"])


@given(st.dictionaries(st.sampled_from("abcdefgh"), kinds.flatmap(lambda kind: arrays(kind, st.integers(0, 40))), max_size=6), st.text())
def test_what_was_packed_is_unpacked(given_arrays, text):
    header, found = unpack(pack({"title": text}, given_arrays))
    assert header["title"] == text
    assert set(found) == set(given_arrays)
    for name, array in given_arrays.items():
        np.testing.assert_array_equal(found[name], array)


def test_every_array_begins_at_a_multiple_of_eight_bytes():
    data = pack({"n": 1}, {"a": np.zeros(3, np.uint8), "b": np.arange(2, dtype=np.float64)})
    assert data.index(np.arange(2, dtype=np.float64).tobytes()) % 8 == 0
