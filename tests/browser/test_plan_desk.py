"""The planning desk as a planner has it: from the page to a proven plan and its dossier, cancel over a reload, travel times, closures."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import Server

READY = 90_000


class Desk:
    """A window on the planning desk that fails when it asks a stranger or says an error."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server, self.wrong = page, server, []
        page.on("console", lambda message: message.type == "error" and self.wrong.append(message.text))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", lambda asked: asked.url.startswith((server.address + "/", "blob:", "data:")) or self.wrong.append(asked.url))

    def open(self, path: str = "/en/plan") -> "Desk":
        self.page.goto(self.server.address + path, wait_until="commit")
        self.page.wait_for_selector("body[data-page=ready]", timeout=READY)
        return self

    def until(self, name: str, value: str) -> "Desk":
        self.page.wait_for_function("([name, value]) => document.body.dataset[name] === value", arg=[name, value], timeout=READY)
        return self

    def run(self, script: str, argument: object = None):
        return self.page.evaluate(script, argument)

    def ask(self, **fields: object) -> "Desk":
        """Set fields of the question at once, as a person would one by one."""
        self.run("(fields) => panj.question.change(fields)", fields)
        return self

    def says_no_english(self) -> None:
        shown = self.page.locator("body").inner_text()
        assert not re.search(r"NaN|null|undefined|js\.plan|plan\.[a-z]", shown)
        assert not [word for word in ("Question", "Places", "offices", "demand", "Reach") if word in shown]

    def features(self, source: str) -> list[dict]:
        return self.run(
            "(name) => panj.planMap.map.getSource(name)._data.geojson?.features ?? panj.planMap.map.getSource(name)._data.features", source
        )


@pytest.fixture
def desk(chromium: Browser, demo_server: Server) -> Iterator[Callable[..., Desk]]:
    desks: list[Desk] = []

    def opened(path: str = "/en/plan", *, width: int = 1440, height: int = 900, theme: str = "light") -> Desk:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, locale="en-GB", accept_downloads=True
        )
        context.set_default_timeout(30_000)
        desks.append(Desk(context.new_page(), demo_server))
        return desks[-1].open(path)

    yield opened
    for one in desks:
        one.page.context.close()
        assert not one.wrong, one.wrong


def test_from_the_page_to_a_proven_plan_its_neighbours_and_its_dossier(desk):
    """Excluded with a reason in three clicks, undone; solved with one; neighbours, firmness, curve, scenarios with one click each."""
    window = desk().ask(draws=5, hours=3, curve_beyond=1, new=2)
    page = window.page
    page.locator("#tab-places").click()
    page.locator("#place-search").fill("khorog")
    page.locator("#place-rows button.link").first.click()
    page.get_by_role("button", name="Exclude").click()
    page.get_by_role("button", name="Security risk").click()
    excluded = window.run("() => panj.desk.question.excluded")
    assert list(excluded.values()) == ["Security risk"]
    page.keyboard.press("Control+z")
    assert window.run("() => panj.desk.question.excluded") == {}
    page.keyboard.press("Control+Shift+z")
    assert window.run("() => panj.desk.question.excluded") == excluded
    page.locator("#tab-question").click()
    name = page.locator("#plan-name").input_value()
    page.locator("#go").click()
    window.until("solved", name).until("shown", "recorded")
    told = window.run("() => panj.desk.plan.plan")
    assert told["excluded"] == excluded and len(told["recorded"]["new"]) == 2
    assert not set(told["recorded"]["new"]) & set(excluded)
    assert [one["properties"]["mark"] for one in window.features("chosen")] == ["1", "2"]
    assert len(window.features("served")) == sum(
        one["properties"].get("served_by") is not None for one in window.run("() => panj.desk.plan.map.features")
    )
    assert "proven" in page.locator("#found .proof").inner_text()
    assert page.locator(".flips").count() == int(told["flips"])
    page.locator("#found [data-value=corrected]").click()
    window.until("shown", "corrected")
    page.locator("[data-part=nearly]").click()
    assert page.locator(".choice").count() == 1 + len(told["nearly"])
    page.locator("[data-part=firm]").click()
    expect(page.locator("#found ol.bars li")).to_have_count(min(15, len(told["chosen_in_draws"])))
    page.locator("[data-part=curve]").click()
    page.locator("svg.curve .step").nth(1).click()
    window.until("shown", "curve:0")
    assert [one["properties"]["role"] for one in window.features("chosen")].count("lost") >= 1
    page.locator("[data-part=scenarios]").click()
    expect(page.locator("#found table.figures tbody tr")).to_have_count(len(told["scenarios"]))
    page.locator("#files summary").click()
    with page.expect_download() as dossier:
        page.locator("[data-file=pdf]").click()
    assert dossier.value.suggested_filename == f"panj-GENERATED-{name}.pdf"
    page.locator("[data-part=plan]").click()
    assert f"{100 * told['draws']['is_best']:g}\u00a0%" in page.locator("#how-firm").inner_text().replace(" %", "\u00a0%")
    window.run("() => panj.planMap.chosen([1, 2].map((n) => ({ id: `s${n}`, name: '', lon: 70, lat: 38, role: 'new', mark: `${n}` })))")
    assert len(window.features("leaders")) == 2, "two numbers on one place stand apart, each with a line to it"
    someone = desk(page.url.removeprefix(window.server.address))
    assert someone.run("() => panj.desk.question.excluded") == excluded, "a link to a plan opens its question"
    expect(someone.page.locator("#other-question")).to_be_hidden()
    someone.ask(hours=5)
    expect(someone.page.locator("#other-question")).to_contain_text(name)
    someone.open(someone.page.url.removeprefix(window.server.address))
    assert someone.run("() => panj.desk.question.hours") == 5, "nobody's work is lost to the plan that is shown"


def test_work_under_way_survives_a_reload_and_is_cancelled(desk):
    window = desk().ask(draws=10_000, hours=3)
    window.page.locator("#go").click()
    window.page.locator("#cancel").wait_for()
    window.open()
    window.page.locator("#cancel").wait_for()
    started = time.monotonic()
    window.page.locator("#cancel").click()
    window.until("solved", "cancelled")
    assert time.monotonic() - started < 15
    assert "Nothing was kept" in window.page.locator("#solve").inner_text()
    window.ask(capacity=5, model="p_median")
    window.page.locator("#go").click()
    expect(window.page.locator("#solve-problem")).to_contain_text("knows no capacity")
    assert [error for error in window.wrong if "400" not in error] == []
    window.wrong.clear()


def test_travel_times_and_what_a_closed_bridge_costs(desk):
    window = desk("/ru/plan", theme="dark")
    window.says_no_english()
    page = window.page
    page.locator("#tab-hours").click()
    window.until("hours", "summer")
    summer = window.run("() => Array.from(panj.planMap.cells.classes)")
    page.locator("[data-value=winter]").click()
    window.until("hours", "winter")
    winter = window.run("() => Array.from(panj.planMap.cells.classes)")
    assert all(cold >= warm for cold, warm in zip(winter, summer, strict=True)) and winter != summer
    page.locator("#tab-closing").click()
    page.locator("#closed-list").select_option("br-panji-poyon")
    window.until("closed", "br-panji-poyon")
    assert page.locator("#closed-told .choice").count() >= 1
    roles = [one["properties"]["role"] for one in window.features("ways")]
    assert roles.count("before") >= 1 and roles.count("after") >= 1
    assert "closed=br-panji-poyon" in page.url
    again = desk(page.url.removeprefix(window.server.address)).until("closed", "br-panji-poyon")
    assert again.page.locator("#closed-told").inner_text() == page.locator("#closed-told").inner_text()


def test_on_a_phone_it_fits_in_tajik(desk, artefacts):
    window = desk("/tg/plan", width=390, height=844)
    assert window.run("() => document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out at the side"
    window.says_no_english()
    window.page.screenshot(path=artefacts / "plan-tg-390.png", full_page=True)
