import io

import pytest

from etl.closing import Closing, line, print_closing, remarks
from geodata.errors import WrongTable
from geodata.store.writing import RowCounts


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_line_adds_up_in_plain_digits():
    assert line(RowCounts(311_038, 8_077, 302_935, 0, 26, 44_229)) == (
        "rows in 311038 = events 8077 + outside region 302935 + merged 0 + rejected 26"
    )


def test_a_line_that_does_not_add_up_is_never_printed():
    with pytest.raises(WrongTable, match="do not add up"):
        line(RowCounts(10, 5, 3, 1, 0, 0))


def test_a_terminal_gets_a_table_and_the_line_a_file_only_the_line():
    closing = Closing("unodc_ids", "ids.zip", RowCounts(3, 2, 0, 0, 1, 0), is_known=False, reasons={"weight_unreadable": 1})
    screen, file = Terminal(), io.StringIO()
    print_closing(closing, screen)
    print_closing(closing, file)
    identity = "rows in 3 = events 2 + outside region 0 + merged 0 + rejected 1"
    assert identity in screen.getvalue()
    assert "outside region" in screen.getvalue().replace(identity, "")
    assert file.getvalue().splitlines() == ["unodc_ids: ids.zip", identity, "  rejected: weight_unreadable 1"]


def test_what_was_not_understood_is_said_with_its_words_and_never_hidden():
    words = {f"drug {i}": i for i in range(1, 9)}
    closing = Closing("unodc_ids", "ids.zip", RowCounts(1, 1, 0, 0, 0, 0), is_known=False, strange={"drug": words}, unused=("colour",))
    assert remarks(closing) == [
        "drugs not in the vocabulary, kept as other with their own words: "
        "'drug 8' 8, 'drug 7' 7, 'drug 6' 6, 'drug 5' 5, 'drug 4' 4 and 3 more",
        "columns not read: colour",
    ]
