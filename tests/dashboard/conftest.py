"""A store with real reports, one with generated ones, and the application on either, for every role, without a browser."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from dashboard.app import create_app
from dashboard.queries import Queries
from etl.demo import run as run_demo
from etl.pipeline import run_shipped
from geodata.settings import Role, Settings
from geodata.store import reading
from geodata.store.engine import open_store


def _filled(folder: Path, places_cache: Path) -> Settings:
    shutil.copytree(places_cache, folder / "cache")
    return Settings.from_environment({"PANJ_DATA": str(folder)})


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory, places_cache: Path) -> Settings:
    """The reports that come with the project."""
    settings = _filled(tmp_path_factory.mktemp("dashboard") / "data", places_cache)
    run_shipped(settings)
    return settings


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory, places_cache: Path) -> Settings:
    """2,000 generated events: enough for outsiders to be told something."""
    settings = _filled(tmp_path_factory.mktemp("dashboard") / "data", places_cache)
    run_demo(settings, 2000, 1)
    return settings


@pytest.fixture(scope="session")
def client() -> Callable[[Settings, Role], object]:
    """(settings, role) -> a client of the whole application, routes and callbacks."""
    made: dict[tuple[Path, Role], object] = {}

    def client(settings: Settings, role: Role = "command"):
        key = (settings.data, role)
        if key not in made:
            mine = replace(settings, role=role)
            made[key] = create_app(mine, Queries(mine, open_store(mine, create=False)))
        return made[key]

    return client


def _events(settings: Settings) -> pd.DataFrame:
    engine = open_store(settings, create=False)
    try:
        return reading.events(engine, role="command")
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def real_events(real: Settings) -> pd.DataFrame:
    return _events(real)


@pytest.fixture(scope="session")
def generated_events(generated: Settings) -> pd.DataFrame:
    return _events(generated)
