"""The tabs of the right panel, and the brief, as a person works them."""

import pytest

from tests.browser.command_page import READY

TABS = ("changes", "silent", "alerts", "proof")


def open_tab(page, name):
    page.page.locator(f"#tab-{name}").click()
    page.page.wait_for_selector("#sheet .sheet-lead", timeout=READY)


@pytest.mark.parametrize("name", TABS)
def test_one_click_opens_an_answer_in_a_sentence(open_page, name):
    page = open_page()
    open_tab(page, name)
    assert len(page.text("#sheet .sheet-lead")) > 20
    assert page.query["tab"] == name
    assert not page.page.locator("#now").is_visible()
    shown = page.text("#sheet")
    assert not any(word in shown for word in ("undefined", "null", "NaN", "[object", "{", "js."))


def test_the_tabs_are_worked_by_the_arrow_keys_and_tell_which_is_open(open_page):
    page = open_page()
    page.page.locator("#tab-now").focus()
    page.page.keyboard.press("ArrowRight")
    assert page.run("() => document.activeElement.id") == "tab-changes"
    assert page.page.locator("#tab-changes").get_attribute("aria-selected") == "true"
    page.page.keyboard.press("End")
    assert page.run("() => document.activeElement.id") == "tab-proof"
    page.page.keyboard.press("ArrowRight")
    assert page.run("() => document.activeElement.id") == "tab-now"
    assert page.page.locator("#now").is_visible() and "tab" not in page.query


def test_the_first_key_leads_past_the_filters_to_the_tabs_and_the_second_to_the_map(open_page):
    page = open_page("/ru/?tab=silent")
    page.page.keyboard.press("Tab")
    for words, target in (("К панели показателей", "#tab-silent"), ("К карте", "#map canvas")):
        link = page.page.locator("a[data-skips]:focus")
        assert link.inner_text() == words and link.bounding_box()["y"] >= 0
        page.page.keyboard.press("Enter")
        assert page.run("(target) => document.activeElement.matches(target)", target)
        page.run("() => document.querySelector('a[data-skips=figures]').focus()")
        page.page.keyboard.press("Tab")
    page.page.locator("[data-folds=figures]").click()
    page.run("() => document.querySelector('a[data-skips=figures]').focus()")
    page.page.keyboard.press("Enter")
    assert page.page.locator("#figures").is_visible()


def test_a_link_to_a_tab_opens_it(open_page):
    page = open_page("/en/?tab=silent")
    page.page.wait_for_selector("#sheet .sheet-lead", timeout=READY)
    assert page.page.locator("#tab-silent").get_attribute("aria-selected") == "true"


def test_a_new_view_asks_again_and_a_line_opens_what_it_speaks_of(open_page):
    page = open_page()
    open_tab(page, "changes")
    before = len([url for url in page.requests if "/data/changes" in url])
    page.visit("?tab=changes&m=kg")
    page.page.wait_for_function("() => !document.querySelector('#sheet[aria-busy]')", timeout=READY)
    assert len([url for url in page.requests if "/data/changes" in url]) > before
    lines = page.page.locator("#sheet button.fact")
    if lines.count():
        lines.first.click()
        page.settled()
        assert page.page.locator("#sheet .fact.is-picked").count() == 1


@pytest.mark.parametrize("language", ["en", "ru", "tg"])
def test_the_brief_is_one_printed_page_with_map_five_sentences_and_caveat(open_page, language):
    page = open_page(f"/{language}/")
    with page.page.context.expect_page() as opened:
        page.page.locator("a[data-brief]:visible").first.click()
    brief = opened.value
    brief.wait_for_selector(".printed-map")
    assert brief.locator("html").get_attribute("lang") == language
    assert brief.locator(".sentences li").count() == 5
    assert brief.locator(".columns section").count() == 4
    assert brief.locator(".printed-map path").count() > 5
    shown = brief.locator("main").inner_text()
    assert not any(word in shown for word in ("None", "nan", "NaN", "brief.", "{", "undefined"))
    pdf = brief.pdf(prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") + pdf.count(b"/Type /Page/") == 1
    # The width between the margins of A4: on paper the window's own width has no say.
    brief.emulate_media(media="print")
    brief.set_viewport_size({"width": 711, "height": 1054})
    over = brief.evaluate("() => { const s = document.querySelector('.sheet'); return s.scrollHeight - s.clientHeight; }")
    assert over <= 1, f"the last {over} px of the brief are cut off on paper"


def test_the_brief_prints_in_two_clicks(open_page):
    page = open_page("/ru/")
    with page.page.context.expect_page() as opened:
        page.page.locator("a[data-brief]:visible").first.click()
    brief = opened.value
    brief.wait_for_selector("#print")
    brief.evaluate("() => { window.print = () => { window.printed = true; }; }")
    brief.locator("#print").click()
    assert brief.evaluate("() => window.printed") is True
