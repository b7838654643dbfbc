"""Finding: the words of a name -> the places that may bear it, each with how alike the spellings are."""

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from etl.matching.adjectives import cases, stems
from etl.matching.index import SURE_BONES, Index, Spelling, fewer_bones
from etl.matching.sound import bones_of, folded, plain_of
from geodata.places.names import name_key

SAME, SAME_PLAIN, SAME_SOUND, ALMOST = 1.0, 0.985, 0.975, 0.93
#: Names that sound the same and are written differently, by the share of letters that differ; and no less than this.
SOUND_LETTER, LEAST_SOUND, LEAST_SOUND_OF_VILLAGE = 0.4, 0.92, 0.86
#: A form of a word (an adjective, a case) is a little less sure than the word.
FORM, CASE = 0.012, 0.03
#: Where only part of the name can be read.
DAMAGED = 0.96
_DIGIT = re.compile(r"\d+")
#: What a letter, a vowel or a consonant that differs costs, over the letters of the longer name.
LETTER, VOWEL, BONE = 0.95, 0.6, 1.25
#: Consonants that are heard for one another count as vowels do: Termes, Termez.
_KIN = str.maketrans("zdbgvjch", "stpkfxxk")
#: Less alike than this is another name.
LEAST_ALIKE = 0.72
#: No more places of one sound than these are compared.
TOO_MANY = 40
#: So many of the likest sounds are looked at closely.
LIKEST = 8


class Hit(NamedTuple):
    """A place that may be meant. alike: 0 to 1, 1 for the very spelling. spelling: which of its names it was found by."""

    place: int
    alike: float
    spelling: Spelling


class Finder:
    """Asks one index; remembers what it was asked, because reports repeat themselves."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.hits = lru_cache(maxsize=100_000)(self._hits)

    def is_name(self, words: tuple[str, ...]) -> bool:
        """Is it the very name of a place, as one?"""
        return name_key(" ".join(words)) in self.index.by_key

    def _hits(self, words: tuple[str, ...]) -> tuple[Hit, ...]:
        """The places that may be called so, the likest first, each once."""
        text = " ".join(words)
        if any(_DIGIT.search(word) for word in words):
            return self._damaged(text)
        best: dict[int, Hit] = {}
        self._spelled(name_key(text), SAME, best)
        plain = plain_of(text)
        sound = folded(plain)
        if sound:
            self._sounds(plain, sound, 0.0, best)
        last = words[-1].casefold()
        forms = [(form, FORM) for form in stems(name_key(last))]
        if not best:
            forms += [(form, CASE) for form in cases(name_key(last))]
        for form, cost in forms:
            inflected = plain_of(" ".join((*words[:-1], form)))
            if inflected:
                self._sounds(inflected, folded(inflected), cost, best)
        if sound and not any(hit.alike >= LEAST_SOUND for hit in best.values()):
            self._bones(plain, sound, 0.0, best)
            for form, cost in forms:
                inflected = plain_of(" ".join((*words[:-1], form)))
                if inflected:
                    self._bones(inflected, folded(inflected), cost, best)
        elif sound:
            self._wide(plain, sound, best)
        return tuple(sorted(best.values(), key=lambda hit: (-hit.alike, -self.index.places[hit.place].standing, hit.place)))

    def _damaged(self, text: str) -> tuple[Hit, ...]:
        """Districts and provinces whose name fits where digits stand for letters that were lost ("Южно-115ская")."""
        pattern = re.compile(r"\w{3,}".join(re.escape(piece) for piece in _DIGIT.split(name_key(text))) + r"(?: \w+)?")
        best: dict[int, Hit] = {}
        for key, numbers in self.index.by_key.items():
            if pattern.fullmatch(key):
                for number in numbers:
                    if self.index.places[self.index.spellings[number].place].kind in ("district", "province"):
                        _keep(best, self.index.spellings[number], DAMAGED)
        return tuple(sorted(best.values(), key=lambda hit: hit.place))

    def _spelled(self, key: str, alike: float, best: dict[int, Hit]) -> None:
        for number in self.index.by_key.get(key, ()):
            _keep(best, self.index.spellings[number], alike)

    def _sounds(self, plain: str, sound: str, cost: float, best: dict[int, Hit]) -> None:
        for number in self.index.by_sound.get(sound, ()):
            spelling = self.index.spellings[number]
            alike = SAME_PLAIN
            if spelling.plain != plain:
                differs = OSA.distance(plain, spelling.plain) / max(len(plain), len(spelling.plain))
                # Villages are so many that names which merely sound the same are often two.
                least = LEAST_SOUND if self.index.places[spelling.place].standing > 0 else LEAST_SOUND_OF_VILLAGE
                alike = max(SAME_SOUND - SOUND_LETTER * differs, least)
            _keep(best, spelling, alike - cost)

    def _wide(self, plain: str, sound: str, best: dict[int, Hit]) -> None:
        """A village has the name; a province, district or town that sounds almost the same may be meant all the same."""
        self._likest(plain, sound, self.index.wide_by_bones.get(bones_of(sound), []), 0.0, best, only_wide=True)

    def _bones(self, plain: str, sound: str, cost: float, best: dict[int, Hit]) -> None:
        index, bones = self.index, bones_of(sound)
        self._likest(plain, sound, index.by_bones.get(bones, []), cost, best)
        if len(bones) < SURE_BONES or any(hit.alike > ALMOST - 0.06 for hit in best.values()):
            return
        others = set(index.by_fewer_bones.get(bones, ()))  # one was left out
        for fewer in fewer_bones(bones):  # one too many, or another
            others.update(index.by_fewer_bones.get(fewer, ()))
            if fewer in index.by_bones:
                others.add(fewer)
        # Two that lack different consonants meet here too: only those with one mistake are meant.
        nearest = process.extract(bones, list(others), scorer=OSA.distance, score_cutoff=1, limit=None)
        near = [sound for found in nearest for sound in index.by_bones[found[0]]]
        self._likest(plain, sound, near, cost, best)

    def _likest(self, plain: str, sound: str, sounds: list[str], cost: float, best: dict[int, Hit], only_wide: bool = False) -> None:
        """Keep the places of those sounds that are most alike."""
        near = sounds
        if len(sounds) > LIKEST:
            near = [found[0] for found in process.extract(sound, sounds, scorer=Levenshtein.distance, limit=LIKEST)]
        for other in near:
            numbers = self.index.by_sound[other]
            by_sound = likeness_of_sounds(sound, other)
            for number in numbers if len(numbers) <= TOO_MANY else numbers[:TOO_MANY]:
                spelling = self.index.spellings[number]
                if only_wide and self.index.places[spelling.place].standing <= 0:
                    continue
                alike = max(by_sound, likeness_of_letters(plain, spelling.plain)) - cost
                if alike >= LEAST_ALIKE:
                    _keep(best, spelling, alike)


def likeness_of_sounds(a: str, b: str) -> float:
    """How alike two names are that do not sound the same, up to ALMOST. Vowels count less: they differ between languages."""
    letters = Levenshtein.distance(a, b)
    bones_a, bones_b = bones_of(a), bones_of(b)
    bones = Levenshtein.distance(bones_a, bones_b)
    kin = bones - Levenshtein.distance(bones_a.translate(_KIN), bones_b.translate(_KIN)) if bones else 0
    return ALMOST - (VOWEL * max(letters - bones + kin, 0) + BONE * (bones - kin)) / max(len(a), len(b), 1)


def likeness_of_letters(a: str, b: str) -> float:
    """How alike two romanised names are; two letters that changed places are one mistake."""
    return ALMOST + 0.02 - LETTER * OSA.distance(a, b) / max(len(a), len(b), 1)


def _keep(best: dict[int, Hit], spelling: Spelling, alike: float) -> None:
    before = best.get(spelling.place)
    # Of two names that fit as well, the one in use.
    if before is None or (before.alike, not before.spelling.is_former) < (alike, not spelling.is_former):
        best[spelling.place] = Hit(spelling.place, alike, spelling)
