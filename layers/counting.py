"""Counting: events and kilograms of each thing on the map, and how many of them are not surely its own."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.happenings import sum_by


def tally(
    happenings: pd.DataFrame, event: NDArray[np.intp], thing: NDArray[np.intp], unsure: NDArray[np.bool_], n_things: int
) -> pd.DataFrame:
    """Add up pairs of a happening and a thing.

    happenings: one row per event. event, thing: row numbers, (k,), a pair may come twice and counts once. unsure: for each pair,
    whether the event may as well belong elsewhere. Returns n_things rows: n, weight_kg, n_unsure, share_unsure (empty where n is 0).
    """
    _, first = np.unique(event.astype(np.int64) * n_things + thing, return_index=True)
    event, thing, unsure = event[first], thing[first], unsure[first]
    n = np.bincount(thing, minlength=n_things)
    n_unsure = np.bincount(thing[unsure], minlength=n_things)
    return pd.DataFrame(
        {
            "n": n,
            "weight_kg": sum_by(thing, happenings["weight_kg"].to_numpy(float)[event], n_things),
            "n_unsure": n_unsure,
            "share_unsure": np.divide(n_unsure, n, out=np.full(n_things, np.nan), where=n > 0),
        }
    )


def beside(things: pd.DataFrame, counts: pd.DataFrame | None) -> pd.DataFrame:
    """The things with their counts; columns that the counts bring are left out where there are none to give (outsiders)."""
    plain = pd.DataFrame({name: things[name].to_numpy() for name in things.columns})
    return plain if counts is None else pd.concat([plain, counts.reset_index(drop=True)], axis=1)
