"""Any numbers in, an answer or one sentence out: masked ones are not known, and a unit changes no z."""

import numpy as np
import pytest

from geodata.errors import WrongTable
from layers.emerging import classify, space_time_gi_star, space_time_tail
from layers.hotspots import count_tail, discoveries, gi_star, local_moran
from layers.neighbourhoods import of_line
from layers.permutations import permutation_tail
from layers.trends import mann_kendall

NEAR = of_line(6)
MASKED = np.ma.masked_array([1.0, 2, 999, 3, 2, 1], mask=[0, 0, 1, 0, 0, 0])
MISSING = np.array([1.0, 2, np.nan, 3, 2, 1])
ASKED = {
    "gi_star": lambda x: gi_star(x, NEAR),
    "local_moran": lambda x: local_moran(x, NEAR).z,
    "count_tail": lambda x: count_tail(x, NEAR).both,
    "permutation_tail": lambda x: permutation_tail(x, NEAR, seed=1).both,
    "mann_kendall": lambda x: mann_kendall(x).p,
    "classify": lambda x: classify(np.ma.atleast_2d(x) if isinstance(x, np.ma.MaskedArray) else [x]),
    "space_time_gi_star": lambda x: space_time_gi_star(np.ma.asarray(x).reshape(6, 1), NEAR, 0),
    "discoveries": lambda x: discoveries(x / 1000, 0.01) if isinstance(x, np.ndarray) else discoveries(x, 0.01),
}


@pytest.mark.parametrize("asked", ASKED)
def test_a_masked_value_is_not_known(asked: str) -> None:
    masked, missing = ASKED[asked](MASKED), ASKED[asked](MISSING)
    assert np.array_equal(masked, missing, equal_nan=np.asarray(missing).dtype.kind == "f")
    assert not isinstance(masked, np.ma.MaskedArray)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("wrong", [["a", "b", "c", "d", "e", "f"], [1j, 2, 3, 4, 5, 6], [[1], [2, 3], 1, 1, 1, 1]])
def test_what_is_no_number_is_one_sentence(asked: str, wrong: list[object]) -> None:
    with pytest.raises((WrongTable, ValueError) if asked == "space_time_gi_star" and wrong[0] == [1] else WrongTable):
        ASKED[asked](wrong)


def test_none_is_not_known() -> None:
    assert discoveries([None, 0.001], 0.05).tolist() == [False, True]
    assert np.isnan(gi_star([1.0, None, 3.0], of_line(3))).tolist() == [False, True, False]
    assert classify([[None, 3.0]]).tolist() == ["new_hot"]


@pytest.mark.parametrize("unit", [1e-307, 1e-200, 1e-160, 1e160, 1e306])
def test_z_does_not_depend_on_the_unit(unit: float) -> None:
    x, near = np.array([1.0, 5, 2, 7, 3, 1, 0, 2]), of_line(8)
    assert gi_star(x * unit, near) == pytest.approx(gi_star(x, near), rel=1e-9)
    for part in ("statistic", "z", "p"):
        assert getattr(local_moran(x * unit, near), part) == pytest.approx(getattr(local_moran(x, near), part), rel=1e-9)
    cube = np.column_stack([x, x[::-1], x])
    for window in ("cube", "steps"):
        found, usual = (space_time_gi_star(values, near, 1, window) for values in (cube * unit, cube))  # type: ignore[arg-type]
        assert found == pytest.approx(usual, rel=1e-9)
    found = permutation_tail(x * unit, near, seed=1, pieces=x * unit)
    assert found.both == pytest.approx(permutation_tail(x, near, seed=1, pieces=x).both, rel=1e-6)


def test_exposures_of_any_size_are_answered() -> None:
    for exposure in ([np.inf, 1.0], [1e-320, 1.0], [1e308, 1e308], [0.0, 0.0]):
        p = count_tail([5.0, 0.0], np.eye(2), exposure).both
        assert ((p >= 0) & (p <= 1) | np.isnan(p)).all()
        assert space_time_tail([[5.0], [0.0]], np.eye(2), exposure).both.shape == (2, 1)
