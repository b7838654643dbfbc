"""Filters, measure and layers: what is chosen is what is counted and drawn."""

import pytest

from tests.browser.recount import agrees, count, rows_of


def holds(page, events, **filters) -> None:
    """Figures and table equal a recount of the period and filters."""
    rows = rows_of(events, *page.period, **filters)
    assert len(rows), "a filter that leaves nothing proves nothing"
    assert {row["row"] for row in page.rows()} == set(rows["report_id"])
    assert agrees(page.figure("n"), page.figure("kg"), count(rows))


def choose(page, filter_id: str, *labels: str) -> None:
    """Open a list of choices and tick some."""
    page.unfold(f"#{filter_id}")
    page.page.locator(f"#{filter_id}").click()
    for label in labels:
        page.page.get_by_role("option", name=label, exact=True).or_(
            page.page.locator(".dash-dropdown-option", has_text=label)
        ).first.click()
    page.page.keyboard.press("Escape")
    page.settled()


@pytest.fixture
def page(page, events):
    """Over all months with reports."""
    months = sorted(day[:7] for day in events[events["date_precision"].isin(["day", "month"])]["happened_from"])
    return page.visit(f"?p={months[0]}..{months[-1]}")


def test_drug_kind_and_transport_change_the_counts_to_the_recount(page, events):
    page.check("f-drugs", "heroin")
    holds(page, events, drugs=["heroin"])
    page.check("f-drugs", "opium")
    holds(page, events, drugs=["heroin", "opium"])
    page.check("f-kinds", "seizure")
    holds(page, events, drugs=["heroin", "opium"], kinds=["seizure"])
    page.unfold("#f-transports")
    page.check("f-transports", "road")
    holds(page, events, drugs=["heroin", "opium"], kinds=["seizure"], transports=["road"])
    assert page.query["d"] == "heroin,opium" and page.query["k"] == "seizure" and page.query["t"] == "road"
    page.pick("#clear")
    holds(page, events)


def test_country_and_agency_change_the_counts_to_the_recount(page, events):
    choose(page, "f-countries", "Uzbekistan", "Kyrgyzstan")
    holds(page, events, countries=["UZB", "KGZ"])
    page.pick("#clear")
    choose(page, "f-agencies", "MIA")
    holds(page, events, agencies=["MIA"])


def test_the_browsers_back_button_undoes_a_filter_and_forward_repeats_it(page, events):
    page.check("f-drugs", "heroin")
    page.check("f-kinds", "seizure")
    page.back()
    holds(page, events, drugs=["heroin"])
    page.back()
    holds(page, events)
    assert not page.run("() => document.querySelector('#f-drugs input:checked')")
    page.forward()
    holds(page, events, drugs=["heroin"])
    page.back()
    page.check("f-drugs", "opium")
    page.back()
    holds(page, events)


def test_kilograms_scale_brush_legend_and_ranking_and_leave_the_numbers_alone(page, events):
    before = page.figure("n"), page.figure("kg")
    page.check("f-measure", "Kilograms")
    assert page.query["m"] == "kg"
    page.page.wait_for_function("() => document.querySelector('#legend-heat').innerText.includes('kilograms')")
    most = events.groupby("happened_from")["weight_kg"].sum().max()
    assert page.run("() => panj.view.measure") == "kg" and most > 0
    assert "kg" in page.run("() => document.querySelector('#brush text.most').textContent")
    assert "kg" in page.text("#ranking-body .rank .amount >> nth=0")
    assert (page.figure("n"), page.figure("kg")) == before
    page.check("f-measure", "Events")
    assert "m" not in page.query and page.text("#ranking-body .rank .amount >> nth=0").isdigit()


def test_a_switch_hides_and_shows_its_layer_and_the_address_knows(page):
    layers = {
        "Northern Route corridors": "corridors", "Border posts and crossings": "posts", "Recorded seizures": "seizures",
        "Recorded incidents": "incidents", "Districts (approximate)": "districts",
    }  # fmt: skip
    for label, layer in layers.items():
        page.check("f-layers", label)
        assert page.visibility(layer) == "none", label
        assert layer not in page.query["l"]
        page.check("f-layers", label)
        assert page.visibility(layer) == "visible", label
    assert "l" not in page.query


def test_the_map_shows_what_stands_out_or_amounts_or_a_smooth_surface_of_so_many_kilometres_or_nothing(page):
    def painted():
        page.map_is_still()
        return page.run("() => [panj.map.cells().visible, Boolean(panj.map.instance().getLayer('surface'))]")

    assert painted() == [False, False] and page.run("() => panj.hot.mode()") == "hot" and "h" not in page.query
    page.check("f-heatmap", "Amounts")
    assert painted() == [True, False] and page.query["h"] == "cells" and page.run("() => panj.hot.mode()") == "off"
    page.check("f-heatmap", "Smooth")
    page.page.wait_for_function("() => panj.map.instance().getLayer('surface')")
    assert painted() == [False, True]
    assert "25 km" in page.text("#legend-heat")
    page.check("f-bandwidth", "50 km")
    page.page.wait_for_function("() => document.querySelector('#legend-heat').innerText.includes('50 km')")
    assert page.query["b"] == "50" and page.query["h"] == "surface"
    page.check("f-heatmap", "Off")
    assert page.visibility("surface") == "none" and not page.run("() => panj.map.cells().visible || panj.hot.layer().visible")


def test_every_filter_is_reached_and_set_by_keyboard_alone(open_page, events):
    page = open_page()
    keyboard = page.page.keyboard
    page.run("() => document.body.focus()")
    reached = []
    for _ in range(80):
        keyboard.press("Tab")
        reached.append(
            page.run(
                "() => { const e = document.activeElement; const f = e.closest('[id^=f-]');"
                " return f ? f.id : e.id || e.dataset.opens || e.dataset.folds || e.dataset.saves || e.tagName; }"
            )
        )
        if reached[-1] == "f-drugs" and "space" not in reached:
            keyboard.press(" ")
            reached.append("space")
        if reached[-1] == "SUMMARY" and not page.run("() => document.activeElement.parentElement.open"):
            keyboard.press("Enter")
    page.settled()
    for wanted in ("f-drugs", "f-kinds", "f-countries", "f-agencies", "f-transports", "f-measure", "f-heatmap", "f-bandwidth", "f-layers"):
        assert wanted in reached, f"{wanted} is not reached by Tab: {reached}"
    drug = page.query["d"]
    holds(page, events, drugs=[drug]) if len(rows_of(events, *page.period, drugs=[drug])) else None
