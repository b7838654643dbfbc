"""Engine: many questions at once; each distinct one is worked out once, and what the file is sure of helps where it is not."""

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from etl.matching.candidates import Asked
from etl.matching.deciding import Named, decide
from etl.matching.finding import Finder
from etl.matching.index import Index, index_of


class Question(NamedTuple):
    """text: place words as they came. around: the area that holds it, said apart. country_iso3: of the reporting side. year: of the event."""

    text: str
    around: str
    country_iso3: str
    year: int | None


class Locator:
    """The gazetteer, ready to be asked."""

    def __init__(self, index: Index) -> None:
        self.finder = Finder(index)

    @classmethod
    def of(cls, gazetteer: pd.DataFrame) -> "Locator":
        return cls(index_of(gazetteer))

    def answers(self, questions: Iterable[Question]) -> list[Named]:
        """One answer a question, in the same order."""
        known: dict[Question, Named] = {}
        return [known[q] if q in known else known.setdefault(q, self.answer(q)) for q in questions]

    def answer(self, question: Question) -> Named:
        """Where it was, by the words of this question alone."""
        asked = Asked(frozenset([question.country_iso3]), False, question.year)
        return decide(question.text, question.around, asked, self.finder)
