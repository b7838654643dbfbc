"""Engine: many questions at once; each distinct one is worked out once, and what the file is sure of helps where it is not."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.matching.candidates import Asked
from etl.matching.deciding import Named, decide
from etl.matching.finding import Finder
from etl.matching.index import Index, index_of
from etl.matching.neighbours import Neighbours


class Question(NamedTuple):
    """text: place words as they came. around: the area that holds it, said apart. country_iso3: of the reporting side.

    year: of the event, None where it is not known.
    """

    text: str
    around: str
    country_iso3: str
    year: int | None


class Locator:
    """The gazetteer, ready to be asked."""

    def __init__(self, index: Index) -> None:
        self.finder = Finder(index)
        self._known: dict[Question, Named] = {}

    @classmethod
    def of(cls, gazetteer: pd.DataFrame) -> "Locator":
        return cls(index_of(gazetteer))

    def periods(self, country: "pd.Series[str]", text: "pd.Series[str]", days: "pd.Series[str]") -> NDArray[np.float64]:
        """For each of n rows a year in which names were as they were on its ISO date; NaN where no date changes the answer.

        Few texts hold a name that came or went, and few years stand for all others.
        """
        found = np.full(len(text), np.nan)
        codes, pairs = pd.factorize(pd.MultiIndex.from_arrays([country, text]))
        of_text = [sorted(self.answer(Question(words, "", iso3, None)).years) for iso3, words in pairs]
        dated = {n: years for n, years in enumerate(of_text) if years}
        rows = np.flatnonzero(np.isin(codes, list(dated)))
        starts = days.to_numpy(object)[rows]
        for row, day in zip(rows, starts, strict=True):
            if isinstance(day, str) and day[:4].isdigit():
                years = dated[codes[row]]
                number = bisect_right(years, int(day[:4]))
                found[row] = years[number - 1] if number else years[0] - 1
        return found

    def answers(self, questions: Sequence[Question], counts: Sequence[int] = ()) -> list[Named]:
        """One answer a question, in the same order. counts: how many rows ask each, 1 where not given.

        What is too close to call by the words is looked at a second time beside what the other questions of the country are sure of.
        """
        known = {question: self.answer(question) for question in dict.fromkeys(questions)}
        near = Neighbours((q.country_iso3, known[q], n) for q, n in zip(questions, counts or [1] * len(questions), strict=True))
        for question, named in known.items():
            if named.status == "review" and named.rule.startswith("ambiguous_name") and not named.are_several:
                known[question] = near.settled(question.country_iso3, named)
        return [known[question] for question in questions]

    def answer(self, question: Question) -> Named:
        """Where it was, by the words of this question alone."""
        if question not in self._known:
            asked = Asked(frozenset([question.country_iso3]), False, question.year)
            self._known[question] = decide(question.text, question.around, asked, self.finder)
        return self._known[question]
