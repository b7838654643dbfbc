"""What the tests of the store share: located events, and the batch that a file of them makes."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from geodata.model import LOCATED_EVENT, NATIONAL_TOTAL, REJECTED, empty
from geodata.settings import Settings
from geodata.store.engine import open_store
from geodata.store.writing import FileBatch

NOON = dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC)


def make_events(n: int, seed: int = 0, *, outside: int = 0) -> pd.DataFrame:
    """n located events in Khatlon, some of them with blanks, the last ``outside`` of them outside the region."""
    numbers = range(n)
    ids = [hashlib.sha256(f"{seed} {number}".encode()).hexdigest()[:32] for number in numbers]
    days = [None if number % 11 == 0 else f"2018-{number % 12 + 1:02d}-05" for number in numbers]
    return empty(LOCATED_EVENT).reindex(numbers).assign(
        report_id=ids, event_id=[f"e-{text}" for text in ids], feed="press", file_sha256="",
        row_number=[number + 2 for number in numbers],
        repeat_number=1, kind="seizure", happened_from=days, happened_to=days,
        date_precision=["unknown" if day is None else "day" for day in days],
        hour=pd.Series([None if number % 3 else number % 24 for number in numbers], dtype="Int64"), country_iso3="TJK",
        place_text="Ҳамадонӣ", drug=["heroin" if number % 2 else "opium" for number in numbers],
        weight_kg=[None if number % 5 == 0 else number / 7 for number in numbers],
        agency=["DCA" if number % 3 else "MIA" for number in numbers],
        in_region=[number < n - outside for number in numbers], lon=69.6, lat=37.5, uncertainty_m=20_000.0, precision_level="district",
        locate_rule="exact_name_district", district_id="tj-khatlon-hamadoni", province_id="tj-khatlon",
    )  # fmt: skip


def make_rejected(n: int) -> pd.DataFrame:
    rows = {"feed": "", "file_sha256": "", "row_number": list(range(2, n + 2)), "reason": "reason.date", "detail": "2099", "content": "{}"}
    return pd.DataFrame(rows, columns=list(rows)) if n else empty(REJECTED)


def make_totals(n: int) -> pd.DataFrame:
    rows = [
        {"country_iso3": "TJK", "year": 2010 + i, "drug": "opium", "weight_kg": i * 1.5, "feed": "", "file_sha256": ""} for i in range(n)
    ]
    return empty(NATIONAL_TOTAL).reindex(range(n)).assign(**{name: [row[name] for row in rows] for name in rows[0]})


def make_batch(name: str, located: pd.DataFrame, *, n_rejected: int = 0, n_totals: int = 0, feed: str = "press", **other: Any) -> FileBatch:
    """The batch of a file called ``name`` with these events; its SHA-256 is that of the name."""
    sha = hashlib.sha256(name.encode()).hexdigest()
    of_file = {"feed": feed, "file_sha256": sha}
    return FileBatch(
        **of_file, name=name, size=1000, rows_in=len(located) + n_rejected, located=located.assign(**of_file),
        rejected=make_rejected(n_rejected).assign(**of_file), national_totals=make_totals(n_totals).assign(**of_file) if n_totals else None,
        **{"merged": 0, "repeats": 0, "started_at": NOON, "finished_at": NOON, "as_of": dt.date(2024, 1, 1), **other},
    )  # fmt: skip


def dump(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a store holds, table by table, in an order of its own."""
    engine = sa.create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            names = sa.inspect(connection).get_table_names()
            return {name: sorted(map(tuple, connection.exec_driver_sql(f"SELECT * FROM {name}")), key=repr) for name in names}
    finally:
        engine.dispose()


@pytest.fixture
def store(settings: Settings) -> Iterator[sa.Engine]:
    """A new, empty store."""
    engine = open_store(settings, create=True)
    yield engine
    engine.dispose()


@pytest.fixture
def new_store(tmp_path: Path) -> Iterator[Callable[[str], sa.Engine]]:
    """As many new stores as are wanted, each under a name."""
    engines = []

    def make(name: str) -> sa.Engine:
        engines.append(open_store(Settings.from_environment({"PANJ_DATA": str(tmp_path / name)}), create=True))
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="session")
def events() -> Callable[..., pd.DataFrame]:
    return make_events


@pytest.fixture(scope="session")
def batch() -> Callable[..., FileBatch]:
    return make_batch


@pytest.fixture(scope="session")
def contents() -> Callable[[Path], dict[str, list[tuple[Any, ...]]]]:
    return dump
