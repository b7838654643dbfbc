"""What every part of the coverage page is told from: the register, the names of places and donors, the day, the rights of the viewer."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from dashboard.answers.places import Places
from dashboard.language import Language
from geodata.places.figures import load_sources
from geodata.register.loading import Register


@dataclass(frozen=True)
class Context:
    """What every part is told from. as_of: the day. is_insider: may see states by post."""

    register: Register
    places: Places
    say: Language
    as_of: dt.date
    is_insider: bool

    def word(self, prefix: str, code: str) -> str:
        """The word of a code, or the code as it is written."""
        key = f"{prefix}.{code}"
        return self.say(key) if self.say.has(key) else code.replace("_", " ")

    @cached_property
    def organisations(self) -> dict[str, str]:
        """Id -> name; in Russian and Tajik the Russian one, where we have none of our own."""
        table = self.register["organisations"]
        name = table["name_en"] if self.say.code == "en" else table["name_ru"]
        # Some are called by their full name where a shorter one says as much.
        short = {id: self.say(key) for id in table["id"] if self.say.has(key := f"donor.{id.replace('-', '_')}")}
        return dict(zip(table["id"], name, strict=True)) | short

    @cached_property
    def programmes(self) -> dict[str, str]:
        """Code -> name, as the programme calls itself."""
        table = self.register["programmes"]
        return dict(zip(table["code"], table["name"], strict=True))

    @cached_property
    def areas(self) -> dict[str, str]:
        """Id of a post, section, district or province -> its name."""
        return self.places.names(self.say.code)

    @cached_property
    def rows(self) -> dict[str, dict[Any, Any]]:
        """Id of a work or unit -> its row."""
        return {row["id"]: row for table in ("works", "units") for row in self.register[table].to_dict("records")}

    def amount(self, amount: float, currency: str, operator: str) -> str:
        """An amount as it was said: about, more than."""
        return f"{sign_of(operator)}{self.say.number(float(amount), 0)}\u00a0{currency}"


def sign_of(operator: str) -> str:
    """How "about" and "more than" stand before an amount."""
    return {"~": "≈\u00a0", ">": ">\u00a0", ">=": "≥\u00a0"}.get(operator, "")


def sources(cited: Iterable[str]) -> list[list[str]]:
    """[what to call it, its address or ""] of each: numbers of sources.csv, founding documents, addresses, printed works."""
    known = _addresses()
    return [[f"[{one}]", known[one]] if one in known else [_host(one), one if one.startswith("http") else ""] for one in cited]


@cache
def _addresses() -> dict[str, str]:
    """Number of a source -> its address."""
    table = load_sources()
    return {str(number): str(url) for number, url in zip(table["number"], table["url"].fillna(""), strict=True)}


def _host(source: str) -> str:
    if not source.startswith("http"):
        return source if len(source) <= 60 else f"{source[:57]}…"
    return source.split("//", 1)[1].split("/", 1)[0].removeprefix("www.")
