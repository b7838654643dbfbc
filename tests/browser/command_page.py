"""The command page as a person has it before them, in a browser window that notes every request and every error."""

import re
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import ConsoleMessage, Download, Page, Request

from tests.browser.serving import Server

READY = 60_000
#: Callbacks that answer a view, by a part of their outputs.
ANSWERS = ("figures-body.children", "events.rowData")
#: What is ticked on the screen, what the brush holds and what the address says are one.
AT_REST = """() => {
  if (document.body.classList.contains("is-loading") || !panj.view || panj.query === undefined) return false;
  const query = new URLSearchParams(location.search);
  const ticked = (id) => [...document.querySelectorAll(`#${id} input:checked`)].map((box) => box.value).sort().join();
  const said = (key) => (query.get(key) || "").split(",").filter(Boolean).sort().join();
  const steps = panj.view.steps;
  if (steps.length && query.get("p") !== `${steps[panj.window[0]]}..${steps[panj.window[1]]}`) return false;
  for (const [key, id] of [["d", "f-drugs"], ["k", "f-kinds"], ["t", "f-transports"]])
    if (document.getElementById(id) && ticked(id) !== said(key)) return false;
  const shade = document.body.classList.contains("insider") ? "hot" : "cells";
  for (const [key, id, other] of [["m", "f-measure", "n"], ["h", "f-heatmap", shade], ["b", "f-bandwidth", "25"]])
    if (document.getElementById(id) && ticked(id) !== (query.get(key) || other)) return false;
  return true;
}"""


class CommandPage:
    """One window. `requests`: every address that it asked for, in order."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server
        self.requests: list[str] = []
        self.strangers: list[str] = []
        self.errors: list[str] = []
        self.allowed: list[str] = []
        self._pending: set[Request] = set()
        self._answered: dict[str, str | None] = {}
        page.on("request", self._asked)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(f"page error: {error}"))

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith((self.server.address + "/", "blob:", "data:")):
            self.strangers.append(request.url)

        if "/_dash-update-component" in request.url:
            self._pending.add(request)

    def _ended(self, request: Request) -> None:
        if request in self._pending:
            self._pending.discard(request)
            call = request.post_data_json
            for output in ANSWERS:
                if output in call["output"]:
                    self._answered[output] = call["inputs"][0].get("value")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"console: {message.text} ({message.location.get('url', '')})")

    def allow(self, pattern: str) -> None:
        """This test makes the server fail on purpose: errors that match are wanted."""
        self.allowed.append(pattern)

    def blame(self) -> None:
        """Fail when the page asked another host or said an error."""
        assert not self.strangers, f"the page asked for {self.strangers}"
        errors = [error for error in self.errors if not any(re.search(pattern, error) for pattern in self.allowed)]
        assert not errors, f"the page said {errors}"

    # ---- opening ------------------------------------------------------------------------------------------------------

    def open(self, path: str, *, ready: bool = True) -> "CommandPage":
        self._answered.clear()
        self.page.goto(self.server.address + path)
        return self.wait() if ready else self

    def visit(self, query: str = "", *, settle: bool = True) -> "CommandPage":
        """Another state of the same window, as when the browser goes to another step of its history."""
        self.anew().run(
            """(query) => { document.body.dataset.sheet = ""; document.body.classList.remove("no-filters", "no-figures");
            history.pushState({}, "", panj.root + "/" + query); dispatchEvent(new PopStateEvent("popstate")); }""",
            query,
        )
        return self.settled() if settle else self

    def anew(self) -> "CommandPage":
        """Forget the present view: `settled` then waits until the page has made the next one."""
        self.run("() => { panj.query = undefined; }")
        return self

    def back(self) -> "CommandPage":
        self.anew().page.go_back()
        return self.settled()

    def forward(self) -> "CommandPage":
        self.anew().page.go_forward()
        return self.settled()

    def pick(self, selector: str) -> "CommandPage":
        """Press something that changes the view."""
        self.anew().page.locator(selector).first.click()
        return self.settled()

    def wait(self) -> "CommandPage":
        """Until the first view is complete and what the server says of it has come."""
        self.page.wait_for_selector("body[data-page=ready]", timeout=READY)
        return self.settled()

    def settled(self) -> "CommandPage":
        """Until the address says what is chosen, and the server's answers to exactly that have come and are shown."""
        self.page.wait_for_timeout(100)
        self.page.wait_for_function(AT_REST, timeout=READY)
        end = time.monotonic() + READY / 1000
        while True:
            self.page.wait_for_timeout(60)  # lets Playwright tell of requests that ended
            query = self.run("() => panj.query")
            if not self._pending and all(self._answered.get(output) == query for output in ANSWERS):
                break
            assert time.monotonic() < end, (
                f"no answer for {query!r}: {self._answered}, {len(self._pending)} under way, errors {self.errors}"
            )
        self.page.wait_for_timeout(120)
        self.page.wait_for_function(AT_REST, timeout=READY)
        return self

    # ---- what it shows ------------------------------------------------------------------------------------------------

    def run(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    @property
    def query(self) -> dict[str, str]:
        """The state in the address."""
        return {key: values[-1] for key, values in parse_qs(urlsplit(self.page.url).query).items()}

    @property
    def period(self) -> tuple[str, str]:
        """First and last month that the brush holds."""
        first, last = self.run("() => [panj.view.steps[panj.window[0]], panj.view.steps[panj.window[1]]]")
        return first, last

    def figure(self, name: str) -> float:
        """A key figure ("n" or "kg") as a number, whatever the language writes it like; its sign for "at least" aside."""
        shown = re.sub(r"[^\d.,-]", "", self.text(f"#live-{name}"))
        english = self.run("() => panj.code === 'en'")
        return float(shown.replace(",", "") if english else shown.replace(",", "."))

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the events table, in the order shown."""
        return self.run(
            "async () => { const api = await dash_ag_grid.getApiAsync('events'); const rows = [];"
            " api.forEachNodeAfterFilterAndSort((node) => rows.push(node.data)); return rows; }"
        )

    def visibility(self, layer: str) -> str:
        return self.run("(id) => panj.map.instance().getLayoutProperty(id, 'visibility') || 'visible'", layer)

    def camera(self) -> tuple[float, float, float]:
        return tuple(self.run("() => { const m = panj.map.instance(); const c = m.getCenter(); return [c.lng, c.lat, m.getZoom()]; }"))

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Where on the screen a place of the map is."""
        x, y = self.run(
            "([lon, lat]) => { const m = panj.map.instance(); const p = m.project([lon, lat]);"
            " const box = m.getCanvas().getBoundingClientRect(); return [box.left + p.x, box.top + p.y]; }",
            [lon, lat],
        )
        return x, y

    def map_is_still(self) -> None:
        """Until nothing moves, loads or fades in: what can be clicked is what can be seen."""
        self.page.wait_for_function(
            "() => { const m = panj.map.instance(); return m && !m.isMoving() && m.areTilesLoaded(); }", timeout=READY
        )
        self.run("() => new Promise((done) => { const m = panj.map.instance(); m.once('idle', () => done()); m.triggerRepaint(); })")

    # ---- what a person does -------------------------------------------------------------------------------------------

    def check(self, group: str, label: str) -> "CommandPage":
        """Press one of the pills, segments or switches of a group, as it is called on the screen."""
        self.anew().page.locator(f"#{group}").get_by_text(label, exact=True).click()
        return self.settled()

    def unfold(self, selector: str) -> None:
        """Open the fold that holds something."""
        self.run("(s) => { const d = document.querySelector(s).closest('details'); if (d) d.open = true; }", selector)

    def sheet(self, name: str) -> "CommandPage":
        """Open a drawer or sheet through a button that a person sees."""
        if self.run("() => document.body.dataset.sheet") != name:
            # The large figures open the same drawer, but let go of what was picked.
            self.page.locator(f"[data-opens={name}]:not([data-picks]):visible").first.click()
        return self

    def save(self, what: str) -> Download:
        """Press a save button and take the file."""
        with self.page.expect_download(timeout=READY) as download:
            self.page.locator(f"[data-saves='{what}']:visible").first.click()
        return download.value
