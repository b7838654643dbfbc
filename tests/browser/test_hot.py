"""The page opens on what stands out: read from the pixels and from the legend, not only from variables."""

import base64
import time

import pytest

WHOLE = "p=2011-01..2025-12"
#: Of the light theme, dashboard/maps/palette.py: how far a pixel may lie from it, the map's own colours shining through.
HOT, COLD, NEAR = (178, 24, 43), (33, 102, 172), 70


@pytest.fixture
def open_demo(open_page, demo_server):
    """The demonstration: 2,000 generated events with hotspots among them."""
    return lambda path="/en/", **options: open_page(path, on=demo_server, **options)


def until_sure(page) -> None:
    """Until how stable everything is has come too."""
    page.page.wait_for_function("() => document.body.dataset.sure === panj.hot.query", timeout=60_000)
    page.map_is_still()


#: Middle of a cell, and the place a third of the way from there to its first corner, where no symbol of the middle stands.
MIDDLE = """(k) => { const { rings, ring_start: s } = panj.hot.layer().area.arrays; let x = 0, y = 0; const n = s[k + 1] - s[k];
for (let i = s[k]; i < s[k + 1]; i++) { x += rings[2 * i] / n; y += rings[2 * i + 1] / n; }
return [x, y, x + (rings[2 * s[k]] - x) / 3, y + (rings[2 * s[k] + 1] - y) / 3]; }"""


def take_picture(page) -> None:
    """The map as the eye sees it, kept in the page for `colour_of_cell`."""
    shot = base64.b64encode(page.page.locator(".map-frame").screenshot()).decode()
    page.run(
        """async (shot) => { const picture = await createImageBitmap(await (await fetch("data:image/png;base64," + shot)).blob());
        const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
        window.pictured = canvas.getContext("2d", { willReadFrequently: true }); window.pictured.drawImage(picture, 0, 0); }""",
        shot,
    )


def colour_of_cell(page, k: int) -> list[int]:
    """Red, green, blue in a cell."""
    x, y = page.at(*page.run(MIDDLE, k)[2:])
    frame = page.page.locator(".map-frame").bounding_box()
    at = [round(x - frame["x"]), round(y - frame["y"])]
    return page.run("([x, y]) => [...window.pictured.getImageData(x, y, 1, 1).data].slice(0, 3)", at)


def seen(page, wanted: str, most: int = 8) -> list[int]:
    """Cells of a class whose place of `colour_of_cell` lies on the free part of the map, away from the line and its bands."""
    return page.run(
        """([wanted, most, middle]) => { const found = [], layer = panj.hot.layer(), at = eval(middle);
        const map = panj.map.instance(), box = map.getContainer().getBoundingClientRect();
        const kinds = panj.hot.answer.arrays.cell_class, test = new Function("k", "return " + wanted);
        for (let k = 0; k < layer.n && found.length < most; k++) { if (!test(kinds[k])) continue;
          const p = map.project(at(k).slice(2)), near = [[p.x - 14, p.y - 14], [p.x + 14, p.y + 14]];
          if (!(p.x > 30 && p.y > 30 && p.x < box.width - 30 && p.y < box.height - 30)) continue;
          const under = document.elementFromPoint(box.left + p.x, box.top + p.y);
          if (under && under.closest(".map-frame") && !map.queryRenderedFeatures(near, { layers: ["section-hit"] }).length) found.push(k); }
        return found; }""",
        [wanted, most, MIDDLE],
    )


def distance(a, b) -> float:
    return max(abs(x - y) for x, y in zip(a, b, strict=True))


def test_the_page_opens_on_the_hot_spots_with_what_n_period_scale_and_caveat(open_demo):
    page = open_demo()
    assert page.run("() => panj.hot.mode()") == "hot" and "h" not in page.query
    legend = page.text("#legend")
    what = ("Hot spots of recorded events", "hot", "cold", "like chance", "strong", "99 %", "100 coloured weak")
    how = ("Compared within: Whole Tajik-Afghan line", " events, ", "enforcement")
    for words in (*what, *how):
        assert words in legend, words
    assert page.run("() => panj.hot.answer.period") == page.query["p"]


def test_hot_cells_are_red_cold_ones_blue_and_the_others_the_colour_of_the_ground(open_demo):
    page = open_demo(f"/en/?{WHOLE}&l=none")
    until_sure(page)
    stable = "() => panj.hot.sure.arrays.stability"
    shares = page.run(f"() => [...({stable})()]")
    take_picture(page)
    hot = [k for k in seen(page, "k === 3", 40) if shares[k] >= 80]
    assert len(hot) >= 3
    reds = [colour_of_cell(page, k) for k in hot]
    assert sum(distance(red, HOT) < NEAR for red in reds) >= 0.8 * len(reds), reds
    cold = [k for k in seen(page, "k === 6", 40) if shares[k] >= 80]
    blues = [colour_of_cell(page, k) for k in cold]
    # A name or an outline may lie over one of them.
    assert sum(blue[2] > blue[0] + 25 for blue in blues) >= 0.8 * len(blues), blues
    plain = [colour_of_cell(page, k) for k in seen(page, "k === 0", 20)]
    assert sum(max(one) - min(one) < 25 for one in plain) >= 0.8 * len(plain), plain


def test_what_is_not_stable_is_paler_and_said(open_demo):
    page = open_demo(f"/en/?{WHOLE}&l=none")
    before = page.run("() => panj.hot.sure !== null")
    until_sure(page)
    shares = page.run("() => [...panj.hot.sure.arrays.stability]")
    kinds = page.run("() => [...panj.hot.layer().classes]")
    n = page.run("() => panj.hot.layer().n")
    for k in range(n):
        assert (kinds[k] >= 32) == (shares[k] < 80), f"cell {k}: {kinds[k]}, stays in {shares[k]} of 100 draws (known before: {before})"
    if page.run("() => panj.hot.sure.n_unstable"):
        assert "not stable" in page.text("#legend-heat")


def test_sections_that_stand_out_are_a_band_along_the_line(open_demo):
    page = open_demo(f"/en/?{WHOLE}&l=none")
    until_sure(page)
    sections = page.run("() => panj.hot.answer.sections")
    state = "(id) => panj.map.instance().getFeatureState({ source: 'sections', id })"
    for section in sections:
        told = page.run(state, section["id"])
        assert (told["strength"] > 0) == (1 <= section["class"] <= 6), section
    assert any(1 <= section["class"] <= 3 for section in sections), "the demonstration has hot sections"


def test_while_the_brush_moves_the_last_answer_is_pale_and_the_next_one_is_full(open_demo):
    page = open_demo()
    asked = [url for url in page.requests if "/data/hot" in url]
    box = page.run(
        "() => { const b = document.querySelector('#brush svg').getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; }"
    )
    mouse = page.page.mouse
    mouse.move(box[0] + box[2] * 0.3, box[1] + box[3] * 0.4)
    mouse.down()
    mouse.move(box[0] + box[2] * 0.6, box[1] + box[3] * 0.4)
    page.page.wait_for_function("() => panj.hot.layer().pale < 0.5")
    assert page.page.locator("#legend-heat.is-stale").count() == 1
    assert [url for url in page.requests if "/data/hot" in url] == asked, "the server was asked while the brush moved"
    page.anew()
    mouse.up()
    page.settled()
    page.page.wait_for_function(
        "() => panj.hot.layer().pale === 1 && panj.hot.answer.period === new URLSearchParams(location.search).get('p')"
    )
    assert page.page.locator("#legend-heat.is-stale").count() == 0


def test_a_sector_is_chosen_once_and_opens_with_every_visit_after_that(open_demo):
    page = open_demo()
    whole = page.camera()
    page.anew().page.select_option("#sector", "tj-khatlon")
    page.settled()
    page.page.wait_for_function("() => panj.hot.answer.within.includes('Khatlon')")
    page.map_is_still()
    assert page.query["o"] == "tj-khatlon" and page.camera()[2] > whole[2] + 0.5
    khatlon = page.camera()
    started = time.monotonic()
    page.open("/en/")
    shown = time.monotonic() - started
    page.page.wait_for_function("() => panj.hot.answer.within.includes('Khatlon')")
    page.map_is_still()
    assert page.query["o"] == "tj-khatlon" and abs(page.camera()[0] - khatlon[0]) < 0.02
    assert page.page.locator("#sector").input_value() == "tj-khatlon"
    assert shown < 60, f"{shown:.1f} s to the own sector"
    page.open("/en/?o=line")
    assert page.page.locator("#sector").input_value() == "line", "a link's sector goes before the kept one"


def test_a_link_with_a_sector_opens_it_for_a_colleague_who_never_chose_one(open_demo):
    page = open_demo("/ru/?o=tj-gbao")
    page.map_is_still()
    assert page.page.locator("#sector").input_value() == "tj-gbao"
    assert "Горно-Бадахшан" in page.text("#legend-heat")
    lon, lat, _ = page.camera()
    assert 71.5 < lon < 74 and 36.5 < lat < 38.8


def test_a_hot_cell_opens_its_card_with_chance_neighbours_stability_and_the_events_behind_it(open_demo):
    page = open_demo(f"/en/?{WHOLE}&l=none")
    until_sure(page)
    on_line = """([lon, lat]) => { const m = panj.map.instance();
    return m.queryRenderedFeatures(m.project([lon, lat]), { layers: ["section-hit"] }).length > 0; }"""
    for k in seen(page, "k === 3", 30):
        lon, lat = page.run(MIDDLE, k)[:2]
        if not page.run(on_line, [lon, lat]):
            break
    place = page.at(lon, lat)
    page.page.mouse.move(place[0] - 3, place[1])
    page.page.mouse.move(*place)
    page.page.wait_for_selector("#tip:not([hidden])")
    assert "hot, strong (99 %)" in page.text("#tip") and "neighbours" in page.text("#tip")
    page.anew().page.mouse.click(*place)
    page.settled()
    assert page.query["s"] == f"cell:{page.run('(k) => panj.hot.layer().area.cell_ids[k]', k)}"
    card = page.text("#card")
    for words in ("Stands out", "hot, strong (99 %)", "With neighbours", "How stable", "of 100 draws"):
        assert words in card, words
    assert page.run("() => panj.hot.layer().picked") == k
    page.page.locator("#card [data-opens=events]").click()
    assert page.page.locator(".drawer").is_visible() and len(page.rows()) > 0


def test_over_time_shows_each_class_with_its_rule(open_demo):
    page = open_demo("/en/?p=2016-01..2020-12&h=emerging")
    page.page.wait_for_function("() => panj.hot.mode() === 'emerging'")
    page.map_is_still()
    kinds = page.run(
        """() => { const { classes, arrays } = panj.hot.answer;
        return classes.map((one, k) => [one.kind, arrays.cell_class.filter((c) => c === k).length]).filter(([, n], k) => k && n); }"""
    )
    assert kinds
    legend = page.text("#legend-heat")
    for name, n in kinds:
        assert name in legend and str(n) in legend.replace(",", "")
    assert "quarters, 20" in legend
    page.page.locator("#legend-heat summary").click()
    assert "Stands out" in page.text("#legend-heat") or "Stood out" in page.text("#legend-heat")


@pytest.mark.parametrize(("code", "theme", "width"), [("ru", "dark", 1440), ("tg", "light", 390)])
def test_the_bar_and_the_legend_speak_the_viewers_language_and_nothing_lies_over_them(open_demo, artefacts, code, theme, width):
    page = open_demo(f"/{code}/?{WHOLE}", width=width, theme=theme, has_touch=width < 500)
    until_sure(page)
    page.page.screenshot(path=artefacts / f"hot-{code}-{width}.png")
    assert {"ru": "Очаги", "tg": "Нуқтаҳои доғ"}[code] in page.text("#map-bar")
    # Its title stands beside the list only where the screen has room for both; it is always said.
    assert page.page.locator("#sector").get_attribute("aria-label") == {"ru": "Мой сектор", "tg": "Бахши ман"}[code]
    if width < 500:
        page.page.locator(".phone-bar [data-opens=legend]").click()
    assert page.text("#legend-heat .legend-title")
    assert page.run("() => document.documentElement.scrollWidth <= innerWidth")


def test_no_picture_is_fetched_from_the_server_when_the_brush_goes_back_to_where_it_was(open_demo):
    page = open_demo(f"/en/?{WHOLE}")
    until_sure(page)
    page.visit("?p=2014-01..2016-12")
    page.page.wait_for_function("() => panj.hot.answer.period === '2014-01..2016-12'")
    asked = len([url for url in page.requests if "/data/hot" in url])
    page.visit(f"?{WHOLE}")
    page.page.wait_for_function("() => panj.hot.answer.period.startsWith('2011-01')")
    assert len([url for url in page.requests if "/data/hot" in url]) == asked


def test_a_server_that_fails_leaves_the_last_map_and_says_so(open_demo):
    page = open_demo(f"/en/?{WHOLE}")
    before = page.run("() => panj.hot.answer.period")
    page.allow("503|Failed to load resource")
    page.page.route("**/data/hot?*", lambda route: route.fulfill(status=503, body="The store is being written. Try again in a minute."))
    page.visit("?p=2013-01..2013-12")
    page.page.wait_for_selector("#problem:not([hidden])")
    assert "being written" in page.text("#problem") and page.run("() => panj.hot.answer.period") == before


def test_donors_have_districts_and_no_bar(open_page, start, demo_data):
    page = open_page("/en/", on=start(demo_data, PANJ_ROLE="donor"))
    assert page.page.locator("#map-bar").count() == 0 and not [url for url in page.requests if "/data/hot" in url or "/data/study" in url]
    assert page.run("() => [panj.hot.mode(), [...document.querySelectorAll('#f-heatmap input')].map((i) => i.value)]") == [
        "off",
        ["cells", "off"],
    ]
