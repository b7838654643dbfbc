"""Neighbours: where the other reports of a file are; of two places of one name, a file about Khatlon means the one in Khatlon."""

from collections.abc import Iterable

import numpy as np

from etl.matching.deciding import Extra, Named
from etl.matching.index import Place

#: Only places known this closely speak for others, and so many of them must there be.
SHARP_M, FEWEST = 60_000.0, 5
REACH_M = 75_000.0
#: What it is worth when all other reports of the country are near.
WEIGHT = 0.3
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

    def extra(self, iso3: str) -> Extra | None:
        """What speaks for a place: the share of the country's reports within REACH_M; None where too few are sure."""
        points = self._points.get(iso3)
        if points is None:
            return None
        lon, lat, n = points[:, 0], points[:, 1], points[:, 2]
        everything = float(n.sum())

        def share(place: Place) -> float:
            east = (lon - place.lon) * np.cos(np.radians(place.lat)) * _METRES_A_DEGREE
            north = (lat - place.lat) * _METRES_A_DEGREE
            return WEIGHT * float(n[np.hypot(east, north) <= REACH_M].sum()) / everything

        return share
