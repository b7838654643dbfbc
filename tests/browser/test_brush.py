"""The time brush: drag, keys and play move the period in the browser alone; the server is asked when it is let go."""

from tests.browser.recount import agrees, count, rows_of

SIDE = 10  # assets/brush.js: room at either end
#: Nothing of the view is still to be asked: who fell silent is asked last.
ALL_ASKED = "() => panj.hot.mode() !== 'hot' || (panj.hot.query && document.body.dataset.hush === panj.hot.query)"


def spot(page, step: int) -> tuple[float, float]:
    """The middle of a month on the screen."""
    left, top, width, height = page.run(
        "() => { const b = document.querySelector('#brush svg').getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; }"
    )
    steps = page.run("() => panj.view.steps.length")
    return left + SIDE + (step + 0.5) * (width - 2 * SIDE) / steps, top + height * 0.4


def shows(page, events, first: int, last: int) -> None:
    """The screen shows the months first..last and their recounted figures."""
    page.page.wait_for_function("([a, b]) => panj.window[0] === a && panj.window[1] === b", arg=[first, last])
    page.page.wait_for_timeout(60)
    steps = page.run("() => panj.view.steps")
    counted = count(rows_of(events, steps[first], steps[last]))
    assert agrees(page.figure("n"), page.figure("kg"), counted), f"{steps[first]}..{steps[last]}"


def test_dragging_counts_on_screen_and_asks_the_server_only_when_let_go(page, events):
    page.page.wait_for_function(ALL_ASKED)
    asked = len(page.requests)
    mouse = page.page.mouse
    mouse.move(*spot(page, 30))
    mouse.down()
    for step in (40, 90, 60, 75):
        mouse.move(*spot(page, step))
        shows(page, events, 30, step)
    assert page.requests[asked:] == [], "the server was asked while the brush moved"
    mouse.up()
    page.settled()
    assert len(page.requests) > asked, "nothing was asked when the brush was let go"
    steps = page.run("() => panj.view.steps")
    assert page.query["p"] == f"{steps[30]}..{steps[75]}"
    counted = count(rows_of(events, steps[30], steps[75]))
    assert f"{counted.n} event" in page.text("#legend-facts")
    assert len(page.rows()) == len(rows_of(events, steps[30], steps[75]))


def test_the_window_is_dragged_as_a_whole_and_its_grips_one_by_one(page, events):
    a, b = page.run("() => panj.window")
    mouse = page.page.mouse
    mouse.move(*spot(page, (a + b) // 2))
    mouse.down()
    mouse.move(*spot(page, (a + b) // 2 - 50))
    mouse.up()
    page.settled()
    shows(page, events, a - 50, b - 50)
    knob = page.page.locator(".grip[data-side='1'] .grip-knob").bounding_box()
    mouse.move(knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2)
    mouse.down()
    mouse.move(*spot(page, b - 30))
    mouse.up()
    page.settled()
    shows(page, events, a - 50, b - 30)


def test_keys_move_the_period_by_months_and_years_and_to_the_ends(page, events):
    a, b = page.run("() => panj.window")
    last = page.run("() => panj.view.steps.length - 1")
    page.page.locator("#brush .window").focus()
    # All keys in one go, as a held key sends them: no request may come between them.
    before, after = page.run(
        """() => { const count = () => performance.getEntriesByType("resource").length, before = count();
        const press = () => new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true });
        for (let k = 0; k < 12; k++) document.activeElement.dispatchEvent(press());
        return [before, count()]; }"""
    )
    assert before == after
    page.settled()
    shows(page, events, a - 12, b - 12)
    for key, moved in (("PageDown", -24), ("PageUp", -12), ("ArrowRight", -11)):
        page.page.keyboard.press(key)
        shows(page, events, a + moved, b + moved)
    page.page.keyboard.press("Home")
    shows(page, events, 0, b - a)
    page.page.keyboard.press("End")
    shows(page, events, last - (b - a), last)
    page.page.locator("#brush .grip[data-side='0']").focus()
    page.page.keyboard.press("ArrowRight")
    shows(page, events, last - (b - a) + 1, last)
    page.settled()
    steps = page.run("() => panj.view.steps")
    assert page.query["p"] == f"{steps[last - (b - a) + 1]}..{steps[last]}"
    told = page.run("() => document.querySelector('#brush .window').getAttribute('aria-valuetext')")
    assert told == page.text("#period-shown"), "a screen reader hears the period that the eye reads"


def test_play_runs_through_time_without_the_server_until_it_is_stopped(page):
    page.page.wait_for_function(ALL_ASKED)
    asked = len(page.requests)
    page.page.locator("#play").click()
    page.page.wait_for_function("() => panj.window[0] >= 3 && panj.window[0] < 60")
    assert page.requests[asked:] == []
    assert page.page.locator("#play").get_attribute("aria-label") == "Pause"
    page.page.locator("#play").click()
    page.settled()
    assert len(page.requests) > asked
    assert page.query["p"] == "..".join(page.period)


def test_space_plays_and_stops(page):
    page.page.locator("#brush .window").focus()
    page.page.keyboard.press(" ")
    page.page.wait_for_function("() => panj.window[0] >= 1 && panj.window[0] < 60")
    page.page.keyboard.press(" ")
    stopped = page.run("() => panj.window[0]")
    page.settled()
    page.page.wait_for_timeout(1000)
    assert page.run("() => panj.window[0]") == stopped


def test_going_back_ends_what_plays(page):
    steps = page.run("() => panj.view.steps")
    page.visit(f"?p={steps[24]}..{steps[35]}")
    page.visit(f"?p={steps[60]}..{steps[71]}")
    page.page.locator("#play").click()
    page.page.wait_for_function("() => panj.window[0] > 60")
    page.back()
    page.page.wait_for_timeout(1200)
    assert page.period == (steps[24], steps[35]), "the brush goes on over the period that was come back to"
    assert page.page.locator("#play").get_attribute("aria-label") == "Play"


def test_an_answer_that_comes_late_does_not_move_a_brush_that_is_held(page):
    steps = page.run("() => panj.view.steps")
    page.visit(f"?p={steps[40]}..{steps[51]}")
    mouse = page.page.mouse
    mouse.move(*spot(page, 46))
    mouse.down()
    mouse.move(*spot(page, 47))
    page.page.wait_for_function("() => panj.window[0] === 41")
    page.run("(late) => dash_clientside.set_props('period', { data: late })", f"{steps[10]}..{steps[21]}")
    page.page.wait_for_function("(late) => panj.query.includes(late)", arg=f"p={steps[10]}..{steps[21]}")
    assert page.period == (steps[41], steps[52])
    mouse.up()
    page.settled()
    assert page.period == (steps[41], steps[52])
