"""A planner's question, as a TOML file says it. Whatever it does not say has a default, and the answer repeats all of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from geodata.errors import PanjError
from layers.months import month_number

MODELS = ("max_coverage", "p_median", "p_centre")
#: What counts as demand, each in its own unit.
KINDS = ("seizures", "kg", "incidents", "crossings", "districts")
#: Kinds of places where an office may stand.
PLACES = ("bcp", "bridge", "customs", "dry_port", "district_seat")


class PlanningError(PanjError, ValueError):
    """A question that cannot be asked: the sentence names the field."""


@dataclass(frozen=True)
class Question:
    """weights: how many points of demand each of `KINDS` is in all; shared out in proportion. candidates: kinds of `PLACES`; countries:
    only in these. excluded: reason by id. locked: ids that must be chosen beside the existing offices. scenario: of road_scenarios.csv.
    hours: reach of an office. new: how many more. detect_floor, detect_hours: what is recorded at a place so many hours from the nearest
    post is the share floor + (1 - floor) exp(-hours / detect_hours) of what happens: an assumption, and the planner's to set.
    """

    name: str
    new: int = 3
    model: str = "max_coverage"
    hours: float = 2.0
    scenario: str = "summer"
    first: str = ""
    last: str = ""
    drugs: tuple[str, ...] = ()
    countries: tuple[str, ...] = ("TJK",)
    candidates: tuple[str, ...] = ("bcp", "district_seat")
    excluded: Mapping[str, str] = field(default_factory=dict)
    locked: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=lambda: {"seizures": 60.0, "crossings": 20.0, "districts": 20.0})
    detect_floor: float = 0.2
    detect_hours: float = 2.0
    draws: int = 200
    seed: int = 20165
    time_limit_s: float = 60.0

    def __post_init__(self) -> None:
        _wanted("new", self.new, self.new >= 1, "a whole number from 1 up")
        _wanted("model", self.model, self.model in MODELS, f"one of {', '.join(MODELS)}")
        _wanted("hours", self.hours, 0 < self.hours < 1000, "more than 0 hours")
        _wanted("detect_floor", self.detect_floor, 0 < self.detect_floor <= 1, "a share above 0, at most 1")
        _wanted("detect_hours", self.detect_hours, self.detect_hours > 0, "more than 0 hours")
        _wanted("draws", self.draws, 0 <= self.draws <= 10_000, "a whole number from 0 to 10,000")
        _wanted("time_limit_s", self.time_limit_s, self.time_limit_s > 0, "more than 0 seconds")
        for name in ("first", "last"):
            value = getattr(self, name)
            _wanted(name, value, not value or _is_month(value), 'a month like "2024-05", or nothing')
        for kind, points in self.weights.items():
            _wanted(f"weights.{kind}", kind, kind in KINDS, f"one of {', '.join(KINDS)}")
            _wanted(f"weights.{kind}", points, points >= 0, "0 or more points")
        _wanted("weights", dict(self.weights), sum(self.weights.values()) > 0, "at least one above 0")
        for kind in self.candidates:
            _wanted("candidates", kind, kind in PLACES, f"kinds out of {', '.join(PLACES)}")
        for id, reason in self.excluded.items():
            _wanted(f"excluded.{id}", reason, bool(str(reason).strip()), "a reason in words")

    def as_record(self) -> dict[str, Any]:
        """Plain values, to be kept with the answer."""
        return asdict(self) | {"excluded": dict(sorted(self.excluded.items())), "weights": dict(sorted(self.weights.items()))}


def read_question(told: Mapping[str, Any], name: str) -> Question:
    """The question of a parsed TOML file. Raises PlanningError, naming the field that is unknown or of a wrong type."""
    known = {one.name: one for one in fields(Question)}
    values: dict[str, Any] = {"name": name}
    for key, value in told.items():
        if key not in known:
            raise PlanningError(f"The plan says {key!r}, which is no field of a plan: {', '.join(known)} are.")
        like = getattr(Question("x"), key)
        values[key] = _as(key, value, like)
    return Question(**values)


def _as(key: str, value: Any, like: Any) -> Any:
    if isinstance(like, tuple) and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    if isinstance(like, float) and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(like, Mapping) and isinstance(value, Mapping):
        is_number = key == "weights"
        for one, told in value.items():
            fits = isinstance(told, (int, float) if is_number else str) and not isinstance(told, bool)
            _wanted(f"{key}.{one}", told, fits, "a number" if is_number else "words")
        return {str(one): float(told) if is_number else str(told) for one, told in value.items()}
    if isinstance(like, int | str) and type(value) is type(like):
        return value
    raise PlanningError(f"{key} came as {value!r}; wanted is something like {like!r}.")


def _is_month(text: str) -> bool:
    try:
        month_number(text)
    except PanjError:
        return False
    return len(text) == len("2024-05")


def _wanted(key: str, value: Any, holds: bool, wanted: str) -> None:
    if not holds:
        raise PlanningError(f"{key} came as {value!r}; wanted is {wanted}.")
