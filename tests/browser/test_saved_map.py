"""Save map: one file that opens from a disk, without a network, and says what it shows."""

import re

import pytest

from tests.browser.recount import count, rows_of


@pytest.fixture
def opened(chromium):
    """Open a saved file in a window that may ask for nothing."""
    contexts = []

    def opened(path, width=1280):
        context = chromium.new_context(viewport={"width": width, "height": 800}, offline=True)
        contexts.append(context)
        window = context.new_page()
        asked, errors = [], []
        window.on("request", lambda request: asked.append(request.url))
        window.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        window.on("pageerror", lambda error: errors.append(str(error)))
        window.goto(path.as_uri())
        window.wait_for_selector(".leaflet-container")
        window.wait_for_timeout(800)
        strangers = [url for url in asked if not url.startswith(("data:", "blob:")) and url != path.as_uri()]
        assert not strangers, f"the saved file asked for {strangers}"
        assert not errors, errors
        return window

    yield opened
    for context in contexts:
        context.close()


def test_the_saved_map_opens_without_a_network_and_shows_what_was_on_screen(page, events, opened, tmp_path):
    page.check("f-drugs", "heroin")
    page.visit("?d=heroin&p=2018-01..2026-02")
    download = page.save("map.html")
    assert re.fullmatch(r"panj-map-\d{4}-\d\d-\d\d\.html", download.suggested_filename)
    file = tmp_path / download.suggested_filename
    download.save_as(file)
    assert file.stat().st_size < 3_000_000
    window = opened(file)
    text = window.locator("body").inner_text()
    rows = rows_of(events, "2018-01", "2026-02", drugs=["heroin"])
    assert f"{count(rows).n} events" in text
    assert "Jan\xa02018 – Feb\xa02026" in text and "heroin" in text
    for wanted in ("© OpenStreetMap contributors", "GeoNames", "do not imply official endorsement"):
        assert wanted in text, wanted
    assert window.evaluate("() => document.querySelectorAll('.leaflet-pane path').length") > 50
    placed = rows[rows["lon"].notna()].drop_duplicates("event_id")
    drawn = window.evaluate(
        "() => document.querySelectorAll('.leaflet-seizures-pane path, .leaflet-seizures-pane img, .leaflet-seizures-pane div').length"
    )
    assert drawn > 0 and len(placed)


@pytest.mark.parametrize(("code", "disclaimer"), [("ru", "не означают"), ("tg", "маънои")])
def test_the_saved_map_speaks_the_language_of_the_page(server, opened, tmp_path, code, disclaimer):
    file = tmp_path / "map.html"
    file.write_bytes(server.ask(f"/{code}/download/map.html").body)
    window = opened(file, width=390)
    text = window.locator("body").inner_text()
    assert "© OpenStreetMap" in text and "GeoNames" in text and disclaimer in text
    assert window.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    # Names of places and agencies as reported aside, nothing is left in English.
    assert not re.search(r"\b(events?|seizures?|legend|layers?|period|source|district|border)\b", text.lower()), text
