"""What two maps side by side say: the difference in one sentence, how alike they are, and the sections where the difference lies."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.answers.places import Places
from dashboard.compared import Compared
from dashboard.language import Language
from layers.changes import Difference
from layers.material import Material
from layers.overlap import Overlap, alike, overlap
from layers.two_sides import split_p, stands

#: Fewer events than this on a section are a single case, whatever the test says.
FEW = 5
#: Of how many largest seizures the share of the kilograms is told.
LARGEST = 5


@dataclass(frozen=True)
class Told:
    """The sentence about the totals and its small print; made by who knows the reporting gaps (`dashboard.queries.compare`)."""

    sentence: str
    detail: str
    share: float
    p: float | None


def name_of(drugs: tuple[str, ...], say: Language) -> str:
    """What a side shows, in words."""
    return ", ".join(say(f"drug.{drug}") for drug in drugs if say.has(f"drug.{drug}")) or say("compare.all_drugs")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def told_periods(compared: Compared, difference: Difference, test: str, left_out: list[str], say: Language) -> Told:
    """Two periods: both numbers, then the test in words. left_out: names of the sources that are in one period only."""
    what = _capital(name_of(compared.right.drugs, say))
    sentence = say("compare.against", what=what, now=say("compare.n", n=difference.now), before=say("compare.n", n=difference.before))
    detail = say("compare.left_out", names="; ".join(left_out)) if left_out else ""
    return Told(f"{sentence} {test}", detail, difference.share, difference.p)


def told_unequal(compared: Compared, left: Material, right: Material, say: Language) -> Told:
    """Two periods of different length: both numbers, and no test."""
    n_left, n_right = (int(_amounts_placed(side)) for side in (left, right))
    what = _capital(name_of(compared.right.drugs, say))
    sentence = say("compare.against", what=what, now=say("compare.n", n=n_right), before=say("compare.n", n=n_left))
    months = [max(side.last - side.first + 1, 0) for side in (left, right)]
    return Told(f"{sentence} {say('compare.unequal')}", "", months[1] / max(sum(months), 1), None)


def told_drugs(compared: Compared, left: Material, right: Material, say: Language) -> Told:
    """Two drugs of one period: both numbers; they are not tested against each other."""
    n_left, n_right = (say("compare.n", n=int(_amounts_placed(side))) for side in (left, right))
    names = {"left": name_of(compared.left.drugs, say), "right": _capital(name_of(compared.right.drugs, say))}
    return Told(say("compare.drugs", **names, n_left=n_left, n_right=n_right), say("compare.drugs_detail"), 0.5, None)


def told_measures(side: Material, say: Language) -> Told:
    """Events and kilograms: how much of the kilograms a few seizures make."""
    found = largest_share(side)
    if found is None:
        return Told(say("compare.measures_none"), "", 0.5, None)
    sentence = say("compare.measures", largest=min(LARGEST, found[1]), share=round(100 * found[0]), n=found[1])
    return Told(sentence, say("compare.measures_detail"), 0.5, None)


def _amounts_placed(side: Material) -> int:
    """Events of the chosen months, whether they lie on the map or not."""
    month = side.happenings.month
    return int(((month >= max(side.first, 0)) & (month <= side.last)).sum())


def answer(compared: Compared, left: Material, right: Material, told: Told, places: Places, say: Language) -> dict[str, Any]:
    """Everything under the two maps. left, right: of one version of the store, so sections, cells and footprints are the same."""
    of_left, of_right = _months(left), _months(right)
    by_footprint = [np.asarray(side.footprint_n[months].sum(axis=0)).ravel() for side, months in ((left, of_left), (right, of_right))]
    if compared.by == "measure":
        kg = np.asarray(right.cell_kg[of_right].sum(axis=0)).ravel()
        likeness = alike(np.asarray(left.cell_n[of_left].sum(axis=0)).ravel(), kg)
        place = _measures_place(likeness, right, say)
    else:
        found = overlap(np.rint(by_footprint[0]).astype(int), np.rint(by_footprint[1]).astype(int), right.shapes)
        place = _place(found, say)
    return {
        "by": compared.by,
        "sentence": told.sentence,
        "detail": told.detail,
        "p": told.p,
        "place": place,
        "sections": _sections(compared, left, right, told, places, say),
        "rule": say(f"compare.rule_{compared.by}"),
        "caveat": say("caveat.seizures"),
    }


def _months(side: Material) -> slice:
    return slice(max(side.first, 0), max(side.last, side.first - 1, -1) + 1)


def _place(found: Overlap, say: Language) -> dict[str, Any]:
    """How alike the two maps are, and whether that is less than chance leaves."""
    if not np.isfinite(found.observed):
        return {"text": say("compare.place_unknown"), "tone": "plain", "alike": None, "p": None}
    values = {"alike": round(100 * found.observed), "expected": round(100 * found.expected)}
    differs = found.p <= 0.05
    values |= {"times": round(found.p * (found.runs + 1)), "runs": found.runs + 1}
    key = "differs" if differs else "same"
    return {"text": say(f"compare.place_{key}", **values), "tone": "hot" if differs else "plain", "alike": found.observed, "p": found.p}


def _measures_place(likeness: float, side: Material, say: Language) -> dict[str, Any]:
    if not np.isfinite(likeness):
        return {"text": say("compare.place_unknown"), "tone": "plain", "alike": None, "p": None}
    text = say("compare.place_measures", alike=round(100 * likeness))
    return {"text": text, "tone": "plain", "alike": likeness, "p": None}


def largest_share(side: Material) -> tuple[float, int] | None:
    """Share of the period's kilograms that its largest seizures hold, and how many seizures have a weight; None without any."""
    found = side.happenings
    kg = np.sort(found.kg[(found.month >= max(side.first, 0)) & (found.month <= side.last) & (found.kg > 0)])[::-1]
    return (float(kg[:LARGEST].sum() / kg.sum()), len(kg)) if len(kg) else None


def _amounts(side: Material, kilograms: bool) -> NDArray[np.float64]:
    table = side.section_kg if kilograms else side.section_n
    return np.asarray(table[_months(side)].sum(axis=0), float)


def _sections(compared: Compared, left: Material, right: Material, told: Told, places: Places, say: Language) -> list[dict[str, Any]]:
    """Each section from west to east with its two amounts; the test is of events, whichever amount is shown."""
    kilograms = [side.measure == "weight" for side in (left, right)]
    shown = [_amounts(side, kg) for side, kg in zip((left, right), kilograms, strict=True)]
    n_left, n_right = (_amounts(side, False).astype(np.int64) for side in (left, right))
    share = told.share if compared.by == "period" else float(n_right.sum() / max(n_left.sum() + n_right.sum(), 1))
    p = split_p(n_left, n_right, share)
    differs = stands(p, n_left + n_right > 0) if compared.by != "measure" else np.zeros(len(p), bool)
    names, rows = places.names(say.code), []
    for k, id in enumerate(left.section_ids):
        one, two = float(shown[0][k]), float(shown[1][k])
        words = [say("compare.kg", kg=v) if kg else say("compare.n", n=int(v)) for v, kg in zip((one, two), kilograms, strict=True)]
        few = n_left[k] + n_right[k] < FEW
        note = say("compare.row_nothing") if not one and not two else say("compare.row_few") if few else ""
        if not note and compared.by != "measure":
            note = say("compare.row_differs") if differs[k] else say("compare.row_chance")
        rows.append(
            {
                "id": id, "name": names.get(id, id), "km": float(left.section_km[k]), "left": one, "right": two,
                "n": [int(n_left[k]), int(n_right[k])], "p": float(p[k]), "differs": bool(differs[k] and not few),
                "words": [*words, note],
            }
        )  # fmt: skip
    return rows
