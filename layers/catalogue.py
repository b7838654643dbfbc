"""Catalogue: every layer there is, in drawing order, and which roles may see it."""

from typing import Literal, NamedTuple

from geodata.settings import ROLES, Role

INSIDERS: tuple[Role, ...] = ("command", "planner")


class Entry(NamedTuple):
    """One switch of the page. holds_events: it is made from single events, which outsiders may never see, not even added up anew."""

    id: str
    title_key: str
    shape: Literal["point", "line", "area", "cells", "surface"]
    roles: tuple[Role, ...]
    is_on: bool
    holds_events: bool


#: From the ground up. Sections, corridors and posts are shown to everyone, to outsiders without counts.
LAYERS = (
    Entry("published_totals", "layer.published_totals", "area", ("donor", "public"), True, False),
    Entry("surface", "layer.surface", "surface", INSIDERS, False, True),
    Entry("heatmap", "layer.heatmap", "cells", INSIDERS, True, True),
    Entry("corridors", "layer.corridors", "line", ROLES, True, False),
    Entry("boundary", "layer.boundary", "line", ROLES, True, False),
    Entry("sections", "layer.sections", "line", ROLES, False, False),
    Entry("posts", "layer.posts", "point", ROLES, True, False),
    Entry("incidents", "layer.incidents", "point", INSIDERS, True, True),
    Entry("seizures", "layer.seizures", "point", INSIDERS, True, True),
)


def visible_to(role: Role) -> tuple[Entry, ...]:
    """The layers that a role may switch on, in drawing order."""
    return tuple(entry for entry in LAYERS if role in entry.roles)
