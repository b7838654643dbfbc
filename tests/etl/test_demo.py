import importlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from etl import demo
from etl.demo import words
from etl.demo.reports import draw_reports
from etl.demo.scene import Scene, make_scene
from etl.parse import Context
from geodata.errors import StoreProblem
from geodata.model import LOCATED_EVENT, REJECTED, check, empty
from geodata.settings import DEFAULT_REGION, Settings
from geodata.store import reading
from geodata.store.engine import open_store
from geodata.store.writing import FileBatch, save_file

CONTEXT = Context("demo", "0" * 64, 2026)


@pytest.fixture(scope="module")
def scene(places_cache: Path) -> Scene:
    return make_scene(places_cache, DEFAULT_REGION, seed=1)


@pytest.fixture(scope="module")
def data(places_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder, so that the places are read once; every store lies in a file of its own."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(places_cache, folder / "cache")
    return folder


@pytest.fixture
def demo_settings(data: Path, tmp_path: Path) -> Callable[[str], Settings]:
    def make(name: str) -> Settings:
        return Settings.from_environment({"PANJ_DATA": str(data), "DATABASE_URL": f"sqlite:///{(tmp_path / name).as_posix()}.sqlite"})

    return make


def stored(settings: Settings) -> tuple[pd.DataFrame, reading.StoreFacts]:
    engine = open_store(settings, create=False)
    try:
        return reading.events(engine, role="command", in_region=None), reading.facts(engine, role="command")
    finally:
        engine.dispose()


def draw(scene: Scene, n: int, seed: int = 1) -> pd.DataFrame:
    return draw_reports(scene, n, np.random.default_rng(seed), CONTEXT, 1)


@effort(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(n=st.integers(1, 400), seed=st.integers(0, 2**32))
def test_as_many_events_as_asked_for_come_out(scene: Scene, n: int, seed: int):
    reports = draw(scene, n, seed)
    assert reports["event_id"].nunique() == n
    assert reports["report_id"].is_unique
    assert reports["row_number"].tolist() == list(range(2, len(reports) + 2))


def test_the_same_seed_fills_the_same_store(demo_settings: Callable[[str], Settings]):
    first, second, other = (demo_settings(name) for name in ("first", "second", "other"))
    demo.run(first, 600, 7)
    demo.run(second, 600, 7)
    demo.run(other, 600, 8)
    events, facts = stored(first)
    pd.testing.assert_frame_equal(events, stored(second)[0])
    assert facts.data_version == stored(second)[1].data_version != stored(other)[1].data_version
    check(events, LOCATED_EVENT)
    assert facts.is_generated and facts.feeds == ("demo",) and facts.n_events == 600
    assert set(events["note"]) == {"generated"}


def test_a_run_in_parts_and_a_run_cut_short_give_the_same_store(demo_settings: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch):
    running, pool = (importlib.import_module(f"etl.demo.{name}") for name in ("run", "pool"))
    # Three parts, the last two from a pool: its real size is 200,000 located reports, each time anew.
    monkeypatch.setattr(running, "CHUNK", 200)
    monkeypatch.setattr(running, "LARGE_CHUNK", 200)
    monkeypatch.setattr(running, "make_pool", lambda *given: pool.make_pool(*given, size=400))
    whole, cut = demo_settings("whole"), demo_settings("cut")
    demo.run(whole, 500, 3)
    saved = running.save

    def dies_after_one(engine, batch):
        saved(engine, batch)
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "save", dies_after_one)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            demo.run(cut, 500, 3)
    monkeypatch.setattr(running, "save", saved)
    demo.run(cut, 500, 3)
    demo.run(cut, 500, 3)
    assert stored(cut)[1].data_version == stored(whole)[1].data_version
    assert stored(whole)[1].n_events == 500
    assert sum(map(len, _first_and_later(whole))) == 3


def test_real_reports_and_generated_ones_never_share_a_store(demo_settings: Callable[[str], Settings]):
    settings = demo_settings("real")
    engine = open_store(settings, create=True)
    now = pd.Timestamp("2026-01-01", tz="UTC").to_pydatetime()
    save_file(
        engine,
        FileBatch("press_reports", "1" * 64, "press.csv", 1, 0, empty(LOCATED_EVENT), empty(REJECTED), None, 0, 0, now, now, now.date()),
    )
    engine.dispose()
    with pytest.raises(StoreProblem, match=r"holds real reports \(press\.csv\).*PANJ_DATA"):
        demo.run(settings, 10, 1)
    assert stored(settings)[1].n_events == 0


def test_events_of_another_seed_are_refused(demo_settings: Callable[[str], Settings]):
    settings = demo_settings("demo")
    demo.run(settings, 20, 1)
    with pytest.raises(StoreProblem, match="another seed or number"):
        demo.run(settings, 20, 2)
    assert stored(settings)[1].n_events == 20


def test_a_region_without_known_places_is_refused(demo_settings: Callable[[str], Settings]):
    with pytest.raises(StoreProblem, match="PANJ_REGION"):
        demo.run(replace(demo_settings("far"), region=("BRA",)), 10, 1)


def test_only_countries_of_the_region_report(places_cache: Path):
    scene = make_scene(places_cache, ("TJK", "AFG"), seed=1)
    assert set(draw(scene, 300)["country_iso3"]) == {"TJK", "AFG"}


def test_dates_lie_in_the_span_and_are_as_wide_as_they_are_vague(scene: Scene):
    reports = draw(scene, 5_000)
    first, last = (pd.to_datetime(reports[name]) for name in ("happened_from", "happened_to"))
    days = (last - first).dt.days + 1
    for precision, low, high in (("day", 1, 1), ("month", 28, 31), ("quarter", 90, 92), ("year", 365, 366)):
        assert days[reports["date_precision"] == precision].between(low, high).all()
    assert first[reports["date_precision"] == "unknown"].isna().all()
    assert first.min() >= pd.Timestamp(words.FIRST_YEAR, 1, 1) and last.max() <= pd.Timestamp(words.LAST_YEAR, 12, 31)
    assert set(reports["date_precision"]) == {"day", "month", "quarter", "year", "unknown"}


def test_some_months_are_silent_everywhere_and_some_origins_fell_silent(scene: Scene):
    by_month = scene.intensity.sum(axis=0)
    assert 2 <= (by_month == 0).sum() <= 4
    assert (scene.intensity[:, -6:].sum(axis=1) == 0).sum() > 5
    countries = np.array([origin.country for origin in scene.origins])
    for country in set(countries):
        silent = scene.intensity[countries == country].sum(axis=0) == 0
        assert silent.sum() > (by_month == 0).sum(), f"{country} never stopped reporting"


def test_a_further_drug_is_another_one_and_a_repeat_says_the_same_again(scene: Scene):
    reports = draw(scene, 8_000)
    further = reports[reports["event_id"].duplicated(keep=False) & reports["drug"].notna()]
    assert len(further) > 500
    assert not further.duplicated(["event_id", "drug"]).any()
    again = np.flatnonzero(reports["repeat_number"] == 2)
    assert len(again) == 120
    same = [name for name in reports.columns if name not in ("report_id", "event_id", "row_number", "repeat_number")]
    pd.testing.assert_frame_equal(reports.iloc[again][same].reset_index(drop=True), reports.iloc[again - 1][same].reset_index(drop=True))


def test_weights_are_log_normal_and_what_is_counted_is_not_weighed(scene: Scene):
    reports = draw(scene, 20_000)
    heroin = np.log(reports.loc[(reports["drug"] == "heroin") & reports["weight_kg"].notna(), "weight_kg"].to_numpy(float))
    assert abs(np.median(heroin) - np.log(0.9)) < 0.15 and abs(heroin.std() - 1.7) < 0.15
    assert reports.loc[reports["unit"].isin(("tablet", "litre")), "weight_kg"].isna().all()
    grams = reports[reports["unit"] == "Gram"]
    np.testing.assert_allclose(grams["quantity"], grams["weight_kg"] * 1000)


def test_places_are_known_as_well_and_as_badly_as_real_ones(scene: Scene):
    reports = draw(scene, 5_000)
    given = reports["given_uncertainty_m"]
    assert given.isna().mean() > 0.4
    assert {5_000.0, 20_000.0} < set(given.dropna())
    assert (reports["place_text"].isna() & given.isna()).any()
    river, land = (reports["transport"] == way for way in ("river", "road"))
    assert river.any() and land.any()


def test_parts_after_the_first_are_of_the_same_model_and_outsiders_are_not_shown_them(
    demo_settings: Callable[[str], Settings], monkeypatch: pytest.MonkeyPatch
):
    module = importlib.import_module("etl.demo.run")
    pool = importlib.import_module("etl.demo.pool")
    monkeypatch.setattr(module, "CHUNK", 600)
    monkeypatch.setattr(module, "LARGE_CHUNK", 500)
    monkeypatch.setattr(module, "make_pool", lambda *given: pool.make_pool(*given, size=400))
    alone, whole, again = (demo_settings(name) for name in ("alone", "whole", "again"))
    demo.run(alone, 600, 7)
    demo.run(whole, 1_700, 7)
    events, facts = stored(whole)
    check(events, LOCATED_EVENT)
    assert facts.n_events == events["event_id"].nunique() == 1_700 and facts.is_generated
    assert events["report_id"].is_unique and set(events["note"]) == {"generated"}
    first, later = (events[events["file_sha256"].isin(files)] for files in _first_and_later(whole))
    assert set(first["report_id"]) == set(stored(alone)[0]["report_id"]), "the first part is that of a small demonstration"
    # The same shares of what is known of a place, and of the countries: the places come from reports of the same origins.
    for column in ("precision_level", "country_iso3", "drug"):
        told, drawn = (rows[column].value_counts(normalize=True, dropna=False) for rows in (first, later))
        assert (told - drawn).abs().max() < 0.08, column
    assert shown_to_donors(whole).equals(shown_to_donors(alone))
    demo.run(again, 1_700, 7)
    assert stored(again)[1].data_version == facts.data_version
    demo.run(whole, 1_700, 7)
    assert stored(whole)[1].data_version == facts.data_version, "a finished run changes nothing"


def _first_and_later(settings: Settings) -> tuple[list[str], list[str]]:
    engine = open_store(settings, create=False)
    try:
        files = reading.files(engine, role="command").sort_values("name")
    finally:
        engine.dispose()
    return files["sha256"].tolist()[:1], files["sha256"].tolist()[1:]


def shown_to_donors(settings: Settings) -> pd.DataFrame:
    engine = open_store(settings, create=False)
    try:
        return reading.aggregates(engine, role="donor")
    finally:
        engine.dispose()
