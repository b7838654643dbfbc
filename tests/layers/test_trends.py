"""Mann-Kendall: judged by other programs, by every pair written out, and on series that are no series."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import WrongTable
from layers.trends import mann_kendall
from layers.warming import warm_ups

ORACLES = Path(__file__).resolve().parents[3] / "shared" / "oracles" / "hotspots"


@pytest.mark.skipif(not ORACLES.is_dir(), reason=f"the oracles are not at {ORACLES}")
def test_the_flow_of_the_nile_falls_as_other_programs_say() -> None:
    table = csv.DictReader((ORACLES / "Nile.csv").read_text(encoding="utf-8").splitlines())
    found = mann_kendall([float(row["Nile"]) for row in table])
    assert found.s == -1387
    assert found.var == pytest.approx(112728.33, abs=5e-3)
    assert found.z == pytest.approx(-4.128067, abs=1e-6)
    assert found.p == pytest.approx(3.6583e-5, rel=1e-4)


def test_ties_are_counted_as_other_programs_count_them() -> None:
    found = mann_kendall([[1, 2, 2, 3, 3, 3, 4]])
    assert found.s.tolist() == [17]
    assert found.z == pytest.approx([2.540429], abs=1e-6)


@pytest.mark.parametrize("series", [[5.0] * 12, [0.0] * 3, [1.0], [], [np.nan] * 4, [2.0, np.nan]])
def test_a_constant_or_empty_series_is_never_a_trend(series: list[float]) -> None:
    assert mann_kendall(series) == (0, 0, 0, 1)
    assert [part.tolist() for part in mann_kendall(np.zeros((0, 5)))] == [[], [], [], []]
    assert [part.tolist() for part in mann_kendall([series, series])] == [[0, 0], [0, 0], [0, 0], [1, 1]]


def plain(series: list[float]) -> tuple[float, float]:
    known = [x for x in series if np.isfinite(x)]
    s = sum(np.sign(known[j] - known[i]) for i in range(len(known)) for j in range(i + 1, len(known)))
    m, groups = len(known), [known.count(x) for x in set(known)]
    return s, (m * (m - 1) * (2 * m + 5) - sum(g * (g - 1) * (2 * g + 5) for g in groups)) / 18


value = st.integers(-3, 3).map(float) | st.floats(-1e9, 1e9) | st.sampled_from([np.nan, np.inf])


@given(st.integers(0, 14).flatmap(lambda t: st.lists(st.lists(value, min_size=t, max_size=t), min_size=1, max_size=5)))
def test_every_pair_is_compared_and_every_tie_taken_off(series: list[list[float]]) -> None:
    found = mann_kendall(np.array(series))
    assert list(zip(found.s, found.var, strict=True)) == [pytest.approx(plain(row)) for row in series]
    assert ((found.p >= 0) & (found.p <= 1)).all()
    backwards = mann_kendall(np.array(series)[:, ::-1])
    assert backwards.z == pytest.approx(-found.z)


def test_what_is_no_series_is_refused_in_one_sentence() -> None:
    for wrong in (np.zeros((2, 2, 2)), ["a", "b"], 3.0):
        with pytest.raises(WrongTable, match="wanted"):
            mann_kendall(wrong)


def test_every_kernel_can_be_warmed() -> None:
    for warm in warm_ups():
        warm()
