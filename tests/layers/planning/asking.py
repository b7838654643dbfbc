"""A small question with its answer's ingredients: 30 places of demand, two offices that stand and seven candidates."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, eye_array

from layers.planning.demand import Demand, detected
from layers.planning.question import Question
from layers.planning.records import Amounts, Records, spread_amounts
from layers.planning.sites import Sites

N_PLACES, N_SITES, N_EXISTING, N_EVENTS = 30, 9, 2, 60


def nobody_hears(what: str, done: int, of: int) -> None:
    assert 0 <= done <= of, what


def asked(seed: int = 1, places: int = N_PLACES, **more):
    """(question, sites, demand, hours by scenario): events lie on two places each, half of their chance in each."""
    rng = np.random.default_rng(seed)
    question = Question("x", **({"new": 2, "hours": 2.0, "draws": 0, "draw_scenarios": ("winter",)} | more))
    at = rng.permuted(np.tile(np.arange(places), (N_EVENTS, 1)), axis=1)[:, :2]
    shapes = csr_array((np.full(2 * N_EVENTS, 0.5), (np.repeat(np.arange(N_EVENTS), 2), at.ravel())), shape=(N_EVENTS, places))
    records = Records(
        which=np.arange(N_EVENTS),
        shapes=shapes,
        row=np.arange(places),
        is_seizure=rng.random(N_EVENTS) < 0.7,
        kg=rng.uniform(0, 5, N_EVENTS),
        told_in=rng.integers(0, 12, N_EVENTS),
    )
    more_kinds = {"crossings": (np.arange(places) % 7 == 0).astype(float), "districts": (np.arange(places) % 11 == 0).astype(float)}
    table = pd.DataFrame({"id": [f"d{k}" for k in range(places)], "kind": "cell", "lon": 69.0, "lat": 38.0, "country_iso3": "TJK"})
    amounts = Amounts({**spread_amounts(records, places).recorded, **more_kinds}, {})
    demand = Demand(table, amounts, detected(question, rng.uniform(0, 8, places)), records, 3)
    names = [f"s{k}" for k in range(N_SITES)]
    country = ["TJK", "AFG", *["TJK"] * 4, *["AFG"] * 3]
    sites = pd.DataFrame({"id": names, "kind": "bcp", "name_en": names, "country_iso3": country, "lon": 69.0, "lat": 38.0})
    sites = sites.assign(name_ru=sites["name_en"], name_tg=None, status="open")
    hours = rng.uniform(0, 6, (places, N_SITES))
    hours[4 % places] = np.inf
    return question, Sites(sites, N_EXISTING, {}), demand, {"summer": hours, "winter": hours * rng.uniform(1, 2, hours.shape)}


def one_cell_each(places: int) -> csr_array:
    """Footprints of events that are placed exactly."""
    return csr_array(eye_array(places))
