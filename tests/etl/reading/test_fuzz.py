"""Any bytes at all give a table or one sentence. PANJ_FUZZ=10000 tries that many damaged files; without it some hundred."""

import os
import random
from collections.abc import Callable

import pytest

from etl.reading import Table
from geodata.errors import BadFile

Read = Callable[..., Table]
Make = dict[str, Callable[..., bytes]]
TRIES = int(os.environ.get("PANJ_FUZZ", "400"))
#: A workbook is opened by a program apart, and takes fifty times as long as a text.
SHARE_OF_WORKBOOKS = 0.25

TEXT = (
    "Сводка за март;;;\n;;;\nДата;Место;Наркотик;Количество\n11.03.2010;\"Шуроабад; село \"\"Гор\"\"\";героин;12 кг 350 гр\n"
    "12.03.2010;Хорог;опий;3,5\nИтого;;;15,85\n"
)  # fmt: skip
JSON = '{"date": "2011-01-02", "place": {"name": "Панҷ"}, "kg": [1, 2]}\n{"date": null, "kg": 1e400}\n'


@pytest.fixture
def whole(make: Make) -> dict[str, list[bytes]]:
    rows: list[list[object]] = [["Дата", "Место", "кг"], ["11.03.2010", "Шуроабад", 12.5], ["Итого", "", 12.5]]
    books = [make[kind](rows) for kind in ("xlsx", "xls", "ods")]
    texts = [TEXT.encode(encoding) for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251", "koi8_r", "cp866", "utf-32")]
    zips = [make["zip"](reports_csv=texts[0]), make["zip"](reports_csv=texts[0], other_json=JSON.encode())]
    return {"book": [*books, *(make["zip"](**{f"book_{kind}": book}) for kind, book in zip(("xlsx", "xls"), books, strict=False))],
            "text": [*texts, *zips, JSON.encode(), f"[{JSON.replace(chr(10), ',')}null]".encode()]}  # fmt: skip


def damaged(content: bytes, rng: random.Random) -> bytes:
    """The content with some bytes changed, cut out, doubled, moved or put in."""
    broken = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 5, 20, 200))):
        if not broken:
            break
        at, length = rng.randrange(len(broken)), rng.choice((1, 1, 2, 8, 64))
        match rng.randrange(6):
            case 0:
                broken[at] = rng.randrange(256)
            case 1:
                del broken[at : at + length]
            case 2:
                broken[at:at] = broken[at : at + length] * rng.choice((1, 3, 50))
            case 3:
                broken[at:at] = rng.choice(
                    (b'"', b"\0", b"\n", b"\r", b";", b",,,", b"\t", b"\xff\xfe", "Итого".encode(), b"#date,#loc\n", b"[{")
                )
            case 4:
                del broken[rng.randrange(len(broken)) :]
            case 5:
                other = rng.randrange(len(broken))
                broken[at : at + length] = broken[other : other + length]
    return bytes(broken)


def test_any_damaged_file_is_a_table_or_one_sentence(read: Read, whole: dict[str, list[bytes]]):
    rng = random.Random(20261122)
    outcomes = {"table": 0, "sentence": 0}
    for number in range(TRIES):
        kind = "book" if rng.random() < SHARE_OF_WORKBOOKS else "text"
        content = damaged(rng.choice(whole[kind]), rng)
        try:
            table = read(content, "reports")
        except BadFile as refused:
            assert "want" in str(refused), (number, content)
            assert "\n" not in str(refused) and len(str(refused)) < 700, (number, str(refused))
            outcomes["sentence"] += 1
        else:
            assert table.rows_in == len(table.rows) + len(table.ragged) > 0, (number, content)
            assert list(table.rows.columns) == ["row_number", *table.columns], (number, content)
            assert len(table.columns) == len(table.headers) == len(table.hxl) == len(set(table.columns))
            assert all(isinstance(cell, str) for column in table.columns for cell in table.rows[column])
            outcomes["table"] += 1
    assert min(outcomes.values()) > TRIES / 20, f"damage was too mild or too hard: {outcomes}"
