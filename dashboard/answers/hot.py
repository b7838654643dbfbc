"""What stands out, ready for the page, the brief and the card: numbers from the layers, sentences in the viewer's language."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.answers.places import Places
from dashboard.language import Language
from dashboard.maps.payload import pack
from layers import cells as h3_cells
from layers.hot_cells import COLD, HOT, SILENT, Found, Hot
from layers.material import Material
from layers.reporters import Watched

#: A cell or section that keeps its class in fewer than so many of 100 draws is drawn as unstable.
STABLE_FROM = 80
UNKNOWN = 255
MOST_NAMED = 3


@dataclass(frozen=True)
class HotAnswer:
    """header: what /data/hot says, with `lead`, `rule`, `warnings` and `sections`. cells: H3, uint64 (c,), the study area; the rest
    lies on it: class 0..7 (`layers.hot_cells`; 7 also where nothing was reported), Gi* z, two-sided p, events, kilograms, and the sum
    of the neighbourhood in the measure of the view. found, watched: what it was made of."""

    header: dict[str, Any]
    cells: NDArray[np.uint64]
    cell_class: NDArray[np.uint8]
    cell_z: NDArray[np.float32]
    cell_p: NDArray[np.float32]
    cell_n: NDArray[np.float32]
    cell_kg: NDArray[np.float32]
    cell_around: NDArray[np.float32]
    found: Hot
    watched: Watched

    def packed(self) -> bytes:
        """For the browser."""
        names = ("cell_class", "cell_z", "cell_p", "cell_n", "cell_kg", "cell_around")
        return pack(self.header, {name: getattr(self, name) for name in names})


def answer(
    material: Material, found: Hot, watched: Watched, places: Places, sector: str, say: Language, version: str,
    named: Collection[str] | None = None,
) -> HotAnswer:  # fmt: skip
    """found: of the layers, on the same cells and sections. watched: what was reported on in the period.
    sector: the name of what is compared with itself. named: ids of the sections of the viewer's sector, None for all: those alone are
    counted and named, all are coloured."""
    weight = material.measure == "weight"
    window = slice(material.first, material.last + 1)
    is_silent = not material.reported[window].any()
    quiet = watched.silent | ((watched.exposure > 0) & is_silent)
    kind = np.where(quiet, SILENT, found.cells.kind).astype(np.uint8)
    sections = _sections(material, found, is_silent)
    names = places.names(say.code)
    n_sections = [section for section in sections if HOT <= section["class"] < COLD and (named is None or section["id"] in named)]
    header = {
        "version": version,
        "period": f"{material.months[material.first]}..{material.months[material.last]}" if material.last >= material.first else "",
        "measure": "kg" if weight else "n",
        "n": round(found.n_events),
        "kg": float(found.kg),
        "n_cells": len(material.cells),
        "n_hot": int(((kind > 0) & (kind < COLD)).sum()),
        "n_cold": int(((kind >= COLD) & (kind < SILENT)).sum()),
        "n_silent": int((kind == SILENT).sum()),
        "n_sections": len(n_sections),
        "is_silent": bool(is_silent),
        "unheard": say("hot.unheard", names=", ".join(_country(code, say) for code in watched.countries)) if watched.countries else "",
        "small": found.is_small,
        "stable_from": STABLE_FROM,
        "found": "",
        "scale": scale(say),
        "strengths": say("hot.strengths"),
        "within": say("hot.within", sector=sector, cells=found.n_tested, n=round(found.n_events)),
        "rule": say("hot.rule_kg", kg=round(found.kg)) if weight else say("hot.rule_n", n=round(found.n_events)),
        "unstable_rule": say("hot.unstable_rule", share=STABLE_FROM),
        "warnings": warnings(material, found, is_silent, say),
        "sections": sections,
    }
    header["lead"] = lead(header, [names[section["id"]] for section in sorted(n_sections, key=hotter)], say)
    header["found"] = found_words(header, say)
    told = found.cells
    return HotAnswer(
        header,
        cells=material.cells,
        cell_class=kind,
        cell_z=_sent(told.z, 0.0),
        cell_p=_sent(told.p, 1.0),
        cell_n=_sent(told.n, 0.0),
        cell_kg=_sent(told.kg, 0.0),
        cell_around=_sent(told.around, 0.0),
        found=found,
        watched=watched,
    )


def _sent(numbers: NDArray[np.float64], unknown: float) -> NDArray[np.float32]:
    return np.nan_to_num(numbers, nan=unknown).astype(np.float32)


def scale(say: Language) -> str:
    """What is compared with what."""
    edge = h3_cells.edge_m(h3_cells.RESOLUTION) / 1000
    # A cell and the six around it are three cells wide, each the square root of three edges.
    return say("hot.scale", km2=round(h3_cells.area_km2(h3_cells.RESOLUTION)), km=round(3 * np.sqrt(3) * edge))


def found_words(header: dict[str, Any], say: Language) -> str:
    """How much stands out, for the legend."""
    if not header["n_hot"] + header["n_cold"] + header["n_sections"]:
        return _nothing(header, say)
    return say("hot.found", hot=header["n_hot"], cold=header["n_cold"], sections=header["n_sections"])


def _nothing(header: dict[str, Any], say: Language) -> str:
    """Nothing stands out: because nobody reported, because there is nothing to compare, or indeed."""
    return say("hot.silent" if header["is_silent"] else "hot.nothing" if header["n"] else "hot.nothing_recorded")


def lead(header: dict[str, Any], names: list[str], say: Language) -> str:
    """The one sentence that answers "where is it hot"."""
    if header["is_silent"]:
        return say("hot.silent")
    if not header["n_hot"] + header["n_cold"] + header["n_sections"]:
        return _nothing(header, say)
    told = [say("hot.cells_found", hot=header["n_hot"], cold=header["n_cold"])]
    if names:
        more = len(names) - MOST_NAMED
        listed = "; ".join(names[:MOST_NAMED]) + (say("hot.and_more", n=more) if more > 0 else "")
        told.append(say("hot.sections_found", names=listed))
    return " ".join(told)


def warnings(material: Material, found: Hot, is_silent: bool, say: Language) -> list[str]:
    """What a reader must know before trusting the map."""
    window = slice(material.first, material.last + 1)
    reported = material.reported[window]
    told: list[str] = []
    if is_silent:
        return told
    if found.is_small and round(found.n_events):
        told.append(say("hot.small", n=round(found.n_events)))
    if not reported.all():
        told.append(say("hot.gaps", n=int((~reported).sum()), of=len(reported)))
    if material.arriving[window].any():
        told.append(say("hot.arriving"))
    return told


def class_words(kind: int, say: Language) -> str:
    """A class in words."""
    if kind in (0, SILENT):
        return say(f"hot.kind_{kind}")
    return say("hot.kind_hot" if kind < COLD else "hot.kind_cold", strength=say(f"js.strength_{(kind - 1) % 3 + 1}"))


def card_facts(
    told: HotAnswer, kind: str, id: str, shares: Callable[[], tuple[NDArray[np.float64], NDArray[np.float64]]], say: Language
) -> tuple[tuple[str, str], ...]:
    """How a cell or section stands out, for its card. shares: of draws in which each stays so, asked only where something stands out."""
    of_cells = kind == "cell"
    at = _position(told, kind, id)
    if at is None:
        return ()
    found = told.found.cells if of_cells else told.found.sections
    class_ = int(told.cell_class[at]) if of_cells else int(told.header["sections"][at]["class"])
    facts = [(say("card.hot"), class_words(class_, say))]
    if class_ == SILENT:
        return tuple(facts)
    if of_cells and (quiet := _quiet_here(told.watched, at, say)):
        facts.append((say("card.partly"), say("card.partly_from", names=quiet)))
    if bool(found.single[at]):
        facts[0] = (facts[0][0], f"{facts[0][1]}; {say('hot.few')}")
    if told.header["measure"] == "kg":
        around = say("card.around_kg", kg=_short(found.around[at]), of=_short(found.kg.sum()))
    else:
        around = say(f"card.around_{'cells' if of_cells else 'line'}", n=_short(found.around[at]), of=_short(found.n.sum()))
    facts.append((say("card.around"), around))
    if of_cells:
        # A section is judged by its counts (p); its Gi* is of events per kilometre and may point elsewhere.
        facts.append((say("card.z"), say.number(float(np.nan_to_num(found.z[at])), 1)))
    if class_:
        share = float(shares()[0 if of_cells else 1][at])
        if np.isfinite(share):
            facts.append((say("card.stability"), say("card.stability_share", share=round(100 * share))))
    return tuple(facts)


def _quiet_here(watched: Watched, at: int, say: Language) -> str:
    """The countries that record in a cell and said nothing in the whole period, though another one did."""
    told = [(watched.countries[k], watched.heard[k]) for k in np.flatnonzero(watched.partly[:, at])]
    return ", ".join(
        say("card.partly_since", name=_country(code, say), month=say.month(month)) if month else _country(code, say) for code, month in told
    )


def _position(told: HotAnswer, kind: str, id: str) -> int | None:
    if kind == "section":
        return next((k for k, section in enumerate(told.header["sections"]) if section["id"] == id), None)
    at = int(np.searchsorted(told.cells, np.uint64(int(id, 16))))
    return at if at < len(told.cells) and int(told.cells[at]) == int(id, 16) else None


def _short(value: float) -> float:
    return round(float(value), 1)


def _sections(material: Material, found: Hot, is_silent: bool) -> list[dict[str, Any]]:
    window = slice(material.first, material.last + 1)
    years = max(int(material.reported[window].sum()), 1) / 12
    told: Found = found.sections
    rows = []
    for k, id in enumerate(material.section_ids):
        p = float(told.p[k])
        rows.append(
            {
                "id": id,
                "class": SILENT if is_silent else int(told.kind[k]),
                "z": round(float(np.nan_to_num(told.z[k])), 3),
                "p": p if np.isfinite(p) else 1.0,
                "n": int(told.n[k]),
                "kg": round(float(told.kg[k]), 1),
                "per_km": round(float(told.n[k]) / float(material.section_km[k]) / years, 4),
                "single": bool(told.single[k]),
                "stability": None,
            }
        )
    return rows


def hotter(section: dict[str, Any]) -> tuple[int, float, float]:
    """Sorts sections: the strongest class first, then what chance explains least, then the most events."""
    return -section["class"], section["p"], -section["n"]


def _country(code: str, say: Language) -> str:
    return say(f"country.{code}") if say.has(f"country.{code}") else code
