"""Pool: places as reports told them, found once. Locating each of ten million reports anew would take a quarter of an hour more.

The first part of every demonstration is located report by report; the parts after it hold new events (date, kind, drug, amount,
agency) whose words and coordinates for the place are those of a report of the same origin in the pool.
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.demo.scene import Scene
from etl.demo.whereabouts import whereabouts
from etl.ground import Ground
from etl.locate import locate_events
from etl.parse import Context, event_table
from geodata.model import EVENT, LOCATED_EVENT, columns

#: Reports whose places are found, and how many of each origin at least.
SIZE = 200_000
LEAST = 20
#: What the locator adds to a report.
FOUND = [name for name in columns(LOCATED_EVENT) if name not in columns(EVENT)]


class Pool(NamedTuple):
    """told: what a report says of its place, arrays (p,). found: the located columns, p rows. start: the rows of origin o are
    start[o]..start[o + 1]."""

    told: dict[str, NDArray[Any]]
    found: pd.DataFrame
    start: NDArray[np.intp]

    def draw(self, origin: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.intp]:
        """A row of the pool for each event, any of its origin's with the same chance."""
        begin, end = self.start[origin], self.start[origin + 1]
        return begin + (rng.random(len(origin)) * (end - begin)).astype(np.intp)


def make_pool(scene: Scene, gazetteer: pd.DataFrame, ground: Ground, region: tuple[str, ...], seed: int, size: int = SIZE) -> Pool:
    """About ``size`` places; an origin has as large a share of them as of the events, and at least `LEAST`. Decided by the seed."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, 2]))
    share = scene.intensity.sum(axis=1)
    each = np.where(share > 0, np.maximum(LEAST, np.round(size * share)), 0).astype(np.intp)
    origin = np.repeat(np.arange(len(each)), each)
    told = whereabouts(scene, origin, rng)
    country = np.array([o.country for o in scene.origins], object)[origin]
    rows = pd.DataFrame({"row_number": np.arange(len(origin)) + 2})
    given = {"report_id": "", "event_id": "", "repeat_number": 1, "kind": "seizure", "date_precision": "unknown", "country_iso3": country}
    asked = event_table(Context("demo", "", 0), rows, {**given, **told})
    found = locate_events(asked, gazetteer, ground, region).events[FOUND]
    return Pool(told, found, np.concatenate([[0], np.cumsum(each)]))
