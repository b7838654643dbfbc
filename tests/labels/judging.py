"""What is right: answers of the locator beside labels written by hand. Knows nothing of how the locator works."""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geodata.distances import metres_between

FOLDER = Path(__file__).resolve().parent
HALVES = ("tune", "held")

#: How wide an answer or a label is, from a point to nothing; `known_to` of a label on the same ruler.
WIDTH = {"exact": 0, "near": 1, "place": 2, "district": 3, "province": 4, "country": 5, "none": 6, "": 6}
LABEL_WIDTH = {"village": 3, "town": 3, "post": 3, "station": 3, "stretch": 3} | WIDTH

#: A province answer without an id we know, and a label whose point lies this much outside its circle: the circle is a rough one.
SLACK = 1.25

Row = Mapping[str, str]


@dataclass(frozen=True)
class PlaceFacts:
    """Where the gazetteer says that a place id is; empty text for what it does not know."""

    country_iso3: str
    province_id: str
    district_id: str


@dataclass(frozen=True)
class Judged:
    """One label and what became of it.

    right: is what the answer says true, as wide as it says it? Saying nothing is not wrong.
    hit: does it name the right district, or the right province where no district is certain? None where a label knows neither.
    confident: it was given as certain, not for review.
    """

    label: Row
    answer: Row
    right: bool
    hit: bool | None
    confident: bool


def labels(half: str) -> list[dict[str, str]]:
    """The rows of one half, as text; see README.md for the columns."""
    with (FOLDER / f"{half}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def judge(label: Row, answer: Row, facts: Callable[[str], PlaceFacts | None]) -> Judged:
    """Compare one answer of `etl locate` with one label. facts: what is known of a place id."""
    width, known = WIDTH[answer["precision"]], LABEL_WIDTH[label["known_to"]]
    said = answer["status"] in ("located", "review") and width < WIDTH["none"]
    true = not said or _is_true(label, answer, width, known, facts(answer["place_id"]))
    confident = answer["status"] == "located"
    hit = None
    if known <= WIDTH["province"] and label["ambiguous"] != "yes":
        hit = said and true and width <= known
    return Judged(label, answer, true, hit, confident)


def _is_true(label: Row, answer: Row, width: int, known: int, place: PlaceFacts | None) -> bool:
    if width >= WIDTH["country"]:
        return label["right_country"] == (place.country_iso3 if place else label["country"])
    if label["ambiguous"] == "yes" and width <= known:
        return bool(label["other_lon"]) and (_near(label, answer, "") or _near(label, answer, "other_"))
    if known >= WIDTH["country"]:
        return False  # nothing in the words supports so narrow an answer
    if width == WIDTH["province"]:
        return _same_province(label, answer, place)
    if known == WIDTH["province"]:
        # The words mean the whole province: a point in it is more than they say.
        return label["whole"] != "yes" and (_near(label, answer, "") or _same_id(label["province_id"], place and place.province_id))
    if width == WIDTH["district"] and place and place.district_id and label["district_id"]:
        return place.district_id == label["district_id"]
    if (
        width == WIDTH["district"]
        and label["known_to"] != "district"
        and _away_km(label, answer, "") <= float(answer["uncertainty_m"] or 0) / 1000
    ):
        return True  # the district round the village or post that was asked for
    return _near(label, answer, "") or _same_id(label["district_id"], place and place.district_id)


def _same_province(label: Row, answer: Row, place: PlaceFacts | None) -> bool:
    if _same_id(label["province_id"], place and place.province_id):
        return True
    # A town with the rank of a province lies inside the province round it, and a place id may be one we do not know.
    rough_km = SLACK * float(answer["uncertainty_m"] or 0) / 1000
    return (place is None or place.country_iso3 == label["right_country"]) and _away_km(label, answer, "") <= max(
        rough_km, float(label["radius_km"]) if label["known_to"] == "province" else 0
    )


def _same_id(wanted: str, got: str | None) -> bool:
    return bool(wanted) and wanted == got


def _near(label: Row, answer: Row, which: str) -> bool:
    return _away_km(label, answer, which) <= float(label[f"{which}radius_km"] or 0)


def _away_km(label: Row, answer: Row, which: str) -> float:
    if not (label[f"{which}lon"] and answer["lon"]):
        return float("inf")
    ends = (float(label[f"{which}lon"]), float(label[f"{which}lat"]), float(answer["lon"]), float(answer["lat"]))
    return float(metres_between(*(np.array([end]) for end in ends))[0]) / 1000


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    good: int
    of: int

    def __str__(self) -> str:
        return f"{self.good}/{self.of}" + (f" {100 * self.good / self.of:.1f} %" if self.of else "")

    @property
    def percent(self) -> float:
        return 100 * self.good / self.of if self.of else 100.0


def hits(judged: Iterable[Judged]) -> Share:
    """In the right district, of all labels with a district or province that is certain; the best candidate of a review counts."""
    counted = [one.hit for one in judged if one.hit is not None]
    return Share(sum(counted), len(counted))


def confident_rights(judged: Iterable[Judged]) -> Share:
    """Right, of the answers given as certain."""
    counted = [one.right for one in judged if one.confident]
    return Share(sum(counted), len(counted))


def confident_share(judged: Iterable[Judged]) -> Share:
    """Given as certain, of all labels."""
    counted = [one.confident for one in judged]
    return Share(sum(counted), len(counted))


def by(judged: Iterable[Judged], column: str) -> dict[str, list[Judged]]:
    """The same, apart by a column of the labels."""
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(one.label[column], []).append(one)
    return dict(sorted(groups.items()))


def report(judged: list[Judged], name: str, named: bool = False) -> str:
    """A table for people: all, each script and language. named: then what is wrong though confident; never for the half that is held."""
    lines = [_line(name, judged)]
    for column in ("script", "language"):
        lines += [_line(f"  {column} {group or 'none'}", rows) for group, rows in by(judged, column).items()]
    if named:
        lines += [f"  confident and wrong: {_wrong(one)}" for one in judged if one.confident and not one.right]
        lines += [f"  not in the district ({one.answer['status']}): {_wrong(one)}" for one in judged if one.hit is False and one.right]
        lines += [
            f"  best candidate wrong ({one.answer['status']}): {_wrong(one)}" for one in judged if not one.confident and not one.right
        ]
    return "\n".join(lines)


def _line(name: str, judged: list[Judged]) -> str:
    right, sure = f"{hits(judged)!s:<16}", f"{confident_rights(judged)!s:<16}"
    return f"{name:<22} right district {right} confident right {sure} confident {confident_share(judged)}"


def _wrong(one: Judged) -> str:
    asked = " | ".join(one.label[name] for name in ("query", "country", "admin", "on_date") if one.label[name])
    got = " ".join(one.answer[name] for name in ("precision", "place_id", "lon", "lat", "rule", "score"))
    wanted = one.label["district"] or one.label["province_id"] or one.label["right_country"]
    return f"{asked} -> {got}; wanted {one.label['known_to']} {wanted}"
