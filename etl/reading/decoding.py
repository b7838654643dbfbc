"""Bytes of a text -> the name of its encoding: Unicode by its own marks, eight-bit Cyrillic by which reading gives words."""

import codecs
import re

from charset_normalizer import from_bytes

#: Eight-bit encodings in which reports of the region came; the order decides a tie.
EIGHT_BIT = ("cp1251", "koi8_r", "koi8_t", "cp866", "iso8859_5", "mac_cyrillic")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_WORD = re.compile(r"[^\W\d_]{2,}")
#: The letters that make up four fifths of Russian and Tajik text.
_FREQUENT = frozenset("оеаинтсрвлкмдупяиҳӣ")
_CYRILLIC = re.compile(r"[А-Яа-яЁёҒғӢӣҚқӮӯҲҳҶҷ]")


def encoding_of(sample: bytes, *, is_whole: bool) -> str:
    """The encoding of a text of which ``sample`` is the beginning (all of it: is_whole). "" for what is no text."""
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    if b"\0" in sample:
        return _wide(sample)
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(sample, final=is_whole)
        return "utf-8-sig"
    except UnicodeDecodeError as error:
        # One broken cell does not make a whole file Cyrillic of another time.
        good = sample.decode("utf-8", "replace")
        wide = sum(ord(letter) > 127 and letter != "\ufffd" for letter in good)
        if wide > 8 * good.count("\ufffd") or (error.start > 65_536 and wide > 1_000):
            return "utf-8-sig"
    return _eight_bit(sample)


def _wide(sample: bytes) -> str:
    """UTF-16 without a mark: spaces, digits and line ends leave a zero byte on one side only."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if min(even, odd) * 20 > max(even, odd) or max(even, odd) * 50 < len(sample):
        return ""
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    text = sample[: len(sample) // 2 * 2].decode(encoding, "replace")
    return encoding if len(_CONTROL.findall(text)) * 100 < len(text) + 100 else ""


def _eight_bit(sample: bytes) -> str:
    if len(_CONTROL.findall(sample.decode("ascii", "ignore"))) * 20 > len(sample):
        return ""
    scores = {encoding: _sense(sample.decode(encoding, "replace")) for encoding in EIGHT_BIT}
    best = max(EIGHT_BIT, key=lambda encoding: scores[encoding])
    if scores[best] > 0.3:
        return best
    # No Cyrillic in any reading: French accents, Turkish or Persian letters.
    match = from_bytes(sample, cp_isolation=["cp1252", "cp1254", "cp1256", *EIGHT_BIT]).best()
    return str(match.encoding) if match is not None else "cp1251"


def _sense(text: str) -> float:
    """How much the words outside ASCII look like Cyrillic ones, about -1..1: frequent letters, capitals only at the start, one script."""
    letters = words = 0
    score = 0.0
    for word in _WORD.findall(text):
        outside = [letter for letter in word if letter > "\x7f"]
        if not outside:
            continue
        words += 1
        letters += len(outside)
        score += sum(letter.lower() in _FREQUENT for letter in outside)
        odd_case = not (word.islower() or word.isupper() or word.istitle())
        mixed = len(_CYRILLIC.findall(word)) != len(word)
        score -= len(outside) * (0.5 * odd_case + 1.0 * mixed)
        # Few files are written in capitals, and wrong readings of small letters give capitals.
        score -= len(outside) * (0.25 if word.isupper() and len(word) > 3 else 0.0)
    noise = len(_CONTROL.findall(text)) + sum(text.count(sign) for sign in "¤¦§±¬­¶·╔║╗╝╚═╠╣╩╦╬▒░▓█▄▀√≈")
    return (score - noise) / letters if letters else 0.0
