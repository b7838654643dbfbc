"""File: named arrays and dictionaries in one file, read back without copying. Written beside its place and moved there whole.

Layout, all little-endian: 8 bytes `MAGIC`; the format, uint32; 4 bytes 0; the length of the header and of the whole file, uint64; the
header, JSON in UTF-8; then each array's plain bytes, each starting at a multiple of 64. The header holds "arrays": [name, dtype, shape,
offset], "words": the dictionaries, "about": whatever the maker wants to say. Offsets count from the end of the header, rounded up to 64.
"""

import json
import mmap
import os
import struct
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.errors import PanjError
from layers.columns.table import Columns

MAGIC = b"PANJCOLS"
#: Rises with every change that an older Panj could not read, or would read wrongly.
FORMAT = 1
SUFFIX = ".panjcols"
_START = struct.Struct("<8sIIQQ")
_ALIGNED = 64


class WrongColumns(PanjError):
    """A file of columns that is broken, cut short or of another format: it can be made again from the store."""


def write(path: Path, columns: Columns) -> None:
    """Save the columns; whoever reads finds the old file or the whole new one, also after a loss of power.

    The same columns give the same bytes. Raises OSError when the disk is full; nothing is left behind then.
    """
    listed: list[tuple[str, str, list[int], int]] = []
    at = 0
    for name, array in columns.arrays.items():
        listed.append((name, array.dtype.newbyteorder("<").str, list(array.shape), at))
        at = _up(at + array.nbytes)
    said = {"arrays": listed, "words": columns.words, "about": columns.about}
    header = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    start = _up(_START.size + len(header))
    path.parent.mkdir(parents=True, exist_ok=True)
    number, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(_START.pack(MAGIC, FORMAT, 0, len(header), start + at) + header)
            for (_, dtype, _, offset), array in zip(listed, columns.arrays.values(), strict=True):
                file.write(b"\0" * (start + offset - file.tell()))
                file.write(np.ascontiguousarray(array, dtype).reshape(-1).view(np.uint8).data)
            file.write(b"\0" * (start + at - file.tell()))
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def read(path: Path) -> Columns:
    """The columns of a file, its arrays mapped and not copied: what nobody touches is never read from the disk.

    The arrays cannot be written to. Raises FileNotFoundError, and WrongColumns when the file is no such file or not whole.
    """
    with path.open("rb") as file:
        start = file.read(_START.size)
        if len(start) < _START.size or start[:8] != MAGIC:
            raise WrongColumns(f"{path} is no file of columns: delete it, it will be made again.")
        _, format, _, length, written = _START.unpack(start)
        if format != FORMAT:
            raise WrongColumns(f"{path} has the format {format}, {FORMAT} was wanted: delete it, it will be made again.")
        size = os.fstat(file.fileno()).st_size
        if size != written:
            raise WrongColumns(f"{path} has {size} bytes, {written} were written: delete it, it will be made again.")
        header = _parsed(path, file.read(length))
        held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    base = _up(_START.size + length)
    arrays = {name: _array(held, base + offset, np.dtype(dtype), shape) for name, dtype, shape, offset in header["arrays"]}
    return Columns(arrays, {name: tuple(texts) for name, texts in header["words"].items()}, header["about"])


def _parsed(path: Path, header: bytes) -> Mapping[str, Any]:
    try:
        return dict(json.loads(header))
    except ValueError as problem:
        raise WrongColumns(f"The header of {path} cannot be read: delete it, it will be made again.") from problem


def _array(held: mmap.mmap, offset: int, dtype: np.dtype[Any], shape: Sequence[int]) -> NDArray[Any]:
    count = int(np.prod(shape, dtype=np.int64))
    return np.frombuffer(held, dtype, count, offset).reshape(shape) if count else np.zeros(shape, dtype)


def _up(at: int) -> int:
    return -(-at // _ALIGNED) * _ALIGNED
