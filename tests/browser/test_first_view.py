"""What a person has before them when the page opens."""

import pytest

from tests.browser.recount import agrees, count, rows_of


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_opens_on_the_whole_tajik_afghan_line(open_page, width):
    page = open_page(width=width)
    page.map_is_still()
    west, south, east, north = page.run("() => panj.map.instance().getBounds().toArray().flat()")
    assert west < 67.77 and east > 74.9 and south < 36.67 and north > 38.5
    # Between the panels too, not only somewhere behind them.
    panels = page.run(
        "() => [...document.querySelectorAll('.panel')].map((p) => p.getBoundingClientRect()).filter((b) => b.width)"
        ".map((b) => [b.left, b.right])"
    )
    for lon, lat in ((67.77, 37.19), (74.89, 37.23)):
        x, y = page.at(lon, lat)
        assert 0 <= x <= width and 0 <= y <= 900
        assert not any(left < x < right for left, right in panels), f"the line's end at {lon} lies behind a panel"


def test_the_page_opens_on_the_last_twelve_months_with_reports_and_its_figures_equal_a_recount(open_page, events):
    page = open_page()
    sharp = events[events["date_precision"].isin(["day", "month"])]
    months = sorted({day[:7] for day in sharp["happened_from"]})[-12:]
    assert page.period == (months[0], months[-1])
    assert page.query["p"] == f"{months[0]}..{months[-1]}"
    counted = count(rows_of(events, *page.period))
    assert agrees(page.figure("n"), page.figure("kg"), counted)
    assert f"{counted.n} events" in page.text("#legend-facts")
    assert page.text("#events-title") == "" or f"{counted.n} events" in page.text("#events-title")
    assert len(page.rows()) == len(rows_of(events, *page.period))


def test_figures_legend_table_and_brush_say_the_same_number_over_all_time(open_page, events):
    months = sorted(day[:7] for day in events["happened_from"].dropna())
    page = open_page(f"/en/?p={months[0]}..{months[-1]}")
    counted = count(rows_of(events, *page.period))
    assert agrees(page.figure("n"), page.figure("kg"), counted)
    assert f"{counted.n} events" in page.text("#legend-facts")
    assert len(page.rows()) == len(rows_of(events, *page.period))


def test_months_without_a_report_are_drawn_as_gaps_never_as_zero(open_page, events):
    page = open_page()
    reported = {day[:7] for day in events[events["date_precision"].isin(["day", "month"])]["happened_from"]}
    steps, gaps = page.run("() => [panj.view.steps, [...panj.view.arrays.step_gap]]")
    assert [step in reported for step in steps] == [not gap for gap in gaps]
    hatched = page.run("() => [...document.querySelectorAll('#brush rect[fill=\"url(#hatch)\"] title')].map((t) => t.textContent)")
    runs = sum(1 for k, gap in enumerate(gaps) if gap and (k == 0 or not gaps[k - 1]))
    assert len(hatched) == runs and all(text.startswith("No reports received") for text in hatched)


def test_plotly_keeps_its_map_where_the_page_reaches_for_it(open_page):
    page = open_page()
    where = "() => document.querySelector('#map .js-plotly-plot')._fullLayout.map._subplot.map"
    assert page.run(f"() => ({where})() === panj.map.instance()")
    assert page.run(f"() => typeof ({where})().setFeatureState") == "function"
    ours = ("border", "posts", "seizures", "incidents", "corridors", "districts", "picked-section", "cells", "areas", "hot", "section-band")
    for layer in ours:
        assert page.run(f"(id) => Boolean(({where})().getLayer(id))", layer), f"the style has no layer {layer}"


def test_symbols_of_posts_events_and_cells_are_painted_not_only_listed(open_page):
    page = open_page()
    page.map_is_still()
    drawn = page.run(
        "() => Object.fromEntries(['posts', 'seizures', 'corridors', 'border', 'place-names'].map("
        "(id) => [id, panj.map.instance().queryRenderedFeatures({ layers: [id] }).length]))"
    )
    assert all(drawn.values()), drawn
    assert page.run("() => panj.map.cells().classes.some((c) => c > 0)")
    page.visit("?h=cells")
    page.map_is_still()
    assert page.run("() => panj.map.cells().scriptMs !== undefined")


@pytest.mark.parametrize("width", [390, 360])
def test_a_phone_shows_no_scroll_bar_and_nothing_lies_over_its_bar(open_page, width):
    page = open_page(width=width, height=780, has_touch=True)
    assert page.run("() => document.documentElement.scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth")
    wide = page.run(
        "() => [...document.querySelectorAll('body *')]"
        ".filter((e) => e.checkVisibility() && !e.closest('.map-frame, svg, .ag-root-wrapper, .shares-frame'))"
        ".map((e) => [e.tagName + '.' + e.className, Math.round(e.getBoundingClientRect().right)])"
        ".filter(([, right]) => right > innerWidth + 1)"
    )
    assert not wide, f"these reach past the right edge: {wide}"
    for sheet in ("filters", "figures", "legend", "events", ""):
        if sheet:
            page.page.locator(f".phone-bar [data-opens={sheet}]").click()
            page.page.wait_for_timeout(200)
        covered = page.run(
            "() => [...document.querySelectorAll('.phone-bar button')].filter((b) => { const r = b.getBoundingClientRect();"
            " const at = (x, y) => document.elementFromPoint(r.left + r.width * x, r.top + r.height * y);"
            " return ![[.5, .5], [.1, .2], [.9, .8]].every(([x, y]) => b.contains(at(x, y))); })"
            ".map((b) => b.textContent)"
        )
        assert not covered, f"with the sheet {sheet!r} open, something lies over {covered}"
        assert page.run("() => document.documentElement.scrollWidth <= innerWidth")
        if sheet:
            page.page.locator(f".phone-bar [data-opens={sheet}]").click()


def test_touch_targets_of_the_phone_are_large_enough_for_a_finger(open_page):
    page = open_page(width=390, height=780, has_touch=True)
    heights = page.run("() => [...document.querySelectorAll('.phone-bar button, #play')].map((b) => b.getBoundingClientRect().height)")
    assert min(heights) >= 40


def test_what_the_map_shows_is_asked_for_before_the_page_is_read_and_asked_once(open_page):
    page = open_page()
    asked = page.run("() => performance.getEntriesByType('resource').map((e) => [e.name, e.startTime, e.responseEnd])")
    read = next(end for url, _, end in asked if "dash_renderer" in url)
    for part in ("/data/view?", "/data/hot?", "/data/study?", "_dash-layout", "_dash-dependencies"):
        assert [start < read for url, start, _ in asked if part in url] == [True], f"{part}: {asked}"
    assert len({url for url in page.requests if "plotly" in url}) == 1, "the drawing library came twice"


def test_what_the_first_view_can_do_without_is_asked_for_after_it(open_page):
    page = open_page("/en/", ready=False)
    page.page.add_init_script(
        "new MutationObserver(() => { if (document.body?.dataset.page && !window.readyAt) window.readyAt = performance.now(); })"
        ".observe(document, { subtree: true, childList: true, attributes: true });"
    )
    page.open("/en/")
    late = page.run(
        "() => performance.getEntriesByType('resource').filter((e) => /data.(sure|nowcast|profile|silent)/.test(e.name))"
        ".map((e) => [e.name, e.startTime >= window.readyAt])"
    )
    assert late and all(after for _, after in late), late


def test_the_map_is_seen_as_fine_as_the_screen_is_and_labels_fade_when_the_page_is_ready(open_page):
    page = open_page()
    seen, sharp, wide, fading = page.run(
        "() => { const m = panj.map.instance(), c = m.getCanvas(); return [c.checkVisibility({ visibilityProperty: true }),"
        " m.getPixelRatio() === devicePixelRatio, c.width / c.clientWidth / devicePixelRatio, m._fadeDuration]; }"
    )
    assert seen and sharp and fading > 0
    assert abs(wide - 1) < 0.01
