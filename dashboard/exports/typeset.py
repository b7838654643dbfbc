"""Pages set by typst from plain values and SVG maps (docs/decisions/0019). The same values give the same bytes, on every machine."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "page"
#: Comes with typst, embedded: no font of the machine is looked for, so every machine sets the same lines. It has every Tajik letter.
FONT = "Libertinus Serif"


def to_pdf(template: str, told: Mapping[str, Any], maps: Mapping[str, str]) -> bytes:
    """template: name of a .typ file of `page`, which reads data.json and may import what stands beside it. told: ready texts, as they are
    printed; nothing of them is ever typst code. maps: SVG by name, without its ending."""
    return _set(template, told, maps, "pdf")


def to_png(template: str, told: Mapping[str, Any], maps: Mapping[str, str], ppi: float = 100.0) -> list[bytes]:
    """The same pages as pictures: for eyes and tests."""
    pages = _set(template, told, maps, "png", ppi=ppi)
    return pages if isinstance(pages, list) else [pages]


def _set(template: str, told: Mapping[str, Any], maps: Mapping[str, str], kind: str, **more: Any) -> Any:
    import typst

    # It takes several files at once, by name; its type stubs do not know it.
    set_in_type: Any = typst.compile
    files = {**_templates(), "main.typ": _templates()[f"{template}.typ"], "data.json": json.dumps(told, ensure_ascii=False).encode()}
    files |= {f"{name}.svg": svg.replace("<svg ", f'<svg font-family="{FONT}" ', 1).encode() for name, svg in maps.items()}
    return set_in_type(files, format=kind, ignore_system_fonts=True, **more)


@cache
def _templates() -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in FOLDER.glob("*.typ")}
