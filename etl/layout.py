"""Layouts: what the columns of one source mean, as a small TOML file; a new agency's layout is data and no code.

Shipped ones lie in `etl/feeds/*.toml`, the user's own in `<PANJ_DATA>/feeds/*.toml`.
"""

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from etl.vocabulary import country_codes, phrases, plain_phrase
from geodata.errors import BadFile
from geodata.model import DRUGS, INFORMATION_ACCURACIES, SOURCE_RELIABILITIES
from geodata.settings import Settings

#: What a column may hold. `amount:<drug>` is a column of amounts of one drug.
FIELDS = (
    "date", "date_to", "year", "month", "day", "time", "date_precision", "country", "province", "district", "place", "lon", "lat",
    "coordinates", "uncertainty", "drug", "amount", "unit", "agency", "transport", "concealment", "place_kind", "packaging",
    "installation", "routing", "country_producing", "country_departure", "country_destination", "kind", "note", "source", "source_url",
    "source_ref", "event_ref", "confirmed", "source_reliability", "information_accuracy", "total", "person", "nothing",
)  # fmt: skip
#: Fields that several columns may have together: their words are joined, amounts are added up.
SHARED_FIELDS = frozenset({"province", "district", "place", "amount", "note", "person", "nothing", "total"})
#: A row may have a second drug in columns of its own: `drug:2`, `amount:2`, `unit:2`, and so on.
REPEATED_FIELDS = ("drug", "amount", "unit")
REPEATS = tuple("23456789")
#: Questions that a table can leave open, and what may be answered (an empty tuple: see `_answer_problem`).
ANSWERS: dict[str, tuple[str, ...]] = {
    "date_order": ("day_first", "month_first"),
    "comma": ("decimal", "thousands"),
    "dot": ("decimal", "thousands"),
    "unit": (),
    "year": (),
    "country": (),
}
#: Vocabularies to which a source may add words of its own.
WORDS = ("drug", "transport", "concealment", "place_kind", "kind", "agency", "country")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")


class Layout(NamedTuple):
    """name: the source's, also its feed. columns: header as it came -> field. answers: "kind" or "kind:header" -> answer.

    country_iso3: of every row that names none. units: header -> unit of its bare numbers. words: vocabulary -> word -> meaning.
    reliability, accuracy: of every row that has none. credit: whom to name beside the data.
    """

    name: str
    columns: Mapping[str, str] = {}
    answers: Mapping[str, str] = {}
    country_iso3: str = ""
    agency: str = ""
    units: Mapping[str, str] = {}
    words: Mapping[str, Mapping[str, str]] = {}
    source_reliability: str = ""
    information_accuracy: str = ""
    sheet: str = ""
    credit: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as `layout_of` takes them and JSON holds them; what is empty is left out."""
        plain = {name: _plain(value) for name, value in self._asdict().items()}
        return {name: value for name, value in plain.items() if value or name in ("name", "columns")}


def _plain(value: object) -> object:
    return {str(name): _plain(held) for name, held in value.items()} if isinstance(value, Mapping) else value


def layout_of(values: Mapping[str, Any], origin: str = "The layout") -> Layout:
    """A layout out of plain values. Raises BadFile, naming ``origin``, what came and what was wanted."""
    unknown = sorted(set(values) - set(Layout._fields))
    if unknown:
        raise BadFile(f"{origin} has an entry {unknown[0]!r}: one of {', '.join(Layout._fields)} was wanted. Rename or remove it.")
    for name, value in values.items():
        wanted = dict if name in ("columns", "answers", "units", "words") else str
        if not isinstance(value, Mapping if wanted is dict else str):
            kind = "a table" if wanted is dict else "a text"
            raise BadFile(f"{origin}, entry {name}: came {type(value).__name__}, {kind} was wanted. Correct it.")
    layout = Layout(**{"name": "", **values})
    for problem in _problems(layout):
        raise BadFile(f"{origin}, {problem}. Correct it and try again.")
    return layout._replace(country_iso3=layout.country_iso3.upper())


def _problems(layout: Layout) -> list[str]:
    found: list[str] = []
    if layout.name and not _NAME.fullmatch(layout.name):
        found.append(f"entry name: came {layout.name!r}, small Latin letters, digits and _ were wanted, as in dca_monthly")
    texts = [layout.columns, layout.answers, layout.units, *layout.words.values()]
    if not all(isinstance(table, Mapping) and all(isinstance(v, str) for v in table.values()) for table in texts):
        return [*found, "every entry of columns, answers, units and words: texts were wanted"]
    for header, field in layout.columns.items():
        if not is_field(field):
            found.append(f"column {header!r}: came {field!r}, one of {', '.join(FIELDS)} or amount:heroin (and so on) was wanted")
    single = [field for field in layout.columns.values() if field and field not in SHARED_FIELDS and not field.startswith("amount")]
    twice = sorted({field for field in single if single.count(field) > 1})
    if twice:
        found.append(f"two columns are {twice[0]!r}: only one can be. Mark the other as nothing")
    for question, answer in layout.answers.items():
        if problem := _answer_problem(question.partition(":")[0], answer):
            found.append(f"answer to {question}: came {answer!r}, {problem}")
    if layout.country_iso3 and layout.country_iso3.upper() not in country_codes():
        found.append(f"entry country_iso3: came {layout.country_iso3!r}, three letters of ISO 3166 were wanted, as in TJK")
    if layout.source_reliability not in ("", *SOURCE_RELIABILITIES):
        found.append(f"entry source_reliability: came {layout.source_reliability!r}, one of {', '.join(SOURCE_RELIABILITIES)} was wanted")
    if layout.information_accuracy not in ("", *INFORMATION_ACCURACIES):
        found.append(
            f"entry information_accuracy: came {layout.information_accuracy!r}, one of {', '.join(INFORMATION_ACCURACIES)} was wanted"
        )
    return found + _word_problems(layout)


def _answer_problem(kind: str, answer: str) -> str:
    if kind not in ANSWERS:
        return f"an answer to one of {', '.join(ANSWERS)} was wanted"
    if answer and ANSWERS[kind] and answer not in ANSWERS[kind]:
        return f"one of {', '.join(ANSWERS[kind])} was wanted"
    if answer and kind == "year" and not (answer.isascii() and answer.isdigit() and len(answer) == 4):
        return "a year was wanted, as in 2010"
    if answer and kind == "country" and answer.upper() not in country_codes():
        return "three letters of ISO 3166 were wanted, as in TJK"
    return ""


def _word_problems(layout: Layout) -> list[str]:
    found = [f"words.{what}: one of {', '.join(WORDS)} was wanted" for what in layout.words if what not in WORDS]
    for what in layout.words.keys() & set(WORDS):
        allowed = set(DRUGS) if what == "drug" else set(phrases(what, layout.country_iso3).values()) if what != "agency" else None
        for word, meaning in layout.words[what].items():
            if allowed is not None and meaning not in allowed:
                found.append(f"words.{what}, {word!r}: came {meaning!r}, one of {', '.join(sorted(allowed)[:40])} was wanted")
    return found


def is_field(field: str) -> bool:
    """May a column be this? "" is no field: the column is not read."""
    what, _, of = field.partition(":")
    return field in ("", *FIELDS) or (what == "amount" and of in DRUGS) or (what in REPEATED_FIELDS and of in REPEATS)


def vocabulary(layout: Layout, what: str, country: str = "") -> Mapping[str, str]:
    """The words for ``what`` and those that this source adds."""
    own = {plain_phrase(word): meaning for word, meaning in layout.words.get(what, {}).items()}
    shared = phrases(what, country)
    return {**shared, **own} if own else shared


def folder_of(settings: Settings) -> Path:
    """Where the user's own layouts lie."""
    return settings.data / "feeds"


def shipped() -> dict[str, Path]:
    """The layouts that ship with Panj: name -> file."""
    return {path.stem: path for path in sorted((Path(__file__).parent / "feeds").glob("*.toml"))}


def saved(settings: Settings) -> dict[str, Path]:
    """The user's own layouts: name -> file."""
    return {path.stem: path for path in sorted(folder_of(settings).glob("*.toml"))}


def load_layout(path: Path) -> Layout:
    """The layout in one file; it is called as the file is. Raises BadFile in one sentence."""
    try:
        values = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise BadFile(f"There is no layout {path}: a TOML file was wanted. Check the name.") from error
    except OSError as error:
        raise BadFile(f"The layout {path.name} cannot be read ({error.strerror or error}). Check its permissions.") from error
    except UnicodeDecodeError as error:
        raise BadFile(f"The layout {path.name} is no UTF-8 text: a TOML file was wanted. Save it as UTF-8.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadFile(f"The layout {path.name} is no TOML ({error}). Correct the line and try again.") from error
    name = path.stem.casefold()
    return layout_of({**values, "name": values.get("name") or (name if _NAME.fullmatch(name) else "own_layout")}, f"The layout {path.name}")


def save_layout(settings: Settings, name: str, layout: Mapping[str, Any]) -> Path:
    """Keep a layout as the user's own under ``name``, in place of one of that name. Raises BadFile; never half written."""
    checked = layout_of({**layout, "name": name}, f"The layout {name}")
    if not name:
        raise BadFile("A layout without a name cannot be saved: a short name was wanted, as in dca_monthly. Name it.")
    from etl.feeds import FEEDS
    from geodata.feeds import FEEDS as FACTS

    if name in FEEDS or name in FACTS or name in shipped():
        raise BadFile(f"{name} is a source that ships with Panj: another name was wanted. Choose one.")
    folder = folder_of(settings)
    folder.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(prefix=".layout-", dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(as_toml(checked))
    os.replace(unfinished, folder / f"{name}.toml")
    return folder / f"{name}.toml"


def as_toml(layout: Layout) -> str:
    """The layout as TOML; `load_layout` gives the same again."""
    values = layout.as_dict()
    lines = [f"{name} = {_quoted(value)}" for name, value in values.items() if isinstance(value, str)]
    for name, table in values.items():
        if isinstance(table, dict) and name != "words":
            lines += ["", f"[{name}]", *(f"{_quoted(word)} = {_quoted(meaning)}" for word, meaning in table.items())]
    for what, table in values.get("words", {}).items():
        lines += ["", f"[words.{what}]", *(f"{_quoted(word)} = {_quoted(meaning)}" for word, meaning in table.items())]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # JSON's text is TOML's, but for the delete character and halves of pairs, which TOML does not hold.
    safe = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return json.dumps(safe, ensure_ascii=False).replace("\x7f", "\\u007F")
