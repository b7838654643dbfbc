"""The brief in a browser: one page of paper, whatever window it is printed from."""

import pytest

HIDDEN = "() => [...document.querySelectorAll('.columns li')].map((line) => line.hidden)"


@pytest.mark.parametrize("code", ["en", "ru"])
def test_what_is_printed_from_a_phone_is_what_is_printed_from_a_desk(chromium, server, code):
    left_out = []
    for width in (1200, 390):
        context = chromium.new_context(viewport={"width": width, "height": 800})
        page = context.new_page()
        page.goto(f"{server.address}/{code}/brief", timeout=120_000)
        page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
        left_out.append(page.evaluate(HIDDEN))
        assert not page.evaluate("() => document.querySelector('.sheet').classList.contains('is-measured')")
        assert page.evaluate("() => document.querySelector('.sheet').offsetWidth <= innerWidth"), "measuring leaves the window's own layout"
        context.close()
    assert left_out[0] == left_out[1] and left_out[0]
