"""English, Russian, Tajik: every word on the screen is in the language of the page. Takes the screenshots, light and dark."""

import os
import re

import pytest

from tests.browser.serving import ROOT

LANGUAGES = ("en", "ru", "tg")
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
#: Names that are written alike in every language.
NAMES = {
    "panj",
    "openstreetmap",
    "contributors",
    "geonames",
    "cc",
    "by",
    "en",
    "ru",
    "tg",
    "csv",
    "xlsx",
    "unodc",
    "mdma",
    "python",
    "m",
    "etl",
    "run",
}
#: Texts that a person sees, without what reports say themselves and the names of the languages.
VISIBLE = """() => {
  const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const left = ".ag-row, script, style, noscript, .languages, #f-agencies, .maplibregl-map";
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
    if (text && !parent.closest(left) && parent.checkVisibility({ visibilityProperty: true })) texts.push(text);
  }
  for (const e of document.querySelectorAll("[aria-label], [title], [placeholder]"))
    if (!e.closest(left) && e.checkVisibility())
      texts.push(...["aria-label", "title", "placeholder"].map((n) => e.getAttribute(n)).filter(Boolean));
  return texts;
}"""


def strange_words(page, code: str) -> set[str]:
    """Words that do not belong on a page in this language, and keys of texts."""
    texts = page.run(VISIBLE)
    assert len(texts) > 15
    keys = {text for text in texts if re.search(r"\b(js|layer|legend|drug|kind|filter|panel|button|grid|card|column)\.[a-z_]+", text)}
    odd = {text for text in texts if re.search(r"\bNaN\b|\bNone\b|undefined|\bnull\b|\{\w+\}|\de-\d|T00:00", text)}
    if code == "en":
        return keys | odd | {text for text in texts if re.search("[А-Яа-яЁё]", text)}
    words = {word for text in texts for word in re.findall(r"[A-Za-z]{2,}", text) if word.lower() not in NAMES}
    return keys | odd | words


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("code", LANGUAGES)
def test_every_word_on_the_screen_is_in_the_language_of_the_page(open_page, artefacts, code, size):
    width, height = SIZES[size]
    page = open_page(f"/{code}/?p=2018-01..2026-02", width=width, height=height, has_touch=size == "phone")
    page.map_is_still()
    for theme in ("light", "dark"):
        page.page.wait_for_timeout(400)
        page.page.screenshot(path=artefacts / f"command-{code}-{theme}-{size}.png")
        if theme == "light":
            page.page.locator("#theme").click()
    assert page.run("() => document.documentElement.lang") == code
    page.run("() => document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    sheets = ("filters", "figures", "legend", "events") if size == "phone" else ("events",)
    strange = strange_words(page, code)
    for sheet in sheets:
        page.sheet(sheet).page.wait_for_timeout(300)
        strange |= strange_words(page, code)
        page.page.screenshot(path=artefacts / f"{sheet}-{code}-dark-{size}.png")
        page.page.locator(f"[data-opens={sheet}]:visible").last.click()
    assert not strange, f"not in {code}: {sorted(strange)}"
    small = page.text(".small-print")
    assert "© OpenStreetMap contributors" in small and "GeoNames" in small
    disclaimer = {"en": "do not imply official endorsement", "ru": "границ", "tg": "сарҳад"}[code]
    assert disclaimer.lower() in small.lower()
    assert page.page.locator(".small-print").is_visible()
    if code == "tg":
        assert re.search("[ӣӯқғҳҷӢӮҚҒҲҶ]", page.text("body"))
    if code != "en":
        assert "," not in page.text("#live-kg") or re.fullmatch(r"[\d\s]+,\d", page.text("#live-kg"))


@pytest.mark.parametrize("code", ["ru", "tg"])
def test_lists_of_choices_table_menus_and_names_on_the_map_are_translated_too(open_page, code):
    page = open_page(f"/{code}/?p=2001-01..2026-02")
    page.page.locator("#f-countries").click()
    page.page.wait_for_timeout(400)
    words = page.run("() => [...document.querySelectorAll('.dash-dropdown-content, .dash-options-list')].map((e) => e.innerText).join(' ')")
    held = page.run("() => [...document.querySelectorAll('.dash-dropdown-content input')].map((e) => e.placeholder || '').join(' ')")
    assert not re.search("[A-Za-z]{2,}", words + held), words + held
    page.page.keyboard.press("Escape")
    page.sheet("events")
    heads = page.page.locator(".ag-header-cell-text").all_inner_texts()
    assert heads and not [head for head in heads if re.search("[A-Za-z]{3,}", head)]
    page.page.locator(
        ".ag-header-cell[col-id=drug] .ag-header-cell-menu-button, .ag-header-cell[col-id=drug] .ag-header-cell-filter-button"
    ).first.click(force=True)
    page.page.locator(".ag-filter").wait_for()
    menu = page.text(".ag-filter")
    assert not re.search("[A-Za-z]{3,}", menu), menu
    shown = page.run(
        f"() => ['place-names', 'country-names'].flatMap((id) => panj.map.instance().queryRenderedFeatures({{ layers: [id] }}))"
        f".map((f) => f.properties.name_{code} || f.properties.name_en)"
    )
    assert shown and not [name for name in shown if re.search("[A-Za-z]", name)]


def test_the_screenshot_of_the_readme_is_taken_when_it_is_asked_for(open_page):
    """PANJ_SCREENSHOT=1 writes docs/screenshot.png; otherwise the tree is left as it is."""
    page = open_page("/en/", width=1280, height=720)
    page.map_is_still()
    page.page.wait_for_timeout(800)
    picture = page.page.screenshot()
    assert len(picture) < 450_000
    if os.environ.get("PANJ_SCREENSHOT"):
        (ROOT / "docs" / "screenshot.png").write_bytes(picture)
    assert (ROOT / "docs" / "screenshot.png").stat().st_size < 450_000
