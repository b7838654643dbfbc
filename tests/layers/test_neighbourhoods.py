"""Neighbourhoods: rings of cells, chains of sections, and what callers give instead."""

import h3.api.numpy_int as h3
import numpy as np
import pytest
from scipy.sparse import csr_array

from geodata.errors import WrongTable
from layers.neighbourhoods import of_cells, of_line, with_itself

CENTRE = h3.latlng_to_cell(37.6, 69.0, 5)


def test_a_full_disc_of_cells_has_rings_around_its_centre_and_each_cell_is_its_own_neighbour() -> None:
    cells = np.asarray(h3.grid_disk(CENTRE, 3), np.uint64)
    for rings, many in ((0, 1), (1, 7), (2, 19), (3, 37)):
        near = of_cells(cells, rings)
        assert near[list(cells).index(CENTRE)].sum() == many
        assert (near.toarray() == near.toarray().T).all() and (near.diagonal() == 1).all() and set(near.data) == {1.0}


def test_neighbours_are_those_within_as_many_steps_whatever_the_order_of_the_cells() -> None:
    cells = np.random.default_rng(1).permutation(np.asarray(h3.grid_disk(CENTRE, 4), np.uint64))[:40]
    slow = [[float(h3.grid_distance(int(a), int(b)) <= 1) for b in cells] for a in cells]
    assert of_cells(cells).toarray().tolist() == slow


def test_no_cell_one_cell_and_cells_far_apart_are_answered() -> None:
    assert of_cells([]).shape == (0, 0)
    assert of_cells([CENTRE]).toarray().tolist() == [[1]]
    far = h3.latlng_to_cell(10.0, 20.0, 5)
    assert of_cells([CENTRE, far]).toarray().tolist() == [[1, 0], [0, 1]]


def test_what_is_no_study_area_is_refused() -> None:
    with pytest.raises(WrongTable, match="twice"):
        of_cells([CENTRE, CENTRE])
    with pytest.raises(WrongTable, match="no H3 cell"):
        of_cells([12345])


def test_a_section_has_the_one_before_and_the_one_after() -> None:
    assert of_line(4).toarray().tolist() == [[1, 1, 0, 0], [1, 1, 1, 0], [0, 1, 1, 1], [0, 0, 1, 1]]
    assert of_line(0).shape == (0, 0) and of_line(1).toarray().tolist() == [[1]]
    assert (of_line(9, steps=3).toarray() == (np.abs(np.subtract.outer(range(9), range(9))) <= 3)).all()


def test_who_is_missing_in_his_own_neighbourhood_gets_the_weight_of_the_others() -> None:
    given = csr_array([[0, 0.5, 0.5], [2.0, 2.0, 0.0], [0.0, 0.0, 0.0]])
    assert with_itself(given, 3).toarray().tolist() == [[0.5, 0.5, 0.5], [2, 2, 0], [0, 0, 1]]
