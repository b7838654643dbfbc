"""What stands on the map can be picked: posts, sections, cells, places. A card opens and the table follows."""

import pytest

from geodata.distances import metres_between
from geodata.places.posts import load_posts
from tests.browser.recount import count, rows_of


def press(page, lon: float, lat: float) -> None:
    """Click a place of the map, as a person does who sees it there."""
    page.map_is_still()
    place = page.at(lon, lat)
    page.anew().page.mouse.click(*place)
    page.settled()
    assert page.query.get("s"), "the click picked nothing"


@pytest.fixture
def whole(events) -> str:
    """The period of all months with reports, as the address writes it."""
    months = sorted(day[:7] for day in events[events["date_precision"].isin(["day", "month"])]["happened_from"])
    return f"p={months[0]}..{months[-1]}"


def test_a_click_on_a_post_opens_its_card_with_all_that_is_known_of_it(page, whole):
    post = load_posts().set_index("id").loc["bcp-panji-poyon"]
    page.visit(f"?{whole}&at={post['lon']},{post['lat']},12&l=posts&h=off")
    press(page, post["lon"], post["lat"])
    assert page.query["s"] == "post:bcp-panji-poyon"
    card = page.text("#card")
    for column in ("name_en", "name_ru", "name_tg", "counterpart", "funded_by", "programme"):
        assert str(post[column]) in card, column
    assert "open" in card and "border crossing point" in card
    source = page.page.locator("#card a[href^=http]").first
    assert source.get_attribute("href") == post["source_url"]
    assert "noopener" in source.get_attribute("rel") and source.get_attribute("target") == "_blank"
    page.pick("#card button[data-picks='']")
    assert page.page.locator("#card").is_hidden() and "s" not in page.query


def test_every_post_that_is_drawn_has_a_card(page):
    drawn = page.run("async () => (await panj.map.instance().getSource('posts').getData()).features.map((f) => f.properties.id)")
    placed = load_posts()
    assert sorted(drawn) == sorted(placed[placed["lon"].notna()]["id"])
    closed = load_posts().query("status == 'closed'")["id"].iloc[0]
    for post in ("bcp-panji-poyon", "op-darkad", closed):
        page.visit(f"?h=off&s=post:{post}")
        assert page.page.locator("#card").is_visible(), post
        assert page.text("#card h2") == load_posts().set_index("id").loc[post, "name_en"]


def test_the_ranked_list_lights_up_the_section_that_it_names_and_opens_its_card(page, events, whole):
    page.visit(f"?{whole}")
    first = page.page.locator("#ranking-body .rank[data-picks^='section:']").first
    key, name = first.get_attribute("data-picks"), first.locator(".place").inner_text()
    section = key.removeprefix("section:")
    at = rows_of(events, *page.period)
    at = at[at["section_id"] == section]
    assert float(first.locator(".amount").inner_text()) == count(at).n
    page.pick(f"#ranking-body .rank[data-picks='{key}']")
    assert page.run("() => panj.map.instance().getFilter('picked-section')") == ["==", ["get", "section_id"], section]
    page.map_is_still()
    assert page.run("() => panj.map.instance().queryRenderedFeatures({ layers: ['picked-section'] }).length") > 0
    assert name in page.text("#card") and "Length" in page.text("#card")
    assert page.page.locator("#ranking-body .rank.is-picked").count() == 1
    assert {row["row"] for row in page.rows()} == set(at["report_id"])
    page.anew().page.keyboard.press("Escape")
    page.settled()
    assert "s" not in page.query
    assert page.run("() => panj.map.instance().getFilter('picked-section')[2]") == ""


def test_ranks_equal_a_recount_and_stand_in_order(page, events, whole):
    page.visit(f"?{whole}")
    rows = rows_of(events, *page.period)
    listed = page.run(
        "() => [...document.querySelectorAll('#ranking-body .rank')]"
        ".map((r) => [r.dataset.picks, parseFloat(r.querySelector('.amount').textContent)])"
    )
    amounts = [amount for _, amount in listed]
    assert amounts == sorted(amounts, reverse=True) and len(listed) > 3
    for key, amount in listed:
        if key.startswith("section:"):
            assert amount == count(rows[rows["section_id"] == key[8:]]).n, key
    most = rows[rows["section_id"].notna()].groupby("section_id")["event_id"].nunique().max()
    assert amounts[0] >= most


def test_a_click_on_the_line_picks_its_section(page):
    page.visit("?at=70.2,37.95,9.5&l=districts&h=off")
    middle = page.run(
        """() => { const found = panj.map.instance().querySourceFeatures("sections").find((f) => f.geometry.type === "LineString");
        const points = found.geometry.coordinates; return [found.properties.section_id, ...points[Math.floor(points.length / 2)]]; }"""
    )
    page.visit(f"?at={middle[1]},{middle[2]},11&l=districts&h=off")
    press(page, middle[1], middle[2])
    assert page.query["s"] == f"section:{middle[0]}"


def test_a_click_on_a_cell_shows_the_events_that_may_lie_in_it(page, events, whole):
    page.visit(f"?{whole}&l=districts")
    lon, lat, name = page.run(
        """() => { const v = panj.view, a = v.arrays; const [from, to] = panj.window; let best = -1, most = 0;
        for (let k = 0; k < v.n_cells; k++) { const n = v.cellSums[(to + 1) * v.n_cells + k] - v.cellSums[from * v.n_cells + k];
          if (n > most) { most = n; best = k; } }
        let x = 0, y = 0; const [s, e] = [a.ring_start[best], a.ring_start[best + 1]];
        for (let k = s; k < e; k++) { x += a.rings[2 * k] / (e - s); y += a.rings[2 * k + 1] / (e - s); }
        return [x, y, v.cell_ids[best]]; }"""
    )
    page.visit(f"?{whole}&l=districts&at={lon},{lat},9")
    press(page, lon, lat)
    assert page.query["s"] == f"cell:{name}"
    shown = {row["row"] for row in page.rows()}
    rows = rows_of(events, *page.period)
    sharp = rows[rows["lon"].notna() & rows["precision_level"].isin(["point", "place", "post"])]
    away = metres_between(sharp["lon"].to_numpy(float), sharp["lat"].to_numpy(float), lon, lat)
    surely = sharp[away < 5_000]
    assert len(surely) and set(surely["report_id"]) <= shown
    far = sharp[away > sharp["uncertainty_m"].to_numpy(float) + 15_000]
    assert not set(far["report_id"]) & shown
    assert page.page.locator("#card").is_visible() and "cell" in page.text("#card").lower()


def test_a_click_on_a_place_filters_the_table_and_draws_how_sure_the_place_is(page, events, whole):
    page.visit(f"?{whole}&l=seizures&h=off")
    lon, lat, n = page.run(
        """() => { const v = panj.view, a = v.arrays; const [from, to] = panj.window; let best = -1, most = 0;
        for (let k = 0; k < v.n_groups; k++) { if (a.group_kind[k] || a.group_uncertainty[k] < 500) continue;
          const n = v.groupN[(to + 1) * v.n_groups + k] - v.groupN[from * v.n_groups + k];
          if (n > most) { most = n; best = k; } }
        return [a.group_lon[best], a.group_lat[best], most]; }"""
    )
    page.visit(f"?{whole}&l=seizures&h=off&at={lon},{lat},10")
    press(page, lon, lat)
    assert page.query["s"].startswith("place:")
    rows = rows_of(events, *page.period)
    near = (rows["lon"] - lon).abs().lt(1e-4) & (rows["lat"] - lat).abs().lt(1e-4)
    shown = {row["row"] for row in page.rows()}
    assert shown == set(rows[near]["report_id"])
    assert count(rows[rows["report_id"].isin(shown)]).n >= n
    ring = page.run("async () => (await panj.map.instance().getSource('reach').getData()).features[0].geometry.coordinates[0]")
    widest = float(rows[near]["uncertainty_m"].max())
    across = metres_between([lon], [lat], ring[0][0], ring[0][1])[0]
    assert abs(across - widest) < 0.02 * widest + 5


def test_hovering_tells_the_same_that_a_tap_does(page):
    post = load_posts().set_index("id").loc["bcp-langar"]
    page.visit(f"?at={post['lon']},{post['lat']},11&l=posts&h=off")
    page.map_is_still()
    x, y = page.at(post["lon"], post["lat"])
    page.page.mouse.move(x - 60, y - 60)
    page.page.mouse.move(x, y)
    page.page.wait_for_selector("#tip:not([hidden])")
    assert post["name_en"] in page.text("#tip")
    page.page.mouse.move(700, 100)
