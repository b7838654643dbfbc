"""Sites: where offices stand already, and where further ones may."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.planning.question import EVERY, PLACES, PlanningError, Question
from layers.travel.network import Network
from layers.travel.off_road import OffRoad, Places, legs, places

#: Kind of a post that is an office already.
EXISTING = "blo"


class Sites(NamedTuple):
    """table: [id, kind, name_en, name_ru, name_tg, country_iso3, district_id, lon, lat, status], EPSG:4326, existing offices first, then by
    id. n_existing: how many of them stand. excluded: reason by row."""

    table: pd.DataFrame
    n_existing: int
    excluded: Mapping[int, str]

    def locked(self, question: Question) -> NDArray[np.int64]:
        """Rows that are chosen whatever the rest: existing offices and those that the question names."""
        rows = pd.Index(self.table["id"]).get_indexer(pd.Index(list(question.locked)))
        for at in np.flatnonzero(rows < 0):
            raise PlanningError(f"locked names {question.locked[int(at)]!r}, which is no office and no candidate of this plan.")
        return np.unique(np.concatenate([np.arange(self.n_existing), rows]))


def sites_of(question: Question, posts: pd.DataFrame, districts: pd.DataFrame) -> Sites:
    """posts, districts: of `geodata.places`. A candidate beside an existing office of its own name stays one: the planner excludes it.

    Raises PlanningError where nothing is left to choose from, or an excluded id is none.
    """
    of_posts = posts.assign(status=posts["status"].fillna("unknown"))
    seats = districts.rename(columns={"district_id": "id"}).assign(kind="district_seat", status="open")
    seats["district_id"] = seats["id"]
    columns = ["id", "kind", "name_en", "name_ru", "name_tg", "country_iso3", "district_id", "lon", "lat", "status"]
    of_posts = of_posts[np.isfinite(of_posts["lon"].to_numpy(float)) & np.isfinite(of_posts["lat"].to_numpy(float))]
    existing = of_posts[(of_posts["kind"] == EXISTING) & (of_posts["status"] != "closed")]
    further = pd.concat([of_posts[of_posts["kind"] != EXISTING], seats], ignore_index=True)
    further = further[further["kind"].isin(question.candidates) & further["country_iso3"].isin(question.spans)]
    further = further[np.isfinite(further["lon"].to_numpy(float)) & np.isfinite(further["lat"].to_numpy(float))]
    if further.empty:
        raise PlanningError("There is no candidate: no place of these kinds lies in these countries.")
    table = pd.concat([existing.sort_values("id"), further.sort_values("id")], ignore_index=True)[columns]
    rows = {id: row for row, id in enumerate(table["id"])}
    for id in question.excluded:
        if id not in rows:
            raise PlanningError(f"excluded names {id!r}, which is no candidate of this plan.")
    return Sites(table, len(existing), {rows[id]: reason for id, reason in question.excluded.items()})


def costs_of_sites(question: Question, sites: Sites) -> NDArray[np.float64] | None:
    """Money that each site costs, float (s,), 0 where it stands; None without a budget. Raises PlanningError, naming the place or the
    word."""
    if not question.budget:
        return None
    table, costs = sites.table, question.costs
    known = {*table["id"], *PLACES, EVERY}
    for name in costs:
        if name not in known:
            raise PlanningError(
                f"costs names {name!r}, which is no candidate of this plan and no kind of place ({', '.join(PLACES)}, {EVERY})."
            )
    found = np.zeros(len(table))
    for row in range(sites.n_existing, len(table)):
        id, kind = table["id"].iloc[row], table["kind"].iloc[row]
        price = next((costs[name] for name in (id, kind, EVERY) if name in costs), None)
        if price is None and row not in sites.excluded:
            raise PlanningError(f'costs says nothing of {id} ({kind}): give it by id, by kind or for "{EVERY}".')
        found[row] = price or 0.0
    return found


def refuse_islands(network: Network, sites: Sites) -> None:
    """Raises PlanningError, naming the first candidate that is not excluded and can walk to no road of its country."""
    at = places_of(sites.table)
    reached = legs(network, at, OffRoad()).place
    for row in np.setdiff1d(np.arange(sites.n_existing, len(sites.table)), reached).tolist():
        if row not in sites.excluded:
            site = sites.table.iloc[row]
            raise PlanningError(
                f"{site['id']} ({site['name_en']}) is an island: no road of {site['country_iso3']} within {OffRoad().reach_km:g} km. "
                "Exclude it with a reason, or add a road to it."
            )


def places_of(table: pd.DataFrame) -> Places:
    """Where a table's places lie, and the country out of which nobody walks from there."""
    return places(table["lon"], table["lat"], table["country_iso3"])
