import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.base import keys_only
from layers.steps import STEPS, legend, limits, step_of


@given(st.floats(1e-6, 1e9))
def test_the_steps_climb_to_the_largest_value_and_are_numbers_of_the_1_2_5_series(largest):
    lower = limits(largest)
    assert len(lower) == STEPS
    assert lower == sorted(lower)
    assert lower[-1] <= largest * (1 + 1e-9) < lower[-1] * 2.6
    assert {f"{limit:e}"[0] for limit in lower} <= {"1", "2", "5"}
    assert step_of([largest * (1 + 1e-9), 0.0], lower).tolist() == [STEPS, 0]


def test_a_value_on_a_limit_belongs_to_the_class_that_begins_there():
    assert step_of([0.19, 0.2, 0.49, 0.5], [0.2, 0.5]).tolist() == [0, 1, 1, 2]


@pytest.mark.parametrize("largest", [0.0, -1.0, np.nan, np.inf])
def test_nothing_has_no_steps(largest):
    assert limits(largest) == []
    assert step_of([0.0, 1.0], []).tolist() == [0, 0]
    assert legend([], keys_only) == ()


def test_the_legend_says_each_lower_limit():
    assert limits(37) == [0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0]
    assert legend([0.2, 10.0], lambda key, **values: f"{key} {values['value']}") == (
        ("0.2", "legend.from_value 0.2"),
        ("10", "legend.from_value 10.0"),
    )
