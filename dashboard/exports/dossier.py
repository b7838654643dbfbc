"""The dossier as PDF: typst sets it from plain values and SVG maps. The same plan in the same language gives the same bytes."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

TEMPLATE = Path(__file__).parent / "page" / "dossier.typ"
#: Comes with typst, embedded: no font of the machine is looked for, so every machine sets the same lines. It has every Tajik letter.
FONT = "Libertinus Serif"


def to_pdf(told: Mapping[str, Any], maps: Mapping[str, str]) -> bytes:
    """told: of `dashboard.answers.plan_dossier`. maps: SVG by name, "recorded" and, where it is shown, "corrected"."""
    return _set(told, maps, "pdf")


def to_png(told: Mapping[str, Any], maps: Mapping[str, str], ppi: float = 100.0) -> list[bytes]:
    """The same pages as pictures: for eyes and tests."""
    pages = _set(told, maps, "png", ppi=ppi)
    return pages if isinstance(pages, list) else [pages]


def _set(told: Mapping[str, Any], maps: Mapping[str, str], kind: str, **more: Any) -> Any:
    import typst

    # It takes several files at once, by name; its type stubs do not know it.
    set_in_type: Any = typst.compile
    files = {"main.typ": _template(), "data.json": json.dumps(told, ensure_ascii=False).encode()}
    files |= {f"{name}.svg": svg.replace("<svg ", f'<svg font-family="{FONT}" ', 1).encode() for name, svg in maps.items()}
    return set_in_type(files, format=kind, ignore_system_fonts=True, **more)


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()
