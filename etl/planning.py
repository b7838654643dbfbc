"""Making a plan: the question of a file, the events of the store and the roads in; the saved plan and what to say of it out."""

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.progress import Progress
from etl.save import store_if_there
from geodata.errors import BadFile, StoreProblem
from geodata.places.areas import area_shapes
from geodata.places.boundaries import countries_at
from geodata.places.cached import store_file
from geodata.places.districts import load_districts
from geodata.places.files import records
from geodata.places.posts import load_posts
from geodata.settings import Settings
from geodata.store import reading

if TYPE_CHECKING:
    from layers.planning.answer import Answer

FOLDER = "plans"
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Made:
    """stored_in: the plan; the sites and demand as GeoJSON beside it. is_same: it was there already, byte for byte. lines: to be read."""

    stored_in: Path
    is_same: bool
    lines: Sequence[str]


def make_plan(settings: Settings, file: Path, progress: Progress) -> Made:
    """Answer the question of a TOML file and keep the answer in the data folder.

    Raises BadFile, StoreProblem, PlanningError, SitingError.
    """
    from layers.planning.answer import answer, hours_between
    from layers.planning.demand import demand_of
    from layers.planning.question import read_question
    from layers.planning.saved import as_bytes, as_geojson, as_record
    from layers.planning.sites import places_of, sites_of
    from layers.travel.isochrones import hours_to_nearest
    from layers.travel.region import region_hours, region_network

    question = read_question(_read(file), file.stem)
    progress("reading", 0, 2)
    events, facts = _events(settings, question.first, question.last, question.drugs)
    posts, districts = load_posts(), load_districts()
    country_at = partial(countries_at, among=question.countries, cache=settings.cache)
    demand = demand_of(question, events, posts, districts, area_shapes(settings.cache), country_at)
    sites = sites_of(question, posts, districts)
    progress("ways", 1, 2)
    network, edge_hours = region_network(), region_hours(question.scenario)
    hours = hours_between(network, edge_hours, demand.table, sites.table)
    present = posts[(posts["status"] != "closed") & posts["lon"].notna()]
    to_posts = hours_to_nearest(network, edge_hours, places_of(present), places_of(demand.table)).hours
    found = answer(question, sites, demand, hours, to_posts, progress)
    record = as_record(
        found, {"store": facts.data_version, "roads": _fingerprint(edge_hours), "panj": _version()}, is_generated=facts.is_generated
    )
    folder = settings.data / FOLDER
    plan = as_bytes(record)
    stored_in = folder / f"{file.stem}.plan.json"
    is_same = stored_in.exists() and stored_in.read_bytes() == plan
    store_file(folder, stored_in.name, plan)
    store_file(folder, f"{file.stem}.geojson", as_bytes(as_geojson(found, is_generated=facts.is_generated)))
    marked = ["DEMONSTRATION: generated events, no plan for anybody"] if facts.is_generated else []
    return Made(stored_in, is_same, [*marked, *_said(found)])


def _read(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as problem:
        raise BadFile(f"{file} was not found: give the file of a plan (.toml).") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadFile(f"{file.name} is no TOML: {problem}.") from problem


def _events(settings: Settings, first: str, last: str, drugs: tuple[str, ...]) -> tuple[pd.DataFrame, reading.StoreFacts]:
    from layers.selection import Selection, select

    engine = store_if_there(settings)
    if engine is None:
        raise StoreProblem("There is no store yet: make run, or python -m etl run, loads the reports first.")
    try:
        facts = reading.facts(engine, role="command")
        events = reading.events(engine, role="command")
    finally:
        engine.dispose()
    chosen = Selection(drugs=drugs, first_month=first or None, last_month=last or None)
    return select(events, chosen).events, facts


def _fingerprint(hours: NDArray[np.float64]) -> str:
    """Of what the roads say: hours of each edge, to the microsecond."""
    return hashlib.sha256(np.nan_to_num(hours, posinf=-1).round(9).tobytes()).hexdigest()[:16]


def _version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def _said(found: "Answer") -> list[str]:
    question, table = found.question, found.sites.table
    total = found.demand.sum()

    def share(value: float) -> str:
        return f"{value:,.1f} of {total:,.1f} points ({value / total:.1%})"

    weights = " + ".join(f"{given:g} x share of {kind}" for kind, given in sorted(question.weights.items()))
    lines = [
        f"{question.name}: {question.model}, {question.new} new offices, {question.hours:g} h, {question.scenario}",
        f"  demand = {weights}; {len(found.demand):,} places, {found.demand_places.n_events:,} events",
        f"  the {found.sites.n_existing} offices that stand cover {share(found.before)}",
    ]
    for name, plan, weights_of in (
        ("as recorded", found.recorded, found.demand),
        ("corrected by presence", found.presence, found.corrected),
    ):
        names = ", ".join(str(table["name_en"].iloc[site]) for site in found.new_sites(plan))
        covered = weights_of[found.served_by(plan) >= 0].sum()
        lines.append(f"  {name}: {names}")
        lines.append(f"    covers {covered:,.1f} points ({covered / weights_of.sum():.1%}); {plan.status}, gap {plan.gap:.2%}")
    if found.flips:
        lines.append("  THE CHOICE FLIPS: demand corrected by presence asks for other sites than demand as recorded.")
    lines += [f"  {row.new} more: {share(row.covered)}, gap {row.gap:.2%}" for row in records(found.curve)]
    for one in found.nearly[1:]:
        gained, lost = (", ".join(str(table["name_en"].iloc[site]) for site in sites) for sites in (one.gained, one.lost))
        lines.append(f"  {one.loss:.2%} less: {gained} instead of {lost}")
    if question.draws:
        order = np.argsort(-found.chosen, kind="stable")
        often = [row for row in order.tolist() if row >= found.sites.n_existing and found.chosen[row] > 0][: question.new + 3]
        told = ", ".join(f"{table['name_en'].iloc[row]} {found.chosen[row]:.0%}" for row in often)
        lines.append(f"  chosen in {question.draws} draws: {told}")
    if len(found.out_of_reach):
        beyond = found.demand[found.out_of_reach].sum()
        lines.append(f"  out of reach by any road or on foot: {len(found.out_of_reach):,} places, {share(beyond)}")
    return lines
