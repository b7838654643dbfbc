"""Activities of an IATI file, one by one: no entity is expanded, nothing is fetched, and no more than one is held at a time.

A file that breaks off or breaks inside an activity is not lost: what stands between its tags is then read piece by piece.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from geodata.errors import BadFile

ACTIVITY, ROOT = "iati-activity", "iati-activities"
#: Bytes that one activity may have; a larger one is refused, not read into memory.
LARGEST = 64 << 20
_SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
_OPENING_TAG = re.compile(rb"<iati-activity(?=[\s>/])")
_CLOSING_TAG = b"</iati-activity"
_ROOT_TAG = re.compile(rb"<iati-activities\b[^>]*>", re.S)
_PROLOG = 1 << 20
#: Bytes of a rejected activity that are kept beside its reason; the whole file is kept as it came.
_SHOWN = 500


class Read(NamedTuple):
    """An activity's element with the version and currency of its file, or why it cannot be read. line: where it starts, or its number."""

    line: int
    element: etree._Element | None
    version: str
    problem: str = ""
    text: str = ""


def activities(path: Path, name: str) -> Iterator[Read]:
    """Every activity of the file ``path``, which the user knows as ``name``, in order. Raises BadFile for what is no IATI file."""
    _refuse_entities(path, name)
    n = 0
    try:
        for read in _streamed(path, name):
            n += 1
            yield read
    except etree.XMLSyntaxError as error:
        yield from _pieces(path, name, after=n, error=error)


def _refuse_entities(path: Path, name: str) -> None:
    """No IATI file needs a document type; one that declares entities can make a few bytes swell to all of the memory."""
    with path.open("rb") as file:
        opening = file.read(_PROLOG)
    # UTF-16 and UTF-32 have a NUL in every ASCII letter.
    prolog = opening.replace(b"\0", b"").partition(b"<" + ROOT.encode())[0]
    if b"<!ENTITY" in prolog or b"<!DOCTYPE" in prolog:
        raise BadFile(f"{name} has a document type of its own (<!DOCTYPE>): an IATI file without one was wanted. It was not read.")


def _streamed(path: Path, name: str) -> Iterator[Read]:
    root: etree._Element | None = None
    version = ""
    with path.open("rb") as file:
        for event, element in etree.iterparse(file, events=("start", "end"), **_SAFE):
            if root is None:
                root = element
                if element.tag not in (ROOT, ACTIVITY):
                    raise BadFile(f"{name} is XML with the root <{element.tag}>: an IATI file of <{ROOT}> was wanted.")
                version = element.get("version") or ""
            if event == "start" or element.tag != ACTIVITY or (element is not root and element.getparent() is not root):
                continue
            yield Read(element.sourceline or 0, element, version)
            element.clear()
            while element.getprevious() is not None:
                del root[0]


def _pieces(path: Path, name: str, after: int, error: etree.XMLSyntaxError) -> Iterator[Read]:
    """The activities after the first ``after``, each parsed by itself; what is no XML is given with the reason."""
    content = path.read_bytes()
    opening = _ROOT_TAG.search(content)
    if opening is None:
        raise BadFile(f"{name} is no XML that can be read ({_reason(error)}): an IATI file of <{ROOT}> was wanted.") from error
    declared = re.match(rb"\s*(?:\xef\xbb\xbf)?<\?xml[^>]*\?>", content)
    head = (declared[0].strip() if declared else b"") + opening[0]
    parser = etree.XMLParser(**_SAFE)
    starts = [found.start() for found in _OPENING_TAG.finditer(content, opening.end())]
    line, counted, is_explained = 1, 0, False
    for number, (start, end) in enumerate(pairwise([*starts, len(content)])):
        line, counted = line + content.count(b"\n", counted, start), start
        if number < after:
            continue
        read = _piece(line, head, _without_rest(content[start:end]), parser)
        is_explained = is_explained or read.element is None
        yield read
    if not is_explained:
        # It broke between two activities, or before the next one had begun: that something is missing must be seen.
        yield Read(error.lineno or line, None, "", _reason(error))


def _without_rest(piece: bytes) -> bytes:
    """What belongs to the activity: up to its closing tag, or all where it has none."""
    closing = piece.rfind(_CLOSING_TAG)
    if closing < 0:
        return piece.partition(b"</" + ROOT.encode())[0]
    return piece[: piece.find(b">", closing) + 1 or None]


def _piece(line: int, head: bytes, piece: bytes, parser: etree.XMLParser) -> Read:
    text = piece[:_SHOWN].decode("utf-8", "replace")
    if len(piece) > LARGEST:
        return Read(line, None, "", f"more than {LARGEST >> 20} MiB", text)
    try:
        root = etree.fromstring(head + piece + b"</" + ROOT.encode() + b">", parser)
    except etree.XMLSyntaxError as problem:
        return Read(line, None, "", _reason(problem), text)
    element = root.find(ACTIVITY)
    return Read(line, element, root.get("version") or "", "" if element is not None else "no activity in it", text)


def _reason(error: etree.XMLSyntaxError) -> str:
    return " ".join(str(error.msg or error).split())[:200]
