"""The brief: asks the same questions as the tabs of the page and hands their answers to one sheet."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from dashboard.answers import brief as sheet
from dashboard.answers.sectors import sectors
from dashboard.language import Language
from dashboard.queries import Queries
from dashboard.queries.alerts import alerts
from dashboard.queries.changes import changes, silent
from dashboard.queries.hot import hot, stability
from dashboard.queries.proof import proof
from dashboard.queries.statistics import insider
from dashboard.user import User
from dashboard.view_state import ViewState
from layers.cells import rings

GROUND = ("land", "provinces", "line", "sections", "places", "countries")
#: Filter of the view and the prefix of its words, in the order in which they are read out.
SAID = (
    ("drugs", "drug"), ("kinds", "kind"), ("countries", "country"), ("agencies", ""), ("transports", "transport"),
    ("reliabilities", "reliability"), ("accuracies", "accuracy"),
)  # fmt: skip


def brief(queries: Queries, state: ViewState, user: User) -> dict[str, Any]:
    """The sheet of a view. Raises NotAllowed for outsiders."""
    snapshot, say = insider(queries, user), user.say
    found = hot(queries, state, user)
    share_of_cell, share_of_section, material = stability(queries, snapshot, state)
    shares = dict(zip(material.section_ids, share_of_section.tolist(), strict=True))
    # How often each stays so when positions move: the page asks for it apart, paper cannot wait for a second answer.
    told = [{**section, "stability": _known(shares.get(section["id"]))} for section in found.header["sections"]]
    selection, places = snapshot.selection(state), queries.places
    chosen = {sector.id: sector for sector in sectors(places, say)}.get(state.sector)
    window = chosen.box if chosen and len(chosen.box) == 4 else sheet.WHOLE_LINE
    where = _where(queries)
    # What is named on the sheet lies on its map, and in the sector where one was picked; what lies around it is drawn.
    drawn_here = [section for section in told if _lies_in(where.get(f"section:{section['id']}"), window)]
    mine = snapshot.reach(state)
    own = [section for section in told if not mine.areas or section["id"] in mine.sections]
    named = [section["id"] for section in drawn_here if section in own]
    hot_elsewhere = sum(1 for section in own if sheet.is_hot(section) and section["id"] not in named)
    answers = sheet.Answers(
        hot={**found.header, "sections": drawn_here, "named": named, "elsewhere": hot_elsewhere},
        changes=changes(queries, state, user),
        silent=_inside(silent(queries, state, user), where, window),
        alerts=alerts(queries, user, state),
        proof=proof(queries, state, user),
    )
    ground = queries.ground_shapes(GROUND)
    shown = np.flatnonzero(found.cell_class)
    drawn = sheet.Drawn(
        rings=rings(found.cells[shown]),
        kinds=[int(found.cell_class[k]) for k in shown],
        unstable=frozenset(np.flatnonzero(share_of_cell[shown] < sheet.STABLE).tolist()),
        sections={f["properties"]["section_id"]: f["geometry"]["coordinates"] for f in ground["sections"]["features"]},
        posts=[(p["lon"], p["lat"], p["status"] == "open") for p in places.posts.dropna(subset=["lon", "lat"]).to_dict("records")],
    )
    about = queries.about(user)
    return sheet.brief(
        answers, drawn, ground, places.names(say.code), say,
        period=say.period(selection.first_month, selection.last_month) if selection.first_month and selection.last_month else "",
        what=" · ".join(text for text in (said(state, say), queries.sector_words(state, user)) if text),
        place=chosen.name if chosen and chosen.box else say("brief.whole"),
        window=window, unassigned=_unassigned(queries, state, user),
        is_generated=about.is_generated, today=date.today(), version=str(about.data_version)[:8],
    )  # fmt: skip


def _unassigned(queries: Queries, state: ViewState, user: User) -> str:
    n, country = queries.unassigned(state, user)
    return user.say("sector.unassigned", n=n, country=country) if n else ""


Place = tuple[float, float] | None


def _where(queries: Queries) -> Mapping[str, Place]:
    """What can be picked -> the middle of where it lies, lon and lat."""
    places = queries.places
    posts = {f"post:{p['id']}": (p["lon"], p["lat"]) for p in places.posts.dropna(subset=["lon", "lat"]).to_dict("records")}
    middles = places.sections["geometry"].map(lambda line: line.interpolate(0.5, normalized=True))
    return posts | {f"section:{id}": (at.x, at.y) for id, at in zip(places.sections["section_id"], middles, strict=True)}


def _lies_in(place: Place, window: tuple[float, ...]) -> bool:
    west, south, east, north = window
    return place is None or (west <= place[0] <= east and south <= place[1] <= north)


def _inside(answer: dict[str, Any], where: Mapping[str, Place], window: tuple[float, ...]) -> dict[str, Any]:
    """The same answer without lines about places beyond the sheet's map."""
    groups = [
        {**group, "items": [item for item in group["items"] if _lies_in(where.get(item["picks"]), window)]} for group in answer["groups"]
    ]
    n_elsewhere = sum(len(group["items"]) for group in answer["groups"]) - sum(len(group["items"]) for group in groups)
    return {**answer, "groups": groups, "elsewhere": n_elsewhere}


def _known(share: float | None) -> float | None:
    return share if share is not None and np.isfinite(share) else None


def said(state: ViewState, say: Language) -> str:
    """The filters of a view in words."""
    words = []
    for name, prefix in SAID:
        values = getattr(state, name)
        words += [say(f"{prefix}.{value}") if prefix and say.has(f"{prefix}.{value}") else value for value in values]
    chosen = ", ".join(words) if words else say("brief.all")
    # That events are counted is what "all recorded events" says already.
    return f"{chosen} · {say('measure.kg')}" if state.measure == "kg" else chosen
