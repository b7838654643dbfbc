"""What cannot be answered is refused in one sentence that names the row."""

import math

import numpy as np
import pytest

from geodata.errors import PanjError
from layers.siting import SitingError, max_coverage, p_centre, p_median, set_coverage

COST = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
ONES = np.ones(2)


def with_cost(row, candidate, value):
    cost = COST.copy()
    cost[row, candidate] = value
    return cost


BAD = {
    "p larger than the candidates": (lambda: p_median(COST, ONES, 4), "p is 4, more than the 3 candidates"),
    "p of no site": (lambda: p_centre(COST, 0), "p came as 0"),
    "p that is no whole number": (lambda: max_coverage(COST, ONES, 1.5, 1), "p came as 1.5"),
    "p larger than what is not excluded": (lambda: p_centre(COST, 3, excluded={1: "mines"}), "1 of 3 are excluded"),
    "fixed that is no candidate": (lambda: p_median(COST, ONES, 2, [3]), "Candidate 3 is fixed"),
    "fixed before the first": (lambda: p_median(COST, ONES, 2, [-1]), "Candidate -1 is fixed"),
    "more fixed than p": (lambda: max_coverage(COST, ONES, 1, 2, [0, 2]), "2 sites are fixed .candidates 0, 2. but p is 1"),
    "fixed and excluded": (lambda: set_coverage(COST, 9, [1], excluded={1: "mines"}), r"Candidate 1 is both fixed and excluded \(mines\)"),
    "excluded without a reason": (lambda: set_coverage(COST, 9, excluded={1: " "}), "Candidate 1 is excluded without a reason"),
    "all excluded": (lambda: set_coverage(COST, 9, excluded=dict.fromkeys(range(3), "war")), "All 3 candidates are excluded"),
    "negative weight": (lambda: p_median(COST, [1, -2], 1), "Demand row 1: the weight is -2"),
    "weight that is not known": (lambda: max_coverage(COST, [math.nan, 1], 1, 1), "Demand row 0: the weight is nan"),
    "weight without end": (lambda: p_median(COST, [1, math.inf], 1), "Demand row 1: the weight is inf"),
    "a weight too few": (lambda: p_median(COST, [1], 1), "one for each of the 2 demand rows"),
    "cost that is not known": (lambda: p_centre(with_cost(1, 2, math.nan), 1), "Demand row 1, candidate 2: the cost is nan"),
    "negative cost": (lambda: p_median(with_cost(0, 1, -3), ONES, 1), "Demand row 0, candidate 1: the cost is -3"),
    "cost of one row": (lambda: p_centre(COST[0], 1), "shape .3,."),
    "no candidate": (lambda: p_centre(np.zeros((2, 0)), 1), "shape .2, 0."),
    "no demand": (lambda: p_centre(np.zeros((0, 2)), 1), "shape .0, 2."),
    "words for costs": (lambda: p_centre([["far", "near"]], 1), "not a table of numbers"),
    "an island, median": (lambda: p_median([[1, 2], [math.inf, math.inf]], ONES, 1), "Demand row 1 has no candidate in reach"),
    "an island, centre": (lambda: p_centre([[1, 2], [math.inf, math.inf]], 1), "Demand row 1 has no candidate in reach: none can"),
    "an island, set cover": (lambda: set_coverage(COST, 3), "Demand row 1 has no candidate in reach: the nearest is at 4, the radius is 3"),
    "an island without what is excluded": (lambda: set_coverage(COST, 4, excluded={0: "mines"}), "Demand row 1 has no candidate in reach"),
    "too few sites to reach all": (lambda: p_median([[1, math.inf], [math.inf, 1]], ONES, 1), "1 sites cannot reach .*: at least 2"),
    "too few sites to reach all, centre": (lambda: p_centre([[1, math.inf], [math.inf, 1]], 1), "at least 2 are needed"),
    "radius that is not known": (lambda: max_coverage(COST, ONES, 1, math.nan), "radius came as nan"),
    "negative radius": (lambda: set_coverage(COST, -1), "radius came as -1"),
    "nobody in reach of anybody": (
        lambda: max_coverage(COST, [0, 1], 1, 3.5),
        "row 1 is the nearest to one, at 4, the radius is 3.5",
    ),
    "nobody in reach but who is excluded": (lambda: max_coverage(COST, ONES, 1, 1, excluded={0: "mines"}), "row 0 is the nearest"),
    "islands only": (lambda: max_coverage([[math.inf]], [1], 1, 9), "none can be reached at all"),
    "fixed that is one number": (lambda: p_median(COST, ONES, 2, 1), "fixed came as 1; a list"),
    "fixed that is nothing": (lambda: p_centre(COST, 2, None), "fixed came as None; a list"),
    "fixed that is yes and no": (lambda: p_median(COST, ONES, 2, np.array([True, False, False])), "A fixed candidate came as True"),
    "excluded in a list": (lambda: set_coverage(COST, 9, excluded=[1]), "excluded came as .1.; candidates with their reasons"),
    "more weight than a number": (lambda: max_coverage(COST, [1e308, 1.5e308], 1, 3), "demand row 1 has 1.5e.308"),
    "more cost than a number": (lambda: p_median(with_cost(1, 0, 1e200), [1, 1e200], 1), "Demand row 1: weight times cost"),
    "time in words": (lambda: p_median(COST, ONES, 1, time_limit_s="long"), "time limit came as 'long'"),
    "time that is nothing": (lambda: p_median(COST, ONES, 1, time_limit_s=None), "time limit came as None"),
    "no time": (lambda: p_centre(COST, 1, time_limit_s=0), "time limit came as 0"),
}


@pytest.mark.parametrize("case", BAD)
def test_it_is_refused_in_one_sentence(case):
    ask, said = BAD[case]
    with pytest.raises(SitingError, match=said) as caught:
        ask()
    text = str(caught.value)
    assert "\n" not in text and text.endswith(".") and len(text) < 200
    assert isinstance(caught.value, ValueError) and isinstance(caught.value, PanjError)


def test_a_row_that_nobody_can_cover_is_no_error_of_a_cover_model():
    plan = max_coverage(COST, ONES, 1, 3.5)
    assert (plan.objective, plan.status, plan.assignment) == (1, "optimal", (0, -1))
