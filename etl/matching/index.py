"""Index: the gazetteer made ready to be asked, by spelling, by sound and by bones (`etl.matching.sound`)."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from etl.matching.adjectives import stems
from etl.matching.sound import bones_of, folded, plain_of
from etl.matching.words import WORDS

#: Kinds of the gazetteer -> level of precision (`geodata.model.PRECISION_LEVELS`).
LEVEL_OF = {"post": "post", "town": "place", "village": "place", "section": "section", "district": "district", "province": "province"}
#: A province no wider than this is a city.
CITY_M = 25_000.0
#: Names of this many bones and more are also found with one bone wrong.
SURE_BONES = 3
#: People of a town -> its standing; from 100,000 on reports mean the town rather than the district that has its name.
_STANDING_OF_TOWNS = ((5_000, 0.06), (20_000, 0.12), (50_000, 0.18), (100_000, 0.27), (1_000_000, 0.31))
_STRETCH = " stretch"
_ALWAYS = (-10_000, 10_000)


class Place(NamedTuple):
    """One place of the gazetteer. lon, lat: EPSG:4326. uncertainty_m: radius that holds it. Ids are None where it has none."""

    place_id: str
    name: str
    kind: str
    level: str
    country_iso3: str
    lon: float
    lat: float
    uncertainty_m: float
    district_id: str | None
    province_id: str | None
    standing: float  # how likely a report means it when nothing but the name is known, see `standing_of`


class Spelling(NamedTuple):
    """One name of one place: what it sounds like, and the years in which it held."""

    place: int
    plain: str
    sound: str
    is_former: bool
    from_year: int
    to_year: int
    is_bare: bool = False  # a name without the words that belong to it ("Panj" of "Panj border unit")

    @property
    def bounds(self) -> tuple[int, ...]:
        """The years with which it came into use and went out of it, where known."""
        return tuple(year for year in (self.from_year, self.to_year + 1) if _ALWAYS[0] < year <= _ALWAYS[1])


class Index:
    """places, spellings: by number. by_key, by_sound: key -> numbers of spellings."""

    def __init__(self, places: list[Place], spellings: list[Spelling], by_key: Mapping[str, list[int]]) -> None:
        self.places, self.spellings, self.by_key = places, spellings, by_key
        self.by_sound: dict[str, list[int]] = {}
        seen: set[tuple[int, str]] = set()
        for number, spelling in enumerate(spellings):
            if (spelling.place, spelling.sound) not in seen:  # the same place under one more spelling says nothing new
                seen.add((spelling.place, spelling.sound))
                self.by_sound.setdefault(spelling.sound, []).append(number)
        self.areas = {place.place_id: place for place in places if place.kind in ("district", "province")}

    @cached_property
    def section_of(self) -> dict[str, str]:
        """Post, town or village -> the border section of its district that bears its name ("Bahorak stretch")."""
        found: dict[str, str] = {}
        for key, numbers in self.by_key.items():
            if not key.endswith(_STRETCH):
                continue
            sections = [place for place in self._places(numbers) if place.level == "section"]
            for place in self._places(self.by_key.get(key.removesuffix(_STRETCH), [])):
                fitting = [each for each in sections if place.district_id in (None, each.district_id)]
                if place.level in ("post", "place") and fitting:
                    found[place.place_id] = fitting[0].place_id
        return found

    def _places(self, numbers: list[int]) -> list[Place]:
        return [self.places[self.spellings[number].place] for number in numbers]

    @cached_property
    def by_bones(self) -> dict[str, list[str]]:
        """Bones -> the sound keys that have them."""
        found: dict[str, list[str]] = {}
        for sound in self.by_sound:
            found.setdefault(bones_of(sound), []).append(sound)
        return found

    @cached_property
    def wide_by_bones(self) -> dict[str, list[str]]:
        """Only sounds of districts, provinces, towns, posts and sections: what an exact village may be a misspelling of."""
        sounds = {spelling.sound for spelling in self.spellings if self.places[spelling.place].standing > 0}
        found: dict[str, list[str]] = {}
        for sound in sorted(sounds):
            found.setdefault(bones_of(sound), []).append(sound)
        return found

    @cached_property
    def by_fewer_bones(self) -> dict[str, list[str]]:
        """Bones with any one of them left out -> the bones that they may have been."""
        found: dict[str, list[str]] = {}
        for bones in self.by_bones:
            if len(bones) >= SURE_BONES:
                for fewer in fewer_bones(bones):
                    found.setdefault(fewer, []).append(bones)
        return found


def fewer_bones(bones: str) -> set[str]:
    """The bones with each of them left out in turn."""
    return {bones[:i] + bones[i + 1 :] for i in range(len(bones))}


def index_of(gazetteer: pd.DataFrame) -> Index:
    """Make the gazetteer ready (one row per name, as `geodata.places.gazetteer` has it; language and years may be missing)."""
    with _no_collecting():
        return _index_of(gazetteer)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Hundreds of thousands of small tuples are made and all are kept: looking for garbage among them takes as long as making them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _index_of(gazetteer: pd.DataFrame) -> Index:
    wanted = ["place_id", "name", "name_key", "country_iso3", "kind", "lon", "lat", "uncertainty_m", "district_id", "province_id"]
    more = ["population", "is_former", "from_year", "to_year", "source"]
    table = gazetteer.reindex(columns=wanted + more)
    table = table.loc[table["kind"].isin(LEVEL_OF) & table[["lon", "lat", "uncertainty_m"]].notna().all(axis=1) & (table["name_key"] != "")]
    columns = [table[name].astype("object").where(table[name].notna(), None).tolist() for name in wanted + more]
    numbers: dict[str, int] = {}
    places: list[Place] = []
    spellings: list[Spelling] = []
    by_key: dict[str, list[int]] = {}
    sounds: dict[str, tuple[str, str]] = {}
    for id_, name, key, iso3, kind, lon, lat, m, district, province, people, is_former, first, last, source in zip(*columns, strict=True):
        number = numbers.get(id_)
        if number is None:
            number = numbers[id_] = len(places)
            # A city that is a province of its own (Dushanbe, Almaty) is as sharp as a place.
            level = "place" if kind == "province" and m <= CITY_M else LEVEL_OF[kind]
            district = id_ if kind == "district" else district
            province = id_ if kind == "province" else province
            standing = standing_of(kind, level, people, source)
            places.append(Place(id_, name, kind, level, iso3, float(lon), float(lat), float(m), district, province, standing))
        from_year, to_year = _ALWAYS[0] if first is None else int(first), _ALWAYS[1] if last is None else int(last)
        for form, (text, its_key) in enumerate(_forms(name, key)):
            if text not in sounds:
                plain = plain_of(text)
                sounds[text] = plain, folded(plain)
            by_key.setdefault(its_key, []).append(len(spellings))
            spellings.append(Spelling(number, *sounds[text], bool(is_former), from_year, to_year, form > 0))
    index = Index(places, spellings, by_key)
    _ = index.by_bones, index.wide_by_bones, index.by_fewer_bones  # made now rather than at the first question
    return index


def _forms(name: str, key: str) -> list[tuple[str, str]]:
    """A name with its key, and what is left of it without words around it: "Термезский район" -> "Термезский" -> "Термез"."""
    forms = [(name, key)]
    words = key.split()
    if len(words) > 1 and (words[-1] in WORDS or words[0] in WORDS):
        bare = [word for word in words if word not in WORDS]
        if bare and len(bare) < len(words):
            forms.append((" ".join(bare), " ".join(bare)))
            words = bare
    if len(words) == 1 and (found := stems(words[0])):
        forms.append((found[0], found[0]))
    return forms


def standing_of(kind: str, level: str, population: int | None, source: str | None) -> float:
    """How likely a report means this place when nothing but its name is known, 0 (a village) to 0.39 (a city that is a province).

    Reports name provinces, districts and big towns far more often than villages that happen to be called the same.
    """
    if kind == "province":
        return 0.39 if level == "place" else 0.36
    if kind == "district":
        return 0.24
    if kind in ("post", "section"):
        return 0.12
    size = 0.0
    for people, share in _STANDING_OF_TOWNS:
        size = share if (population or 0) >= people else size
    return max(size, 0.06) if source == "Panj" or (kind == "town" and population is None) else size
