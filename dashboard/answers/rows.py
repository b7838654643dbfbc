"""The events behind a view, as rows that a person reads: words of the viewer's language, dates as sharp as they are known."""

from typing import Any

import numpy as np
import pandas as pd

from dashboard.answers.as_said import agency_words, unit_words
from dashboard.components.events_table import Rows
from dashboard.language import Language
from layers.months import NO_MONTH, month_number, month_numbers

#: The grid holds this many rows; the downloads hold all of them.
MOST_ROWS = 5_000
UNIT_KG = "kg"


def period_rows(events: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    """Rows that can have happened in the months first..last: wholly inside, or vague and overlapping (said in their date)."""
    begin, end = month_numbers(events["happened_from"]), month_numbers(events["happened_to"])
    dated = (begin != NO_MONTH) & (end != NO_MONTH)
    return events[dated & (begin <= month_number(last)) & (end >= month_number(first))]


def undated_rows(events: pd.DataFrame) -> pd.DataFrame:
    """Rows without any date."""
    return events[events["happened_from"].isna().to_numpy()]


def newest_first(events: pd.DataFrame) -> pd.DataFrame:
    """The same rows by day, the newest first, rows of one day as they stood, the undated last; numbered anew."""
    return events.sort_values("happened_from", ascending=False, kind="stable", na_position="last", ignore_index=True)


def only_these(events: pd.DataFrame, reports: list[str]) -> pd.DataFrame:
    """The rows of these reports, in their order; a report that is not among the rows is left out."""
    known = set(events["report_id"])
    return events.set_index("report_id", drop=False).loc[[report for report in reports if report in known]].reset_index(drop=True)


def in_grid(newest: pd.DataFrame, n_rows: int, n_events: int, picked: str, say: Language, names: dict[str, str]) -> Rows:
    """What the grid shows of a view. newest: the first of its `n_rows` rows, as many as are to be shown. names: as `readable` has them."""
    return Rows(records(readable(newest, say, names)), n_events, n_rows - len(newest), picked)


def readable(events: pd.DataFrame, say: Language, names: dict[str, str]) -> pd.DataFrame:
    """n rows in the viewer's words.

    names: id of a section, district or province -> its name. `date` is ISO and as sharp as known ("2018-07", "2018", "2018Q3");
    `row` is the report's own number, by which a download asks for it again.
    """
    # Plain lists: a walk over pandas' own text columns costs more than everything else here.
    of = {name: _plain(events[name]) for name in _READ}
    weights = events["weight_kg"].to_numpy(float, na_value=np.nan).tolist()
    return pd.DataFrame(
        {
            "row": events["report_id"].to_numpy(),
            "date": [date_text(*three) for three in zip(of["happened_from"], of["happened_to"], of["date_precision"], strict=True)],
            "kind": [say(f"kind.{kind}") for kind in of["kind"]],
            "drug": [say(f"drug.{drug}") if isinstance(drug, str) else "" for drug in of["drug"]],
            "weight_kg": [None if kg != kg else round(kg, 3) for kg in weights],
            "bound": ["≥" if bound == "at_least" else "≈" if bound == "about" else "" for bound in of["weight_bound"]],
            "amount": [_amount(*two, say) for two in zip(of["quantity"], of["unit"], strict=True)],
            "country": [_country(code, say) for code in of["country_iso3"]],
            "place": events["place_text"].fillna("").to_numpy(),
            "section": [names.get(id, "") if isinstance(id, str) else "" for id in of["section_id"]],
            "how_sure": [_how_sure(*two, say) for two in zip(of["precision_level"], of["uncertainty_m"], strict=True)],
            "agency": [agency_words(agency, say) for agency in of["agency"]],
            "transport": [say(f"transport.{word}") if isinstance(word, str) else "" for word in of["transport"]],
            "concealment": [_coded("concealment", word, say) for word in of["concealment"]],
            "repeat": [say("events.repeat") if number > 1 else "" for number in of["repeat_number"]],
            "note": events["note"].fillna("").to_numpy(),
            "source": [_web(url) for url in of["source_url"]],
            "feed": [say(f"feed.{feed}") if say.has(f"feed.{feed}") else feed for feed in of["feed"]],
        },
    )


_READ = (
    "happened_from", "happened_to", "date_precision", "kind", "drug", "weight_bound", "quantity", "unit", "country_iso3", "section_id",
    "precision_level", "uncertainty_m", "agency", "transport", "concealment", "repeat_number", "source_url", "feed",
)  # fmt: skip


def _plain(column: "pd.Series[Any]") -> list[Any]:
    return column.astype(object).where(column.notna(), None).tolist()


def _coded(what: str, word: object, say: Language) -> str:
    """A code in the viewer's words; words that no vocabulary has, as they came."""
    if not isinstance(word, str):
        return ""
    return say(key) if say.has(key := f"{what}.{word}") else word


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """One dict a row, as the grid wants them."""
    names = [str(name) for name in table.columns]
    cells = [table[name].astype(object).where(table[name].notna(), None).tolist() for name in table.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def date_text(begin: object, end: object, precision: object) -> str:
    """2018-07-25, 2018-07, 2018Q3, 2018, or empty: never sharper than known."""
    if not isinstance(begin, str):
        return ""
    if precision == "day" and begin == end:
        return begin
    if precision in ("day", "month") and begin[:7] == str(end)[:7]:
        return begin[:7]
    if precision == "quarter":
        return f"{begin[:4]}Q{(int(begin[5:7]) + 2) // 3}"
    return begin[:4] if begin[:4] == str(end)[:4] else f"{begin} – {end}"


def _amount(quantity: Any, unit: object, say: Language) -> str:
    if quantity is None or pd.isna(quantity):
        return ""
    return f"{say.number(float(quantity))} {unit_words(unit, say)}".strip()


def _country(code: str, say: Language) -> str:
    return say(f"country.{code}") if say.has(f"country.{code}") else code


def _how_sure(level: str, metres: float, say: Language) -> str:
    text = say(f"precision.{level}")
    return (
        text
        if pd.isna(metres)
        else f"{text} ±{say('unit.km', km=max(1, round(float(metres) / 1000)) if metres >= 1000 else round(float(metres) / 1000, 1))}"
    )


def _web(url: object) -> str:
    """Only links that a browser opens as a page; anything else is no link."""
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else ""
