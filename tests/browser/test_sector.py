"""My sector: a person picks it, and the page tells its numbers and says whose they are; the address carries it to others and back."""

import pandas as pd
import pytest

from tests.browser.recount import agrees, count, rows_of

WHOSE = {"en": "Numbers: Khatlon", "ru": "Цифры: Хатлонская область", "tg": "Рақамҳо: Вилояти Хатлон"}


def months(events: pd.DataFrame) -> str:
    known = sorted(day[:7] for day in events[events["date_precision"].isin(["day", "month"])]["happened_from"])
    return f"p={known[0]}..{known[-1]}"


def holds(page, events: pd.DataFrame) -> None:
    """Figures and table equal a recount of these rows."""
    rows = rows_of(events, *page.period)
    assert len(rows), "a sector without events proves nothing"
    assert agrees(page.figure("n"), page.figure("kg"), count(rows))
    assert {row["row"] for row in page.rows()} == set(rows["report_id"])


def pick(page, sector: str):
    page.anew().page.select_option("#sector", sector)
    return page.settled()


def test_a_sector_picked_changes_the_numbers_and_says_whose_they_are_and_back_undoes_it(open_page, events):
    page = open_page(f"/en/?{months(events)}")
    khatlon = events[events["province_id"] == "tj-khatlon"]
    assert page.text("#live-whose") == "Numbers: Everything recorded"
    holds(page, events)
    pick(page, "tj-khatlon")
    holds(page, khatlon)
    assert page.text("#live-whose") == WHOSE["en"] and page.query["o"] == "tj-khatlon"
    assert WHOSE["en"] in page.text("#events-note") and WHOSE["en"] in page.text("#legend-facts")
    pick(page, "tj-gbao")
    holds(page, events[events["province_id"] == "tj-gbao"])
    page.back()
    holds(page, khatlon)
    assert page.text("#live-whose") == WHOSE["en"]
    page.back()
    holds(page, events)
    assert page.text("#live-whose") == "Numbers: Everything recorded" and page.page.locator("#sector").input_value() == "line"
    page.forward()
    holds(page, khatlon)


@pytest.mark.parametrize("code", WHOSE)
def test_a_link_tells_a_colleague_the_same_numbers_in_the_own_language(open_page, events, code):
    page = open_page(f"/{code}/?{months(events)}&o=tj-khatlon")
    holds(page, events[events["province_id"] == "tj-khatlon"])
    assert page.text("#live-whose") == WHOSE[code]
    for tab in ("changes", "silent", "alerts"):
        page.page.click(f"[data-tab={tab}]")
        page.page.wait_for_selector("#sheet .sheet-lead")
        assert page.text("#sheet .whose") == WHOSE[code], tab


def test_what_could_not_be_assigned_is_said_and_opens(open_page, events):
    page = open_page(f"/en/?{months(events)}&o=tj-khatlon")
    unknown = events[events["province_id"].isna() & (events["country_iso3"] == "TJK")]
    n = count(rows_of(unknown, *page.period)).n
    if not n:
        assert page.page.locator("[data-picks='door:unassigned']").count() == 0
        return
    assert f"{n} event" in page.text("#figures-body") and "could not be assigned to a sector" in page.text("#figures-body")
    page.pick("[data-picks='door:unassigned']")
    assert {row["row"] for row in page.rows()} == set(rows_of(unknown, *page.period)["report_id"])


def test_a_section_picked_on_the_map_answers_for_itself(open_page, events):
    """Both banks of a section belong to it, whoever looks."""
    page = open_page(f"/en/?{months(events)}&o=tj-khatlon")
    first = page.page.locator("#ranking-body .rank[data-picks^='section:']").first
    id = first.get_attribute("data-picks")
    page.pick(f"#ranking-body [data-picks='{id}']")
    rows = rows_of(events[events["section_id"] == id.split(":")[1]], *page.period)
    assert {row["row"] for row in page.rows()} == set(rows["report_id"])
    assert page.figure("n") == count(rows_of(events[events["province_id"] == "tj-khatlon"], *page.period)).n


def test_the_compare_page_and_the_brief_get_the_sector(open_page, events):
    page = open_page(f"/en/?{months(events)}&o=tj-khatlon")
    window = page.page
    with window.context.expect_page() as opened:
        window.locator("a[data-brief]:visible").first.click()
    assert WHOSE["en"] in opened.value.locator("body").inner_text()
    opened.value.close()
    window.goto(f"{page.server.address}/en/compare?{months(events)}&o=tj-khatlon&by=measure")
    window.wait_for_selector("#said .whose:not([hidden])")
    assert window.locator("#said .whose").inner_text().startswith(WHOSE["en"])
    assert "Khatlon" in window.locator("#filtered").inner_text()
    shown = int("".join(filter(str.isdigit, window.locator("#right .n").inner_text())))
    first, last = months(events)[2:].split("..")
    assert shown == count(rows_of(events[events["province_id"] == "tj-khatlon"], first, last)).n
    window.click("#unfilter")
    window.wait_for_selector("#said .whose", state="hidden")
    assert int("".join(filter(str.isdigit, window.locator("#right .n").inner_text()))) == count(rows_of(events, first, last)).n
