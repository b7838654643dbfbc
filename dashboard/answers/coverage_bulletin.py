"""The coverage bulletin: what the page says to the same viewer, as tables and maps that are printed. Nothing is counted anew."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboard.answers.coverage_files import about, sheets
from dashboard.answers.printed_table import Heading, printed_table
from dashboard.language import Language

if TYPE_CHECKING:
    from dashboard.answers.coverage_files import Facts

#: Sheets of the workbook that are printed, in this order, with the columns that paper has room for; the first one is as wide as can be.
PRINTED: Mapping[str, tuple[str, ...]] = {
    "claims": ("claim", "said", "said_by", "since", "itemised", "missing"),
    "apart": ("name", "programme", "implementer", "years", "amount"),
    "money": ("programme", "donor", "amount", "years", "stage"),
    "things": ("name", "kind", "where", "donor", "since", "state"),
    "gaps": ("name", "kind", "recorded", "support"),
    "overlaps": ("where", "donor", "programme", "number"),
    "reach": ("name", "unit", "total", "hours", "share"),
    "training": ("name", "programme", "since", "number", "women"),
    "members": ("name", "party", "state"),
}
NUMBERS = ("number", "women", "recorded", "support", "total", "hours", "share", "itemised", "missing")
#: Which map stands with which part.
MAPS = {"things": "things", "gaps": "gaps"}
#: Hours of which paper tells the shares.
HOURS = (1, 2, 4, 8)
#: Part of the paper that a letter of a word needs, where the columns have some 25 parts together.
LETTER = 0.34


def bulletin(told: dict[str, Any], gaps: dict[str, Any], reach: dict[str, Any], facts: "Facts", say: Language) -> dict[str, Any]:
    """told, gaps, reach: of the page. Nothing depends on the clock: `facts.made_on` is not printed."""
    parts = [_part(name, heads, rows, gaps, say) for name, heads, rows in sheets(told, gaps, reach) if name in PRINTED]
    parts.sort(key=lambda part: list(PRINTED).index(part["key"]))
    lines = about(facts, say)
    return {
        "language": say.code,
        "title": say("coverage.bulletin.title"),
        "kind": say("coverage.bulletin.kind").upper(),
        "name": facts.as_of,
        "what": say("coverage.bulletin.what", day=say.day(facts.as_of), chosen=dict(lines)[say("export.about.filters")]),
        "demonstration": say("generated.banner") if facts.is_generated else "",
        "attribution": say("attribution.short"),
        "disclaimer": say("disclaimer.boundaries"),
        "caveat": f"{say('coverage.caveat')} {say('caveat.seizures')}",
        "sentences": [
            say("coverage.bulletin.lead", n=told["counts"]["points"] + told["counts"]["not_points"]),
            say("coverage.bulletin.on_map", n=told["counts"]["points"]),
            say("coverage.bulletin.apart", n=len(told["apart"])),
            say("coverage.bulletin.gaps", n=gaps["n_gaps"], overlaps=gaps["n_overlaps"], period=gaps["period"] or "–"),
        ],
        "captions": {"things": say("coverage.bulletin.map_things"), "gaps": say("coverage.bulletin.map_gaps")},
        "parts": [part for part in parts if part["table"] or part["map"]],
        "words": {"made": say("export.about.sources")},
        "versions": printed_table([Heading("", wide=True)], [([say("coverage.sources_note")], False)], say),
    }


def _part(name: str, heads: tuple[str, ...], rows: Any, gaps: dict[str, Any], say: Language) -> dict[str, Any]:
    at = [heads.index(head) for head in PRINTED[name]]
    shown = list(map(tuple, rows))
    if name == "reach":
        shown = [row for row in shown if row[heads.index("hours")] in HOURS]
    if name == "gaps":
        # What is in step or not known is on the page; paper lists what somebody may act on.
        apart = [row["kind"] in ("gap", "overlap") for row in gaps["rows"]]
        shown = [row for row, is_apart in zip(shown, apart, strict=True) if is_apart]
    cells = [([_cell(heads[k], row[k], say) for k in at], False) for row in shown]
    headings = [Heading(f"coverage.head.{head}", number=head in NUMBERS, weight=_room(k, cells)) for k, head in enumerate(PRINTED[name])]
    return {
        "key": name,
        "title": say(f"coverage.sheet.{name}"),
        "note": gaps["method"] if name == "gaps" else "",
        "map": MAPS.get(name, ""),
        "table": printed_table(headings, cells, say) if cells else None,
        "lines": [] if cells or name != "gaps" else [say("coverage.bulletin.no_gaps")],
    }


def _room(column: int, rows: list[tuple[list[str], bool]]) -> float:
    """A column's part of the paper: by the root of its usual length, so that long texts break and short ones stay whole, and never less
    than its longest word needs, which would lie over the next column."""
    lengths = sorted(len(cells[column]) for cells, _ in rows)
    word = max((len(word) for cells, _ in rows for word in re.split(r"[ /-]", cells[column])), default=0)
    return round(max(2.0, lengths[(4 * len(lengths)) // 5] ** 0.5, LETTER * word), 2) if lengths else 2.0


def _cell(head: str, value: Any, say: Language) -> str:
    if value is None or value == "":
        return "–"
    if head == "share":
        return f"{say.number(100 * float(value), 1)} %"
    return say.number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
