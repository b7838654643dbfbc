"""Questions that a table leaves open: asked of a person, and the reason of a rejection where nobody is there."""

from typing import NamedTuple


class Question(NamedTuple):
    """One question. id: "kind:column", under which a layout keeps the answer. text: in English, for the command line and rejections.

    choices: what may be answered; () for free text. answer: what is assumed, "" where nothing is. rows: how many it concerns.
    """

    kind: str
    column: str
    text: str
    examples: tuple[str, ...]
    choices: tuple[str, ...]
    answer: str = ""
    rows: int = 0

    @property
    def id(self) -> str:
        """Under which a layout keeps the answer."""
        return f"{self.kind}:{self.column}" if self.column else self.kind
