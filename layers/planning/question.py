"""A planner's question, as a TOML file says it. Whatever it does not say has a default, and the answer repeats all of it."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from geodata.errors import PanjError
from geodata.model import DRUGS
from layers.months import month_number

MODELS = ("max_coverage", "p_median", "p_centre", "set_coverage", "backup")
#: Models of which capacity, money and pairs are a part.
COVERS = ("max_coverage", "backup")
#: What counts as demand, each in its own unit.
KINDS = ("seizures", "kg", "incidents", "hot", "corridors", "crossing_hours", "crossings", "districts")
#: Kinds of places where an office may stand.
PLACES = ("bcp", "bridge", "customs", "dry_port", "district_seat")
#: In the costs: every candidate that neither its id nor its kind names.
EVERY = "all"


class PlanningError(PanjError, ValueError):
    """A question that cannot be asked: the sentence names the field."""


@dataclass(frozen=True)
class Question:
    """weights: how many points of demand each of `KINDS` is in all; shared out in proportion. candidates: kinds of `PLACES`; countries:
    only in these. excluded: reason by id. locked: ids that must be chosen beside the existing offices. scenario: of road_scenarios.csv.
    hours: reach of an office. new: how many more; with a budget at most so many, 0: as many as it pays for. detect_floor, detect_hours:
    what is recorded at a place so many hours from the nearest post is the share floor + (1 - floor) exp(-hours / detect_hours) of what
    happens: an assumption, and the planner's to set.

    capacity: points that one office serves at most, 0: no limit. costs: money by id, by kind or for `EVERY` candidate, in the unit of
    budget, 0: no limit. two_sided: new are pairs of offices that face each other across a border; facing: countries of the other
    halves; pair_hours: either half lies so near to the crossing, on its own side. draw_scenarios: what draws may lie under beside
    scenario. curve_beyond: offices beyond new to which the curve goes on.
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
    capacity: float = 0.0
    costs: Mapping[str, float] = field(default_factory=dict)
    budget: float = 0.0
    two_sided: bool = False
    facing: tuple[str, ...] = ("AFG",)
    pair_hours: float = 1.0
    draw_scenarios: tuple[str, ...] = ("winter",)
    curve_beyond: int = 3

    def __post_init__(self) -> None:
        is_ended = self.new >= 1 or (self.new == 0 and (self.budget > 0 or self.model == "set_coverage"))
        _wanted("new", self.new, is_ended, "a whole number from 1 up, or 0 with a budget above 0 that ends the choice")
        _wanted("model", self.model, self.model in MODELS, f"one of {', '.join(MODELS)}")
        _wanted("hours", self.hours, 0 < self.hours < 1000, "more than 0 hours")
        _wanted("detect_floor", self.detect_floor, 0 < self.detect_floor <= 1, "a share above 0, at most 1")
        _wanted("detect_hours", self.detect_hours, 0 < self.detect_hours < math.inf, "more than 0 hours, and not unbounded")
        _wanted("draws", self.draws, 0 <= self.draws <= 10_000, "a whole number from 0 to 10,000")
        _wanted("seed", self.seed, self.seed >= 0, "a whole number from 0 up")
        _wanted("time_limit_s", self.time_limit_s, 0 < self.time_limit_s < math.inf, "more than 0 seconds, and not unbounded")
        _wanted("capacity", self.capacity, 0 <= self.capacity < math.inf, "points that an office serves at most, or 0 for no limit")
        _wanted("budget", self.budget, 0 <= self.budget < math.inf, "an amount of money that is not unbounded, or 0 for no limit")
        _wanted("pair_hours", self.pair_hours, 0 < self.pair_hours < 1000, "more than 0 hours")
        _wanted("curve_beyond", self.curve_beyond, 0 <= self.curve_beyond <= 50, "a whole number from 0 to 50")
        for name in ("first", "last"):
            value = getattr(self, name)
            _wanted(name, value, not value or _is_month(value), 'a month like "2024-05", or nothing')
        for drug in self.drugs:
            _wanted("drugs", drug, drug in DRUGS, f"some of {', '.join(DRUGS)}")
        if self.first and self.last and month_number(self.first) > month_number(self.last):
            raise PlanningError(f"first is {self.first}, after last, {self.last}: no month lies between them.")
        for kind, points in self.weights.items():
            _wanted(f"weights.{kind}", kind, kind in KINDS, f"one of {', '.join(KINDS)}")
            _wanted(f"weights.{kind}", points, 0 <= points < math.inf, "0 or more points")
        _wanted("weights", dict(self.weights), sum(self.weights.values()) > 0, "at least one above 0")
        for kind in self.candidates:
            _wanted("candidates", kind, kind in PLACES, f"kinds out of {', '.join(PLACES)}")
        for id, reason in self.excluded.items():
            _wanted(f"excluded.{id}", reason, bool(str(reason).strip()), "a reason in words")
        for id, money in self.costs.items():
            _wanted(f"costs.{id}", money, 0 <= money < math.inf, "an amount of money, 0 or more")
        self._refuse_what_no_model_answers()

    @property
    def points(self) -> float:
        """All points of demand."""
        return float(sum(self.weights.values()))

    @property
    def spans(self) -> tuple[str, ...]:
        """Countries in which a candidate may stand."""
        return tuple(dict.fromkeys((*self.countries, *(self.facing if self.two_sided else ()))))

    def _refuse_what_no_model_answers(self) -> None:
        asked = {"capacity": self.capacity > 0, "budget": self.budget > 0, "two_sided": self.two_sided}
        for name, is_asked in asked.items():
            if is_asked and self.model not in COVERS:
                raise PlanningError(f"model {self.model!r} knows no {name}: choose model {' or '.join(COVERS)}, or leave {name} out.")
        if self.capacity > 0 and self.model == "backup":
            raise PlanningError("model 'backup' knows no capacity: choose model max_coverage, or leave capacity out.")
        if self.costs and not self.budget:
            raise PlanningError("costs came without a budget: say what they must not exceed, or leave costs out.")
        if self.budget and not self.costs:
            raise PlanningError('budget came without costs: say what an office costs, by id, by kind or for "all".')
        if self.two_sided and len(self.spans) < 2:
            raise PlanningError("two_sided needs a second country: name it in facing or in countries.")

    def as_record(self) -> dict[str, Any]:
        """Plain values, to be kept with the answer."""
        tables = {name: dict(sorted(getattr(self, name).items())) for name in ("excluded", "weights", "costs")}
        return asdict(self) | tables


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
    if isinstance(like, bool) and isinstance(value, bool):
        return value
    if isinstance(like, tuple) and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    if isinstance(like, float) and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(like, Mapping) and isinstance(value, Mapping):
        is_number = key in ("weights", "costs")
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
