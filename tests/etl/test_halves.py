"""Two processes give what one gives, in the same order; without a second one the first does it all."""

import os

import pandas as pd
import pytest

from etl import halves
from etl.halves import in_two
from etl.people import _struck, strike_out_all

TEXTS = [f"гр. Рахимов Саид {number}, тел. +992 93 555 12 {number:02d}" if number % 3 else f"рейд {number}" for number in range(60)]


def test_two_processes_give_what_one_gives():
    alone = _struck(TEXTS, False)
    assert in_two(_struck, TEXTS, False, worth=10) == alone
    assert len(alone) == 40


def test_without_a_second_process_the_first_does_it_all(monkeypatch: pytest.MonkeyPatch):
    def refused(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(halves, "ProcessPoolExecutor", refused)
    assert in_two(_struck, TEXTS, False, worth=10) == _struck(TEXTS, False)


def test_one_core_starts_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    monkeypatch.setattr(halves, "ProcessPoolExecutor", None)
    assert in_two(_struck, TEXTS, False, worth=10) == _struck(TEXTS, False)


def test_no_name_is_left_in_a_column_worked_on_in_two(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(halves, "WORTH_TWO", 10)
    clean, kinds = strike_out_all(pd.Series(TEXTS, dtype="str"))
    assert not clean.str.contains("Рахимов|555").any() and kinds["name"] == 40
