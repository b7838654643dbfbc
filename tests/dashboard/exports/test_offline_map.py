import json
import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from playwright.sync_api import Browser

from dashboard.answers.downloads import _stands_out
from dashboard.exports.offline_data import as_json, cells_of, date_text, events_of, nice_above, posts_of, without_symbol
from dashboard.exports.offline_map import to_html
from dashboard.exports.surface_image import palette, png
from dashboard.exports.view import LAYERS, HeatCells, HeatSurface, OfflineView
from dashboard.language import LANGUAGES, language
from dashboard.maps.palette import RAMP

SAY = language("en")
DISCLAIMER = "The boundaries, names and designations shown do not imply official endorsement or acceptance by anyone"


def data_of(html: bytes) -> dict:
    found = re.search(r'<script type="application/json" id="panj-data">(.*?)</script>', html.decode(), re.DOTALL)
    assert found
    return json.loads(found.group(1))


@pytest.mark.parametrize(("code", "scheme", "width"), [("en", "light", 1280), ("ru", "dark", 1280), ("tg", "light", 390)])
def test_the_file_opens_without_a_network_and_shows_every_layer(
    chromium: Browser, view: OfflineView, tmp_path: Path, code: str, scheme: str, width: int
):
    file = tmp_path / "view.html"
    file.write_bytes(to_html(replace(view, language=code, shown=frozenset(LAYERS)), language(code)))
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    page, asked, problems = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
    page.on("dialog", lambda dialog: (problems.append(f"dialog {dialog.message}"), dialog.dismiss()))
    context.route(re.compile("^https?:"), lambda route: route.abort())
    page.goto(file.as_uri())
    page.wait_for_function("document.documentElement.dataset.ready === 'yes'")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert problems == []
    assert page.locator(".leaflet-pane path.border").count() == 1
    assert page.locator(".leaflet-pane path.section").count() == 1
    assert page.locator(".leaflet-pane path.corridor").count() == 2
    assert page.locator(".leaflet-pane path.seizure").count() == 2
    assert page.locator(".leaflet-pane path.seizure.unsure.noweight").count() == 1
    assert page.locator(".none .incident").count() == 1
    assert page.locator(".none .post").count() == 2
    assert page.locator(".leaflet-cells-pane canvas").count() == 1
    assert page.locator(".leaflet-tile").count() == 0
    footer = page.locator("footer").inner_text()
    assert "© OpenStreetMap contributors" in footer and "GeoNames" in footer
    assert page.locator("html").get_attribute("lang") == code
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Switching a layer off takes its symbols away.
    if width < 720:
        page.locator("#panj-layers summary").click()
    page.locator("#panj-layers label", has_text=language(code)("layer.posts")).locator("input").uncheck()
    assert page.locator(".none .post").count() == 0
    context.close()


def test_a_symbol_tells_its_reports_and_how_closely_its_place_is_known(chromium: Browser, view: OfflineView, nasty: str, tmp_path: Path):
    file = tmp_path / "view.html"
    file.write_bytes(to_html(replace(view, shown=frozenset(("seizures",))), SAY))
    page = chromium.new_page()
    page.goto(file.as_uri())
    page.wait_for_function("document.documentElement.dataset.ready === 'yes'")
    page.locator(".leaflet-pane path.seizure:not(.unsure)").dispatch_event("click")
    card = page.locator(".leaflet-popup .card")
    assert card.locator("strong").inner_text() == nasty
    assert "12.5\u00a0kg" in card.inner_text() and "25\u00a0Jul\u00a02018" in card.inner_text()
    assert card.locator("a").get_attribute("href") == "https://example.org/report"
    assert page.locator("path.known-within").count() == 1
    page.locator(".leaflet-pane path.seizure.unsure").dispatch_event("click")
    assert "20\u00a0km" in page.locator(".leaflet-popup .card").last.inner_text()
    page.close()


@pytest.fixture
def surface() -> HeatSurface:
    """Paler in the west, strongest in the east, nothing in the southern half."""
    shade = np.zeros((8, 16), np.uint8)
    shade[:4] = np.linspace(1, 255, 16).astype(np.uint8)
    return HeatSurface(shade, (68.0, 36.0, 72.0, 39.0), (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0), 25.0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_smooth_heatmap_lies_where_it_belongs_in_the_colours_of_the_theme(
    chromium: Browser, view: OfflineView, surface: HeatSurface, tmp_path: Path, scheme: str
):
    file = tmp_path / "view.html"
    file.write_bytes(to_html(replace(view, cells=None, surface=surface), SAY))
    context = chromium.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 800}, offline=True)
    page, problems = context.new_page(), []
    page.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
    page.goto(file.as_uri())
    page.wait_for_function("document.querySelector('.leaflet-surface-pane img')?.naturalWidth === 16")
    corners = page.evaluate(
        """() => {
          const box = document.querySelector('.leaflet-surface-pane img').getBoundingClientRect();
          const at = (lat, lon) => map_panj.latLngToContainerPoint([lat, lon]), origin = map_panj.getContainer().getBoundingClientRect();
          const [nw, se] = [at(39, 68), at(36, 72)];
          const [x, y] = [origin.left, origin.top];
          return [box.left - x - nw.x, box.top - y - nw.y, box.right - x - se.x, box.bottom - y - se.y];
        }"""
    )
    assert max(map(abs, corners)) <= 1.5
    pixels = page.evaluate(
        """() => {
          const image = document.querySelector('.leaflet-surface-pane img'), canvas = document.createElement('canvas');
          canvas.width = 16; canvas.height = 8;
          const context = canvas.getContext('2d', { willReadFrequently: true });
          context.drawImage(image, 0, 0, 16, 8);
          return [[0, 0], [15, 0], [8, 7]].map(([x, y]) => [...context.getImageData(x, y, 1, 1).data]);
        }"""
    )
    weakest, strongest = (tuple(int(RAMP[scheme][k][at : at + 2], 16) for at in (1, 3, 5)) for k in (0, -1))
    assert pixels[0][:3] == pytest.approx(weakest, abs=4) and pixels[1][:3] == pytest.approx(strongest, abs=4)
    assert pixels[2][3] == 0 and pixels[0][3] < pixels[1][3]
    legend = page.locator("#panj-legend").inner_text()
    assert "per 100 km²" in legend and "25 km" in legend
    assert problems == []
    page.locator("#panj-layers label", has_text=SAY("heatmap.title")).locator("input").uncheck()
    assert page.locator(".leaflet-surface-pane img").count() == 0
    context.close()


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_smooth_heatmap_says_its_unit_and_bandwidth(view: OfflineView, surface: HeatSurface, code: str):
    say = language(code)
    html = to_html(replace(view, cells=None, surface=surface), say).decode()
    assert say("js.legend_surface_n") in html and say("js.legend_bandwidth", km=25) in html and say("js.legend_cells_n") not in html
    by_kg = to_html(replace(view, cells=None, surface=replace(surface, unit="kg", is_at_least=True)), say).decode()
    assert say("js.legend_surface_kg") in by_kg and f"≥: {escape(say('figures.at_least'))}" in by_kg


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_smooth_heatmap_says_what_chance_alone_would_reach_or_that_nothing_stands_out(client, generated, code: str):
    say = language(code)
    host = {"Host": "127.0.0.1:8050"}
    server = client(generated).server.test_client()
    html = server.get(f"/{code}/download/map.html?h=surface", headers=host).get_data(as_text=True)
    before, _, after = say.words["js.legend_peaks"].partition("{least}")
    assert before in html and after.partition("{maps}")[0] in html
    flat = {"stands_out": False, "maps": 199, "threshold": 3.0, "alpha": 0.05}
    assert _stands_out(flat, say) == say("js.legend_no_peak", maps=199)


def test_a_smooth_heatmap_on_which_nothing_stands_out_says_so_in_its_legend(view: OfflineView, surface: HeatSurface):
    words = SAY("js.legend_no_peak", maps=199)
    flat = replace(surface, shade=np.zeros_like(surface.shade), stands_out=words)
    assert escape(words) in to_html(replace(view, cells=None, surface=flat), SAY).decode()


def test_the_picture_is_a_png_that_reads_back(surface: HeatSurface):
    data = png(surface.shade, *palette(RAMP["light"]))
    assert data[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", data[16:24]) == (16, 8)
    at, lines = 8, b""
    while at < len(data):
        (length,), name = struct.unpack(">I", data[at : at + 4]), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + body)
        lines, at = (zlib.decompress(body) if name == b"IDAT" else lines), at + 12 + length
    assert (np.frombuffer(lines, np.uint8).reshape(8, 17)[:, 1:] == surface.shade).all()


@pytest.mark.parametrize(
    ("value", "said"), [(1.0, "1 событие"), (2.0, "2 события"), (5.0, "5 событий"), (21.0, "21 событие"), (0.5, "0,5 события")]
)
def test_a_cell_counts_its_events_in_the_right_form(chromium: Browser, view: OfflineView, tmp_path: Path, value: float, said: str):
    ring = np.array([(69.0, 37.0), (72.0, 37.0), (72.0, 39.0), (69.0, 39.0)])
    file = tmp_path / "view.html"
    shown = replace(
        view, language="ru", seizures=None, incidents=None, posts=None, corridors=None, cells=HeatCells((ring,), np.array([value]))
    )
    file.write_bytes(to_html(shown, language("ru")))
    page = chromium.new_page()
    page.goto(file.as_uri())
    page.wait_for_function("document.documentElement.dataset.ready === 'yes'")
    at = page.evaluate("(() => { const p = map_panj.latLngToContainerPoint([38, 70.5]); return [p.x, p.y]; })()")
    page.locator(".leaflet-container").click(position={"x": at[0], "y": at[1]})
    assert page.locator(".leaflet-popup .card strong").inner_text().replace("\u00a0", " ") == said
    page.close()


def test_a_sum_with_a_lower_bound_says_so(
    chromium: Browser, view: OfflineView, make_event: Callable, make_events: Callable, tmp_path: Path
):
    file = tmp_path / "view.html"
    rows = make_events(make_event(1), make_event(2, weight_bound="at_least"))
    file.write_bytes(to_html(replace(view, seizures=rows, weight="≥ 25 kg"), SAY))
    page = chromium.new_page()
    page.goto(file.as_uri())
    page.wait_for_function("document.documentElement.dataset.ready === 'yes'")
    assert "≥ 25 kg" in page.locator(".when").inner_text()
    page.locator(".leaflet-pane path.seizure").dispatch_event("click")
    assert page.locator(".leaflet-popup .sum").inner_text() == "2 events · ≥\u00a025\u00a0kg"
    page.close()


@pytest.mark.parametrize(("width", "place"), [(1280, (66.9, 40.1)), (390, (66.9, 40.1)), (1280, (75.5, 40.1))])
def test_a_card_never_opens_under_a_panel(
    chromium: Browser,
    view: OfflineView,
    make_event: Callable,
    make_events: Callable,
    tmp_path: Path,
    width: int,
    place: tuple[float, float],
):
    file = tmp_path / "view.html"
    rows = make_events(make_event(1, lon=place[0], lat=place[1]))
    file.write_bytes(to_html(replace(view, seizures=rows, notes=("left out",)), SAY))
    page = chromium.new_page(viewport={"width": width, "height": 800})
    page.goto(file.as_uri())
    page.wait_for_function("document.documentElement.dataset.ready === 'yes'")
    page.locator(".leaflet-pane path.seizure").dispatch_event("click")
    page.wait_for_timeout(600)
    card = page.locator(".leaflet-popup-content-wrapper").bounding_box()
    for panel in page.locator(".float").all():
        box = panel.bounding_box()
        apart_x = card["x"] >= box["x"] + box["width"] or card["x"] + card["width"] <= box["x"]
        assert apart_x or card["y"] >= box["y"] + box["height"] or card["y"] + card["height"] <= box["y"]
    page.close()


def test_the_card_of_a_post_says_where_its_sum_is_a_lower_bound(view: OfflineView):
    posts = view.posts.assign(weight_kg=[12.5, 0.0], is_at_least=[True, False])
    first, second = (dict(map(tuple, post["lines"])) for post in posts_of(posts, SAY))
    assert first[SAY("export.map.recorded")] == "3 events · ≥\u00a012.5\u00a0kg"
    assert second[SAY("export.map.recorded")] == "0 events"


def test_discs_of_the_legend_are_whole(view: OfflineView):
    legend = to_html(view, SAY).decode().split('id="panj-legend"')[1].split("</aside>")[0]
    discs = re.findall(
        r'<svg class="amount" viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*><circle class="[^"]+" cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', legend
    )
    assert len(discs) == 4
    for width, height, x, y, r in (map(float, disc) for disc in discs):
        assert r < x < width - r and r < y < height - r and width <= 50


def test_nothing_in_the_file_points_to_another_host(view: OfflineView):
    html = to_html(view, SAY).decode()
    markup = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    assert not re.findall(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//""", markup)
    assert not re.findall(r"@import|url\((?!data:|none)", "".join(re.findall(r"<style>(.*?)</style>", html, re.DOTALL)))
    assert "sourceMappingURL" not in html
    assert "default-src 'none'" in html


def test_text_from_reports_stays_text(view: OfflineView, nasty: str):
    html = to_html(replace(view, title=nasty, filters=nasty, caveat=nasty, period=nasty), SAY)
    assert b"<script>alert" not in html
    assert b"</script><script>alert" not in html
    assert b"49" not in html.split(b"<h1>")[1].split(b"</h1>")[0]
    assert data_of(html)["posts"][0]["name"] == nasty


@pytest.mark.parametrize("code", LANGUAGES)
def test_attribution_disclaimer_period_n_and_caveat_stand_on_every_map(view: OfflineView, code: str):
    html = to_html(replace(view, language=code), language(code)).decode()
    for text in ("© OpenStreetMap contributors", "GeoNames", view.period, view.filters, view.caveat, language(code)("export.disclaimer")):
        assert text in html
    assert language(code).number(1234) in html
    assert DISCLAIMER in to_html(view, SAY).decode()


def test_generated_data_are_marked_and_real_data_are_not(view: OfflineView):
    band = f'<div class="generated" role="alert">{SAY("export.generated")}</div>'
    assert band in to_html(replace(view, is_generated=True), SAY).decode()
    assert band not in to_html(view, SAY).decode()


def test_the_same_view_gives_the_same_bytes(view: OfflineView):
    assert to_html(view, SAY) == to_html(view, SAY)


def test_a_view_without_events_still_opens(view: OfflineView):
    html = to_html(replace(view, seizures=None, incidents=None, cells=None, posts=None, corridors=None, ground={}, n=0), SAY)
    assert b"export" not in html.split(b"<footer>")[1].split(b"</footer>")[0]


def test_events_without_a_symbol_are_counted_beside_the_map(view: OfflineView):
    html = to_html(view, SAY).decode()
    assert SAY("export.map.area_by_weight", n=2) in html
    assert without_symbol(view.seizures) == (1, 1)
    assert "<li>left out</li>" in to_html(replace(view, notes=("left out",)), SAY).decode()


def test_what_is_known_only_to_a_district_is_never_a_dot_on_its_centre(view: OfflineView):
    places = data_of(to_html(view, SAY))["seizures"]["places"]
    assert sorted(place[1] for place in places) == [69.65, 70.2]


def test_rows_of_one_place_share_a_symbol_and_alcohol_is_not_weighed(make_event: Callable, make_events: Callable):
    opium = make_event(2, event_id="e1", drug="opium", weight_kg=2.5)
    drawn = events_of(make_events(make_event(1), opium, make_event(3, drug="alcohol", weight_kg=900.0)), SAY)
    assert len(drawn["places"]) == 1
    assert drawn["places"][0][3] == 15.0
    assert drawn["places"][0][4] == 2
    assert len(drawn["places"][0][7]) == 3


@pytest.mark.parametrize(
    ("precision", "day", "shown"),
    [
        ("day", "2018-07-25", "25\u00a0Jul\u00a02018"),
        ("month", "2018-07-01", "Jul\u00a02018"),
        ("quarter", "2018-07-01", SAY.month("2018Q3")),
        ("year", "2018-01-01", "2018"),
        ("unknown", None, "undated"),
    ],
)
def test_a_date_is_never_shown_sharper_than_it_is_known(precision: str, day: str | None, shown: str):
    assert date_text({"happened_from": day, "happened_to": day, "date_precision": precision}, SAY) == shown


def test_a_span_of_days_is_no_single_day():
    row = {"happened_from": "2018-07-25", "happened_to": "2018-08-02", "date_precision": "day"}
    assert date_text(row, SAY) == "25\u00a0Jul\u00a02018 – 2\u00a0Aug\u00a02018"


def test_cells_with_nothing_in_them_are_not_drawn():
    ring = np.array([(69.0, 37.0), (69.1, 37.0), (69.1, 37.1)])
    drawn = cells_of(HeatCells((ring, ring, ring), np.array([0.0, np.nan, 3.0])))
    assert drawn["values"] == [3.0]
    assert drawn["rings"] == [[690000, 370000, 1000, 0, 0, 1000]]


@given(st.lists(st.floats(1e-6, 1e7), min_size=1, max_size=40))
def test_a_larger_value_is_never_paler(values):
    ring = np.array([(69.0, 37.0), (69.1, 37.0), (69.1, 37.1)])
    drawn = cells_of(HeatCells((ring,) * len(values), np.array(values)))
    kept = [value for value in values if value >= sorted(values)[-len(drawn["classes"])]]
    classes = np.array(drawn["classes"])[np.argsort(kept, kind="stable")]
    assert (np.diff(classes) >= 0).all() and classes.min() >= 0 and classes.max() < len(RAMP["light"]) == len(RAMP["dark"])
    assert max(drawn["values"]) == pytest.approx(max(values), rel=0.01)


@given(st.floats(1e-6, 1e9))
def test_the_largest_symbol_holds_the_largest_weight(value):
    assert value * (1 - 1e-9) <= nice_above(value) <= 5.0001 * value


@given(st.recursive(st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_in_the_page_reads_back_and_cannot_end_its_element(value):
    text = as_json(value)
    assert "<" not in text and json.loads(text) == value
