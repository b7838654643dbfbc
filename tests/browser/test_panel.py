"""The tabs of the right panel, and the brief, as a person works them."""

import re

import pytest

from tests.browser.command_page import READY

#: What the page asks its server for texts; the address has a query of its own.
DASH = re.compile("/_dash-update-component")
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


def test_until_the_answers_of_a_new_view_are_in_what_is_told_is_pale(open_page):
    page, held = open_page(), []
    opacity = "(id) => Number(getComputedStyle(document.getElementById(id)).opacity)"
    told = ("figures-body", "ranking-body", "legend-facts")
    assert not page.run("() => document.body.classList.contains('is-asking')") and page.run(opacity, told[0]) == 1
    page.page.route(DASH, lambda route: held.append(route))
    with page.page.expect_request(DASH):
        page.anew().page.locator("#f-drugs").get_by_text("heroin", exact=True).click()
    page.page.wait_for_selector("body.is-asking")
    page.page.wait_for_timeout(1500)
    assert held and page.run("() => document.body.classList.contains('is-asking')"), "as long as the server has not answered"
    pale = "(ids) => ids.every((id) => Number(getComputedStyle(document.getElementById(id)).opacity) < 0.5)"
    page.page.wait_for_function(pale, arg=list(told))
    page.page.unroute(DASH)  # lets what was held go on
    page.page.wait_for_selector("body:not(.is-asking)")
    page.settled()
    page.page.wait_for_function("() => Number(getComputedStyle(document.getElementById('figures-body')).opacity) === 1")


def test_on_a_phone_what_changed_and_who_is_silent_are_one_tap_away(open_page):
    page = open_page(width=390, height=844, has_touch=True)
    bar = page.page.locator(".phone-bar")
    boxes = [button.bounding_box() for button in bar.locator("button").all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390.5 and box["height"] >= 44 for box in boxes)
    bar.get_by_text("Changes", exact=True).tap()
    page.page.wait_for_selector("#sheet .sheet-lead", timeout=READY)
    assert page.page.locator("#tab-changes").get_attribute("aria-selected") == "true" and page.page.locator("#figures").is_visible()
    bar.get_by_text("Silent", exact=True).tap()
    page.page.wait_for_function("() => document.getElementById('tab-silent').getAttribute('aria-selected') === 'true'")
    assert page.page.locator("#figures").is_visible()
    assert bar.locator("[aria-expanded=true]").all_inner_texts() == ["Silent"]
    bar.get_by_text("Silent", exact=True).tap()
    assert not page.page.locator("#figures").is_visible() and bar.locator("[aria-expanded=true]").count() == 0


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
    for fold in page.page.locator("#sheet details.folded > summary").all():  # what chance may explain
        fold.click()
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
