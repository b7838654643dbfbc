"""Read and check the register: the tables that ship with Panj, and rows of one's own in `data/register`."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import pandas as pd

from geodata.places.districts import load_districts, load_provinces
from geodata.places.figures import load_sources
from geodata.places.files import Field, Sheet, read_sheet
from geodata.places.posts import load_posts
from geodata.places.programmes import load_programmes
from geodata.register.fields import POINTS_TO, TABLES

FOLDER = Path(__file__).parent / "files"
#: A source is a number of `sources.csv`, a founding document (S0 to S4), an address, the name of a printed source, or this.
GENERAL_KNOWLEDGE = "general_knowledge"
_NUMBER, _SEED, _ISO3 = re.compile(r"[0-9]+"), re.compile(r"S[0-9]"), re.compile(r"[A-Z]{3}")
#: Pairs of dates of which the first must not be the later one.
_IN_ORDER = (
    ("valid_from", "valid_to"), ("period_from", "period_to"), ("held_from", "held_to"), ("opened", "closed"), ("year_from", "year_to"),
)  # fmt: skip

#: table -> pairs of numbers of which the first is a part of the second.
_PART_OF = {
    "asset_checks": (("working", "seen"),),
    "blo_index": (("points", "max_points"),),
    "training": (("n_women", "n"), ("n_in_post", "n")),
}

Register = Mapping[str, pd.DataFrame]


def load_register(own: Path | None = None) -> Register:
    """Every table of the register by its name, checked; `programmes` is that of `geodata.places.programmes`.

    own: a folder with tables of the same names and headers whose rows come after the shipped ones (`Settings.data / "register"`).
    Dates are 2018, 2018-08 or 2018-08-15, as sharp as the source; lists are lists of str. Raises BadReference, naming file, line, column.
    """
    changed = [(name, (own / f"{name}.csv").stat().st_mtime_ns) for name in TABLES if own is not None and (own / f"{name}.csv").is_file()]
    return {name: table.copy() for name, table in _checked(own, tuple(changed)).items()}


@lru_cache(maxsize=4)
def _checked(own: Path | None, changed: tuple[tuple[str, int], ...]) -> Register:
    """As `load_register`, not to be changed. changed: when each of one's own files was; one that did is read again."""
    sheets = {name: list(_sheets(name, spec, own)) for name, spec in TABLES.items()}
    tables = {name: pd.concat([sheet.rows for sheet in of_table], ignore_index=True) for name, of_table in sheets.items()}
    tables["programmes"] = load_programmes()
    ids = _ids(tables)
    for name, of_table in sheets.items():
        seen: set[str] = set()
        for sheet in of_table:
            _check(name, sheet, ids, seen)
    return tables


def _sheets(name: str, spec: tuple[Field, ...], own: Path | None) -> Iterator[Sheet]:
    yield read_sheet(name, spec, FOLDER)
    if own is not None and (own / f"{name}.csv").is_file():
        yield read_sheet(name, spec, own)


def _ids(tables: Register) -> dict[str, set[str]]:
    ids = {name: set(table["id"]) for name, table in tables.items() if "id" in table}
    return ids | {
        "programmes": set(tables["programmes"]["code"]),
        "posts": set(load_posts()["id"]),
        "provinces": set(load_provinces()["province_id"]),
        "districts": set(load_districts()["district_id"]),
        "sources": {str(number) for number in load_sources()["number"]},
    }


def _check(name: str, sheet: Sheet, ids: dict[str, set[str]], seen: set[str]) -> None:
    """What no single cell shows. seen: ids of the table's sheets so far, which this one's are added to."""
    rows = sheet.rows
    for row in range(len(rows)):
        if "id" in rows:
            if rows["id"].iloc[row] in seen:
                raise sheet.refuse(row, "id", "an id that no row before has")
            seen.add(rows["id"].iloc[row])
        for column, targets in POINTS_TO.get(name, {}).items():
            for value in _values(rows[column].iloc[row]):
                if not any(_is_of(value, target, ids) for target in targets):
                    raise sheet.refuse(row, column, f"an id of {' or '.join(targets)}, and {value!r} is none")
        if "sources" in rows:
            for source in rows["sources"].iloc[row]:
                if (_NUMBER.fullmatch(source) and source not in ids["sources"]) or (_SEED.fullmatch(source) and source not in ids["seeds"]):
                    raise sheet.refuse(row, "sources", f"numbers of sources.csv or ids of seeds.csv, and {source!r} is none")
        for first, last in _IN_ORDER:
            if first in rows and pd.notna(rows[first].iloc[row]) and pd.notna(rows[last].iloc[row]):
                early, late = rows[first].iloc[row], rows[last].iloc[row]
                if (late < early) if not isinstance(late, str) else (not late.startswith(early[: len(late)]) and late < early):
                    raise sheet.refuse(row, last, f"nothing before {first}")
        for part, whole in _PART_OF.get(name, ()):
            some, every = rows[part].iloc[row], rows[whole].iloc[row]
            if pd.notna(some) and pd.notna(every) and some > every:
                raise sheet.refuse(row, part, f"no more than {whole}, {every:g}")
        if name in ("claim_items", "seed_systems"):
            for value in _values(rows["item_id" if name == "claim_items" else "item_ids"].iloc[row]):
                if value not in ids.get(rows["item_table"].iloc[row], set()):
                    raise sheet.refuse(row, "item_table", f"a table of the register that has {value!r}")


def _values(cell: object) -> list[str]:
    if isinstance(cell, list):
        return cell
    return [cell] if isinstance(cell, str) else []


def _is_of(value: str, target: str, ids: dict[str, set[str]]) -> bool:
    return bool(_ISO3.fullmatch(value)) if target == "countries" else value in ids[target]
