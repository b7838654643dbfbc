"""The whole of a small text file, whatever its encoding."""

from pathlib import Path

from etl.reading.decoding import encoding_of
from etl.reading.opening import opened
from geodata.errors import BadFile

#: Longer ones are no bulletin.
_LARGEST_BYTES = 16 << 20


def text_of(path: Path, name: str) -> str:
    """The text in ``path``. Raises BadFile for what is none."""
    with opened(path, name) as file:
        if file.kind != "text":
            raise BadFile(f"{name} is a workbook: a text was wanted. Copy its words into a text file.")
        content = file.stream.read(_LARGEST_BYTES + 1)
    if len(content) > _LARGEST_BYTES:
        raise BadFile(f"{name} is longer than {_LARGEST_BYTES >> 20} MB: a bulletin was wanted. Give one week at a time.")
    encoding = encoding_of(content, is_whole=True)
    if not encoding:
        raise BadFile(f"{name} is a binary file: a text was wanted. Save it as plain text, UTF-8.")
    return content.decode(encoding, "replace")
