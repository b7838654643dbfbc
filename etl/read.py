"""Read: any file -> its events and its rejections, as tables and as CSV. Nothing is merged, placed or saved in the store."""

import csv
import hashlib
import json
import math
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, Any, NamedTuple

import pandas as pd

from etl.asking import Question
from etl.feeds.any_table import NAME, Reading, read_reports
from etl.layout import Layout, layout_of, load_layout, save_layout, saved, shipped
from etl.parse import GIVEN, Context, latest_year
from etl.progress import Progress, no_progress
from etl.reading import Table, read_any
from etl.rejected import without_persons
from geodata.errors import BadFile
from geodata.formulas import as_text
from geodata.model import EVENT, columns
from geodata.settings import Settings

_STRANGE = {
    "drug": "drugs not in the vocabulary, kept as other with their own words",
    "transport": "ways of transport not in the vocabulary, kept as other with their own words",
    "kind": "kinds of event not in the vocabulary, kept as other",
    "agency": "agencies not in the vocabulary, kept as they came",
    "concealment": "ways of hiding not in the vocabulary, kept as they came",
    "place_kind": "kinds of place not in the vocabulary, kept as they came",
    "unit": "units that are no mass, kept without kilograms",
    "upper_bound": "upper bounds, kept as words without a weight",
    "coordinates": "coordinates that are no numbers, the words place these rows",
}
Ask = Callable[[Question], str]


class FileRead(NamedTuple):
    """A file that was read. rejected: row_number, reason, detail, content, of the reader and of the layout together."""

    table: Table
    reading: Reading
    rejected: pd.DataFrame
    layout: Layout

    @property
    def n_read(self) -> int:
        """Rows that became events."""
        return self.table.rows_in - len(self.rejected)


def read_as(table: Table, sha256: str, layout: Layout, name: str, latest: int) -> FileRead:
    """Events and rejections of a table; a layout without columns has them guessed. The rows always add up."""
    reading = read_reports(table, Context(layout.name or NAME, sha256, latest), layout if _says_something(layout) else None, name)
    parts = [part for part in (without_persons(table.ragged), reading.parsed.rejected) if len(part)]
    rejected = pd.concat(parts, ignore_index=True) if parts else reading.parsed.rejected
    return FileRead(table, reading, rejected.sort_values("row_number", kind="stable", ignore_index=True), layout)


def _says_something(layout: Layout) -> bool:
    return bool(layout.as_dict().keys() - {"name", "columns"} or layout.columns)


def layout_named(name: str | None, settings: Settings) -> Layout:
    """A layout by its name (the user's own first, then the shipped ones) or its file; None: nothing said. Raises BadFile."""
    if not name:
        return Layout(NAME)
    if name.endswith(".toml") or "/" in name or os.sep in name:
        return load_layout(Path(name))
    known = shipped() | saved(settings)
    if name not in known:
        raise BadFile(
            f"There is no layout {name!r}: one of {', '.join(sorted(known)) or 'none yet'}, or a .toml file, was wanted. Check it."
        )
    return load_layout(known[name])


def read_file(
    settings: Settings,
    file: Path,
    out: Path,
    rejected: Path,
    *,
    layout: str | None = None,
    save_as: str | None = None,
    sheet: str | None = None,
    country: str | None = None,
    terminal: bool = False,
    progress: Progress = no_progress,
    today: date | None = None,
) -> list[str]:
    """Read ``file`` and write two CSV files; returns what to print. On a terminal what is open is asked. Raises BadFile."""
    for path in (out, rejected):
        if path.exists() and path.samefile(file):
            raise BadFile(f"{path} is the file to be read: another name for what comes out was wanted.")
    chosen = layout_named(layout, settings)
    if country:
        chosen = layout_of({**chosen.as_dict(), "country_iso3": country}, "The option --country")
    path, sha256 = _checked(file)
    table = read_any(path, file.name, progress, sheet or chosen.sheet or None)
    latest = latest_year(today or date.today())
    done = read_as(table, sha256, chosen, file.name, latest)
    if terminal and done.reading.questions:
        answers = asked(done.reading.questions, _ask)
        if answers:
            chosen = layout_of({**chosen.as_dict(), "answers": {**chosen.answers, **answers}})
            done = read_as(table, sha256, chosen, file.name, latest)
    if save_as:
        save_layout(settings, save_as, with_guesses(done).as_dict())
    write_events(done.reading.parsed.events, out)
    write_rejected(done, rejected)
    return summary(done)


def with_guesses(done: FileRead) -> Layout:
    """The layout with the columns that were guessed, ready to be saved."""
    guessed = {guess.header: guess.field for guess in done.reading.guesses if guess.field}
    units = {guess.header: guess.unit for guess in done.reading.guesses if guess.unit and guess.field.startswith("amount")}
    country = done.layout.country_iso3 or done.reading.country
    return done.layout._replace(columns=guessed, units={**units, **done.layout.units}, country_iso3=country)


def _checked(file: Path) -> tuple[Path, str]:
    try:
        if not file.is_file():
            raise BadFile(f"There is no file {file}: a table was wanted. Check the path.")
        digest = hashlib.sha256()
        with file.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    except OSError as error:
        raise BadFile(f"{file} cannot be read ({error.strerror or error}). Copy it to this machine first.") from error
    except ValueError as error:
        raise BadFile(f"{str(file)!r} is no path: a file was wanted. Check the path.") from error
    return file, digest.hexdigest()


def asked(questions: list[Question], ask: Ask) -> dict[str, str]:
    """The answers that somebody gave; a question left open stays open."""
    answers: dict[str, str] = {}
    for question in questions:
        said = ask(question).strip()
        if said and (not question.choices or said in question.choices):
            answers[question.id] = said
    return answers


def _ask(question: Question) -> str:
    choices = f" [{'/'.join(question.choices)}]" if question.choices else ""
    return input(f"{question.text}{choices} (Enter leaves {question.rows} rows open) ")


def summary(done: FileRead) -> list[str]:
    """What became of the rows, for people; the first line adds up."""
    events = done.reading.parsed.events
    kg = events["weight_kg"]
    lines = [f"rows in {done.table.rows_in} = events {done.n_read} + rejected {len(done.rejected)}", f"total {_plain(float(kg.sum()))} kg"]
    how = done.table.how
    if how is not None:
        parts = [
            how.format,
            how.encoding,
            f"delimiter {how.delimiter!r}" if how.delimiter else "",
            f"sheet {how.sheet!r}" if how.sheet else "",
        ]
        lines.append(f"  read as {', '.join(filter(None, parts))}; header on line {how.header_line}")
        if how.damaged:
            lines.append(f"  {how.damaged} characters had no meaning and are shown as \ufffd")
    sheets = zip(done.table.sheet_names, done.table.sheet_rows, strict=True)
    others = {name: n for name, n in sheets if n and name not in done.table.sheets_read}
    if others:
        told = ", ".join(f"{name!r} {n}" for name, n in others.items())
        lines.append(f"  NOT READ, rows of other sheets: {told}; read each with --sheet NAME")
    if len(events) > done.n_read:
        lines.append(f"  event rows {len(events)}: some rows name several drugs; those rows share event_id and row_number")
    bounds = events["weight_bound"].value_counts()
    if bounds.get("at_least", 0):
        lines.append(f"  lower bounds ('more than'): {bounds['at_least']}; the total is at least this")
    no_mass = int((events["quantity"].notna() & kg.isna()).sum())
    if no_mass:
        lines.append(f"  amounts that are no mass, kept in their unit: {no_mass}")
    lines.append("  columns: " + ", ".join(f"{guess.header} -> {guess.field or 'not read'}" for guess in done.reading.guesses))
    if done.reading.why:
        lines.append(f"  country {done.reading.country or 'of each row'}: {done.reading.why}")
    for reason, n in done.rejected["reason"].value_counts().items():
        lines.append(f"  rejected {reason}: {n}")
    for what, words in done.reading.parsed.strange.items():
        shown = ", ".join(f"{word!r} {n}" for word, n in sorted(words.items(), key=lambda one: (-one[1], one[0]))[:5])
        lines.append(f"  {_STRANGE.get(what, what)}: {shown}" + (" ..." if len(words) > 5 else ""))
    for question in (one for one in done.reading.questions if one.rows):
        lines.append(f"  open, {question.rows} rows: {question.text}")
    return lines


def _plain(number: float) -> str:
    return f"{number:.9f}".rstrip("0").rstrip(".") if number else "0"


def write_events(events: pd.DataFrame, out: Path) -> None:
    """Every EVENT column and the coordinates that were given, as UTF-8 CSV with commas; numbers with a decimal point."""
    table = events[[*columns(EVENT), *GIVEN]]
    cells = {name: [_number(v) for v in table[name]] if table[name].dtype.kind == "f" else _texts(table[name]) for name in table.columns}
    with _written(out) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows(zip(*cells.values(), strict=True))


def write_rejected(done: FileRead, out: Path) -> None:
    """row_number, reason, detail, content, and the row's own cells; where a question is open, it is the reason."""
    headers = [header for header in done.table.headers if header not in ("row_number", "reason", "detail", "content")]
    with _written(out) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["row_number", "reason", "detail", "content", *map(as_text, headers)])
        for row in done.rejected.itertuples(index=False):
            cells = cells_of(str(row.content), done.table)
            reason = f"{row.reason}: {row.detail}" if str(row.detail).endswith("?") else str(row.reason)
            writer.writerow([row.row_number, as_text(reason), as_text(str(row.detail)), as_text(str(row.content)),
                             *(as_text(cells.get(header, "")) for header in headers)])  # fmt: skip


def cells_of(content: str, table: Table) -> dict[str, str]:
    """The cells of a rejected row by their headers; a row that does not fit the header by its places."""
    held: Any = json.loads(content)
    if isinstance(held, Mapping):
        of = dict(zip(table.columns, table.headers, strict=True))
        return {of.get(str(name), str(name)): str(cell) for name, cell in held.items()}
    names = [*table.headers, *(f"column {at + 1}" for at in range(len(table.headers), len(held)))]
    return {name: str(cell) for name, cell in zip(names, held, strict=False) if cell}


def _number(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _texts(values: "pd.Series[Any]") -> list[str]:
    known: dict[Any, str] = {}
    told = []
    for value in values:
        if value is None or value is pd.NA or value != value:
            told.append("")
        else:
            told.append(known.setdefault(value, as_text(str(value)) if isinstance(value, str) else str(value)))
    return told


@contextmanager
def _written(out: Path) -> Iterator[IO[str]]:
    """A file that is there whole or not at all."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(prefix=f".{out.name[:40]}-", dir=out.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="") as stream:
                yield stream
            os.chmod(unfinished, 0o644)
            os.replace(unfinished, out)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise BadFile(f"{out} cannot be written ({error.strerror or error}): the name of a new file was wanted. Choose another.") from error
