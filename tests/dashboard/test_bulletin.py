"""The bulletin: the same numbers in three languages, the same bytes from the same state, an old state made again, and no outsider's."""

import re
import shutil
import time
from dataclasses import replace

import pytest

from dashboard.exports.typeset import to_pdf, to_png
from dashboard.language import LANGUAGES, language
from dashboard.queries import Queries
from dashboard.queries import bulletin as asking
from dashboard.user import User
from etl.__main__ import main
from geodata.errors import BadFile, NotAllowed
from geodata.settings import Settings
from geodata.store.engine import open_store

PERIOD = "2018-01-01", "2018-12-31"


@pytest.fixture(scope="module")
def queries(real: Settings) -> Queries:
    """Over the reports that come with the project."""
    return opened(real)


def opened(settings: Settings) -> Queries:
    mine = replace(settings, role="command")
    return Queries(mine, open_store(mine, create=False))


def of(queries, code="en", first=PERIOD[0], last=PERIOD[1], run=""):
    return asking.bulletin(queries, User("command", language(code)), first, last, run)


def numbers(told) -> list[str]:
    """Every number of every table, sentence and caption, without the marks of its language; days of months are numbers too."""
    rows = [row["cells"][1:] for part in told["parts"] if part["table"] for row in part["table"]["rows"]]
    texts = [cell for row in rows for cell in row] + told["sentences"] + list(told["captions"].values()) + [told["what"]]
    written = [found for text in texts for found in re.findall(r"\d[\d,.\u00a0]*", text)]
    return [re.sub(r"[^\d]", "", number) for number in written]


def test_every_number_equal_in_both_languages_and_in_the_third(queries):
    told = {code: of(queries, code)[0] for code in LANGUAGES}
    assert len(numbers(told["en"])) > 50
    for code in ("ru", "tg"):
        assert sorted(numbers(told[code])) == sorted(numbers(told["en"]))
        assert not re.search(r"\b(seizure|Country|stated)\b", str(told[code]["parts"][0]))


def test_the_same_state_gives_the_same_bytes_and_letters_of_every_language(queries):
    for code in LANGUAGES:
        told, maps = of(queries, code)
        pdf = to_pdf("bulletin", told, maps)
        assert pdf == to_pdf("bulletin", *of(queries, code))
        assert pdf.startswith(b"%PDF")
        assert len(pdf) < 2_000_000
    assert len(maps) == 3
    assert all(page.startswith(b"\x89PNG") for page in to_png("bulletin", told, maps, 40))


def test_the_tables_add_up_to_what_is_said(queries):
    told, _ = of(queries)
    by = {part["key"]: part["table"]["rows"] for part in told["parts"] if part["table"]}
    n = int(re.search(r"^(\d+)", told["sentences"][0]).group(1))
    for key in ("countries", "transports", "concealments"):
        assert sum(int(row["cells"][1].replace(",", "")) for row in by[key]) == n


def test_rebuild_from_version_same_bytes_after_the_record_has_changed(real, tmp_path, monkeypatch):
    shutil.copytree(real.data, tmp_path / "data")
    settings = Settings.from_environment({"PANJ_DATA": str(tmp_path / "data")})
    first = opened(settings)
    run = str(asking.runs(first, User("command", language("en")))[0]["run"])
    old = to_pdf("bulletin", *of(first, run=run))
    more = tmp_path / "more.csv"
    more.write_text(
        "event_id,date,date_precision,location_text,country_iso3,lon,lat,coord_precision,drug,quantity_kg,agency,transport_mode,"
        "concealment,event_type,year_guess,source_kind,note,source_url\n"
        "X1,2018-05-02,d,Kulob,TJK,69.78,37.91,~5km,heroin,41,,,,seizure,,press,,http://example.org/x1\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PANJ_DATA", str(settings.data))
    sleep_to_next_second()
    assert main(["run", "--quiet", "--feed", "press_reports", str(more)]) == 0
    assert to_pdf("bulletin", *of(opened(settings), run=run)) == old
    assert to_pdf("bulletin", *of(opened(settings))) != old


def sleep_to_next_second() -> None:
    """Runs are told apart by the second in which they ended."""
    time.sleep(1.1)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [("yesterday", "2018-01-01", "yesterday"), ("2018-02-01", "2018-01-01", "-30"), ("1990-01-01", "2020-01-01", "1,100")],
)
def test_a_period_that_is_none_is_one_sentence(queries, first, last, said):
    with pytest.raises(BadFile, match=said):
        of(queries, first=first, last=last)
    with pytest.raises(BadFile, match="state"):
        of(queries, run="4000")


def test_a_period_without_reports_has_no_empty_table_and_says_so(queries):
    for code in LANGUAGES:
        told, _ = of(queries, code, "1995-01-01", "1995-02-28")
        assert all(part["table"] is None or part["table"]["rows"] for part in told["parts"])
        assert all(part["lines"] for part in told["parts"] if part["table"] is None and not part["map"])


def test_whole_months_stand_beside_whole_months():
    user = User("command", language("en"))
    assert asking.period("2018-03-01", "2018-03-31", user)[2:] == ("2018-02-01", "2018-02-28")
    assert asking.period("2018-01-01", "2018-03-31", user)[2:] == ("2017-10-01", "2017-12-31")
    assert asking.period("2018-03-05", "2018-03-11", user)[2:] == ("2018-02-26", "2018-03-04")


def test_outsiders_are_given_no_bulletin(queries):
    for role in ("donor", "public"):
        with pytest.raises(NotAllowed):
            asking.bulletin(queries, User(role, language("en")), *PERIOD)
        with pytest.raises(NotAllowed):
            asking.last_day(queries, User(role, language("en")))


def test_the_page_and_its_file_are_there_in_three_languages(client, real):
    ask = client(real).server.test_client()
    for code in LANGUAGES:
        page = ask.get(f"/{code}/bulletin?from=2018-01-01&to=2018-12-31")
        assert page.status_code == 200
        assert "bulletin.pdf?from=2018-01-01" in page.text
        assert "bulletin." not in re.sub(r"bulletin\.(pdf|css)", "", page.text), "a key that nobody translated"
    assert ask.get("/en/bulletin").status_code == 200
    assert ask.get("/en/bulletin?from=x&to=y").status_code == 400
    file = ask.get("/ru/download/bulletin.pdf?from=2018-01-01&to=2018-03-31")
    assert file.mimetype == "application/pdf"
    assert file.data.startswith(b"%PDF")
