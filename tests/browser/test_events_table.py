"""The events table: every row of the view, a link to each source, the doors, and the same rows as files."""

import csv
import io

import openpyxl
import pytest

from tests.browser.recount import count, rows_of


@pytest.fixture
def page(page, events):
    months = sorted(day[:7] for day in events[events["date_precision"].isin(["day", "month"])]["happened_from"])
    return page.visit(f"?p={months[0]}..{months[-1]}")


def csv_rows(download) -> list[dict[str, str]]:
    with open(download.path(), encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def sheet_rows(download) -> list[list[object]]:
    with open(download.path(), "rb") as file:
        book = openpyxl.load_workbook(io.BytesIO(file.read()), read_only=True)
    sheet = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]


def test_the_table_has_a_row_for_every_row_of_the_period_and_says_how_many_events(page, events):
    page.sheet("events")
    rows = rows_of(events, *page.period)
    assert {row["row"] for row in page.rows()} == set(rows["report_id"])
    assert page.text("#events-title") == f"{count(rows).n} events"
    for row in page.rows():
        of = events.set_index("report_id").loc[row["row"]]
        known = {"day": of["happened_from"], "month": of["happened_from"][:7], "year": of["happened_from"][:4]}[of["date_precision"]]
        assert row["date"] == known, "a date is never sharper than known"


def test_links_to_sources_open_elsewhere_and_tell_them_nothing(page, events):
    page.sheet("events")
    assert all(row["source"].startswith(("https://", "http://")) or not row["source"] for row in page.rows())
    # The grid makes only what is in view.
    page.run("async () => (await dash_ag_grid.getApiAsync('events')).ensureColumnVisible('source')")
    links = page.page.locator("#events .ag-row a")
    links.first.wait_for()
    urls = set(events["source_url"].dropna())
    for k in range(links.count()):
        assert links.nth(k).get_attribute("href") in urls
        assert "noopener" in links.nth(k).get_attribute("rel") and links.nth(k).get_attribute("target") == "_blank"
    page.run("async () => (await dash_ag_grid.getApiAsync('events')).ensureColumnVisible('date')")


def test_the_doors_open_the_events_that_are_in_no_period_and_at_no_place(page, events):
    undated = events[events["happened_from"].isna()]
    door = page.page.locator("[data-picks='door:undated']")
    assert door.inner_text() == f"{count(undated).n} undated"
    page.pick("[data-picks='door:undated']")
    assert page.query["s"] == "door:undated"
    assert {row["row"] for row in page.rows()} == set(undated["report_id"])
    assert page.page.locator(".drawer").is_visible(), "a number is a door: the events behind it come into view"
    page.visit(f"?p={'..'.join(page.period)}")
    nowhere = rows_of(events, *page.period)
    nowhere = nowhere[nowhere["lon"].isna()]
    door = page.page.locator("[data-picks='door:unplaced']")
    assert door.inner_text() == f"{count(nowhere).n} without a place"
    page.pick("[data-picks='door:unplaced']")
    assert page.query["s"] == "door:unplaced"
    assert {row["row"] for row in page.rows()} == set(nowhere["report_id"])


def test_csv_and_xlsx_hold_exactly_the_filtered_rows(page, events):
    page.check("f-drugs", "opium")
    page.sheet("events")
    wanted = rows_of(events, *page.period, drugs=["opium"])
    rows = csv_rows(page.save("events.csv"))
    assert sorted(row["report_id"] for row in rows) == sorted(wanted["report_id"])
    assert sum(float(row["weight_kg"] or 0) for row in rows) == pytest.approx(wanted["weight_kg"].sum())
    assert any("OpenStreetMap" in name and "GeoNames" in name and "endorsement" in name for name in rows[0])
    sheet = sheet_rows(page.save("events.xlsx"))
    assert sorted(row["Report number"] for row in sheet) == sorted(wanted["report_id"])


def test_a_filter_and_an_order_of_the_table_itself_hold_for_the_files_too(page, events):
    page.sheet("events")
    page.run(
        """async () => { const api = await dash_ag_grid.getApiAsync("events");
        api.setFilterModel({ country: { filterType: "text", type: "equals", filter: "Uzbekistan" } });
        api.applyColumnState({ state: [{ colId: "weight_kg", sort: "desc" }], defaultState: { sort: null } }); }"""
    )
    shown = [row["row"] for row in page.rows()]
    wanted = rows_of(events, *page.period, countries=["UZB"])
    assert sorted(shown) == sorted(wanted["report_id"])
    assert [row["report_id"] for row in csv_rows(page.save("events.csv"))] == shown
    assert [row["Report number"] for row in sheet_rows(page.save("events.xlsx"))] == shown
    page.run(
        """async () => { const api = await dash_ag_grid.getApiAsync("events");
        api.setFilterModel({ country: { filterType: "text", type: "equals", filter: "Atlantis" } }); }"""
    )
    assert csv_rows(page.save("events.csv")) == [], "no row on the screen, no row in the file"
    page.run(
        """async () => { const api = await dash_ag_grid.getApiAsync("events");
        api.setFilterModel(null); api.applyColumnState({ defaultState: { sort: null } }); }"""
    )


def test_the_file_of_a_picked_section_holds_that_section_only(page, events):
    first = page.page.locator("#ranking-body .rank[data-picks^='section:']").first
    section = first.get_attribute("data-picks").removeprefix("section:")
    page.visit(f"?p={'..'.join(page.period)}&s=section:{section}")
    page.sheet("events")
    wanted = rows_of(events, *page.period)
    wanted = wanted[wanted["section_id"] == section]
    assert sorted(row["report_id"] for row in csv_rows(page.save("events.csv"))) == sorted(wanted["report_id"])
