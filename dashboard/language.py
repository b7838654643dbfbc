"""Words, numbers and dates in the viewer's language: English, Russian, Tajik."""

import json
import re
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "ru", "tg")
NAMES = {"en": "English", "ru": "Русский", "tg": "Тоҷикӣ"}
SHORT = {"en": "EN", "ru": "RU", "tg": "TG"}
FOLDER = Path(__file__).parent / "translations"

NARROW, NO_BREAK = "\u202f", "\u00a0"
MONTHS = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
    "ru": "янв фев мар апр май июн июл авг сен окт ноя дек".split(),
    "tg": "янв фев мар апр май июн июл авг сен окт ноя дек".split(),
}


class Language:
    """One language. Callable: key and values -> sentence. A missing key raises KeyError; tests hold the three files equal."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.words = _words(code)

    def __call__(self, key: str, **values: object) -> str:
        text = self.words[key]
        if isinstance(text, dict):
            text = text[plural(self.code, values.get("n", 0))]
        return text.format(**{name: self._shown(value) for name, value in values.items()}) if values else text

    def has(self, key: str) -> bool:
        """Is there a text for this key?"""
        return key in self.words

    def number(self, value: float, digits: int | None = None) -> str:
        """1,234.5 in English; 1 234,5 with no-break spaces in Russian and Tajik. Digits follow the size unless given."""
        if digits is None:
            digits = 0 if abs(value) >= 100 or float(value).is_integer() else 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 3
        text = f"{value:,.{digits}f}"
        if digits and "." in text:
            text = text.rstrip("0").rstrip(".")
        return text if self.code == "en" else text.replace(",", NO_BREAK).replace(".", ",")

    def day(self, iso: str) -> str:
        """2018-07-25 -> 25 Jul 2018."""
        year, month, day = iso.split("-")
        return f"{int(day)}{NO_BREAK}{MONTHS[self.code][int(month) - 1]}{NO_BREAK}{year}"

    def month(self, month: str) -> str:
        """2018-07 -> Jul 2018; 2018Q3 -> Q3 2018."""
        if "Q" in month:
            year, quarter = month.split("Q")
            return self("date.quarter", quarter=quarter, year=year)
        year, number = month.split("-")[:2]
        return f"{MONTHS[self.code][int(number) - 1]}{NO_BREAK}{year}"

    def period(self, first: str, last: str) -> str:
        """2018-05, 2018-07 -> May 2018 – Jul 2018."""
        return self.month(first) if first == last else f"{self.month(first)} – {self.month(last)}"

    def _shown(self, value: object) -> object:
        return self.number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


@cache
def language(code: str) -> Language:
    """The language of this code; English when there is none such."""
    return Language(code if code in LANGUAGES else "en")


@cache
def _words(code: str) -> dict[str, str | dict[str, str]]:
    return json.loads((FOLDER / f"{code}.json").read_text(encoding="utf-8"))


def plural(code: str, n: object) -> str:
    """The plural form of n: one/other in English, one/few/many in Russian (CLDR); Tajik counts with the singular form."""
    if not isinstance(n, int | float) or n != int(n):
        return "few" if code == "ru" else "other"
    n = abs(int(n))
    if code == "ru":
        if n % 10 == 1 and n % 100 != 11:
            return "one"
        return "few" if 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14 else "many"
    return "one" if n == 1 else "other"


def best_language(accept: str) -> str:
    """The first of our languages in an Accept-Language header; Persian speakers of the region get Tajik only if they ask."""
    for part in accept.lower().split(","):
        code = re.split(r"[-;]", part.strip())[0]
        if code in LANGUAGES:
            return code
    return "en"


class LanguagePrefix:
    """WSGI: /ru/anything -> script root /ru, so that every request, a callback too, says its language itself.

    Two windows in two languages then share no state, and a link sent to a colleague keeps its language.
    """

    def __init__(self, wsgi_app) -> None:
        self.wsgi_app = wsgi_app

    def __call__(self, environ, start_response):
        parts = environ.get("PATH_INFO", "/").split("/", 2)
        if len(parts) > 2 and parts[1] in LANGUAGES:
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/" + parts[1]
            environ["PATH_INFO"] = "/" + parts[2]
        return self.wsgi_app(environ, start_response)
