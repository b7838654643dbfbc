"""Gi*, Local Moran, tails of counts and Benjamini-Hochberg: judged by other programs, by slow obvious versions, and on bad input."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from scipy.sparse import csr_array, csr_matrix, diags_array, eye_array
from shapely.geometry import shape

from geodata.errors import WrongTable
from layers.hotspots import count_tail, discoveries, gi_star, local_moran, q_values

ORACLES = Path(__file__).resolve().parents[3] / "shared" / "oracles" / "hotspots"
needs_oracles = pytest.mark.skipif(not ORACLES.is_dir(), reason=f"the oracles are not at {ORACLES}")


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((ORACLES / name).read_text(encoding="utf-8").splitlines()))


def column(table: list[dict[str, str]], name: str) -> NDArray[np.float64]:
    return np.array([float(row[name]) for row in table])


def within(table: list[dict[str, str]], distance: float) -> csr_array:
    """Neighbours up to a distance, each point being its own."""
    xy = np.column_stack([column(table, "x"), column(table, "y")])
    return csr_array((np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) <= distance).astype(float))


def carolina() -> tuple[list[dict[str, str]], csr_array]:
    table = rows("ref_nc_sids_gistar_lisa_spdep.csv")
    features = json.loads((ORACLES / "nc_sids.geojson").read_text(encoding="utf-8"))["features"]
    by_code = {int(feature["properties"]["FIPSNO"]): shape(feature["geometry"]) for feature in features}
    counties = [by_code[int(row["fips"])] for row in table]
    first, second = shapely.STRtree(counties).query(counties, predicate="intersects")
    return table, csr_array((np.ones(len(first)), (first, second)), shape=(len(table), len(table)))


def standardised(weights: csr_array) -> csr_array:
    return csr_array(diags_array(1 / weights.sum(axis=1)) @ weights)


@needs_oracles
def test_gi_star_of_the_toy_points_is_that_of_spdep() -> None:
    table = rows("ref_toy6_localG_spdep.csv")
    assert gi_star(column(table, "v"), within(table, 15)) == pytest.approx(column(table, "Gistar_B"), abs=1e-6)


@needs_oracles
@pytest.mark.parametrize("band", [30, 60, 90, 120])
def test_gi_star_of_the_getis_ord_raster_is_that_of_spdep_in_every_band(band: int) -> None:
    table = rows("ref_getisord_localG_spdep.csv")
    near = within(table, band + 1e-6)
    expected = column(table, f"Gistar_d{band}")
    assert gi_star(column(table, "val"), near) == pytest.approx(expected, abs=1e-6)
    assert gi_star(column(table, "val"), standardised(near)) == pytest.approx(expected, abs=1e-6)


@needs_oracles
def test_north_carolina_has_9_hot_and_3_cold_counties_and_2_hot_ones_after_benjamini_hochberg() -> None:
    table, queen = carolina()
    z = gi_star(column(table, "rate"), queen)
    assert z == pytest.approx(column(table, "Gistar_B_queen"), abs=1e-6)
    assert ((z > 1.96).sum(), (z < -1.96).sum()) == (9, 3)
    p = 2 * stats.norm.sf(np.abs(z))
    assert q_values(p) == pytest.approx(column(table, "p2_fdr"), abs=1e-6)
    found = discoveries(p, 0.05)
    assert [row["name"] for row, hot in zip(table, found & (z > 0), strict=True) if hot] == ["Northampton", "Bertie"]
    assert not (found & (z < 0)).any()


@needs_oracles
def test_local_moran_of_north_carolina_is_that_of_spdep() -> None:
    table, queen = carolina()
    for neighbours in (queen, standardised(queen)):
        found = local_moran(column(table, "rate"), neighbours)
        assert found.statistic == pytest.approx(column(table, "Ii"), abs=1e-6)
        assert found.z == pytest.approx(column(table, "Z_Ii"), abs=1e-6)
        assert found.p == pytest.approx(column(table, "p_Ii"), abs=1e-6)
        assert found.quadrant.tolist() == [row["quadr"] for row in table]


numbers = st.floats(-1e6, 1e6, allow_subnormal=False)
maps = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.lists(numbers | st.just(float("nan")), min_size=n, max_size=n), st.lists(st.booleans(), min_size=n * n, max_size=n * n)
    )
)


def plain_gi_star(x: NDArray[np.float64], w: NDArray[np.float64]) -> NDArray[np.float64]:
    """The formula, cell by cell."""
    known = [i for i in range(len(x)) if np.isfinite(x[i])]
    n, z = len(known), np.full(len(x), np.nan)
    mean = sum(x[i] for i in known) / max(n, 1)
    spread = np.sqrt(sum((x[i] - mean) ** 2 for i in known) / max(n, 1))
    for i in known:
        total, squares = sum(w[i, j] for j in known), sum(w[i, j] ** 2 for j in known)
        room = n * squares - total**2
        up = sum(w[i, j] * (x[j] - mean) for j in known)
        z[i] = up / (spread * np.sqrt(room / (n - 1))) if n > 1 and room > 1e-9 and spread > 1e-9 * max(abs(x[j]) for j in known) else 0
    return z


@given(maps)
def test_gi_star_is_its_formula_written_out_cell_by_cell(drawn: tuple[list[float], list[bool]]) -> None:
    x = np.array(drawn[0])
    w = np.array(drawn[1], float).reshape(len(x), len(x))
    np.fill_diagonal(w, 1)
    z = gi_star(x, csr_array(w))
    assert z == pytest.approx(plain_gi_star(x, w), rel=1e-6, abs=1e-6, nan_ok=True)
    assert gi_star(x, standardised(csr_array(w))) == pytest.approx(z, rel=1e-6, abs=1e-6, nan_ok=True)


def test_gi_star_takes_what_other_programs_call_weights() -> None:
    x, w = np.array([1.0, 5, 2, 8]), np.ones((4, 4)) - np.fliplr(np.eye(4))
    wanted = gi_star(x, csr_array(w))
    for neighbours in (csr_matrix(w), csr_array(w).tocoo(), csr_array(w.astype(bool)), w, csr_array(w.astype(np.int8))):
        assert gi_star(x.tolist(), neighbours) == pytest.approx(wanted)
    without_self = w - np.eye(4)
    assert gi_star(x, csr_array(without_self)) == pytest.approx(wanted)
    assert gi_star(x, standardised(csr_array(without_self))) == pytest.approx(wanted)


@pytest.mark.parametrize("value", [0.0, 0.1, -3.7, 1e300, 1e-300])
def test_a_flat_map_has_neither_hot_nor_cold_cells(value: float) -> None:
    near = csr_array(np.tri(7, k=1) - np.tri(7, k=-2))
    assert gi_star(np.full(7, value), near).tolist() == [0] * 7
    moran = local_moran(np.full(7, value), near)
    assert (moran.statistic.tolist(), moran.z.tolist(), moran.p.tolist()) == ([0] * 7, [0] * 7, [1] * 7)


def test_one_cell_no_cell_and_nothing_known_are_answered() -> None:
    assert gi_star([3.0], eye_array(1)).tolist() == [0]
    assert gi_star([], csr_array((0, 0))).tolist() == []
    assert np.isnan(gi_star([np.nan, np.inf], eye_array(2))).all()
    assert local_moran([3.0], eye_array(1)).p.tolist() == [1]
    assert np.isnan(local_moran([np.nan] * 3, eye_array(3)).z).all()
    assert local_moran([1.0, 2.0], np.ones((2, 2))).z.tolist() == [0, 0]
    for counts in ([], [0.0], [4.0], [0.0, 0.0], [np.nan, 2.0]):
        tail = count_tail(counts, eye_array(len(counts)) if counts else csr_array((0, 0)))
        assert tail.both == pytest.approx(np.where(np.isnan(counts), np.nan, 1.0), nan_ok=True)
    assert discoveries([], 0.05).tolist() == []


def test_a_cell_without_neighbours_is_compared_by_itself() -> None:
    x = np.array([1.0, 2.0, 6.0])
    standard = (x - x.mean()) / x.std()
    assert gi_star(x, eye_array(3)) == pytest.approx(standard)
    assert gi_star(x, csr_array((3, 3))) == pytest.approx(standard)
    moran = local_moran(x, eye_array(3))
    assert (moran.statistic.tolist(), moran.p.tolist(), moran.quadrant.tolist()) == ([0] * 3, [1] * 3, [""] * 3)


def test_a_cell_that_is_not_known_counts_neither_for_itself_nor_for_its_neighbours() -> None:
    x, near = np.array([1.0, np.nan, 6.0, 2.0, 9.0]), csr_array(np.ones((5, 5)) - np.fliplr(np.eye(5)) + np.eye(5))
    kept = [0, 2, 3, 4]
    part = csr_array(near[kept][:, kept])
    assert gi_star(x, near)[kept] == pytest.approx(gi_star(x[kept], part))
    assert local_moran(x, near).z[kept] == pytest.approx(local_moran(x[kept], part).z)
    assert count_tail(x, near).upper[kept] == pytest.approx(count_tail(x[kept], part).upper)


@pytest.mark.parametrize(
    ("values", "neighbours"),
    [
        ([1.0, 2.0], eye_array(3)),
        ([[1.0], [2.0]], eye_array(2)),
        (["a", "b"], eye_array(2)),
        ([1.0, 2.0], csr_array([[1.0, -1.0], [0.0, 1.0]])),
        ([1.0, 2.0], csr_array([[1.0, np.nan], [0.0, 1.0]])),
        ([1.0, 2.0], "neighbours"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(values: object, neighbours: object) -> None:
    for statistic in (gi_star, local_moran, count_tail):
        with pytest.raises(WrongTable, match="wanted"):
            statistic(values, neighbours)  # type: ignore[operator]


@given(st.lists(st.integers(0, 30), min_size=2, max_size=12), st.data())
def test_the_tail_of_whole_counts_is_the_binomial_one(counts: list[int], data: st.DataObject) -> None:
    n = len(counts)
    w = np.array(data.draw(st.lists(st.booleans(), min_size=n * n, max_size=n * n)), float).reshape(n, n)
    np.fill_diagonal(w, 1)
    exposure = np.array(data.draw(st.lists(st.integers(1, 9), min_size=n, max_size=n)), float)
    tail = count_tail(counts, csr_array(w), exposure)
    k, share = w @ np.array(counts), w @ exposure / exposure.sum()
    assert tail.upper == pytest.approx(stats.binom.sf(k - 1, sum(counts), share), rel=1e-9, abs=1e-300)
    assert tail.lower == pytest.approx(stats.binom.cdf(k, sum(counts), share), rel=1e-9, abs=1e-300)


def test_the_tail_falls_without_a_jump_between_whole_counts() -> None:
    more = [count_tail([k, 50 - k] + [0.0] * 8, eye_array(10)).upper[0] for k in np.linspace(0.25, 49, 400)]
    assert (np.diff(more) < 0).all()


def test_a_cell_that_was_not_watched_is_not_judged() -> None:
    tail = count_tail([0, 5, 1], np.ones((3, 3)), [0, 2, 2])
    assert np.isnan(tail.upper[0]) and not np.isnan(tail.upper[1:]).any()
    with pytest.raises(WrongTable, match="below 0"):
        count_tail([1, -1], eye_array(2))


@given(st.lists(st.floats(0, 1) | st.just(float("nan")), max_size=30), st.floats(0, 1))
def test_discoveries_are_the_largest_set_under_the_line_of_benjamini_and_hochberg(p: list[float], alpha: float) -> None:
    tested = sorted(value for value in p if not np.isnan(value))
    line = [value for rank, value in enumerate(tested, 1) if value <= alpha * rank / len(tested) * (1 + 1e-12)]
    limit = max(line, default=-1.0)
    assert discoveries(p, alpha).tolist() == [bool(value <= limit) for value in p]


def test_a_p_that_is_no_share_is_refused() -> None:
    with pytest.raises(WrongTable, match="outside 0 to 1"):
        discoveries([0.1, 1.2], 0.05)
