"""Any table: a layout, given or guessed, turns rows of whatever columns into events. Nothing is guessed in a cell."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from etl.asking import Question
from etl.columns import Guess, guess_columns
from etl.feeds.cells import Cells, codes_of, home_of_table, place_of, reliability_of
from etl.feeds.row_amounts import amounts_of
from etl.feeds.row_dates import dates_of
from etl.feeds.row_positions import positions_of
from etl.feeds.wording import says_a_bound, weight_bounds
from etl.identity import further_ids, identify
from etl.layout import Layout, vocabulary
from etl.parse import Context, Parsed, Verdicts, event_table, or_empty
from etl.reading import Table
from etl.reading.table import NO_VALUE
from etl.rejected import without_persons
from etl.values.column_amounts import Item
from etl.values.texts import plain
from geodata.errors import BadFile

NAME = "any_table"
#: Fields of which a table of reports has at least one.
_YES = frozenset("yes y 1 true x + да ҳа ха ok ✓ ✔".split())
_TELLING = ("date", "year", "drug", "amount", "place", "district", "province")


class Reading(NamedTuple):
    """parsed: the events and rejections. guesses: what each column is. questions: what the table leaves open. country: whose reports,
    and why that is thought (both "" where rows say it themselves).
    """

    parsed: Parsed
    guesses: list[Guess]
    questions: list[Question]
    country: str
    why: str


def parse_with(table: Table, context: Context, layout: Layout | None) -> Parsed:
    """Events of a table of this layout (None: guessed); the rows not taken by the reader are not among the rejections here."""
    return read_reports(table, context, layout).parsed


def read_reports(table: Table, context: Context, layout: Layout | None, name: str = "") -> Reading:
    """Every row is an event, or several where it names several drugs, or rejected with its reason.

    name: the file's, which may name the country. Raises BadFile where no column of the table tells of an event.
    """
    guesses = guess_columns(table, layout)
    layout = layout or Layout(NAME)
    fields = {guess.field for guess in guesses}
    if not any(field in _TELLING or field.startswith("amount") for field in fields):
        headers = ", ".join(table.headers)[:120] or "nothing"
        raise BadFile(
            f"No column of {name or 'the file'} names a date, a place, a drug or an amount (it has: {headers}): reports were wanted. "
            "Say what its columns are with a layout, or on the Data page."
        )
    return _events(table, context, layout, guesses, name)


def _events(table: Table, context: Context, layout: Layout, guesses: list[Guess], name: str) -> Reading:
    rows = table.rows
    cells = Cells(table, guesses)
    verdicts = Verdicts(rows)
    questions: list[Question] = []
    strange: dict[str, dict[str, int]] = {}

    dates = dates_of(cells, layout, context.latest_year)
    questions += dates.questions
    amounts = amounts_of(cells, layout)
    questions += amounts.questions
    place = place_of(cells)
    home = home_of_table(cells, layout, name, place)
    country = codes_of(cells.text("country"), vocabulary(layout, "country"))
    iso3 = country.code.mask(cells.text("country") == "", home.of_row if home.of_row is not None else home.country_iso3 or None)

    verdicts.reject(_unconfirmed(cells), "not_confirmed", cells.text("confirmed"))
    verdicts.reject(_says_nothing(cells, dates.table, place, amounts.table), "nothing_said", pd.Series("", index=rows.index))
    verdicts.reject(_is_a_bare_sum(cells, amounts.table), "total_row", pd.Series("", index=rows.index))
    for reason in dates.table["reason"].unique():
        if reason:
            verdicts.reject(dates.table["reason"] == reason, str(reason), dates.table["detail"])
    for reason in amounts.table["reason"].unique():
        if reason:
            verdicts.reject(amounts.table["reason"] == reason, str(reason), amounts.table["detail"])
    missing = (iso3.isna() & (cells.text("country") == "")).to_numpy()
    if missing.any() or home.is_assumed:
        n = int(missing.sum()) or int((cells.text("country") == "").sum())
        questions.append(Question("country", "", "Which country reports? No column, title or place says it.", (), (), home.country_iso3, n))
    verdicts.reject(missing, "country_missing", pd.Series("Which country reports?", index=rows.index))
    verdicts.reject(iso3.isna(), "country_unknown", cells.text("country"))

    per_row: dict[str, object] = _words(cells, layout, iso3, strange)
    per_row |= {
        "happened_from": dates.table["first"],
        "happened_to": dates.table["last"],
        "date_precision": dates.table["precision"],
        "hour": dates.table["hour"],
        "date_text": or_empty(dates.text),
        "country_iso3": iso3,
        "place_text": or_empty(place),
        "amount_text": or_empty(amounts.text),
        "source_reliability": reliability_of(cells.text("source_reliability"), "ABCX", layout.source_reliability, 0),
        "information_accuracy": reliability_of(
            cells.text("information_accuracy").mask(cells.text("information_accuracy") == "", cells.text("source_reliability")),
            "1234", layout.information_accuracy, 1,
        ),
        **positions_of(cells, strange),
    }  # fmt: skip
    ids = identify(rows, context.feed)
    said = cells.text("event_ref").replace(NO_VALUE, "")
    kind = _kinds(cells, layout, strange, amounts.table)
    per_row |= {
        "report_id": ids["report_id"],
        "repeat_number": ids["repeat_number"],
        "event_id": (context.feed + ":" + said).where(said != "", ids["report_id"]),
        "kind": kind,
    }
    events = event_table(context, rows, per_row)
    for what, counts in amounts.strange.items():
        strange.setdefault(what, {}).update(counts)
    good = verdicts.good
    persons = frozenset(column for column, guess in zip(table.columns, guesses, strict=True) if guess.field == "person")
    rejected = without_persons(verdicts.rejected(), persons)
    opened = _opened(events[good], amounts.items[good])
    # A seizure of we know not what is one; a clash without a word of drugs is none.
    opened["drug"] = opened["drug"].mask((opened["kind"] != "seizure") & opened["drug_text"].isna() & opened["quantity"].isna())
    opened["weight_bound"] = _bounds_in_notes(opened)
    return Reading(Parsed(opened, rejected, None, strange), guesses, questions, home.country_iso3, home.why)


def _unconfirmed(cells: Cells) -> "pd.Series[bool]":
    """Rows that a person has not said yes to, in a table that asks for it."""
    if not cells.header("confirmed"):
        return pd.Series(False, index=cells.index)
    return ~cells.text("confirmed").map({word: plain(str(word)) in _YES for word in cells.text("confirmed").unique()}).astype(bool)


def _says_nothing(cells: Cells, dates: pd.DataFrame, place: "pd.Series[str]", amounts: pd.DataFrame) -> "pd.Series[bool]":
    """Rows of a number and a remark only: a signature below the table, a heading inside it."""
    undated = dates["first"].isna() & (dates["reason"] == "")
    return undated & (place == "") & (cells.text("drug") == "") & amounts["is_empty"] & (cells.text("kind") == "")


def _is_a_bare_sum(cells: Cells, amounts: pd.DataFrame) -> "pd.Series[bool]":
    """Rows below the last that says more, with numbers in the columns of amounts and nothing else: a sum without a word for it."""
    bare = ~amounts["is_empty"]
    for column, guess in zip(cells.table.columns, cells.guesses, strict=True):
        told = cells.table.rows[column].str.strip()
        if guess.field.startswith("amount"):
            bare &= ~told.isin([cell for cell in told.unique() if any(char.isalpha() for char in cell)])
        else:
            bare &= told == ""
    return bare & bare[::-1].cummin()[::-1] & bool((~bare).any())


def _words(cells: Cells, layout: Layout, country: "pd.Series[str]", strange: dict[str, dict[str, int]]) -> dict[str, object]:
    """The columns of words: a code where they are known, the words as they came beside it."""
    agency_text = cells.text("agency").mask(cells.text("agency") == "", layout.agency)
    agency = cells.agencies(agency_text, country, layout)
    transport = codes_of(cells.text("transport"), vocabulary(layout, "transport"), "other")
    concealment = codes_of(cells.text("concealment"), vocabulary(layout, "concealment"))
    place_kind_text = cells.text("place_kind").mask(cells.text("place_kind") == "", cells.text("installation"))
    place_kind = codes_of(place_kind_text, vocabulary(layout, "place_kind"))
    for what, found in (("agency", agency), ("transport", transport), ("concealment", concealment), ("place_kind", place_kind)):
        if found.strange:
            strange[what] = found.strange
    countries: dict[str, object] = {
        f"country_{way}": cells.free(codes_of(cells.text(f"country_{way}"), vocabulary(layout, "country")).kept())
        for way in ("producing", "departure", "destination")
    }
    url, source = cells.text("source_url"), cells.text("source")
    is_link = source.str.match(r"(?i)https?://|www\.").astype(bool)
    url = url.mask((url == "") & is_link, source)
    note = _joined(cells.joined("note", "; "), source.mask(is_link | (source == url), ""))
    return countries | {
        "agency": cells.free(agency.kept()),
        "agency_text": cells.free(agency_text),
        "transport": transport.code,
        "transport_text": cells.free(cells.text("transport")),
        "concealment": cells.free(concealment.kept()),
        "concealment_text": cells.free(cells.text("concealment")),
        "place_kind": cells.free(place_kind.kept()),
        "place_kind_text": cells.free(place_kind_text),
        "installation": cells.free(cells.text("installation")),
        "routing": cells.free(cells.text("routing")),
        "packaging": cells.free(cells.text("packaging")),
        "note": cells.free(note),
        "source_url": or_empty(url),
        "source_ref": or_empty(cells.text("source_ref")),
    }


def _joined(one: "pd.Series[str]", two: "pd.Series[str]") -> "pd.Series[str]":
    return one.mask(two != "", one + ("; " if (one != "").any() else "") + two).str.strip("; ")


def _kinds(cells: Cells, layout: Layout, strange: dict[str, dict[str, int]], amounts: pd.DataFrame) -> "pd.Series[str]":
    """The kind that a row says; without a word, a row with a drug or an amount tells of a seizure."""
    found = codes_of(cells.text("kind"), vocabulary(layout, "kind"), "other")
    if found.strange:
        strange["kind"] = found.strange
    silent = pd.Series(np.where((cells.text("drug") != "") | ~amounts["is_empty"], "seizure", "other"), index=amounts.index, dtype="object")
    return found.code.astype("object").where(found.code.notna(), silent).astype("str")


def _bounds_in_notes(events: pd.DataFrame) -> "pd.Series[str]":
    """Weights that a note calls "more than 20 kg" are lower bounds; what the amount itself says stands."""
    bounds = events["weight_bound"]
    speaking = [note for note in events["note"].dropna().unique() if says_a_bound(note)]
    told = (bounds == "exact") & events["note"].isin(speaking)
    if not told.any():
        return bounds
    of_event = told & events["weight_kg"].notna()
    rows = events[of_event]
    return bounds.mask(of_event, weight_bounds(rows["weight_kg"], rows["note"], rows["event_id"]).reindex(bounds.index)).astype("str")


def _opened(events: pd.DataFrame, items: "pd.Series[Any]") -> pd.DataFrame:
    """One row an amount: those of one report share event_id and row_number, each has a report_id of its own."""
    counts = items.map(len).to_numpy(dtype="int64") if len(items) else np.zeros(0, dtype="int64")
    where = np.repeat(np.arange(len(events)), counts)
    opened = events.iloc[where].reset_index(drop=True)
    number = np.arange(len(where)) - np.repeat(np.cumsum(counts) - counts, counts)
    flat = [item for row in items for item in row]
    opened["report_id"] = further_ids(opened["report_id"], number)
    of_report = {name: opened[name] for name in ("packaging", "amount_text")}
    for at, name in enumerate(Item._fields):
        values = pd.Series([item[at] for item in flat], index=opened.index, dtype="object")
        if name in ("quantity", "weight_kg"):
            opened[name] = values.astype("float64")
        else:
            opened[name] = values.where(values != "", None).astype("str")
    for name, told in of_report.items():
        opened[name] = opened[name].where(opened[name].notna(), told).astype("str")
    return opened
