"""The whole state stands in the address: a copied link opens the same view; language and theme keep it."""


def state(page) -> dict[str, object]:
    ticked = page.run(
        "() => Object.fromEntries([...document.querySelectorAll('[id^=f-]')].map((e) =>"
        " [e.id, [...e.querySelectorAll('input:checked')].map((i) => i.value)]))"
    )
    layers = {name: page.visibility(name) for name in ("corridors", "posts", "seizures", "incidents", "districts")}
    lon, lat, zoom = page.camera()
    return {
        "ticked": ticked,
        "period": page.period,
        "figures": (page.figure("n"), page.figure("kg")),
        "rows": sorted(row["row"] for row in page.rows()),
        "layers": layers,
        "cells": page.run("() => panj.map.cells().visible"),
        "hot": page.run("() => panj.hot.mode()"),
        "sector": page.run("() => document.getElementById('sector').value"),
        "surface": page.run("() => Boolean(panj.map.instance().getLayer('surface'))"),
        "card": page.text("#card h2") if page.page.locator("#card").is_visible() else "",
        "camera": (round(lon, 2), round(lat, 2), round(zoom, 1)),
    }


def test_a_copied_link_opens_the_same_view(open_page):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.check("f-drugs", "hashish").check("f-kinds", "seizure").check("f-measure", "Kilograms")
    page.check("f-layers", "Recorded incidents").check("f-heatmap", "Smooth").check("f-bandwidth", "50 km")
    page.visit("?" + page.page.url.split("?")[1].replace("p=" + page.query["p"], "p=2012-03..2025-11") + "&s=post:op-darkad")
    page.page.mouse.move(700, 300)
    page.page.mouse.wheel(0, -400)
    page.page.wait_for_timeout(800)
    page.map_is_still()
    page.page.locator("[data-shares]:visible").first.click()
    page.page.wait_for_selector("[data-shares][data-said]")
    link = page.run("() => navigator.clipboard.readText()")
    assert link == page.page.url and "at" in page.query, "the wheel has moved the map"
    before = state(page)
    assert before["period"] == ("2012-03", "2025-11") and before["card"] == "Darkad" and before["surface"]
    other = open_page(link.removeprefix(page.server.address))
    other.page.wait_for_function("() => panj.map.instance().getLayer('surface')")
    other.map_is_still()
    assert state(other) == before


def test_language_links_keep_the_view(page):
    page.visit("?d=heroin&p=2015-01..2020-12&m=kg&s=post:op-darkad")
    rows = len(page.rows())
    link = page.page.locator("a[data-language=ru]").get_attribute("href")
    for part in ("/ru/?", "d=heroin", "p=2015-01..2020-12", "m=kg", "s=post:op-darkad"):
        assert part in link
    page.page.locator("a[data-language=ru]").click()
    try:
        page.wait()
        assert page.page.url.startswith(f"{page.server.address}/ru/?")
        assert page.query["d"] == "heroin" and page.period == ("2015-01", "2020-12") and len(page.rows()) == rows
        assert page.text("#card h2") and page.run("() => document.documentElement.lang") == "ru"
    finally:
        page.open("/en/")


def test_an_old_or_broken_link_opens_what_can_be_read_of_it(page):
    page.visit("?d=heroin,moonshine&p=1066-10..x&m=tonnes&h=lava&b=7&l=posts,dragons&s=cell:zz&at=a,b,c&new=1", settle=False)
    page.page.wait_for_function("() => panj.query !== undefined")
    page.page.wait_for_timeout(1500)
    assert page.page.locator("#problem").is_hidden()
    assert page.query["d"].startswith("heroin") and page.page.locator("#card").is_hidden()
    assert page.visibility("posts") == "visible" and page.visibility("corridors") == "none"
    assert len(page.rows()) > 0


def test_dark_and_light_stay_as_chosen(open_page):
    page = open_page(theme="light")
    assert page.run("() => document.documentElement.dataset.theme") == "light"
    ground = "() => panj.map.instance().getPaintProperty('ground', 'background-color')"
    light = page.run(ground)
    page.page.locator("#theme").click()
    page.page.wait_for_timeout(300)
    assert page.run("() => document.documentElement.dataset.theme") == "dark" and page.run(ground) != light
    page.open("/en/")
    assert page.run("() => document.documentElement.dataset.theme") == "dark"
    assert page.run(ground) != light
    brightness = page.run("() => getComputedStyle(document.querySelector('.panel')).backgroundColor.match(/\\d+/g).map(Number)")
    assert max(brightness) < 80
    page.sheet("events")
    brightness = page.run("() => getComputedStyle(document.querySelector('.ag-root-wrapper')).backgroundColor.match(/\\d+/g).map(Number)")
    assert max(brightness) < 80, "the table is dark with the page"


def test_the_first_visit_speaks_the_language_of_the_browser(server):
    for accept, code in (("ru-RU,ru;q=0.9", "ru"), ("tg", "tg"), ("fr, ru;q=0.5", "ru"), ("de", "en"), ("", "en")):
        answer = server.ask("/?d=heroin", headers={"Accept-Language": accept})
        assert answer.status == 302 and answer.headers["location"].endswith(f"/{code}/?d=heroin"), accept
