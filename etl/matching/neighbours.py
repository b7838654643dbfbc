"""Neighbours: where the other reports of a file are; of two places of one name, a file about Khatlon means the one in Khatlon."""

from collections.abc import Iterable

import numpy as np

from etl.matching.deciding import CLEAR, SURE, Named
from etl.matching.index import Place

#: Only places known this closely speak for others, and so many of them must there be.
SHARP_M, FEWEST = 60_000.0, 5
REACH_M = 75_000.0
#: What it is worth when all other reports of the country are near.
WEIGHT = 0.5
_METRES_A_DEGREE = 111_000.0


class Neighbours:
    """Where the sure answers of each country are, with how many rows have them."""

    def __init__(self, answers: Iterable[tuple[str, Named, int]]) -> None:
        points: dict[str, list[tuple[float, float, int]]] = {}
        for iso3, named, n in answers:
            place = named.place
            if named.status == "located" and place is not None and place.uncertainty_m <= SHARP_M:
                points.setdefault(iso3, []).append((place.lon, place.lat, n))
        self._points = {iso3: np.array(there, dtype=float) for iso3, there in points.items() if len(there) >= FEWEST}
        self._shares: dict[tuple[str, str], float] = {}

    def settled(self, iso3: str, named: Named) -> Named:
        """The same, or the one of the candidates that lies where the other reports of the country do, where that makes it clear."""
        if iso3 not in self._points:
            return named
        fits = [each.fit + WEIGHT * self._share(iso3, each.place) for each in named.ranked]
        first, second = sorted(range(len(fits)), key=lambda i: -fits[i])[:2]
        best = named.ranked[first]
        if fits[first] - fits[second] < CLEAR or not best.is_home or best.strain:
            return named
        score = round(best.alike * SURE, 3)
        rule = f"{named.rule}; by_neighbours"
        if score < SURE * 0.95:
            return named
        return named._replace(place=best.place, sure=best.place, status="located", score=max(score, SURE), rule=rule)

    def _share(self, iso3: str, place: Place) -> float:
        """The share of the country's sure reports within REACH_M of a place."""
        key = iso3, place.place_id
        if key not in self._shares:
            lon, lat, n = self._points[iso3].T
            east = (lon - place.lon) * np.cos(np.radians(place.lat)) * _METRES_A_DEGREE
            north = (lat - place.lat) * _METRES_A_DEGREE
            self._shares[key] = float(n[np.hypot(east, north) <= REACH_M].sum()) / float(n.sum())
        return self._shares[key]
