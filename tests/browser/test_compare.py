"""The compare page as a person has it: two maps that move as one, one scale, three clicks to a tested difference."""

import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.serving import Server

READY = 90_000
NARROW = 390


class Pair:
    """A window on the compare page; `blame` fails when it asked a stranger or said an error."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server
        self.wrong: list[str] = []
        page.on("console", lambda message: message.type == "error" and self.wrong.append(message.text))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        if not url.startswith((self.server.address + "/", "blob:", "data:")):
            self.wrong.append(f"asked {url}")

    def open(self, path: str) -> "Pair":
        self.page.goto(self.server.address + path, wait_until="commit")
        return self.settled()

    def settled(self) -> "Pair":
        """Until both maps stand and what is said belongs to what the address shows."""
        self.page.wait_for_selector("body[data-map=ready][data-page=ready]", timeout=READY)
        self.page.wait_for_function(
            "() => !document.body.classList.contains('is-loading')"
            " && document.body.dataset.said === panj.compareState.text(panj.compareState.words())",
            timeout=READY,
        )
        return self

    def press(self, group: str, label: str) -> "Pair":
        self.page.locator(f"#{group}").get_by_role("radio", name=label, exact=True).click()
        return self.settled()

    def run(self, script: str, argument: object = None):
        return self.page.evaluate(script, argument)

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    def n(self, side: str) -> int:
        return int(re.sub(r"\D", "", self.text(f"#{side} .n")) or 0)

    @property
    def query(self) -> dict[str, str]:
        return {key: values[-1] for key, values in parse_qs(urlsplit(self.page.url).query).items()}

    def camera(self, side: str) -> list[float]:
        return self.run("(s) => { const m = panj.compareMaps.maps[s]; return [m.getCenter().lng, m.getCenter().lat, m.getZoom()]; }", side)

    def classes(self, side: str) -> list[int]:
        return self.run("(s) => { const l = panj.compareMaps.layers[s]; return [...l.classes.slice(0, l.n)]; }", side)

    def marked(self, mark: str = "") -> list[str]:
        """The marks of the maps' drawing surfaces; a map that is made anew has a new one, without a mark."""
        return self.run(
            "(mark) => [...document.querySelectorAll('canvas.maplibregl-canvas')]"
            ".map((c) => (mark ? (c.dataset.mark = mark) : c.dataset.mark))",
            mark,
        )


@pytest.fixture
def pair(chromium: Browser, demo_server: Server) -> Iterator[Callable[..., Pair]]:
    """Opens the compare page on generated events."""
    pairs: list[Pair] = []

    def opened(path: str, *, width: int = 1440, height: int = 900, theme: str = "light") -> Pair:
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=theme, locale="en-GB")
        context.set_default_timeout(30_000)
        pairs.append(Pair(context.new_page(), demo_server))
        return pairs[-1].open(path)

    yield opened
    for one in pairs:
        one.page.context.close()
        assert not one.wrong, one.wrong


def test_one_drug_one_quarter_this_year_against_last_takes_three_clicks(chromium, demo_server, pair):
    """From the command page: Compare, heroin, Quarter; then both numbers, their places and the test stand there."""
    window = pair("/en/compare")
    window.page.goto(demo_server.address + "/en/", wait_until="commit")
    window.page.wait_for_selector("body[data-page=ready]", timeout=READY)
    window.page.locator("#to-compare").click()
    window.settled().press("drug", "heroin").press("length", "Quarter")
    query = window.query
    first, last = query["p"].split("..")
    assert query["d"] == "heroin" and query["p2"] == "..".join(f"{int(m[:4]) - 1}{m[4:]}" for m in (first, last))
    assert int(last[5:]) % 3 == 0 and int(last[5:]) - int(first[5:]) == 2, "a quarter of the calendar"
    told = window.text(".sentence")
    assert f"{window.n('right')} event" in told and f"against {window.n('left')} event" in told
    assert "chance" in window.text(".test").lower() or "Fewer" in window.text(".test")


def test_a_copied_address_opens_both_sides_as_they_were(pair):
    window = pair("/en/compare?d=opium&p=2022-01..2022-12&p2=2019-01..2019-12&m=kg&c=TJK&at=71.000,38.000,7.00")
    other = pair("/en/compare" + "?" + urlsplit(window.page.url).query)
    for side in ("left", "right"):
        assert other.n(side) == window.n(side) and other.classes(side) == window.classes(side)
        assert other.camera(side) == pytest.approx([71, 38, 7], abs=0.01)
    assert other.text(".sentence") == window.text(".sentence") and "Tajikistan" in other.text("#filtered")
    assert window.page.locator("a[data-language=ru]").get_attribute("href").endswith(urlsplit(window.page.url).query)


def test_both_maps_move_as_one_and_are_made_once(pair):
    window = pair("/en/compare")
    assert window.marked("first") == ["first", "first"]
    window.page.locator("#left .half-map").hover(position={"x": 300, "y": 300})
    window.page.mouse.wheel(0, -500)
    window.page.wait_for_function("() => new URLSearchParams(location.search).has('at')", timeout=READY)
    # A wheel rolls on: where both stand is asked when they stand.
    end = time.monotonic() + READY / 1000
    while window.camera("left") != pytest.approx(window.camera("right"), abs=1e-6) and time.monotonic() < end:
        window.page.wait_for_timeout(100)
    assert window.camera("left") == pytest.approx(window.camera("right"), abs=1e-6)
    window.press("by", "Two drugs").press("measure", "Kilograms").press("by", "Events and kilograms").press("by", "Two periods")
    assert window.marked() == ["first", "first"], "nothing was drawn on a new surface"
    assert window.camera("left") == pytest.approx(window.camera("right"), abs=1e-6)


def test_the_same_amount_has_the_same_colour_on_both_maps(pair):
    window = pair("/en/compare?p=2022-01..2022-12&p2=2021-01..2021-12")
    sides = window.run(
        """() => ["left", "right"].map((side) => { const { values } = panj.compareMaps.shown[side];
        const { classes } = panj.compareMaps.layers[side]; return Array.from(values, (value, k) => [value, classes[k]]); })"""
    )
    both = sorted(value for side in sides for value in side)
    assert [step for _, step in both] == sorted(step for _, step in both), "more is never paler, on either map"
    assert max(step for _, step in both) == 7
    window.page.locator("#swap").click()
    window.settled()
    assert window.query["p"] == "2021-01..2021-12" and window.query["p2"] == "2022-01..2022-12"


def test_a_period_against_itself_is_the_same_picture(pair):
    window = pair("/en/compare?p=2022-01..2022-12&p2=2022-01..2022-12")
    assert window.classes("left") == window.classes("right") and window.n("left") == window.n("right")
    assert "100 % alike" in window.text(".place")


def test_what_the_back_button_returns_to(pair):
    window = pair("/en/compare?p=2022-01..2022-12")
    plain = window.n("right")
    window.press("drug", "heroin")
    assert window.n("right") < plain
    window.page.go_back()
    window.page.wait_for_function("() => !new URLSearchParams(location.search).has('d')")
    window.settled()
    assert window.n("right") == plain


def test_a_section_is_reached_by_keyboard_and_marked_on_both_maps(pair):
    window = pair("/en/compare?p=2020-01..2022-12&p2=2017-01..2019-12")
    window.page.locator("#mirror .section").first.focus()
    window.page.keyboard.press("ArrowRight")
    second = window.run("() => panj.compareTold.sections[1]")
    assert second["name"] in window.text("#mirror-line")
    for side in ("left", "right"):
        assert window.run("(s) => panj.compareMaps.maps[s].getFilter('picked-section')", side)[2] == second["id"]


@pytest.mark.parametrize(("code", "theme", "width"), [("ru", "dark", 1440), ("tg", "light", NARROW)])
def test_it_fits_its_screen_in_its_language(pair, artefacts, code, theme, width):
    window = pair(f"/{code}/compare?d=heroin&p=2020-01..2022-12", width=width, height=900 if width > NARROW else 844, theme=theme)
    assert window.run("() => document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out at the side"
    shown = window.text("body")
    assert not re.search(r"NaN|null|undefined|js\.|compare\.", shown)
    english = [word for word in ("events", "against", "chance", "period", "Quarter") if word in shown]
    assert not english
    window.page.screenshot(path=artefacts / f"compare-{code}-{theme}-{width}.png", full_page=width == NARROW)


def test_on_a_phone_the_tools_take_two_rows_and_do_what_the_buttons_do(pair):
    window = pair("/en/compare?p=2020-01..2022-12", width=NARROW, height=844)
    assert window.page.locator(".tools").bounding_box()["height"] <= 110
    tools = window.page.locator(".tools")
    tools.locator('[data-for="drug"]').select_option(label="heroin")
    window.settled()
    assert "d=heroin" in window.page.url
    tools.locator('[data-for="measure"]').select_option("kg")
    window.settled()
    assert "m=kg" in window.page.url
    tools.locator('[data-for="drug"]').select_option("")
    window.settled()
    assert "d=" not in window.page.url.replace("p=", "") and tools.locator('[data-for="drug"]').input_value() == ""
