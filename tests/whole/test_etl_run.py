"""Files through the whole ETL into a store, in process: what is saved, what is said, what never changes."""

import csv
import io
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from etl.__main__ import main
from etl.pipeline import run_file
from geodata.model import LOCATED_EVENT, check
from geodata.settings import Settings
from geodata.store import reading
from geodata.store.engine import open_store

pytestmark = pytest.mark.whole
FIELDS = (
    "COUNTRY", "ADMINISTRATIVE_DIVISION", "PLACE", "SEIZURE_DATE", "DRUG_NAME", "AMOUNT", "DRUG_UNIT", "TRANSPORT", "DESTINATION_COUNTRY",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, places_cache: Path) -> Path:
    """One data folder for all tests of this file, so that the places are read once."""
    folder = tmp_path_factory.mktemp("etl") / "data"
    shutil.copytree(places_cache, folder / "cache")
    return folder


def emptied(folder: Path) -> Path:
    """The folder without a store and without kept bytes; the places stay."""
    shutil.rmtree(folder / "raw", ignore_errors=True)
    for store in folder.glob("panj.sqlite*"):
        store.unlink()
    return folder


@pytest.fixture
def data(folder: Path) -> Path:
    """A data folder with the places built already and no store."""
    return emptied(folder)


@pytest.fixture
def etl(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """`python -m etl` in this process: exit code, stdout, stderr."""
    monkeypatch.setenv("PANJ_DATA", str(data))

    def etl(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return etl


def settings_of(data: Path) -> Settings:
    return Settings.from_environment({"PANJ_DATA": str(data)})


@contextmanager
def opened(data: Path) -> Iterator[object]:
    engine = open_store(settings_of(data), create=False)
    try:
        yield engine
    finally:
        engine.dispose()


def events_of(data: Path) -> pd.DataFrame:
    with opened(data) as engine:
        return reading.events(engine, role="command", in_region=None)


def version_of(data: Path) -> str:
    with opened(data) as engine:
        return reading.facts(engine, role="command").data_version


def ids_file(path: Path, rows: list[tuple[str, ...]]) -> Path:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL)  # a bare "\r" is left unquoted otherwise
    writer.writerows([FIELDS, *rows])
    path.write_text(stream.getvalue(), encoding="utf-8", newline="")
    return path


GOOD = ("Tajikistan", "Khatlon", "Vose district", "2016-03-01", "Heroin", "2.5", "Kilogram", "Rail", "Russian Federation")


def test_the_closing_line_counts_every_row_in_plain_digits(etl, tmp_path: Path):
    rows = [
        GOOD,
        GOOD,
        ("Colombia", *GOOD[1:]),
        (*GOOD[:3], "2099-01-01", *GOOD[4:]),
        (*GOOD[:3], "31.02.2016", *GOOD[4:]),
        (*GOOD[:5], "abc", *GOOD[6:]),
        ("", *GOOD[1:]),
    ]
    code, out, err = etl("run", "--feed", "unodc_ids", ids_file(tmp_path / "ids.csv", rows))
    assert (code, err) == (0, "")
    assert "rows in 7 = events 2 + outside region 1 + merged 0 + rejected 4\n" in out
    assert "repeats 1" in out
    assert "country_missing 1, date_out_of_range 1, date_unreadable 1, weight_unreadable 1" in out
    assert "\x1b" not in out, "no colours where nobody looks"


def test_quiet_says_only_the_line_that_adds_up(etl, tmp_path: Path):
    assert etl("run", "--quiet", "--feed", "unodc_ids", ids_file(tmp_path / "ids.csv", [GOOD])) == (
        0,
        "rows in 1 = events 1 + outside region 0 + merged 0 + rejected 0\n",
        "",
    )


def test_the_same_file_twice_changes_nothing_and_says_so(etl, data: Path, tmp_path: Path):
    file = ids_file(tmp_path / "ids.csv", [GOOD, GOOD, (*GOOD[:5], "abc", *GOOD[6:])])
    _, first, _ = etl("run", "--feed", "unodc_ids", file)
    before = version_of(data), events_of(data)
    code, second, _ = etl("run", "--feed", "unodc_ids", file)
    assert code == 0
    assert "was read before, nothing was changed" in second
    assert [line for line in first.splitlines() if line.startswith("rows in")] == [
        line for line in second.splitlines() if line.startswith("rows in")
    ]
    assert version_of(data) == before[0]
    pd.testing.assert_frame_equal(events_of(data), before[1])


def test_a_report_that_a_second_file_repeats_is_merged_and_none_is_doubled(etl, data: Path, tmp_path: Path):
    other = ("Kazakhstan", "", "г. Алматы", *GOOD[3:])
    etl("run", "--feed", "unodc_ids", ids_file(tmp_path / "january.csv", [GOOD]))
    _, out, _ = etl("run", "--feed", "unodc_ids", ids_file(tmp_path / "january_and_february.csv", [other, GOOD]))
    assert "rows in 2 = events 1 + outside region 0 + merged 1 + rejected 0" in out
    assert len(events_of(data)) == 2


def test_a_zipped_table_has_the_same_reports_as_the_plain_one(etl, data: Path, tmp_path: Path):
    plain = ids_file(tmp_path / "ids.csv", [GOOD, GOOD])
    with zipfile.ZipFile(tmp_path / "ids.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plain, "folder/ids.csv")
    etl("run", "--feed", "unodc_ids", plain)
    version = version_of(data)
    _, out, _ = etl("run", "--feed", "unodc_ids", tmp_path / "ids.zip")
    assert "rows in 2 = events 0 + outside region 0 + merged 2 + rejected 0" in out
    assert version_of(data) == version


def test_the_raw_bytes_are_kept_under_the_hash_that_the_store_names(etl, data: Path, tmp_path: Path):
    file = ids_file(tmp_path / "ids.csv", [GOOD])
    etl("run", "--feed", "unodc_ids", file)
    (sha256,) = events_of(data)["file_sha256"].unique()
    assert (data / "raw" / sha256).read_bytes() == file.read_bytes()


def test_what_ships_loads_without_a_network_and_a_second_run_repeats_nothing(etl, data: Path):
    code, out, err = etl("run")
    assert (code, err) == (0, "")
    assert "rows in 240 = events 171 + outside region 15 + merged 54 + rejected 0" in out
    events = events_of(data)
    check(events, LOCATED_EVENT)
    assert len(events) == 240
    assert events["event_id"].nunique() == 186
    assert events.groupby("event_id")["happened_from"].first().isna().sum() == 52, "year_guess is never a date"
    assert set(events.loc[~events["in_region"], "country_iso3"]) == {"RUS", "AZE"}
    with opened(data) as engine:
        totals = reading.national_totals(engine, role="command")
    assert set(totals["feed"]) == {"national_seizures"}
    version, made = version_of(data), {path: path.stat().st_mtime_ns for path in (data / "cache").rglob("*")}
    code, out, _ = etl("run")
    assert out.count("was read before, nothing was changed") == 2
    assert "rows in 240 = events 171 + outside region 15 + merged 54 + rejected 0" in out
    assert version_of(data) == version
    assert {path: path.stat().st_mtime_ns for path in (data / "cache").rglob("*")} == made


def test_a_press_event_of_a_corrected_file_joins_the_event_that_is_there(etl, data: Path, tmp_path: Path):
    header = "event_id,date,date_precision,location_text,country_iso3,lon,lat,drug,quantity_kg,event_type\n"
    (tmp_path / "one.csv").write_text(header + "X1,2018-04-16,d,Vose district,TJK,,,heroin,5,seizure\n")
    (tmp_path / "two.csv").write_text(
        header + "X1,2018-04-16,d,Vose district,TJK,,,hashish,7,seizure\nX2,,unknown,Panj,TJK,,,opium,1,seizure\n"
    )
    etl("run", "--feed", "press_reports", tmp_path / "one.csv")
    _, out, _ = etl("run", "--feed", "press_reports", tmp_path / "two.csv")
    assert "rows in 2 = events 1 + outside region 0 + merged 1 + rejected 0" in out
    assert events_of(data)["event_id"].nunique() == 2


def test_the_region_is_a_setting(etl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PANJ_REGION", "KAZ")
    _, out, _ = etl("run", "--feed", "unodc_ids", ids_file(tmp_path / "ids.csv", [GOOD]))
    assert "rows in 1 = events 0 + outside region 1 + merged 0 + rejected 0" in out


def test_status_tells_what_is_in_the_store(etl, tmp_path: Path):
    etl("run", "--feed", "unodc_ids", ids_file(tmp_path / "ids.csv", [GOOD, (*GOOD[:5], "abc", *GOOD[6:])]))
    code, out, _ = etl("status")
    assert code == 0
    assert "rows in 2 = events 1 + outside region 0 + merged 0 + rejected 1" in out
    assert "unodc_ids: weight_unreadable 1" in out


cell = {
    "country": st.sampled_from(["Tajikistan", "Afghanistan", "Colombia", "Atlantis", "", "Unknown"]),
    "place": st.sampled_from(["", "Vose district", "Herat", "Кӯлоб", "=1+1", '"'])
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6),
    "date": st.sampled_from(["2016-03-01", "2016-03", "", "2099-01-01", "31.02.2016", "1899-01-01"]),
    "amount": st.sampled_from(["2.5", "2,5", "", "abc", "-1", "0", "1e400"]),
    "unit": st.sampled_from(["Kilogram", "Gram", "Litre", ""]),
}
row = st.tuples(
    cell["country"],
    st.just(""),
    cell["place"],
    cell["date"],
    st.sampled_from(["Heroin", ""]),
    cell["amount"],
    cell["unit"],
    st.just(""),
    st.just(""),
)
tables = st.lists(st.lists(row.filter(lambda cells: any(c.strip() for c in cells)), min_size=1, max_size=8), min_size=1, max_size=3)


# Every example is several whole runs: few of them, and no search for the smallest that fails.
@settings(deadline=None, max_examples=5, phases=[Phase.explicit, Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(tables, st.randoms(use_true_random=False))
def test_rows_always_add_up_and_neither_order_nor_repetition_of_files_matters(
    tmp_path_factory: pytest.TempPathFactory, folder: Path, content: list[list[tuple[str, ...]]], order: random.Random
):
    arrived = tmp_path_factory.mktemp("order")
    files = [ids_file(arrived / f"{i}.csv", rows) for i, rows in enumerate(content)]
    other = list(files)
    order.shuffle(other)
    versions, kept = [], []
    for queue in (files, [*other, *files]):
        data = emptied(folder)
        for file in queue:
            counts = run_file(settings_of(data), "unodc_ids", file).counts
            assert counts.rows_in == counts.events + counts.outside_region + counts.merged + counts.rejected
            assert counts.rows_in == len(content[int(file.stem)])
        events = events_of(data)
        kept.append(events.drop(columns=["file_sha256", "row_number"]).sort_values("report_id", ignore_index=True))
        versions.append(version_of(data))
    assert versions[0] == versions[1]
    pd.testing.assert_frame_equal(kept[0], kept[1])
