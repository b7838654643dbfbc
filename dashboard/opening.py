"""What the command page asks for before anything of it has been read, so that its map need not wait for its frame."""

from functools import cache
from pathlib import Path

import plotly
from dash.fingerprint import build_fingerprint

FOLDER = Path(__file__).parent / "assets" / "opening"
SCRIPTS = ("address.js", "ask.js")
#: What Dash asks for when it has been read itself.
FRAME = ("_dash-layout", "_dash-dependencies")


def script() -> str:
    """Text of the script that stands in the page itself: one more request would come too late."""
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in SCRIPTS)


def preloads(code: str) -> str:
    """Link elements for the frame of the page, as Dash will ask for it: in the language's own path, with the viewer's cookies."""
    frame = [f'<link rel="preload" as="fetch" crossorigin="anonymous" href="/{code}/{name}">' for name in FRAME]
    return "\n".join([*frame, f'<link rel="prefetch" as="script" href="{plotly_address()}">'])


@cache
def plotly_address() -> str:
    """Where Dash serves the drawing library, with its version in the name, so that a browser keeps it."""
    file = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    name = build_fingerprint("package_data/plotly.min.js", plotly.__version__, int(file.stat().st_mtime))
    return f"/_dash-component-suites/plotly/{name}"
