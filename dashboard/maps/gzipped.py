"""Gzipped: large answers made small by two threads, since packing millions of numbers would else be most of the wait."""

import struct
import zlib
from concurrent.futures import ThreadPoolExecutor

#: Below this one thread is faster; and the smaller an answer, the better it may be packed.
LARGE = 1_500_000
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # RFC 1952: deflate, no name, no time, system not told


def gzipped(data: bytes, level: int = 5) -> bytes:
    """One gzip stream, as every browser reads it. A large answer is cut in two, packed at the same time, and packed less."""
    is_large = len(data) >= LARGE
    cut = len(data) // 2 if is_large else len(data)
    if not is_large:
        return _HEAD + _deflated(data, level, last=True) + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)
    with ThreadPoolExecutor(2) as pool:
        # The first half ends at a byte without ending the stream (RFC 1951, an empty stored block), so that the second can follow.
        first, second = pool.submit(_deflated, data[:cut], 1, last=False), pool.submit(_deflated, data[cut:], 1, last=True)
        sum_of_all = zlib.crc32(data)
        return _HEAD + first.result() + second.result() + struct.pack("<II", sum_of_all, len(data) & 0xFFFFFFFF)


def _deflated(data: bytes, level: int, *, last: bool) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)
