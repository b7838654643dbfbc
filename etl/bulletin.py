"""Bulletin: a weekly summary in prose, English or Russian -> proposed events, each with its sentence. A person confirms each one.

The form is CARICC's: a title with the week, the name of a country on a line of its own, dated paragraphs below it. Nothing here enters
the store: the proposals are a table with an empty column `confirmed`.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from etl.bulletin_words import (
    AMOUNT,
    DATES,
    ENGLISH_PLACE,
    MONTHS,
    NOT_PLACES,
    PARTS,
    RUSSIAN_PLACE,
    STATE,
    SUMMARY,
    TAJIK_PLACE,
    URL,
    drug_at,
    drugs_in,
)  # fmt: skip
from etl.people import strike_out
from etl.vocabulary import key, meanings_in, phrases, plain_phrase
from geodata.errors import BadFile
from geodata.formulas import as_text

#: Columns of the proposals: what the generic feed reads, and before them what a person decides.
COLUMNS = (
    "confirmed", "event_ref", "country", "date", "place", "drug", "amount", "agency", "transport", "concealment", "note", "source_url",
    "source", "line",
)  # fmt: skip
_LONGEST_TEXT, _LONGEST_SENTENCE = 1_000_000, 2000
_QUOTES = re.compile('[«»“”"]')
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[«\"(]?[A-ZА-ЯЁӢӮҚҒҲҶ0-9])")
_HEADING_IN_LINE = re.compile(r"([^.:\d]{4,60})[.:]\s+(?=\S)")
#: After these a full stop ends no sentence.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(«\"])(?:[A-ZА-ЯЁ]|(?<!\d )г|с|п|пос|гор|н\.п|обл|ул|им|тыс|млн|No|approx|Mr|р-н|т\.е|ст|гр|ш|н|д|St)\.$"
)


class Proposals(NamedTuple):
    """rows: proposed events (COLUMNS, all text; row = drug of an event). left_out: (line, sentence, why) of what proposes nothing.

    sentences: all that were looked at; each is in one of the two.
    """

    rows: pd.DataFrame
    left_out: list[tuple[int, str, str]]
    sentences: int


class _Week(NamedTuple):
    first: date | None
    last: date | None
    year: int


def propose(text: str, name: str = "bulletin") -> Proposals:
    """The events that a bulletin tells of. name: of its file, kept as the source. Raises BadFile for an empty text."""
    if len(text) > _LONGEST_TEXT:
        raise BadFile(f"{name} has {len(text)} letters: a bulletin of at most {_LONGEST_TEXT} was wanted. Give one week at a time.")
    paragraphs = list(_paragraphs(text))
    if not paragraphs:
        raise BadFile(f"{name} is empty: the text of a bulletin was wanted. Paste it again.")
    week = _week_of([words for _, words in paragraphs[:5]])
    rows: list[dict[str, str]] = []
    left_out: list[tuple[int, str, str]] = []
    country, sentences, source = "", 0, f"{name}: {_title(paragraphs)}"
    for line, words in paragraphs:
        if heading := _country_heading(words):
            country = heading
            continue
        heading, words = _heading_in_line(words)
        country = heading or country
        day, place, url = "", "", next(iter(URL.findall(words)), "")
        for sentence in _sentences(URL.sub("", words)):
            sentences += 1
            day = _day_in(sentence, week) or day
            found, why = _events_in(sentence, country, place)
            place = _place_in(sentence) or place
            if why:
                left_out.append((line, strike_out(sentence).text, why))
                continue
            note = strike_out(sentence).text
            # The same sentence, sent again next week, is the same event.
            reference = hashlib.sha256(f"{country}|{day}|{note}".encode()).hexdigest()[:12]
            for event in found:
                rows.append({"confirmed": "", "event_ref": reference, "date": day, "note": note, "source_url": url, "source": source,
                             "line": str(line), **event})  # fmt: skip
        _give_link_of_next_line(rows, line, words)
    return Proposals(pd.DataFrame(rows, columns=list(COLUMNS)).fillna("").astype("str"), left_out, sentences)


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Paragraphs with the line each starts on; a line that goes on in small letters belongs to the one above."""
    start, held = 0, ""
    for number, line in enumerate(text.replace("\u00ad", "").splitlines(), start=1):
        words = " ".join(line.split()).strip("*•·- \ufeff")
        if held and words and words[:1].islower() and held[-1] not in ".!?:" and len(held) < _LONGEST_SENTENCE:
            held = f"{held} {words}"
            continue
        if held:
            yield start, held
        start, held = number, words
    if held:
        yield start, held


def _title(paragraphs: list[tuple[int, str]]) -> str:
    first = paragraphs[0][1]
    return first[:100] if len(first) < 200 else ""


def _week_of(first: list[str]) -> _Week:
    """The days that the title names: `21-27.10.2019`, `21-27 октября 2019 г.`, `October 21-27, 2019`."""
    for words in first:
        for pattern in DATES["week"]:
            if found := pattern.search(words):
                parts = found.groupdict()
                month = int(parts["m"]) if parts["m"].isdigit() else MONTHS[parts["m"].casefold()[:3]]
                start = parts.get("m1") or ""
                first_month = (int(start) if start.isdigit() else MONTHS[start.casefold()[:3]]) if start else month
                year = int(parts["y"])
                try:
                    last = date(year, month, int(parts["d2"]))
                    return _Week(date(year - (first_month > month), first_month, int(parts["d1"])), last, year)
                except ValueError:
                    continue
    years = [int(year) for words in first for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", words)]
    return _Week(None, None, years[0] if years else 0)


def _country_heading(words: str) -> str:
    """The country that a line names and nothing else: `Tajikistan`, `РЕСПУБЛИКА КАЗАХСТАН:`."""
    if len(words) > 60 or words.endswith("."):
        return ""
    name = plain_phrase(words)
    return phrases("country").get(name) or phrases("country").get(STATE.sub("", name).strip(), "")


def _heading_in_line(words: str) -> tuple[str, str]:
    """The country that a line begins with, and what it says of it: `TAJIKISTAN. On 12 March ...`."""
    found = _HEADING_IN_LINE.match(words)
    heading = _country_heading(found[1]) if found and len(plain_phrase(found[1])) > 3 else ""
    return (heading, words[found.end() :]) if found and heading else ("", words)


def _sentences(words: str) -> list[str]:
    """The sentences of a paragraph; abbreviations and dates end none."""
    parts = _SENTENCE_END.split(words.strip())
    whole: list[str] = []
    for part in parts:
        if whole and _ABBREVIATION.search(whole[-1][-12:]):
            whole[-1] = f"{whole[-1]} {part}"
        elif part.strip():
            whole.append(part.strip())
    return whole


def _day_in(sentence: str, week: _Week) -> str:
    """The first day that a sentence names, ISO; a day without a year is the one in the bulletin's week, or of its year."""
    best: tuple[int, str] | None = None
    for pattern in DATES["day"]:
        for found in pattern.finditer(sentence):
            parts = found.groupdict()
            month = int(parts["m"]) if parts["m"].isdigit() else MONTHS.get(parts["m"].casefold()[:3], 0)
            day = _iso(parts.get("y") or "", month, int(parts["d"]), week)
            if day and (best is None or found.start() < best[0]):
                best = (found.start(), day)
                break
    return best[1] if best else ""


def _iso(year: str, month: int, day: int, week: _Week) -> str:
    years = [int(year)] if year else [week.year] if week.year else []
    if not year and week.last and week.first:
        # The last days of December stand in the first bulletin of January.
        years = sorted({week.first.year, week.last.year, week.last.year - 1}, reverse=True)
    for number in years:
        try:
            found = date(number, month, day)
        except ValueError:
            continue
        if year or week.last is None or found <= week.last + timedelta(days=31):
            return found.isoformat()
    return ""


def _events_in(sentence: str, country: str, place: str) -> tuple[list[dict[str, str]], str]:
    """The drugs that a sentence says were found, each with its amount; or why it tells of none.

    place: where the sentences before it are.
    """
    if len(sentence) > _LONGEST_SENTENCE:
        return [], "too_long"
    drugs = drugs_in(sentence)
    amounts = [(found.start(), found.end(), found[0].strip(" ,.")) for found in AMOUNT.finditer(sentence)]
    if not drugs:
        return [], "no_drug"
    if SUMMARY.search(sentence):
        return [], "sum_of_a_period"
    shared = {
        "country": _country_in(sentence, country),
        "place": strike_out(_place_in(sentence) or place, is_place=True).text,
        "agency": "; ".join(meanings_in(sentence, phrases("agency", country))[:3]),
        "transport": "; ".join(meanings_in(sentence, phrases("transport"))[:1]),
        "concealment": "; ".join(meanings_in(sentence, phrases("concealment"))[:2]),
    }
    if not amounts:
        return [], "no_amount"
    pairs = _paired(*_without_sum(sentence, drugs, amounts))
    return [{**shared, "drug": drug, "amount": amount} for drug, amount in pairs], "" if pairs else "no_amount"


def _without_sum(
    sentence: str, drugs: list[tuple[int, int, str]], amounts: list[tuple[int, int, str]]
) -> tuple[list[tuple[int, int, str]], list[tuple[int, int, str]]]:
    """`56 kg of drugs, including 45 kg of hashish and 11 kg of opium` tells of two amounts: the sum of them is none of its own."""
    named = [drug for drug in drugs if drug[2] != "unspecified"]
    parts = PARTS.search(sentence)
    after = [amount for amount in amounts if parts and amount[0] >= parts.end()]
    if not named or not parts or not after:
        return drugs, amounts
    return [drug for drug in named if drug[0] > parts.end()] or named, after


def _paired(drugs: list[tuple[int, int, str]], amounts: list[tuple[int, int, str]]) -> list[tuple[str, str]]:
    """Each amount with its drug: the one after it (`5 kg of heroin`), or before it where the sentence begins with a drug."""
    drug_first = drugs[0][0] < amounts[0][0] and (len(drugs) >= len(amounts) or drugs[-1][0] < amounts[-1][0])
    pairs: list[tuple[str, str]] = []
    for at, (start, end, words) in enumerate(amounts):
        before = [drug for begin, stop, drug in drugs if begin < start and stop <= end]
        limit = amounts[at + 1][0] if at + 1 < len(amounts) else 1 << 30
        after = [drug for begin, stop, drug in drugs if stop > end and begin < limit]  # "tablets of ecstasy" begins in the amount
        drug = (before[-1:] or after[:1]) if drug_first else (after[:1] or before[-1:])
        if drug and (not pairs or (drug[0], words) != pairs[-1]):
            pairs.append((drug[0], words))
    return pairs


def _country_in(sentence: str, country: str) -> str:
    """The section's country; without sections, the first one that the sentence names."""
    if country:
        return country
    return next(iter(meanings_in(sentence, _country_names())), "")


@cache
def _country_names() -> Mapping[str, str]:
    """Countries by their names only: the code KG is a kilogram in a sentence."""
    return {name: code for name, code in phrases("country").items() if len(name) > 3}


def _place_in(sentence: str) -> str:
    """The words of the place, as the sentence has them, from fine to coarse where it names several."""
    if len(sentence) > _LONGEST_SENTENCE:
        return ""
    found: list[str] = []
    for pattern in (ENGLISH_PLACE, RUSSIAN_PLACE, TAJIK_PLACE):
        for match in pattern.finditer(sentence):
            words = _QUOTES.sub("", match["place"]).strip(" ,.")
            first = key(words).split(" ")[0] if words else ""
            is_country = plain_phrase(words) in phrases("country")
            if words and first not in NOT_PLACES and not is_country and not drug_at(words) and words not in found:
                found.append(words)
    return ", ".join(found[:3])


def _give_link_of_next_line(rows: list[dict[str, str]], line: int, words: str) -> None:
    """A link that stands alone belongs to the paragraph above it."""
    links = URL.findall(words)
    if not links or URL.sub("", words).strip(" .()[]"):
        return
    for row in reversed(rows):
        if row["line"] != rows[-1]["line"] or int(row["line"]) >= line:
            break
        row["source_url"] = row["source_url"] or links[0]


def write_proposals(proposals: Proposals, path: Path) -> None:
    """The proposals as a CSV table (UTF-8 with a mark, so that Excel opens it). A formula in a cell is text."""
    rows = proposals.rows.map(as_text)
    rows.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
