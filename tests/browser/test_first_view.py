"""What a person sees when the page opens."""

import pytest


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_opens_on_the_whole_tajik_afghan_line(open_page, width):
    page = open_page(width=width)
    page.map_is_still()
    west, south, east, north = page.run("() => panj.map.instance().getBounds().toArray().flat()")
    assert west < 67.8 and east > 74.9 and south < 36.7 and north > 38.5
