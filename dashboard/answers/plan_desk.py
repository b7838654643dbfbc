"""What a planner chooses from: offices that stand, places where one may stand, and what is wrong with any of them."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from dashboard.language import Language
from geodata.distances import metres_between
from layers.planning.question import PLACES
from layers.planning.sites import EXISTING
from layers.travel.network import Network
from layers.travel.off_road import OffRoad, legs, places

#: A position that may be off by more than this is said to be unsure.
UNSURE_M = 5_000
#: A candidate nearer than this to an office that stands is said to lie beside it.
BESIDE_M = 3_000
CROSSINGS = ("bcp", "bridge")


def table(posts: pd.DataFrame, districts: pd.DataFrame) -> pd.DataFrame:
    """Offices and candidates of all kinds and countries.

    posts, districts: of `geodata.places`. Returns [id, kind, name_en, name_ru, name_tg, country_iso3, lon, lat, uncertainty_m, status],
    EPSG:4326, lon and lat NaN where nobody knows.
    """
    columns = ["id", "kind", "name_en", "name_ru", "name_tg", "country_iso3", "lon", "lat", "uncertainty_m", "status"]
    seats = districts.rename(columns={"district_id": "id"}).assign(kind="district_seat", status="open")
    seats = seats.reindex(columns=columns)
    of_posts = posts[posts["kind"].isin([*PLACES, EXISTING])].assign(status=lambda told: told["status"].fillna("unknown"))
    found = pd.concat([of_posts[columns], seats.dropna(subset=["lon", "lat"])], ignore_index=True)
    return found.sort_values(["kind", "id"], key=lambda column: column.map(lambda one: (one != EXISTING, one)), ignore_index=True)


def problems(found: pd.DataFrame, network: Network) -> dict[str, list[str]]:
    """What is wrong with each place, by id: no_position, unsure, closed, unknown, no_road, beside."""
    lon, lat = (found[name].to_numpy(float) for name in ("lon", "lat"))
    has = np.isfinite(lon) & np.isfinite(lat)
    at = places(lon[has], lat[has], found["country_iso3"][has])
    on_road = np.zeros(len(found), bool)
    on_road[np.flatnonzero(has)[np.unique(legs(network, at, OffRoad()).place)]] = True
    stands = np.flatnonzero(has & (found["kind"] == EXISTING).to_numpy())
    said: dict[str, list[str]] = {}
    for row, place in enumerate(found.to_dict("records")):
        is_candidate = place["kind"] != EXISTING
        near = (
            has[row]
            and is_candidate
            and len(stands)
            and bool((metres_between(lon[row], lat[row], lon[stands], lat[stands]) < BESIDE_M).any())
        )
        told = {
            "no_position": not has[row],
            "unsure": place["uncertainty_m"] > UNSURE_M and place["kind"] != "district_seat",
            "closed": place["status"] == "closed",
            "unknown": place["status"] == "unknown",
            "no_road": has[row] and not on_road[row],
            "beside": near,
        }
        if any(told.values()):
            said[place["id"]] = [name for name, is_so in told.items() if is_so]
    return said


def as_rows(found: pd.DataFrame, wrong: Mapping[str, Iterable[str]], say: Language) -> list[dict[str, Any]]:
    """The places for the page: name in the viewer's language, position or null, what is wrong."""
    return [
        {
            "id": place["id"],
            "kind": place["kind"],
            "name": place.get(f"name_{say.code}") or place["name_en"],
            "country": place["country_iso3"],
            "lon": _degrees(place["lon"]),
            "lat": _degrees(place["lat"]),
            "status": place["status"],
            "wrong": list(wrong.get(place["id"], ())),
        }
        for place in found.to_dict("records")
    ]


def _degrees(value: float) -> float | None:
    return round(float(value), 5) if np.isfinite(value) else None
