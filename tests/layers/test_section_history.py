"""Section history: a stretch that lights up in the last step is new, and a quiet line has no news."""

import numpy as np
import pytest

from layers.section_history import section_history


def line(material_of, table, first, last, reported=None, months=None):
    """A material whose sections had these events, int (m, s)."""
    from dataclasses import replace

    m, s = table.shape
    return replace(
        material_of([]), months=[f"{2010 + k // 12}-{k % 12 + 1:02d}" for k in range(m)], first=first, last=last,
        reported=np.ones(m, bool) if reported is None else reported, section_ids=[f"s{k}" for k in range(s)], section_km=np.full(s, 30.0),
        section_n=table,
    )  # fmt: skip


def test_a_stretch_that_lights_up_at_the_end_is_new(material_of):
    table = np.random.default_rng(1).poisson(2, (36, 20))
    table[35, 7:9] += 40
    found = section_history(line(material_of, table, 33, 35))
    assert found.kind[7] == "new_hot" and (found.width, found.n_steps) == (1, 12) and not found.is_short
    assert not any(kind.endswith("_hot") for kind in found.kind[12:])


def test_a_long_period_goes_by_quarters_and_a_young_store_is_short(material_of):
    table = np.random.default_rng(1).poisson(2, (48, 20))
    assert section_history(line(material_of, table, 0, 47)).width == 3
    young = section_history(line(material_of, table[:4], 1, 3))
    assert young.n_steps == 4 and young.is_short


@pytest.mark.parametrize("months", [1, 2, 12])
def test_nothing_recorded_or_nothing_reported_is_no_news(material_of, months):
    none = np.zeros((months, 20), int)
    assert set(section_history(line(material_of, none, 0, months - 1)).kind) == {"none"}
    dark = line(material_of, none + 5, 0, months - 1, reported=np.zeros(months, bool))
    assert set(section_history(dark).kind) == {"none"}
    assert section_history(line(material_of, none, 1, 0)).n_steps <= 1


def test_quiet_lines_seldom_have_news(material_of):
    random, news = np.random.default_rng(9), 0
    for _ in range(200):
        news += (section_history(line(material_of, random.poisson(1.0, (24, 40)), 12, 23)).kind != "none").any()
    assert news <= 22, "5 % of maps and what 200 of them may add"
