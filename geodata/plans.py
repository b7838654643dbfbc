"""Plans on the disk: `<PANJ_DATA>/plans/<name>.toml` asks, `<name>.plan.json` and `<name>.geojson` answer."""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geodata.errors import BadFile
from geodata.places.cached import store_file

FOLDER, QUESTION, ANSWER, MAP = "plans", ".toml", ".plan.json", ".geojson"
#: A name is the name of files on every system: words of any alphabet, digits, spaces inside, dots, hyphens; a letter or digit first.
NAME = re.compile(r"[^\W_](?:[\w .()+-]{0,58}[\w)+])?")
#: Names that Windows keeps for its devices.
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def checked_name(name: str) -> str:
    """The name without blanks around it. Raises BadFile where it is none that a file may have."""
    told = " ".join(name.split())
    if not NAME.fullmatch(told) or RESERVED.fullmatch(told):
        raise BadFile(
            f"A plan cannot be called {name[:80]!r}: up to 60 letters, digits, spaces, hyphens were wanted, a letter or digit first."
        )
    return told


def questions(data: Path) -> list[str]:
    """Names of the questions that are kept, the newest first."""
    return _names(data, QUESTION)


def answers(data: Path) -> list[str]:
    """Names of the plans that were made, the newest first."""
    return _names(data, ANSWER)


def _names(data: Path, ending: str) -> list[str]:
    folder = data / FOLDER
    files = sorted(folder.glob(f"*{ending}"), key=lambda file: (-file.stat().st_mtime, file.name)) if folder.is_dir() else []
    return [file.name.removesuffix(ending) for file in files]


def keep_question(data: Path, name: str, question: Mapping[str, Any]) -> Path:
    """Write a question down, in place of one of that name; never half of it. Raises BadFile for a name that is none."""
    folder, name = data / FOLDER, checked_name(name)
    store_file(folder, f"{name}{QUESTION}", as_toml(question).encode())
    return folder / f"{name}{QUESTION}"


def read_question_file(data: Path, name: str) -> dict[str, Any]:
    """A kept question as it stands in its file. Raises BadFile: none of this name, or no TOML."""
    if name not in questions(data):
        raise BadFile(f"There is no question called {name[:80]!r}: choose one from the list.")
    try:
        return tomllib.loads((data / FOLDER / f"{name}{QUESTION}").read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise BadFile(f"The question {name[:80]!r} cannot be read: {problem}.") from problem


def as_toml(question: Mapping[str, Any]) -> str:
    """A question as TOML: plain fields first, then tables; what is None is left out, and so is the name, which is the file's."""
    told = {key: value for key, value in question.items() if key != "name" and value is not None}
    lines = [f"{key} = {_value(value)}" for key, value in told.items() if not isinstance(value, Mapping)]
    for key, table in told.items():
        if isinstance(table, Mapping):
            lines += ["", f"[{key}]", *(f"{_value(str(one))} = {_value(value)}" for one, value in table.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, str):
        # JSON's text is TOML's, but for the delete character and halves of pairs, which TOML does not hold.
        safe = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in value)
        return json.dumps(safe, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_value(str(one))} = {_value(told)}" for one, told in value.items()) + " }"
    return json.dumps(value) if isinstance(value, bool) else repr(value)
