"""Places of an IATI activity, and what each point stands for."""

from lxml.etree import _Element as Element

from etl.feeds.iati.fields import code, said
from geodata.register.activities import Place

#: Codes of GeographicalPrecision (1.x): exact, near, second-order, first-order, estimated, country and three kinds of unclear.
_OF_PRECISION = {"1": "exact", "2": "approximate", "3": "administrative", "4": "administrative", "5": "approximate"}


def place_of(element: Element, flags: list[str]) -> Place:
    """The place in a <location>. flags: a position that cannot be read is added to it, and the place stays without a point."""
    lon, lat, precision = _point(element, flags)
    exactness, of_class = code(element.find("exactness")), code(element.find("location-class"))
    designation = code(element.find("feature-designation")) or code(element.find("location-type"))
    administrative = tuple(
        (each.get("vocabulary") or "", each.get("code") or "", each.get("level") or "")
        for each in element.iterfind("administrative")
        if each.get("code")
    )
    return Place(
        name=said(element.find("name")), lon=lon, lat=lat, reach=code(element.find("location-reach")),
        exactness=exactness or {"exact": "1", "approximate": "2"}.get(_OF_PRECISION.get(precision, ""), ""),
        location_class=of_class, designation=designation, description=said(element.find("description")), administrative=administrative,
        location_id=tuple((each.get("vocabulary") or "", each.get("code") or "") for each in element.iterfind("location-id")),
        kind=_kind(lon, exactness, of_class, designation, precision),
    )  # fmt: skip


def _kind(lon: float | None, exactness: str, of_class: str, designation: str, precision: str) -> str:
    """What the point stands for. Not said how exact: approximate, never exact."""
    if lon is None:
        return "none"
    if designation.startswith("PCL") or precision in ("6", "7", "8", "9"):
        return "country"
    if designation.startswith("ADM") or of_class == "1" or precision in ("3", "4"):
        return "administrative"
    return "exact" if exactness == "1" or precision == "1" else "approximate"


def _point(element: Element, flags: list[str]) -> tuple[float | None, float | None, str]:
    """lon, lat and the 1.x precision code. The pos of 2.x is "lat lon"."""
    point, old = element.find("point"), element.find("coordinates")
    if point is not None:
        pos = point.find("pos")
        parts = ((pos.text if pos is not None else point.text) or "").replace(",", " ").split()
        precision = ""
    elif old is not None:
        parts, precision = [old.get("latitude") or "", old.get("longitude") or ""], (old.get("precision") or "").strip()
    else:
        return None, None, ""
    try:
        lat, lon = (float(part) for part in parts)
        if abs(lat) <= 90 and abs(lon) <= 180:
            return lon, lat, precision
    except ValueError:
        pass
    if any(parts):
        flags.append("position_unreadable")
    return None, None, precision
