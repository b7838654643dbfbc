"""Generated events are called so on every screen and in every file; real ones never are."""

import csv
import io

import openpyxl
import pytest

MARK = {"en": "generated", "ru": "сгенерирован", "tg": "сохта"}


@pytest.mark.parametrize(("code", "width"), [("en", 1440), ("ru", 390), ("tg", 1440)])
def test_the_screen_says_that_events_are_generated(open_page, demo_server, code, width):
    page = open_page(f"/{code}/", on=demo_server, width=width)
    banner = page.page.locator(".generated").first
    assert banner.is_visible()
    box = banner.bounding_box()
    assert box["width"] > 0 and 0 <= box["y"] < 200 and box["x"] >= 0 and box["x"] + box["width"] <= width + 1
    seen = page.run(
        "() => { const b = document.querySelector('.generated').getBoundingClientRect();"
        " const top = document.elementFromPoint(b.left + b.width / 2, b.top + b.height / 2);"
        " return top.closest('.generated') !== null; }"
    )
    assert seen, "something lies over the mark"
    words = (demo_server, page.text(".generated").lower())[1]
    assert len(words) > 20
    if code != "en":
        assert "generated" not in words


def test_every_file_of_generated_events_says_so(open_page, demo_server, tmp_path):
    table = demo_server.ask("/en/download/events.csv")
    assert "GENERATED" in table.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(table.body.decode("utf-8-sig"))))
    mark = list(rows[0])[-1]
    assert "Generated demonstration data" in mark and {row[mark] for row in rows} == {"generated"}
    book = openpyxl.load_workbook(io.BytesIO(demo_server.ask("/en/download/events.xlsx").body))
    assert "Generated demonstration data" in str(book.worksheets[1]["A1"].value)
    for code in ("en", "ru", "tg"):
        saved = demo_server.ask(f"/{code}/download/map.html")
        assert "GENERATED" in saved.headers["content-disposition"]
        assert 'class="generated"' in saved.text


def test_real_reports_are_never_called_generated(page, server):
    assert page.page.locator(".generated, .generated-badge").count() == 0
    table = server.ask("/en/download/events.csv")
    assert "GENERATED" not in table.headers["content-disposition"] and "enerated demonstration" not in table.text
    assert 'class="generated"' not in server.ask("/en/download/map.html").text
