"""The profile along the border line: unfolded, linked with the map both ways, by pointer, keyboard and on a phone; night and season."""

import pytest

DRAWN = "() => document.body.dataset.profile === 'ready' && document.querySelectorAll('#profile .reach').length === 40"


@pytest.fixture
def unfolded(open_page, demo_server):
    """The profile of generated events, open."""
    page = open_page("/en/", on=demo_server)
    if page.run("() => document.getElementById('profile').classList.contains('is-folded')"):
        page.page.click("#profile-fold")
    page.page.wait_for_function(DRAWN)
    return page


def said(page):
    return page.text("#profile-name"), page.text("#profile-said")


def test_the_profile_unfolds_under_the_map_and_stays_so(unfolded):
    page = unfolded
    assert page.page.locator("#profile-fold").get_attribute("aria-expanded") == "true"
    chart, stage, brush = (page.page.locator(name).bounding_box() for name in ("#profile-chart", ".stage", "#brush"))
    assert stage["y"] + stage["height"] <= chart["y"] and chart["y"] + chart["height"] <= brush["y"] + 1
    page.page.wait_for_function(
        "() => Math.abs(panj.map.instance().getContainer().clientHeight - document.querySelector('.stage').clientHeight) <= 1"
    )
    page.page.reload()
    page.wait()
    page.page.wait_for_function(DRAWN)
    page.page.click("#profile-fold")
    assert not page.page.locator("#profile-chart").is_visible()


def test_a_section_that_is_pointed_at_lights_up_on_the_map_and_the_other_way_round(unfolded):
    page = unfolded
    box = page.page.locator("#profile .reach").nth(29)
    box.hover()
    name, words = said(page)
    assert "Khorog" in name and "per 100 km and year" in words
    assert page.run("() => panj.map.instance().getFilter('pointed-section')") == ["==", ["get", "section_id"], "sec-30-khorog"]
    page.page.locator("#filters").hover()
    assert said(page)[0] == ""
    # A place of the line that no panel covers, found on the map itself.
    at = page.run(
        """() => { const m = panj.map.instance(); const box = m.getCanvas().getBoundingClientRect();
        for (const { geometry } of m.querySourceFeatures("sections"))
          for (const [lon, lat] of geometry.type === "LineString" ? geometry.coordinates : geometry.coordinates.flat()) {
            const p = m.project([lon, lat]);
            if (document.elementFromPoint(box.left + p.x, box.top + p.y) === m.getCanvas()) return [box.left + p.x, box.top + p.y];
          }
        return null; }"""
    )
    assert at, "no section is to be seen on the map"
    page.page.mouse.move(*at)
    page.page.wait_for_function("() => document.querySelector('#profile .is-pointed')")
    assert said(page)[0]


def test_a_bar_opens_its_section_and_is_marked_until_it_is_let_go(unfolded):
    page = unfolded
    page.anew().page.locator("#profile .reach").nth(17).click()
    page.settled()
    assert page.query["s"] == "section:sec-18-shogun" and page.page.locator("#card").is_visible()
    assert page.page.locator("#profile .section.is-picked").get_attribute("data-section") == "sec-18-shogun"
    page.pick("#card button[data-picks='']")
    assert page.page.locator("#profile .section.is-picked").count() == 0


def test_the_keyboard_walks_along_the_line(unfolded):
    page = unfolded
    page.page.locator("#profile .reach[tabindex='0']").focus()
    page.page.keyboard.press("End")
    page.page.keyboard.press("ArrowLeft")
    name, _ = said(page)
    assert page.run("() => document.activeElement.getAttribute('aria-label')").startswith(name)
    assert page.run("() => document.activeElement.dataset.section") == "sec-39-zorkul"
    page.anew().page.keyboard.press("Enter")
    page.settled()
    assert page.query["s"] == "section:sec-39-zorkul"
    page.page.keyboard.press("Home")
    assert page.run("() => document.activeElement.dataset.section") == "sec-01-ayvoj"


def test_a_new_period_is_drawn_and_pale_until_then(unfolded):
    page = unfolded
    before = said(page)[1]
    page.run("() => panj.paint(0, 5)")
    assert page.run("() => document.getElementById('profile').classList.contains('is-old')")
    page.page.locator("[data-period=all]").first.click()
    page.page.wait_for_function("() => !document.getElementById('profile').classList.contains('is-old')")
    assert said(page)[1] != before
    page.page.click("#profile-how")
    assert "neighbours" in page.text("#profile-note") or "other sections" in page.text("#profile-note")


def test_night_and_season_of_a_section_are_two_clicks_away(unfolded):
    page = unfolded
    page.page.locator("[data-period=all]").first.click()
    page.settled()
    counts = page.run("async () => (await (await fetch(`/en/data/profile?${panj.query}`)).json()).sections.map((s) => s.n)")
    page.anew().page.locator("#profile .reach").nth(counts.index(max(counts))).click()
    page.settled()
    page.page.locator("#card details.rhythm summary").click()
    page.page.wait_for_selector("#card .rhythm svg")
    assert page.page.locator("#card .rhythm .rhythm-bar").count() >= 12 and "month" in page.text("#card .rhythm")


def test_on_a_phone_the_profile_is_a_sheet_that_scrolls(open_page, demo_server):
    page = open_page("/tg/", on=demo_server, width=390, height=844)
    assert not page.page.locator("#profile").is_visible()
    page.sheet("profile")
    page.page.wait_for_function(DRAWN)
    assert page.run("() => document.getElementById('profile-body').scrollWidth > document.getElementById('profile-body').clientWidth")
    assert page.run("() => document.documentElement.scrollWidth <= window.innerWidth")
    page.page.locator("#profile .reach").nth(3).click()
    assert said(page)[0]


def test_outsiders_have_no_profile(open_page, start, demo_data):
    page = open_page("/en/", on=start(demo_data, PANJ_ROLE="donor"))
    assert page.page.locator("#profile").count() == 0
    assert not any("/data/profile" in request for request in page.requests)
