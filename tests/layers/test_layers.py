"""Promises that hold for all layers together."""

import subprocess
import sys

import pytest

from geodata.settings import ROLES
from layers.catalogue import LAYERS, visible_to


def test_outsiders_are_offered_no_layer_that_holds_single_events():
    for role in ("donor", "public"):
        assert {entry.id for entry in visible_to(role)} == {"published_totals", "corridors", "boundary", "sections", "posts"}
        assert not any(entry.holds_events for entry in visible_to(role))


def test_command_and_planners_are_offered_every_layer_of_events():
    for role in ("command", "planner"):
        assert {"seizures", "incidents", "heatmap", "surface"} <= {entry.id for entry in visible_to(role)}


def test_every_layer_has_one_entry_and_someone_who_sees_it():
    assert len({entry.id for entry in LAYERS}) == len(LAYERS)
    assert all(entry.roles and set(entry.roles) <= set(ROLES) and entry.title_key == f"layer.{entry.id}" for entry in LAYERS)


@pytest.mark.parametrize(
    "module", ["layers.base", "layers.catalogue", "layers.selection", "layers.timeline", "layers.key_figures", "layers.ranking"]
)
def test_what_the_first_page_needs_loads_nothing_heavy(module):
    code = f"import sys, {module}; print([m for m in ('scipy', 'h3', 'geopandas', 'pyproj', 'shapely') if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "[]"
