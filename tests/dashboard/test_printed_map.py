"""The map on paper: what is drawn lies where it belongs, and nothing is written over something else."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.maps.printed import HATCH, Frame, Look, Picture, draw

WINDOW = (67.35, 36.45, 75.05, 38.95)
SVG = "{http://www.w3.org/2000/svg}"


def collection(*features):
    return {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]}


def town(name: str, lon: float, lat: float, rank: int = 1, population: int = 1000):
    return {"name_en": name, "name_ru": name, "name_tg": name, "rank": rank, "population": population}, {
        "type": "Point",
        "coordinates": [lon, lat],
    }


def ground(*towns):
    box = [[[60, 30], [80, 30], [80, 45], [60, 45], [60, 30]]]
    line = [[67.8, 37.2], [69.0, 37.1], [70.2, 38.2], [71.5, 37.9], [74.9, 37.3]]
    return {
        "land": collection(({"iso3": "TJK"}, {"type": "Polygon", "coordinates": box})),
        "provinces": collection(),
        "line": collection(({}, {"type": "LineString", "coordinates": line})),
        "places": collection(*towns),
        "countries": collection(),
    }


def drawn(picture, *towns):
    return ElementTree.fromstring(draw(ground(*towns), picture, WINDOW, "en", "km", 1880, 860))


@given(st.floats(67.4, 75.0), st.floats(36.5, 38.9))
def test_every_place_of_the_window_is_on_the_paper(lon, lat):
    x, y = Frame(WINDOW, 1880, 860)(lon, lat)
    assert 0 <= x <= 1880 and 0 <= y <= 860


def test_north_is_up_east_is_right_and_a_kilometre_is_a_kilometre():
    frame = Frame(WINDOW, 1880, 860)
    (x1, x2), (y1, y2) = frame([70.0, 71.0], [37.7, 37.7])
    assert x2 > x1 and y1 == y2
    assert frame(70.0, 38.0)[1] < frame(70.0, 37.0)[1]
    assert x2 - x1 == pytest.approx(frame.length(111.32 * np.cos(np.radians(37.7))), rel=1e-3)


def test_a_cell_is_drawn_in_its_look_and_one_outside_the_window_is_not():
    ring = [[70.0, 37.5], [70.2, 37.5], [70.2, 37.7], [70.0, 37.7], [70.0, 37.5]]
    far = [[lon - 20, lat] for lon, lat in ring]
    cells = [(ring, Look("#b2182b", 0.4, dotted=True)), (far, Look("#2166ac"))]
    polygons = list(drawn(Picture(cells=cells)).iter(f"{SVG}polygon"))
    assert len(polygons) == 1
    assert polygons[0].get("fill") == "#b2182b" and polygons[0].get("stroke-dasharray")


def test_cold_is_dotted_and_hollow_where_hot_is_full_so_that_grey_paper_tells_them_apart():
    ring = [[70.0, 37.5], [70.2, 37.5], [70.2, 37.7], [70.0, 37.7], [70.0, 37.5]]
    line = [[69.0, 37.1], [70.2, 38.2]]
    hot, cold = Look("#b2182b"), Look("#2166ac", dots=4.4)
    svg = drawn(Picture(cells=[(ring, hot), (ring, cold)], bands=[(line, hot), (line, cold)]))
    full, dotted = (polygon.get("fill") for polygon in svg.iter(f"{SVG}polygon"))
    patterns = {pattern.get("id"): pattern for pattern in svg.iter(f"{SVG}pattern")}
    assert full == "#b2182b" and dotted.startswith("url(#") and dotted[5:-1] in patterns
    assert patterns[dotted[5:-1]].find(f"{SVG}circle").get("r") == "4.4"
    strokes = [path.get("stroke") for path in svg.iter(f"{SVG}path")]
    assert "#ffffff" in strokes[strokes.index("#2166ac") :], "paper between two lines"
    assert "#ffffff" not in strokes[strokes.index("#b2182b") : strokes.index("#2166ac")]


def test_silence_is_hatched_and_never_blue():
    svg = draw(ground(), Picture(bands=[([[69.0, 37.1], [70.2, 38.2]], Look(HATCH))]), WINDOW, "en", "km", 1880, 860)
    assert "#2166ac" not in svg and 'stroke-dasharray="4 6"' in svg


def test_a_band_of_two_points_is_drawn():
    paths = drawn(Picture(bands=[([[69.0, 37.1], [70.2, 38.2]], Look("#b2182b"))])).iter(f"{SVG}path")
    assert any(path.get("stroke") == "#b2182b" and path.get("d", "").startswith("M") for path in paths)


@given(st.lists(st.tuples(st.floats(67.0, 75.4), st.floats(36.0, 39.4), st.integers(0, 4)), max_size=40))
def test_no_town_is_written_over_another(places):
    towns = [town(f"Town {k}", lon, lat, rank) for k, (lon, lat, rank) in enumerate(places)]
    texts = [t for t in drawn(Picture(), *towns).iter(f"{SVG}text") if (t.text or "").startswith("Town")]
    boxes = []
    for text in texts:
        size, x, y = (float(text.get(name)) for name in ("font-size", "x", "y"))
        wide = 0.62 * size * len(text.text)
        left = x if text.get("text-anchor") == "start" else x - wide
        boxes.append((left, y - size, left + wide, y))
    for i, a in enumerate(boxes):
        assert a[0] > 0 and a[2] < 1880
        assert not any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for b in boxes[i + 1 :])


def test_the_larger_town_keeps_its_name():
    texts = [t.text for t in drawn(Picture(), town("Small", 70.0, 37.0, 2), town("Large", 70.01, 37.0, 0)).iter(f"{SVG}text")]
    assert "Large" in texts


def test_names_are_escaped():
    svg = draw(ground(town("<b>&", 70.0, 37.0)), Picture(numbers=[(69.0, 37.5, "<1>")]), WINDOW, "en", "km", 1880, 860)
    assert "<b>" not in svg and "&lt;b&gt;&amp;" in svg and "<1>" not in svg


def test_the_scale_bar_is_as_long_as_it_says():
    svg = draw(ground(), Picture(), WINDOW, "ru", "км", 1880, 860)
    km = int(re.search(r">(\d+) км<", svg).group(1))
    left, right = (float(v) for v in re.search(r"M(\d+),\d+V\d+H(\d+)V", svg).groups())
    assert right - left == pytest.approx(Frame(WINDOW, 1880, 860).length(km), abs=1)
