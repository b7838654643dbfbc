"""The Data page worked to the end by keyboard: an ugly file is dropped, asked about, imported, its places and pairs decided."""

import base64
import re
import sqlite3
from pathlib import Path

import pytest

from geodata.settings import Settings
from geodata.store import desk, reading
from geodata.store.engine import open_store

FORMULA = '=HYPERLINK("http://evil.example")'
MARKUP = "<img src=x onerror=document.title='owned'>"
#: Titles, an empty line, dates that may be day or month first, words for weights, doubtful places, a formula, markup, a row that
#: says the same again, a date that is none, and a sum below.
HEADER = "№ п/п;Дата изъятия;Место изъятия;Вид наркотика;Кол-во;Примечание"
#: Names that several places of the country have, each in two rows. The queue has to ask about four of them at least.
DOUBTFUL = ("Сарой", "Навобод", "Бахор", "Санг", "Дехконобод", "Дахана", "Обод", "Гулистан")
LINES = [
    "Агентство по контролю за наркотиками;;;;;",
    "Сведения об изъятиях за I полугодие 2010 г.;;;;;",
    ";;;;;",
    HEADER,
    f"1;03/04/2010;Хорог;героин;12 кг 350 гр;{FORMULA.replace(chr(34), '')}",
    "2;03/04/2010;Пянджский р-н;опий-сырец;4 тонны 83 кг 274 г;",
    f"3;05/06/2010;Ишкашим;гашиш;более 20 кг;{MARKUP}",
    "4;07/06/2010;Шуроабадский р-н;героин;152 г;",
    "5;08/06/2010;Хорог;героин;1 234,5 гр;",
    "6;08/06/2010;Хорог;героин;1 234,5 гр;",
    *(f"{7 + k};{1 + k % 9:02d}/0{1 + k % 7}/2010;{DOUBTFUL[k // 2]};героин;{k + 2} кг;" for k in range(2 * len(DOUBTFUL))),
    HEADER,
    "30;99/99/2010;Пянджский р-н;опий;500 таблеток;",
    "ИТОГО;;;;4200 кг;",
]
ROWS_IN = len(LINES) - 4  # all but the titles and the header


def ugly(changed: dict[str, str] | None = None) -> bytes:
    text = "\r\n".join(LINES) + "\r\n"
    for before, after in (changed or {}).items():
        assert before in text
        text = text.replace(before, after)
    return text.encode("cp1251")


class Desk:
    """The Data page in one window, worked with the keyboard."""

    def __init__(self, page) -> None:
        self.page = page.page
        self.page.wait_for_selector("body[data-ready]")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def drop(self, name: str, content: bytes) -> None:
        """Let go of a file over the page, as a hand does."""
        self.page.evaluate(
            """([name, text]) => {
              const data = new DataTransfer();
              data.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
              document.getElementById("drop").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
            }""",
            [name, base64.b64encode(content).decode()],
        )

    def sees(self, selector: str, seconds: float = 120) -> str:
        self.page.wait_for_selector(f"main {selector}", timeout=seconds * 1000)
        return self.page.inner_text(f"main {selector}").replace("\u00a0", " ")

    def sum(self) -> list[int]:
        """The numbers of the line that adds up."""
        shown = self.page.locator(".sum .term b").all_inner_texts()
        return [int(re.sub(r"[^\d]", "", text)) for text in shown if "kg" not in text]

    def focused(self) -> str:
        return self.page.evaluate("() => document.activeElement.innerText || document.activeElement.id || document.activeElement.name")

    def asked(self) -> str:
        return self.page.inner_text("#asked")


@pytest.fixture(scope="module")
def folder(tmp_path_factory, places_cache, data) -> Path:
    """A data folder without a store, with everything derived that would take long."""
    import shutil

    folder = tmp_path_factory.mktemp("desk") / "data"
    shutil.copytree(data / "cache", folder / "cache")
    return folder


@pytest.fixture(scope="module")
def on(start, folder):
    return start(folder)


def store(folder: Path):
    return open_store(Settings.from_environment({"PANJ_DATA": str(folder)}), create=False)


def events(folder: Path):
    engine = store(folder)
    try:
        return reading.events(engine, role="command", in_region=None, duplicates=True)
    finally:
        engine.dispose()


def test_an_ugly_file_is_worked_to_the_end_by_keyboard(open_page, on, folder, artefacts):
    page = open_page("/en/data", on=on, ready=False)
    page.allow("favicon")
    work = Desk(page)
    page.page.evaluate("() => document.getElementById('who').focus()")
    page.page.keyboard.type("AB")
    work.press("Enter")

    # Dropped: it says how it was read, and asks what it cannot know. The answer stands under the key.
    work.drop("АКН_2010.csv", ugly())
    preview = work.sees(".preview")
    assert "cp1251" in preview and "03/04/2010" in preview
    assert "day or the month" in preview
    assert work.focused().startswith("q-date_order")
    asked_at = page.page.url
    work.press("Space")
    page.page.wait_for_function("(url) => location.href !== url", arg=asked_at)
    work.sees(".preview #source")
    page.page.wait_for_function("() => document.activeElement.id === 'source'")
    rows_in, n_events, n_rejected = work.sum()
    assert rows_in == ROWS_IN == n_events + n_rejected
    text = work.sees(".rows")
    assert [wanted for wanted in ("12.35 kg", "4,083.274 kg", "≥ 20 kg", "2010-04-03") if wanted not in text] == [], text
    assert MARKUP in page.text("main") and page.page.title() != "owned"
    page.page.screenshot(path=artefacts / "data-preview.png", full_page=True)

    # Imported by Enter, in a process of its own: a reload in the middle loses nothing.
    page.page.keyboard.type("ДКН 2010")
    work.press("Enter")
    work.sees(".working", 20)
    page.page.reload()
    closing = work.sees(".closing, .notice", 300)
    assert "АКН_2010.csv was taken in" in closing
    assert (folder / "feeds" / "dkn_2010.toml").exists()
    total, *parts = work.sum()
    assert total == ROWS_IN == sum(parts)
    rejects = work.sees(".rejects")
    assert "row of totals" in rejects and "99/99/2010" in rejects
    page.page.screenshot(path=artefacts / "data-closing.png", full_page=True)

    # The queue: choose, search, pin, undo; never the mouse.
    assert "uncertain place" in work.focused()
    work.press("Enter")
    work.sees(".candidates")
    offered = page.page.locator(".candidates li[role=option]")
    while offered.count() < 2:  # a name found nowhere offers none: it comes back later
        work.press("s")
    first = work.asked()
    assert "the same for all 2 rows" in work.sees(".question-head")
    page.page.wait_for_timeout(500)
    page.page.screenshot(path=artefacts / "data-places.png")
    work.press("2", "1", "Enter")
    assert work.asked() != first
    work.press("u")
    assert work.asked() == first
    work.press("Enter")
    pinned = work.asked()
    work.press("p", "ArrowLeft", "ArrowUp", "Shift+ArrowUp", ".")
    assert "5 km" in page.text(".pin-help")
    work.press("Enter")
    searched = work.asked()
    work.press("/")
    page.page.keyboard.type("Tavildara")
    page.page.wait_for_function("() => document.querySelector('.candidates li b')?.innerText.match(/Tavildara|Sangvor/)")
    work.press("Enter", "Enter")
    noplace = work.asked()
    assert len({first, pinned, searched, noplace}) == 4
    work.press("n")
    while "decided" not in work.asked():
        work.press(*(("1", "Enter") if offered.count() else ("n",)))
    page.page.wait_for_function("() => document.getElementById('asked').innerText.includes('decided')")
    page.page.wait_for_function("() => document.getElementById('applying').innerText.includes('Decisions applied')", timeout=120_000)

    engine = store(folder)
    decided = {one.place_text: one for one in desk.place_decisions(engine, role="command") if one.undone_at is None}
    assert {first, pinned, searched, noplace} <= set(decided)
    assert {one.who for one in decided.values()} == {"AB"} and all(one.is_applied for one in decided.values())
    assert desk.waiting(engine, role="command").places == 0
    engine.dispose()
    rows = events(folder).set_index("place_text")
    assert rows.loc[first, "lon"].notna().all() and (rows.loc[first, "locate_status"] == "located").all()
    assert (rows.loc[pinned, "uncertainty_m"] == 5000).all() and rows.loc[pinned, "lon"].notna().all()
    assert rows.loc[searched, "lon"].tolist() == pytest.approx([decided[searched].answer["lon"]] * 2)
    assert rows.loc[noplace, "precision_level"].isin(["country", "none"]).all()

    # Two rows that say the same: proposed with reasons, joined by nobody but the person.
    assert "pair" in work.focused()
    work.press("Enter")
    work.sees(".pairs .two")
    assert "1,234.5" not in work.sees(".pairs") and "1.2345 kg" in work.sees(".two")
    assert "same file" in work.sees(".pairs .facts") and "same amount" in work.sees(".pairs .facts")
    page.page.screenshot(path=artefacts / "data-pairs.png")
    work.press("a")
    page.page.wait_for_selector("main h1:has-text('No pair waits')")
    work.press("u")
    work.sees(".pairs .two")
    work.press("m")
    page.page.wait_for_function("() => !document.getElementById('count-pairs').innerText", timeout=60_000)
    twice = events(folder).set_index("place_text").loc["Хорог"]
    page.page.wait_for_timeout(200)
    assert len(twice) == 3 and twice["duplicate_of"].notna().sum() == 1

    # The same again changes nothing, and needs no question.
    work.press("[", "[")
    work.sees(".drop")
    work.drop("АКН_2010.csv", ugly())
    work.sees(".preview")
    page.page.fill("#source", "dkn_2010")
    work.press("Enter")
    page.page.wait_for_function("() => document.activeElement.innerText.includes('Import')")
    assert "Please answer" not in work.sees(".preview"), "the layout of the source answers"
    work.press("Enter")
    assert "nothing was changed" in work.sees(".closing, .notice", 120)


def test_a_corrected_file_shows_its_difference_before_anything_changes(open_page, on, folder):
    page = open_page("/ru/data", on=on, ready=False)
    page.page.evaluate("() => localStorage.setItem('panj-who', 'АБ')")
    page.page.reload()
    work = Desk(page)
    before = events(folder)
    work.drop("АКН_2010_испр.csv", ugly({"героин;152 г;": "героин;252 г;"}))
    work.sees(".preview")
    page.page.fill("#source", "dkn_2010")
    work.press("Enter")
    page.page.wait_for_function("() => document.activeElement.innerText.includes('Импорт')")
    page.page.locator("button:has-text('Сравнить с прежним')").click()
    told = work.sees(".preview .changes-list", 120)
    assert "0.152" in told.replace(",", ".") and "0.252" in told.replace(",", ".")
    assert events(folder).equals(before)
    work.press("Enter")
    work.sees(".closing, .notice", 120)
    now = events(folder).set_index("place_text")
    assert now.loc["Шуроабадский р-н", "weight_kg"] == pytest.approx(0.252)
    remembered = before[before["place_text"].isin(DOUBTFUL)].set_index("place_text")[["lon", "lat"]]
    assert now.loc[list(DOUBTFUL), ["lon", "lat"]].equals(remembered.loc[list(DOUBTFUL)]), "decisions about places are remembered"


def test_history_takes_a_run_back_and_tells_the_figures_of_a_past_day(open_page, on, folder):
    page = open_page("/en/data#runs", on=on, ready=False)
    page.page.evaluate("() => localStorage.setItem('panj-who', 'AB')")
    page.page.reload()
    work = Desk(page)
    assert "АКН_2010.csv" in work.sees(".runs")
    page.page.fill("#as-of", "2001-01-01")
    work.press("Enter")
    figures = work.sees("#as-of-figures")
    assert re.search(r"2001-01-01\s+0\s+0", figures)
    page.page.locator("button:has-text('Take back')").first.click()
    work.press("Enter")
    work.sees(".notice", 120)
    with sqlite3.connect(folder / "panj.sqlite") as connection:
        assert connection.execute("select count(*) from runs where kind = 'undo'").fetchone()[0] == 1
    connection.close()


@pytest.mark.parametrize(
    ("code", "theme", "width"), [("en", "light", 1440), ("ru", "dark", 1440), ("tg", "light", 390), ("ru", "light", 390)]
)
def test_every_tab_stands_in_every_width_and_language(open_page, on, artefacts, code, theme, width):
    page = open_page(f"/{code}/data", on=on, ready=False, theme=theme, width=width, height=844)
    work = Desk(page)
    for tab in ("files", "places", "pairs", "grid", "runs"):
        page.run("(tab) => { document.body.dataset.ready = ''; panj.go(tab); }", tab)
        page.page.wait_for_selector(f"body[data-ready={tab}]")
        page.page.wait_for_timeout(300)
        assert page.run("() => document.documentElement.scrollWidth") <= width, f"{tab} is wider than the screen"
        assert page.page.locator("#problem").is_hidden(), page.text("#problem")
        assert not re.search(r"NaN|undefined|\[object|data\.[a-z]", work.sees(f"#tab-{tab}"))
        page.page.screenshot(path=artefacts / f"data-{tab}-{code}-{theme}-{width}.png")
