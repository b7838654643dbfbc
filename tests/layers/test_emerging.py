"""Emerging hot spots: the cube against plain Gi*, the classes against their rules said one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from scipy.sparse import csr_array, eye_array, kron

from geodata.errors import WrongTable
from layers.emerging import CLASSES, classify, space_time_gi_star, space_time_tail
from layers.hotspots import count_tail, gi_star
from layers.neighbourhoods import of_line
from layers.trends import mann_kendall

H, C, O = 3.0, -3.0, 0.0  # noqa: E741  hot, cold, neither


def some_cube(seed: int, n: int = 9, t: int = 7, unknown: float = 0.0) -> NDArray[np.float64]:
    random = np.random.default_rng(seed)
    counts = random.poisson(2.0, (n, t)).astype(float) * random.integers(1, 4, (n, 1))
    return np.where(random.random((n, t)) < unknown, np.nan, counts)


@pytest.mark.parametrize("unknown", [0.0, 0.3])
@pytest.mark.parametrize("back", [0, 1, 2, 20])
def test_the_cube_is_gi_star_of_all_its_bins_with_their_neighbours_in_space_and_time(back: int, unknown: float) -> None:
    x, near = some_cube(1, unknown=unknown), of_line(9)
    before = np.tri(7) - np.tri(7, k=-back - 1)  # step s is a neighbour of step t when it is at most `back` before it
    flat = gi_star(x.ravel(), csr_array(kron(near, before)))
    assert space_time_gi_star(x, near, back) == pytest.approx(flat.reshape(x.shape), rel=1e-9, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("unknown", [0.0, 0.3])
def test_each_step_by_itself_is_gi_star_of_that_step(unknown: float) -> None:
    x, near = some_cube(2, unknown=unknown), of_line(9)
    each = np.column_stack([gi_star(column, near) for column in x.T])
    assert space_time_gi_star(x, near, back=0, window="steps") == pytest.approx(each, rel=1e-9, abs=1e-9, nan_ok=True)


def test_a_window_of_two_steps_is_gi_star_of_these_two() -> None:
    x, near = some_cube(3), of_line(9)
    found = space_time_gi_star(x, near, back=1, window="steps")
    pair = gi_star(x[:, 3:5].ravel(), csr_array(kron(near, np.ones((2, 2)))))
    assert found[:, 4] == pytest.approx(pair.reshape(9, 2)[:, 1])


def test_the_tail_of_each_step_is_that_of_counts_and_takes_no_growth_of_the_whole_for_a_hotspot() -> None:
    x, near = some_cube(4), of_line(9)
    exposure = np.arange(1.0, 10)
    alone = space_time_tail(x, near, exposure, back=0)
    each = [count_tail(column, near, exposure) for column in x.T]
    assert alone.upper == pytest.approx(np.column_stack([tail.upper for tail in each]))
    assert alone.lower == pytest.approx(np.column_stack([tail.lower for tail in each]))
    two = space_time_tail(x, near, back=1)
    assert two.upper[:, 4] == pytest.approx(count_tail(x[:, 3] + x[:, 4], near).upper)
    grown = np.full((9, 12), 5.0) * 2.0 ** np.arange(12)
    assert space_time_tail(grown, near).both.min() > 0.5
    assert space_time_gi_star(grown, near).max() > 3  # Esri's window, which does


def test_a_step_without_reports_is_not_known_and_not_cold() -> None:
    x = some_cube(5)
    x[:, 3] = np.nan
    for found in (space_time_gi_star(x, of_line(9)), *space_time_tail(x, of_line(9))):
        assert np.isnan(found[:, 3]).all() and not np.isnan(found[:, [2, 4]]).any()


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (3, 0), (1, 1), (1, 5), (3, 1)])
@pytest.mark.parametrize("value", [0.0, 0.1, 7e11, np.nan])
def test_nothing_to_compare_is_answered_without_a_hot_or_cold_bin(shape: tuple[int, int], value: float) -> None:
    x, near = np.full(shape, value), eye_array(shape[0]).tocsr() if shape[0] else csr_array((0, 0))
    for window in ("cube", "steps"):
        z = space_time_gi_star(x, near, window=window)  # type: ignore[arg-type]
        assert z.shape == shape and (np.isnan(z).all() if np.isnan(value) else (z == 0).all())
        assert classify(z).tolist() == ["none"] * shape[0]
    assert np.nan_to_num(space_time_tail(x, near).both, nan=1.0).min(initial=1.0) > 0.5


ROUND = [O, O, O, O, O, O, O, O, O, O]
EXAMPLES = {
    "none": [ROUND, [*ROUND[:5], H, *ROUND[:4]], [H, H, H, H, H, H, H, H, O, O]],
    "new": [[*ROUND[:9], H], [O, C, O, C, O, O, O, O, O, H], [H]],
    "consecutive": [[*ROUND[:8], H, H], [C, O, O, O, O, O, O, H, H, H], [O, O, H, H, H, H, H, H, H, H]],
    "intensifying": [[2.1, 2.3, 2.5, 2.8, 3.0, 3.3, 3.5, 4.0, 4.4, 5.0], [0.0, 2.1, 2.3, 2.5, 2.8, 3.0, 3.3, 3.5, 4.0, 4.4]],
    "diminishing": [[5.0, 4.4, 4.0, 3.5, 3.3, 3.0, 2.8, 2.5, 2.3, 2.1]],
    "persistent": [[H] * 10, [H, H, H, H, O, H, H, H, H, H], [H, H], [3.0, 2.5, 3.1, 2.6, 3.2, 2.4, 2.9, 3.0, 2.5, 2.8]],
    "sporadic": [[O, H, O, H, O, O, O, O, O, H], [H, O, O, O, O, O, O, O, H, H]],
    "oscillating": [[O, H, C, O, O, O, O, O, O, H], [C, C, H, C, C, C, C, C, H, H]],
    "historical": [[H, H, H, H, H, H, H, H, H, O]],
}


@pytest.mark.parametrize(("kind", "history"), [(kind, history) for kind, histories in EXAMPLES.items() for history in histories])
def test_each_history_has_the_name_that_the_rules_give_it_hot_and_cold(kind: str, history: list[float]) -> None:
    assert classify([history]).tolist() == [kind if kind == "none" else f"{kind}_hot"]
    assert classify(-np.array([history])).tolist() == [kind if kind == "none" else f"{kind}_cold"]


def said(z: list[float]) -> str:
    """The rules as a person would follow them, one place at a time."""
    z = [value for value in z if not np.isnan(value)]
    trend = mann_kendall(z)
    for side, name in ((1, "hot"), (-1, "cold")):
        hot, cold = [side * v >= 1.96 for v in z], [side * v <= -1.96 for v in z]
        if not any(hot):
            continue
        share = sum(hot) / len(hot)
        direction = side * trend.s if trend.p < 0.05 else 0
        if hot[-1] and not any(hot[:-1]):
            return f"new_{name}"
        start = len(hot) - 1
        while hot[-1] and start > 0 and hot[start - 1]:
            start -= 1
        if share >= 0.9:
            how = "intensifying" if direction > 0 else "diminishing" if direction < 0 else "persistent"
            return f"{how if hot[-1] else 'historical'}_{name}"
        if hot[-1]:
            if not any(hot[:start]) and start < len(hot) - 1:
                return f"consecutive_{name}"
            return f"{'oscillating' if any(cold) else 'sporadic'}_{name}"
    return "none"


bins = st.sampled_from([H, H, H, 2.2, 4.5, C, O, np.nan])


@given(st.integers(1, 13).flatmap(lambda t: st.lists(st.lists(bins, min_size=t, max_size=t), min_size=1, max_size=6)))
def test_every_history_is_named_as_a_person_would_name_it(z: list[list[float]]) -> None:
    assert classify(z).tolist() == [said(row) for row in z]
    assert set(classify(z)) <= set(CLASSES)


def test_what_a_test_of_counts_found_decides_instead_of_z() -> None:
    assert classify([[9.0, 9.0, 9.0]], [[0, 0, 1]]).tolist() == ["new_hot"]
    assert classify([[9.0, 9.0, np.nan]], [[0, 1, 1]]).tolist() == ["new_hot"]
    with pytest.raises(WrongTable, match="wanted"):
        classify([[1.0, 2.0]], [[1]])
    with pytest.raises(WrongTable, match="wanted"):
        classify([1.0, 2.0])


def test_a_planted_rise_is_found_and_the_rest_left_alone() -> None:
    counts = np.random.default_rng(6).poisson(3.0, (40, 24)).astype(float)
    counts[20] += np.random.default_rng(7).poisson(np.linspace(20, 60, 24))
    near = of_line(40, steps=0)
    tail = space_time_tail(counts, near)
    p = np.minimum(tail.upper, tail.lower)
    state = np.where(p < 1e-5, np.where(tail.upper < tail.lower, 1, -1), 0)
    found = classify(space_time_gi_star(counts, near, window="steps"), state)
    assert found[20] in ("intensifying_hot", "persistent_hot")
    assert set(np.delete(found, 20)) == {"none"}
    assert stats.norm.sf(space_time_gi_star(counts, near)[20, -1]) < 1e-6
