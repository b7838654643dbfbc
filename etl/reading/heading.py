"""Heading: which of the first rows is the header, what stands above it, which lines are joined, and the HXL tags."""

import re
from itertools import pairwise
from typing import NamedTuple

from etl.reading.merged import Merge
from etl.reading.words import DASHES, HEADER_WORD, HXL_TAG, UNIT_CELL, VALUE_CELL

#: A header stands among the first so many rows, or nowhere.
LOOK_AT = 80
_LONGEST_NAME = 200
_YEAR = re.compile(r"(?:19|20)\d\d")
#: At most so many rows about a table stand above its header in full width.
_FEW = 4


class Heading(NamedTuple):
    """What the first rows are. header: (first, last) of its rows, from 0, None where there is none. body: the first row below, from 0.

    names: one a column, "" where the header says nothing. tags: HXL tags, () without. titles: indexes of the rows above.
    """

    header: tuple[int, int] | None
    body: int
    names: list[str]
    tags: tuple[str, ...]
    titles: list[int]


def heading_of(rows: list[list[str]], merges: list[Merge] | None = None, wanted: int | None = None) -> Heading:
    """The heading of a table of which ``rows`` are the first ones. merges: merged cells. wanted: the header, as a person said it."""
    merges = merges or []
    width = _usual_width(rows)
    tagged = next((at for at, row in enumerate(rows[:LOOK_AT]) if _is_hxl(row)), None)
    if tagged is not None:
        first, last = _header_above(rows, tagged, merges) if wanted is None else (wanted, wanted)
        names = _joined(rows[first : last + 1], first, merges) if last < tagged else []
        names = names or [tag for tag in _tags(rows[tagged])]
        return Heading((first, last) if last < tagged else None, tagged + 1, names, _tags(rows[tagged]), list(range(min(first, tagged))))
    at = wanted if wanted is not None else _header_at(rows, width)
    if at is None:
        return Heading(None, 0, [], (), [])
    first, last = _lines_of_header(rows, at, width, merges)
    return Heading((first, last), last + 1, _joined(rows[first : last + 1], first, merges), (), list(range(first)))


def filled(row: list[str]) -> list[str]:
    """The cells that hold something."""
    return [cell for cell in row if cell.strip()]


def _usual_width(rows: list[list[str]]) -> int:
    """How many cells a full row of the table has: what nine rows of ten do not exceed."""
    counts = sorted(len(filled(row)) for row in rows)
    return max(counts[(9 * (len(counts) - 1)) // 10], 1) if counts else 1


def _is_hxl(row: list[str]) -> bool:
    cells = filled(row)
    return bool(cells) and sum(bool(HXL_TAG.fullmatch(cell.strip())) for cell in cells) * 2 > len(cells)


def _tags(row: list[str]) -> tuple[str, ...]:
    tags = ("".join(cell.split()).lower() for cell in row)
    return tuple(tag if HXL_TAG.fullmatch(tag) else "" for tag in tags)


def _header_above(rows: list[list[str]], tagged: int, merges: list[Merge]) -> tuple[int, int]:
    """The header of an HXL table is the row above its tags, where there is one."""
    above = tagged - 1
    while above >= 0 and not filled(rows[above]):
        above -= 1
    if above < 0:
        return tagged, tagged
    return _lines_of_header(rows[: above + 1], above, _usual_width([rows[above]]), merges)


def _header_at(rows: list[list[str]], width: int) -> int | None:
    """The first row that names what stands below it; None when data begins at once."""
    data_rows = 0
    for at, row in enumerate(rows[:LOOK_AT]):
        cells = filled(row)
        if len(cells) < max(min(2, width), (width + 1) // 2):
            continue  # a title, or a line such as `Period | 2010`
        values = 0 if _is_years(cells) else sum(bool(VALUE_CELL.match(cell)) for cell in cells)
        words = sum(bool(HEADER_WORD.search(cell)) for cell in cells if len(cell) <= _LONGEST_NAME)
        if data_rows:
            if not values and words * 2 > len(cells):
                return at  # what stood above were lines about the table
        elif values * 3 <= len(cells) or words * 2 > len(cells) > 2:
            below = [other for other in rows[at + 1 : at + 1 + LOOK_AT] if len(filled(other)) * 2 >= len(cells)]
            if words * 2 >= len(cells) or _differs(row, below):
                return at if len(cells) * 4 >= 3 * width else _fuller_header(rows, at, width)
            if not values and not _recurs(row, below):
                return at
        data_rows += 1
        if data_rows > _FEW:
            return None  # rows of a table that has no header must not be taken for its title
    return None


def _fuller_header(rows: list[list[str]], at: int, width: int) -> int:
    """The header itself, where a line such as `Report of | DCA` looked like one; ``at`` where there is none below."""
    for below, row in enumerate(rows[at + 1 : at + 11], start=at + 1):
        cells = filled(row)
        if len(cells) * 4 >= 3 * width:
            words = sum(bool(HEADER_WORD.search(cell)) for cell in cells)
            return below if words * 2 > len(cells) and not any(VALUE_CELL.match(cell) for cell in cells) else at
    return at


def _is_years(cells: list[str]) -> bool:
    """A name and years after it, as tables of totals are headed: Country, 2012, 2013."""
    years = [cell.strip() for cell in cells[1:]]
    return len(years) > 1 and all(_YEAR.fullmatch(year) for year in years) and years == sorted(set(years))


def _differs(row: list[str], below: list[list[str]]) -> bool:
    """Whether a column that has a word here has values below."""
    for i, cell in enumerate(row):
        column = [other[i] for other in below if i < len(other) and other[i].strip()]
        if cell.strip() and not VALUE_CELL.match(cell) and sum(bool(VALUE_CELL.match(other)) for other in column) * 2 > len(column) > 0:
            return True
    return False


def _recurs(row: list[str], below: list[list[str]]) -> bool:
    """Whether words of the row stand below it in the same column, as only data does."""
    return any(cell.strip() and sum(i < len(other) and other[i] == cell for other in below) > 1 for i, cell in enumerate(row))


def _lines_of_header(rows: list[list[str]], at: int, width: int, merges: list[Merge]) -> tuple[int, int]:
    """Where the header begins and ends: lines that only split or head its names belong to it."""
    first = last = at
    covered = [m for m in merges if m[0] <= at <= m[2]]
    bottom = max([m[2] for m in covered if m[2] > m[0]], default=at)
    while last + 1 < len(rows) and last - at < 3:
        lower, upper = rows[last + 1], rows[last]
        cells = filled(lower)
        if not cells or any(VALUE_CELL.match(cell) for cell in cells):
            break
        gaps = [i for i, cell in enumerate(lower) if cell.strip() and not (i < len(upper) and upper[i].strip())]
        is_split = bool(gaps) and (len(cells) < width or bool(merges)) and not _is_like_body(rows, last + 1)
        is_units = all(UNIT_CELL.fullmatch(cell.strip()) for cell in cells)
        is_second_language = sum(bool(HEADER_WORD.search(cell)) for cell in cells) * 3 > 2 * len(cells) and len(cells) >= max(2, width - 1)
        if not (last + 1 <= bottom or is_split or is_units or (is_second_language and not _is_like_body(rows, last + 1))):
            break
        last += 1
    above = rows[at - 1] if at else []
    heads = [m for m in merges if m[0] <= at - 1 <= m[2] and m[3] > m[1]]
    wide = max((m[3] - m[1] + 1 for m in heads), default=0)
    is_head = len(filled(above)) > 1 and not any(VALUE_CELL.match(cell) for cell in filled(above)) if not merges else 0 < wide < width
    if at and filled(above) and is_head and any(not cell.strip() for cell in above):
        first -= 1
    return first, last


def _is_like_body(rows: list[list[str]], at: int) -> bool:
    """Whether a row has words where the rows below have them too, in every column: then it is one of them."""
    below = [row for row in rows[at + 1 : at + 30] if filled(row)]
    if not below:
        return True
    return not _differs(rows[at], below) and not any(HEADER_WORD.search(cell) for cell in filled(rows[at]))


def is_numbering(row: list[str]) -> bool:
    """`1 2 3 4` below the header, as forms have it; the first may be letters (А, Б, 1, 2)."""
    cells = [cell.strip() for cell in filled(row)]
    numbers = [int(cell) for cell in cells if cell.isascii() and cell.isdigit() and len(cell) < 4]
    letters = [cell for cell in cells if len(cell) == 1 and cell.isalpha()]
    if len(numbers) < 4 or len(numbers) + len(letters) != len(cells):
        return False
    return numbers[0] in (1, 2, 3) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _joined(lines: list[list[str]], first: int, merges: list[Merge]) -> list[str]:
    """The names of the columns; a name over several columns goes before each of theirs."""
    width = max(map(len, lines))
    spread = [[*line, *[""] * (width - len(line))] for line in lines]
    for top, left, bottom, right in merges:
        for r in range(top, bottom + 1):
            if 0 <= r - first < len(spread) and 0 <= top - first < len(spread):
                for c in range(max(left, 0), min(right + 1, width)):
                    spread[r - first][c] = spread[top - first][left]
    if not merges:
        for upper, lower in pairwise(spread):
            for c in range(1, width):
                if not upper[c].strip() and lower[c].strip():
                    upper[c] = upper[c - 1]
    names = []
    for column in zip(*spread, strict=True):
        words = list(dict.fromkeys(" ".join(cell.split()) for cell in column if not DASHES.fullmatch(cell)))
        names.append(" ".join(word for word in words if word)[:_LONGEST_NAME])
    return names


def unique(names: list[str]) -> list[str]:
    """Names that can be told apart: a nameless column is named by its place, a second one of a name by its number."""
    taken = {"row_number"}
    found: list[str] = []
    for at, name in enumerate(names, start=1):
        start = own = name or f"column {at}"
        number = 1
        while own.casefold() in taken:
            number += 1
            own = f"{start} ({number})"
        taken.add(own.casefold())
        found.append(own)
    return found
