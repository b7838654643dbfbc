"""Sound: one key for the spellings of one name in Cyrillic, Latin and Arabic letters, and the bones of it, its consonants.

A key is no spelling and nobody is shown it: "Шуроабад", "Shurabad" and "Shūrābād" become "xurabad" all three. Vowels fall into three
classes (a o, e i y, u), the one at the end is dropped, because cases and languages differ there, and so do doubled letters.
Arabic writing leaves short vowels out: its names meet the others by their bones.
"""

import re
import unicodedata

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "ґ": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "җ": "j", "ӂ": "zh", "з": "z",
    "и": "i", "ӣ": "i", "й": "y", "ј": "y", "і": "i", "ї": "i", "к": "k", "қ": "k", "ҝ": "k", "л": "l", "м": "m", "н": "n", "ң": "n",
    "ҥ": "n", "о": "o", "ө": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ӯ": "u", "ў": "o", "ұ": "u", "ү": "u", "ф": "f",
    "х": "kh", "ҳ": "h", "һ": "h", "ц": "ts", "ч": "ch", "ҷ": "j", "ҹ": "j", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "",
    "э": "e", "є": "e", "ә": "a", "ю": "yu", "я": "ya",
}  # fmt: skip
_ARABIC = {
    "ا": "a", "آ": "a", "أ": "a", "إ": "a", "ٱ": "a", "ب": "b", "پ": "p", "ت": "t", "ټ": "t", "ط": "t", "ث": "s", "س": "s", "ص": "s",
    "ج": "j", "چ": "ch", "ځ": "z", "څ": "s", "ح": "h", "ه": "h", "ہ": "h", "ھ": "h", "ة": "h", "ۀ": "h", "ە": "a", "خ": "kh", "د": "d",
    "ډ": "d", "ڈ": "d", "ذ": "z", "ز": "z", "ض": "z", "ظ": "z", "ر": "r", "ړ": "r", "ڑ": "r", "ژ": "zh", "ږ": "g", "ش": "sh",
    "ښ": "sh", "ع": "", "غ": "g", "ف": "f", "ق": "k", "ک": "k", "ك": "k", "ګ": "g", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ڼ": "n",
    "ں": "n", "و": "w", "ؤ": "w", "ۇ": "u", "ۆ": "o", "ی": "y", "ي": "y", "ى": "y", "ې": "e", "ۍ": "y", "ئ": "y", "ے": "e", "ء": "",
}  # fmt: skip
#: ISO 9, Turkic Latin alphabets and the marks of learned romanisations, where dropping the mark would change the sound.
_LATIN = {
    "č": "ch", "š": "sh", "ž": "zh", "ŝ": "sh", "ş": "sh", "ș": "sh", "ç": "ch", "ǰ": "j", "ǧ": "j", "ĵ": "j", "ə": "a", "ı": "i",
    "ß": "ss", "æ": "a", "ø": "o", "đ": "d", "ħ": "h", "ŋ": "n", "ẕ": "z", "ż": "z",
}  # fmt: skip
_DROPPED = "'’‘ʻʼ`´′ʹʺʾʿˈ\u200b\u200c\u200d\u200e\u200f\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\ufeff"
_LETTERS = str.maketrans({**_CYRILLIC, **_ARABIC, **_LATIN, **dict.fromkeys(_DROPPED, "")})
_NOT_LETTER = re.compile(r"[^a-z]+")
#: Which signs sound alike, in the order in which they are looked for.
_ALIKE = (
    ("dzh", "j"), ("dj", "j"), ("zh", "j"), ("tch", "c"), ("shch", "x"), ("ch", "c"), ("sh", "x"), ("kh", "h"), ("gh", "g"),
    ("ck", "k"), ("ts", "s"), ("ph", "f"),
)  # fmt: skip
_CONSONANTS = str.maketrans({"q": "k", "w": "v", "y": "i"})
_CLASSES = str.maketrans({"o": "a", "e": "i"})
_DOUBLED = re.compile(r"([a-z])(?=\1)")
#: Pyandzh, Pianj, Panj: no letter of its own before a vowel.
_GLIDES = re.compile(r"i+(?=[aeou])")
#: Only the broader vowel of a row of them counts.
_VOWELS = re.compile(r"i+(?=[au])|(?<=[au])[aiu]+")
_ARABIC_WRITING = re.compile(r"[\u0620-\u06ff]")
#: Between two vowels or before one, و and ی are consonants; else they are long vowels.
_LONG_U = re.compile(r"(?<=[^a\s])w(?!a)")
_LONG_I = re.compile(r"(?<=[^a\s])y(?!a)")
#: At the end of a Persian word it is a vowel: خواجه.
_SILENT_H = re.compile(r"(?<=[^aeiou\s])h(?!\S)")
_NO_VOWELS = str.maketrans("", "", "aiu")


def romanised(text: str) -> str:
    """Small Latin letters and single blanks for any of the three scripts; other signs become blanks."""
    text = unicodedata.normalize("NFKC", text).casefold() if not text.isascii() else text.lower()
    if not text.isascii():
        is_arabic = _ARABIC_WRITING.search(text) is not None
        text = text.translate(_LETTERS)
        if is_arabic:
            text = _SILENT_H.sub("a", _LONG_I.sub("i", _LONG_U.sub("u", text)))
        if not text.isascii():
            text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    else:
        text = text.replace("'", "").replace("`", "")
    return _NOT_LETTER.sub(" ", text).strip()


def sound_of(text: str) -> str:
    """The sound key of a name. Idempotent on its own answers only by chance: keys are compared, never read again."""
    return folded(plain_of(text))


def plain_of(text: str) -> str:
    """A name in Latin letters without blanks, one letter for each consonant that sounds alike; vowels as they were written."""
    letters = romanised(text).replace(" ", "").replace("x", "kh")
    if len(letters) > 4 and letters[-1] == "h" and letters[-2] in "aeiou":
        letters = letters[:-1]  # written at the end of Persian names, and not heard
    if "h" in letters or "dj" in letters or "ck" in letters or "ts" in letters:
        for signs, one in _ALIKE:
            if signs in letters:
                letters = letters.replace(signs, one)
    letters = _DOUBLED.sub("", letters.translate(_CONSONANTS))
    return _GLIDES.sub("", letters).replace("hva", "ha") if "i" in letters else letters.replace("hva", "ha")


def folded(plain: str) -> str:
    """The sound key of a name that is plain already."""
    letters = _VOWELS.sub("", plain.translate(_CLASSES))
    if len(letters) > 3:
        letters = letters.rstrip("aiu")
    return _DOUBLED.sub("", letters)


def bones_of(sound: str) -> str:
    """The consonants of a sound key, doubled ones once; a name of vowels alone keeps them."""
    return _DOUBLED.sub("", sound.translate(_NO_VOWELS)) or sound
