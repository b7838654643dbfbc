"""Leaflet and jQuery as text, from the Python packages that carry them: a downloaded map must not ask a network for them."""

import base64
import re
from pathlib import Path

from geodata.errors import PanjError


def leaflet_js() -> str:
    """Leaflet's program."""
    return _script(_folder("leaflet") / "leaflet.js")


def leaflet_css() -> str:
    """Leaflet's style sheet, its images as data: URIs."""
    folder = _folder("leaflet")

    def embedded(match: re.Match[str]) -> str:
        image = folder / match.group(1).strip("'\"")
        if not image.is_file():  # "#default#VML", for a browser that is gone
            return "none"
        return f"url(data:image/png;base64,{base64.b64encode(image.read_bytes()).decode()})"

    return re.sub(r"url\(([^)]+)\)", embedded, (folder / "leaflet.css").read_text(encoding="utf-8"))


def jquery_js() -> str:
    """jQuery; Folium's own popups and GeoJson files call it."""
    return _script(_folder("jquery") / "jquery.min.js")


def _folder(package: str) -> Path:
    try:
        from importlib import import_module

        return Path(import_module(f"xstatic.pkg.{package}").BASE_DIR)
    except ImportError as error:
        raise PanjError(f"The package XStatic-{package} is missing, so no map file can be made: install requirements.txt again.") from error


def _script(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    # A browser with its developer tools open would ask for the source map.
    text = re.sub(r"^\s*//[#@] sourceMappingURL=.*$", "", text, flags=re.MULTILINE)
    return text.replace("</script", "<\\/script")
