"""A large answer is packed by two threads and is one gzip stream all the same."""

import gzip
import zlib

import numpy as np
import pytest

from dashboard.maps.gzipped import LARGE, gzipped


@pytest.mark.parametrize("size", [0, 1, 1000, LARGE - 1, LARGE, LARGE + 1, 3 * LARGE])
def test_what_was_packed_comes_out_again(size):
    data = np.random.default_rng(size).integers(0, 7, size, dtype=np.uint8).tobytes()
    packed = gzipped(data)
    assert gzip.decompress(packed) == data
    # A browser stops at the end of the first stream: nothing may come after it.
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    assert reader.decompress(packed) + reader.flush() == data
    assert reader.eof and not reader.unused_data
    assert len(packed) < 0.6 * size + 40
