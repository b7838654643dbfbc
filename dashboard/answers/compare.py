"""What two maps side by side say: the difference in one sentence, how alike they are, and the sections where the difference lies."""

from collections.abc import Collection
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
    """What is said of the totals; made by who knows the reporting gaps (`dashboard.queries.compare`).

    sentence: both numbers. test: the test in words. detail: small print. share: part of all events that the right side should have if
    nothing changed. p: None without a test. common: which happenings of the left and of the right material may be compared, like with
    like, bool each; None for all.
    """

    sentence: str
    test: str
    detail: str
    share: float
    p: float | None
    common: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None = None


def name_of(drugs: tuple[str, ...], say: Language) -> str:
    """What a side shows, in words."""
    return ", ".join(say(f"drug.{drug}") for drug in drugs if say.has(f"drug.{drug}")) or say("compare.all_drugs")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def told_periods(
    compared: Compared,
    numbers: tuple[tuple[int, int], tuple[int, int]],
    difference: Difference,
    test: str,
    left_out: list[str],
    common: NDArray[np.bool_],
    say: Language,
) -> Told:
    """Two periods: both numbers, then the test in words.

    numbers: of the right and of the left period, `counted`. left_out: names of the sources that are in one period only.
    common: happenings of the others.
    """
    (now, vague_now), (before, vague_before) = numbers
    what = _capital(name_of(compared.right.drugs, say))
    sentence = say("compare.against", what=what, now=say("compare.n", n=now), before=say("compare.n", n=before))
    notes = [say("compare.left_out", names="; ".join(left_out))] if left_out else []
    if vague_now + vague_before:
        notes.append(say("compare.vague", n=vague_now + vague_before))
    detail = " ".join(notes)
    return Told(sentence, test, detail, difference.share, difference.p, (common, common))


def told_unequal(compared: Compared, left: Material, right: Material, say: Language) -> Told:
    """Two periods of different length: both numbers, and no test."""
    n_left, n_right = (_shown(side) for side in (left, right))
    what = _capital(name_of(compared.right.drugs, say))
    sentence = say("compare.against", what=what, now=say("compare.n", n=n_right), before=say("compare.n", n=n_left))
    months = [max(side.last - side.first + 1, 0) for side in (left, right)]
    return Told(sentence, say("compare.unequal"), "", months[1] / max(sum(months), 1), None)


def told_drugs(compared: Compared, left: Material, right: Material, say: Language) -> Told:
    """Two drugs of one period: both numbers; they are not tested against each other."""
    n_left, n_right = (say("compare.n", n=_shown(side)) for side in (left, right))
    names = {"left": name_of(compared.left.drugs, say), "right": _capital(name_of(compared.right.drugs, say))}
    return Told(say("compare.drugs", **names, n_left=n_left, n_right=n_right), "", say("compare.drugs_detail"), 0.5, None)


def told_measures(side: Material, say: Language) -> Told:
    """Events and kilograms: how much of the kilograms a few seizures make."""
    found = largest_share(side)
    if found is None:
        return Told(say("compare.measures_none"), "", "", 0.5, None)
    sentence = say("compare.measures", largest=min(LARGEST, found[1]), share=round(100 * found[0]), n=found[1])
    return Told(sentence, "", say("compare.measures_detail"), 0.5, None)


def counted(side: Material, first: int, last: int) -> tuple[int, int]:
    """Events of months first..last, as the figures count them: wholly inside; and how many of those are dated to no single month."""
    if not side.months or last < first:
        return 0, 0
    months = np.datetime64(side.months[0], "M") + np.array([first, last + 1])
    start, end = months.astype("datetime64[D]").astype(np.int64)
    found = side.happenings
    inside = (found.day >= start) & (found.day_to < end) & (found.day_to >= found.day)
    return int(inside.sum()), int((inside & (found.month < 0)).sum())


def _shown(side: Material) -> int:
    return counted(side, side.first, side.last)[0]


def answer(
    compared: Compared, left: Material, right: Material, told: Told, places: Places, say: Language, named: Collection[str] | None = None
) -> dict[str, Any]:
    """Everything under the two maps. left, right: of one version of the store, so sections, cells and footprints are the same.

    Of a sector, left and right hold its own events; named: ids of its sections, None for all. Of the others nothing is told.
    """
    compared_ones = _like_with_like(left, right, told)
    if compared.by == "measure":
        months = _months(right)
        cells = [np.asarray(table[months].sum(axis=0)).ravel() for table in (right.cell_n, right.cell_kg)]
        place = _measures_place(alike(*cells), say)
    else:
        size = right.shapes.shape[0]
        shown = [ones & (side.happenings.footprint >= 0) for side, ones in zip((left, right), compared_ones, strict=True)]
        before, now = (
            np.bincount(side.happenings.footprint[ones], minlength=size) for side, ones in zip((left, right), shown, strict=True)
        )
        place = _place(overlap(before, now, right.shapes), say)
    return {
        "by": compared.by,
        "sentence": told.sentence,
        "test": told.test,
        "detail": told.detail,
        "p": told.p,
        "place": place,
        "sections": _sections(compared, left, right, told, compared_ones, places, say, named),
        "rule": say(f"compare.rule_{compared.by}"),
        "caveat": say("caveat.seizures"),
    }


def _months(side: Material) -> slice:
    return slice(max(side.first, 0), max(side.last, side.first - 1, -1) + 1)


def _like_with_like(left: Material, right: Material, told: Told) -> list[NDArray[np.bool_]]:
    """Happenings of each side's months that may be compared."""
    common = told.common or (np.ones(len(left.happenings), bool), np.ones(len(right.happenings), bool))
    return [_in_months(side) & ones for side, ones in zip((left, right), common, strict=True)]


def _in_months(side: Material) -> NDArray[np.bool_]:
    month = side.happenings.month
    return np.asarray((month >= max(side.first, 0)) & (month <= side.last), np.bool_)


def _place(found: Overlap, say: Language) -> dict[str, Any]:
    """How alike the two maps are, and whether that is less than chance leaves."""
    if not np.isfinite(found.observed):
        return {"text": say("compare.place_unknown"), "tone": "plain", "alike": None, "p": None}
    values = {"alike": round(100 * found.observed), "expected": round(100 * found.expected)}
    differs = found.p <= 0.05
    values |= {"times": round(found.p * (found.runs + 1)), "runs": found.runs + 1}
    key = "differs" if differs else "same"
    return {"text": say(f"compare.place_{key}", **values), "tone": "hot" if differs else "plain", "alike": found.observed, "p": found.p}


def _measures_place(likeness: float, say: Language) -> dict[str, Any]:
    if not np.isfinite(likeness):
        return {"text": say("compare.place_unknown"), "tone": "plain", "alike": None, "p": None}
    text = say("compare.place_measures", alike=round(100 * likeness))
    return {"text": text, "tone": "plain", "alike": likeness, "p": None}


def largest_share(side: Material) -> tuple[float, int] | None:
    """Share of the period's kilograms that its largest seizures hold, and how many seizures have a weight; None without any."""
    found = side.happenings
    kg = np.sort(found.kg[_in_months(side) & (found.kg > 0)])[::-1]
    return (float(kg[:LARGEST].sum() / kg.sum()), len(kg)) if len(kg) else None


def _on_sections(side: Material, ones: NDArray[np.bool_]) -> NDArray[np.int64]:
    section = side.happenings.section[ones]
    return np.bincount(section[section >= 0], minlength=len(side.section_ids)).astype(np.int64)


def _amounts(side: Material, kilograms: bool) -> NDArray[np.float64]:
    table = side.section_kg if kilograms else side.section_n
    return np.asarray(table[_months(side)].sum(axis=0), float)


def _sections(
    compared: Compared,
    left: Material,
    right: Material,
    told: Told,
    ones: list[NDArray[np.bool_]],
    places: Places,
    say: Language,
    named: Collection[str] | None = None,
) -> list[dict[str, Any]]:
    """Each section from west to east with its two amounts; the test is of the events that may be compared, whichever amount is shown."""
    kilograms = [side.measure == "weight" for side in (left, right)]
    shown = [_amounts(side, kg) for side, kg in zip((left, right), kilograms, strict=True)]
    n_left, n_right = (_on_sections(side, mine) for side, mine in zip((left, right), ones, strict=True))
    share = told.share if compared.by == "period" else float(n_right.sum() / max(n_left.sum() + n_right.sum(), 1))
    p = split_p(n_left, n_right, share)
    here = np.array([named is None or id in named for id in left.section_ids], bool)
    differs = stands(p, here & (n_left + n_right > 0)) if compared.by != "measure" else np.zeros(len(p), bool)
    names, rows = places.names(say.code), []
    for k, id in enumerate(left.section_ids):
        one, two = float(shown[0][k]), float(shown[1][k])
        words = [say("compare.kg", kg=v) if kg else say("compare.n", n=int(v)) for v, kg in zip((one, two), kilograms, strict=True)]
        few = n_left[k] + n_right[k] < FEW
        note = say("compare.row_nothing") if not one and not two else say("compare.row_few") if few else ""
        if not note and compared.by != "measure":
            note = say("compare.row_differs") if differs[k] else say("compare.row_chance")
        if not here[k]:
            one, two, words, note = 0.0, 0.0, ["–", "–"], say("profile.around")
        rows.append(
            {
                "id": id, "name": names.get(id, id), "km": float(left.section_km[k]), "left": one, "right": two,
                "n": [int(n_left[k]), int(n_right[k])], "p": float(p[k]), "differs": bool(differs[k] and not few),
                "words": [*words, note],
            }
        )  # fmt: skip
    return rows
