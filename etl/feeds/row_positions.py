"""Positions that the rows of a table give: degrees in two columns or in one, and how closely they are known."""

import math
import re

import pandas as pd

from etl.feeds.cells import Cells
from etl.values.numbers import RUSSIAN, number_of
from etl.values.texts import plain

_PAIR = re.compile(r"(-?\d{1,3}(?:[.,]\d+)?)[°\s]*([nsewсюзв]?)[\s,;/]+(-?\d{1,3}(?:[.,]\d+)?)[°\s]*([nsewсюзв]?)")
_ANGLE = re.compile(r"(\d{1,3})\s*°\s*(\d{1,2})\s*['′]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:\"|″|'')?)?\s*([nsewсюзв]?)")


def positions_of(cells: Cells, strange: dict[str, dict[str, int]]) -> dict[str, "pd.Series[float]"]:
    """given_lon, given_lat in degrees, NaN where none; what is said and is no number is reported, the words place the row instead."""
    lon, lat = (_degrees(cells.text(axis)) for axis in ("lon", "lat"))
    both = cells.text("coordinates")
    if (both != "").any():
        pairs = {text: _pair(str(text)) for text in both.unique()}
        lon = lon.fillna(both.map({text: pair[0] for text, pair in pairs.items()}).astype("float64"))
        lat = lat.fillna(both.map({text: pair[1] for text, pair in pairs.items()}).astype("float64"))
    said = (cells.text("lon") + cells.text("lat") + both) != ""
    bad = said & (lon.isna() | lat.isna())
    if bad.any():
        words = (cells.text("lon") + " " + cells.text("lat") + " " + both)[bad].str.strip().value_counts()
        strange["coordinates"] = {str(word): int(n) for word, n in words.items()}
    radius = cells.text("uncertainty")
    metres = radius.map({word: _metres(str(word)) for word in radius.unique()}).astype("float64")
    return {"given_lon": lon.mask(bad), "given_lat": lat.mask(bad), "given_uncertainty_m": metres}


def _degrees(texts: "pd.Series[str]") -> "pd.Series[float]":
    return texts.map({text: _angle(plain(str(text))) for text in texts.unique()}).astype("float64")


def _angle(text: str) -> float | None:
    if found := _ANGLE.fullmatch(text):
        degrees = int(found[1]) + int(found[2]) / 60 + float((found[3] or "0").replace(",", ".")) / 3600
        return -degrees if found[4] in ("s", "w", "ю", "з") else degrees
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text.strip("°nesw свюз"))
    number = number_of(digits, RUSSIAN) if re.fullmatch(r"\d{1,3}(?:[.,]\d+)?", digits) else math.nan
    return sign * number if isinstance(number, float) and math.isfinite(number) else None


def _pair(text: str) -> tuple[float | None, float | None]:
    """(lon, lat) of "37.57 N, 69.55 E" or "37.57, 69.55": latitude first unless the letters say otherwise."""
    words = plain(text)
    angles = [found[0] for found in _ANGLE.finditer(words)]
    if len(angles) == 2:
        one, two = (_angle(angle.strip()) for angle in angles)
        return (one, two) if angles[0].strip()[-1:] in ("e", "w", "в", "з") else (two, one)
    found = _PAIR.fullmatch(words.replace(", ", " ") if words.count(",") == 3 else words)
    if not found:
        return None, None
    one, two = (float(found[i].replace(",", ".")) for i in (1, 3))
    return (one, two) if found[2] in ("e", "w", "в", "з") and found[2] else (two, one)


def _metres(text: str) -> float | None:
    found = re.fullmatch(r"[~≈]?\s*(\d+(?:[.,]\d+)?)\s*(km|км|m|м)?", plain(text))
    return float(found[1].replace(",", ".")) * (1000.0 if found[2] in ("km", "км") else 1.0) if found else None
