"""A sample of reports of which it is known who tells of the same happening: mirror reports as they come, and near misses.

The forms of the pairs are those of the real files: grams beside kilograms and an oblast beside a town (Kazakhstan 2011), a day's
difference, a rounded weight, a lost decimal comma, a month without a day, two countries that tell of one operation. The near misses are
what a busy border also brings: another amount at the same post that day, the same round kilogram elsewhere, or there a week later.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geodata.model import LOCATED_EVENT, columns
from geodata.places.districts import load_districts, load_provinces

SAME = ("spelling", "grams", "rounded", "next_day", "wider", "comma_lost", "month_only", "two_drugs", "one_file", "two_countries")
NOT_SAME = ("other_amount", "other_place", "other_day", "other_drug", "other_amount_province", "other_side")
FIRST_DAY, DAYS = dt.date(2015, 1, 1), 730
DRUGS, DRUG_SHARES = ("heroin", "opium", "hashish", "cannabis", "methamphetamine"), (0.35, 0.25, 0.2, 0.15, 0.05)
COUNTRIES, COUNTRY_SHARES = ("TJK", "UZB", "KGZ", "KAZ", "AFG"), (0.5, 0.15, 0.1, 0.15, 0.1)
AGENCIES = {"TJK": "DCA", "UZB": "MIA", "KGZ": "SCNS KR", "KAZ": "NSC", "AFG": "CNPA"}
ROUND_KG = (1.0, 2.0, 5.0, 10.0, 20.0)
#: Said of a seizure more or less often; two forms often say different ones of the same.
SAID: dict[str, tuple[str, ...]] = {
    "transport": ("road", "rail", "foot", "river"),
    "concealment": ("baggage", "residence", "car_parts", "body", "clothing", "sack"),
    "installation": ("Car", "Train", "Frontier", "Home/Residence", "Road"),
    "routing": ("Border - inbound", "National territory/domestic seizure", "Border - outbound"),
    "country_departure": ("Afghanistan", "Tajikistan", "Kyrgyzstan"),
    "country_destination": ("Russian Federation", "Kazakhstan", "Tajikistan"),
}


class Spot(NamedTuple):
    """Where a report says that it was: a town, a district or a province."""

    country_iso3: str
    name: str
    level: str
    lon: float
    lat: float
    uncertainty_m: float
    place_id: str
    district_id: str | None
    province_id: str


class Sample(NamedTuple):
    """rows: LOCATED_EVENT of all files. pairs: report_a < report_b, same (is it one happening?), form."""

    rows: pd.DataFrame
    pairs: pd.DataFrame


@dataclass
class _Made:
    rng: np.random.Generator
    rows: list[dict[str, Any]] = field(default_factory=list)
    pairs: list[tuple[str, str, bool, str]] = field(default_factory=list)

    def add(self, file: str, **cells: Any) -> dict[str, Any]:
        """One report of ``file``; unsaid cells stay empty."""
        number = len(self.rows)
        row: dict[str, Any] = dict.fromkeys(columns(LOCATED_EVENT)) | {
            "report_id": f"{number * 2654435761 % 2**32:08x}{number:024x}", "feed": file, "file_sha256": file.ljust(64, "0"),
            "row_number": number + 2, "repeat_number": 1, "kind": "seizure", "in_region": True, "weight_bound": "exact",
            "locate_rule": "made", "locate_status": "located", "locate_score": 1.0,
        } | cells  # fmt: skip
        row["event_id"] = row["report_id"]
        self.rows.append(row)
        return row

    def pair(self, one: dict[str, Any], two: dict[str, Any], same: bool, form: str) -> None:
        a, b = sorted((one["report_id"], two["report_id"]))
        self.pairs.append((a, b, same, form))


def sample(seed: int, each: int = 80, background: int = 2_000) -> Sample:
    """``each`` pairs of every form of SAME and NOT_SAME among ``background`` single reports; the same for the same seed."""
    made = _Made(np.random.default_rng(seed))
    spots = _spots()
    for _ in range(background):
        _told(made, _operation(made, spots), str(made.rng.choice(["national", "second"])))
    for form in SAME:
        for _ in range(each):
            _same(made, spots, form)
    for form in NOT_SAME:
        for _ in range(each):
            _not_same(made, spots, form)
    rows = pd.DataFrame(made.rows, columns=columns(LOCATED_EVENT))
    for name in ("lon", "lat", "uncertainty_m", "quantity", "weight_kg", "chainage_km", "locate_score"):
        rows[name] = rows[name].astype("float64")
    rows["hour"] = rows["hour"].astype("Int64")
    shuffled = rows.iloc[made.rng.permutation(len(rows))].reset_index(drop=True)
    return Sample(shuffled, pd.DataFrame(made.pairs, columns=["report_a", "report_b", "same", "form"]))


def _spots() -> dict[str, list[Spot]]:
    """District seats and districts where we have them, provinces and their seats elsewhere."""
    found: dict[str, list[Spot]] = {}
    for d in load_districts().itertuples():
        name, iso3 = str(d.name_en), str(d.country_iso3)
        found.setdefault(iso3, []).append(
            Spot(iso3, name, "district", d.lon, d.lat, d.extent_m, d.district_id, d.district_id, d.province_id)
        )
    for p in load_provinces().itertuples():
        if p.country_iso3 in COUNTRIES and p.country_iso3 not in ("TJK", "AFG"):
            name, iso3 = str(p.name_en), str(p.country_iso3)
            seat = Spot(iso3, f"{p.seat}, {name}", "place", p.lon, p.lat, 6_000.0, f"seat-{p.province_id}", None, p.province_id)
            found.setdefault(iso3, []).append(seat)
    return found


def _province_of(spot: Spot) -> Spot:
    p = load_provinces().set_index("province_id").loc[spot.province_id]
    return Spot(spot.country_iso3, f"{p.name_en} province", "province", p.lon, p.lat, p.extent_m, spot.province_id, None, spot.province_id)


def _operation(made: _Made, spots: dict[str, list[Spot]]) -> dict[str, Any]:
    """What truly happened: day, place, drug, weight to the gram, and what one might say of it."""
    rng = made.rng
    country = str(rng.choice(COUNTRIES, p=COUNTRY_SHARES))
    grams = max(50, round(float(np.exp(rng.normal(7.3, 1.5)))))
    if rng.random() < 0.3:  # weighed to two digits only
        grams = round(float(f"{grams:.2g}"))
    return {
        "day": FIRST_DAY + dt.timedelta(days=int(rng.integers(DAYS))),
        "spot": spots[country][int(rng.integers(len(spots[country])))],
        "drug": str(rng.choice(DRUGS, p=DRUG_SHARES)),
        "kg": grams / 1000,
        "said": {name: str(rng.choice(words)) for name, words in SAID.items()},
    }


def _told(made: _Made, operation: dict[str, Any], file: str, share_said: float = 0.5, **other: Any) -> dict[str, Any]:
    """One report of an operation: each detail is said or not; ``other`` overrules."""
    spot, day, kg = operation["spot"], operation["day"], operation["kg"]
    said = {name: word for name, word in operation["said"].items() if made.rng.random() < share_said}
    return made.add(
        file,
        **{
            "happened_from": day.isoformat(), "happened_to": day.isoformat(), "date_precision": "day", "drug": operation["drug"],
            "drug_text": operation["drug"], "quantity": kg, "unit": "Kilogram", "weight_kg": kg, "agency": AGENCIES[spot.country_iso3],
            **_at(spot), **said,
        } | other,
    )  # fmt: skip


def _at(spot: Spot, spelling: str = "") -> dict[str, Any]:
    return {
        "country_iso3": spot.country_iso3, "place_text": spelling or spot.name, "precision_level": spot.level, "lon": spot.lon,
        "lat": spot.lat, "uncertainty_m": spot.uncertainty_m, "place_id": spot.place_id, "district_id": spot.district_id,
        "province_id": spot.province_id,
    }  # fmt: skip


def _same(made: _Made, spots: dict[str, list[Spot]], form: str) -> None:
    """Two reports of one operation, the second in another form."""
    rng, operation = made.rng, _operation(made, spots)
    if form == "two_countries":
        river = [spot for spot in spots["TJK"] if _apart(spot, _across(spot, spots)) < 0.6]
        operation["spot"] = river[int(rng.integers(len(river)))]
    spot, day, kg = operation["spot"], operation["day"], operation["kg"]
    first = _told(made, operation, "national")
    other: dict[str, Any] = {"place_text": f"rayon {spot.name}, {spot.province_id}"}
    if form != "one_file" and rng.random() < 0.4:
        other["agency"] = "Border Troops"
    file = "second"
    # What differs seldom differs alone.
    forms = {form} | ({str(rng.choice(["rounded", "next_day", "wider"]))} if rng.random() < 0.3 else set())
    if "rounded" in forms:
        rounded = float(f"{kg:.2g}")
        other |= {"quantity": rounded, "weight_kg": rounded}
    if "next_day" in forms:
        after = (day + dt.timedelta(days=int(rng.choice([-1, 1])))).isoformat()
        other |= {"happened_from": after, "happened_to": after}
    if forms & {"wider", "one_file"}:
        other |= _at(_province_of(spot))
    if form == "comma_lost":
        other |= {"quantity": kg * 1000, "weight_kg": kg * 1000}
    if form in ("grams", "one_file"):
        other |= {"quantity": round(other.get("weight_kg", kg) * 1000), "unit": "Gram"}
        file = "national" if form == "one_file" else file
    if form == "month_only":
        last = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
        other |= {"happened_from": day.replace(day=1).isoformat(), "happened_to": last.isoformat(), "date_precision": "month"}
    if form == "two_countries":
        other |= _at(_across(spot, spots)) | {"agency": "CNPA"}
    second = _told(made, operation, file, **other)
    made.pair(first, second, True, form)
    if form == "two_drugs":
        beside = operation | {
            "drug": "opium" if operation["drug"] != "opium" else "hashish",
            "kg": round(kg * float(rng.uniform(0.2, 3)) + 0.05, 3),
        }
        more = [_told(made, beside, "national"), _told(made, beside, "second", place_text=other["place_text"])]
        for row, event in zip(more, (first, second), strict=True):
            row["event_id"] = event["event_id"]
        made.pair(more[0], more[1], True, form)


def _across(spot: Spot, spots: dict[str, list[Spot]]) -> Spot:
    """The nearest Afghan district, for an operation that both sides report."""
    return min(spots["AFG"], key=lambda other: _apart(spot, other))


def _apart(one: Spot, other: Spot) -> float:
    """Degrees of longitude and latitude together: enough to tell near from far here."""
    return abs(one.lon - other.lon) + abs(one.lat - other.lat)


def _not_same(made: _Made, spots: dict[str, list[Spot]], form: str) -> None:
    """Two operations that look alike but for one thing."""
    rng, one = made.rng, _operation(made, spots)
    if form in ("other_place", "other_day", "other_drug", "other_side"):
        one["kg"] = float(rng.choice(ROUND_KG))
    two = one | {"said": _operation(made, spots)["said"]}
    if form in ("other_amount", "other_amount_province"):
        two["kg"] = round(one["kg"] * float(rng.choice([rng.uniform(0.25, 0.85), rng.uniform(1.2, 4)])), 3)
    if form == "other_amount_province":
        one["spot"] = two["spot"] = _province_of(one["spot"])
    if form in ("other_place", "other_side"):
        country = (
            one["spot"].country_iso3 if form == "other_place" else str(rng.choice([c for c in COUNTRIES if c != one["spot"].country_iso3]))
        )
        two["spot"] = _far_from(made, one["spot"], spots[country])
    if form == "other_day":
        two["day"] = one["day"] + dt.timedelta(days=int(rng.integers(3, 40)))
    if form == "other_drug":
        two["drug"] = str(rng.choice([drug for drug in DRUGS if drug != one["drug"]]))
    files = rng.choice(["national", "second"], size=2)
    made.pair(_told(made, one, str(files[0])), _told(made, two, str(files[1])), False, form)


def _far_from(made: _Made, spot: Spot, others: list[Spot]) -> Spot:
    """Another district of another province, at least about 130 km away."""
    far = [o for o in others if o.province_id != spot.province_id and _apart(o, spot) > 1.5]
    return far[int(made.rng.integers(len(far)))]
