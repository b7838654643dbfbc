"""Names made comparable: one key for the spellings of one name that differ in case, marks and spaces only."""

import re
import unicodedata

_LATIN_MARKED = re.compile(r"([a-z])[\u0300-\u036f]+")
_APOSTROPHES = re.compile(r"['’‘ʻʼ`´′ʹʾʿ]")
_NOT_WORD = re.compile(r"(?:[^\w]|_)+")
_SPECIAL = str.maketrans({"ё": "е", "ı": "i", "ø": "o", "ə": "a", "ß": "ss"})


def name_key(text: str) -> str:
    """The key of a name: NFKC, casefolded, ё as е, Latin letters without marks, without punctuation and quotes, single spaces.

    "Qal’aikhumb" -> "qalaikhumb", "Kŭlob" -> "kulob", "ИШКАШИМ-" -> "ишкашим". Cyrillic and Arabic letters keep their
    marks (й is no и, ӣ no и). Idempotent.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    plain = _LATIN_MARKED.sub(r"\1", unicodedata.normalize("NFD", folded))
    plain = unicodedata.normalize("NFKC", plain).translate(_SPECIAL)
    return _NOT_WORD.sub(" ", _APOSTROPHES.sub("", plain)).strip()
