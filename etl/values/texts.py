"""Texts made plain before they are read: one kind of space, dash and digit, whatever script and keyboard they came from."""

import re
import unicodedata

_EASTERN = {ord(char): str(unicodedata.digit(char)) for char in "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"}
_NO_WIDTH = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad")
)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_SAME = {ord("ي"): "ی", ord("ى"): "ی", ord("ك"): "ک", ord("٫"): ",", ord("٬"): "'", ord("،"): ",", ord("’"): "'", ord("ё"): "е"}
_PLAIN = _EASTERN | _NO_WIDTH | _DASHES | _SAME
_SPACES = re.compile(r"\s+")


def plain(text: str) -> str:
    """Small letters, ASCII digits (also for ۰-۹ and ٠-٩), plain spaces and dashes, ё as е, Persian letters for Arabic ones.

    "12 350,5 КГ" -> "12 350,5 кг", "۱۳۹۷/۱۱/۲۲" -> "1397/11/22". Idempotent.
    """
    if text.isascii():
        return _SPACES.sub(" ", text).strip().lower()
    folded = unicodedata.normalize("NFKC", text.translate(_PLAIN)).casefold().translate(_PLAIN)
    return _SPACES.sub(" ", folded).strip()


def has_cyrillic(text: str) -> bool:
    """Is there a Cyrillic letter? Its writers put a decimal comma."""
    return any("\u0400" <= char <= "\u052f" for char in text)


def is_right_to_left(text: str) -> bool:
    """Is there an Arabic letter (Dari, Pashto, Persian)?"""
    return any("\u0600" <= char <= "\u06ff" for char in text)
