"""Bytes for the browser: a JSON header, then arrays that JavaScript reads without copying (assets/core.js decodes them)."""

import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

KINDS = {"uint8": "u1", "uint16": "u2", "uint32": "u4", "float32": "f4", "float64": "f8"}


def pack(header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """8 bytes (length of the header, version 1), the header, the arrays; header and arrays padded to multiples of 8 bytes."""
    layout = [(name, KINDS[array.dtype.name], array.size) for name, array in arrays.items()]
    told = orjson.dumps({**header, "layout": layout}, option=orjson.OPT_SERIALIZE_NUMPY)
    parts = [struct.pack("<II", len(told), 1), _padded(told)]
    parts += [_padded(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False).tobytes()) for array in arrays.values()]
    return b"".join(parts)


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """What `pack` made, read again."""
    length, _ = struct.unpack_from("<II", data)
    header = orjson.loads(data[8 : 8 + length])
    at, arrays, kinds = 8 + _round8(length), {}, {short: name for name, short in KINDS.items()}
    for name, kind, size in header["layout"]:
        dtype = np.dtype(kinds[kind]).newbyteorder("<")
        arrays[name] = np.frombuffer(data, dtype, size, at)
        at += _round8(size * dtype.itemsize)
    return header, arrays


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (_round8(len(data)) - len(data))


def _round8(length: int) -> int:
    return (length + 7) // 8 * 8
