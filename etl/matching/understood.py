"""Understood: a part of a text as the one name that it is, or as the two names that it turns out to be."""

from typing import NamedTuple

from etl.matching.candidates import Asked, Candidate, candidates_of
from etl.matching.finding import Finder
from etl.matching.parts import Part

#: A part whose best spelling is less alike than this is a name that we do not know.
KNOWN, SURELY_KNOWN = 0.76, 0.90
#: How much less sure a name is that is only a piece of the words.
PIECE = 0.3
#: More words than these are no name.
LONGEST = 8


class Read(NamedTuple):
    """A part of the text with the places that it may mean; own: of the text, not of what stands beside it."""

    part: Part
    candidates: list[Candidate]
    own: bool

    @property
    def is_known(self) -> bool:
        return bool(self.candidates) and max(c.alike for c in self.candidates) >= KNOWN


def read_part(part: Part, asked: Asked, finder: Finder) -> list[Read]:
    """The part as one name where it is one, else as two ("Атбасар Акмолинская"), else the longest name in it."""
    whole = candidates_of(part, asked, finder)
    words = part.words
    best = max((c.alike for c in whole), default=0.0)
    said_both = bool(part.before and part.after and part.before != part.after)
    if len(words) == 1 or (best >= SURELY_KNOWN and not said_both) or len(words) > LONGEST:
        return [Read(part, whole, True)]
    splits: list[tuple[float, Read, Read]] = []
    for i in range(1, len(words)):
        left = Part(words[:i], " ".join(words[:i]), part.before, "", part.beside_m, part.bearing, part.joined)
        right = Part(words[i:], " ".join(words[i:]), "", part.after, None, None, part.joined)
        at_left, at_right = candidates_of(left, asked, finder), candidates_of(right, asked, finder)
        if at_left and at_right:
            likeness = min(max(c.alike for c in at_left), max(c.alike for c in at_right))
            if likeness >= SURELY_KNOWN:
                splits.append(
                    (max(c.fit for c in at_left) + max(c.fit for c in at_right), Read(left, at_left, True), Read(right, at_right, True))
                )
    if splits:
        _, left_read, right_read = max(splits, key=lambda split: split[0])
        return [left_read, right_read]
    if best >= KNOWN:
        return [Read(part, whole, True)]
    for n in range(len(words) - 1, 0, -1):
        for piece, rest in ((words[:n], words[n:]), (words[-n:], words[:-n])):
            is_first = piece[0] is words[0]
            before, after = part.before if is_first else "", "" if is_first and said_both else part.after
            shorter = part._replace(words=piece, raw=" ".join(piece), before=before, after=after)
            found = candidates_of(shorter, asked, finder)
            if any(c.alike >= SURELY_KNOWN and c.is_home and c.place.standing > 0 for c in found):
                found = [c._replace(strain=c.strain + PIECE) for c in found]
                return [Read(shorter, found, True), Read(part._replace(words=rest), [], True)]
    return [Read(part, whole, True)]
