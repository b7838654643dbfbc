"""Bytes of a text -> the name of its encoding: Unicode by its own marks, eight-bit Cyrillic by which reading gives words."""

import codecs
import re
from typing import IO

from charset_normalizer import from_bytes

#: Eight-bit encodings in which reports of the region came; the order decides a tie.
EIGHT_BIT = ("cp1251", "koi8_r", "koi8_t", "cp866")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_PIECE = 1 << 18
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
#: What a wrong reading gives for letters: lines of boxes, currency signs, letters of Serbian and Macedonian.
_NO_LETTERS = re.compile(r"[\u2320-\u25ff¤¦§±¬¶·÷°²√≈ЂЃ‚ѓ„…†‡€‰ЉЊЌЋЏђ‘’“”•™љњќћџЎўЈҐЄЇІіґєјЅѕї]")
_WORD = re.compile(r"[^\W\d_]{2,}")
#: Pairs of letters that make up seven eighths of Russian and Tajik texts and of Cyrillic names of places in the region.
_PAIRS = frozenset(
    (
        "ай ак ал ан ар ат ба ва да ен ер ес ет за ин ка ко ла ли ма ме на не ни но об ов од ол ор от по ра ри ро со ст та ти то "
        "аб ад аз ам ас ве вк во га го де до из ик ил ир ис ит ия ки ку ле ло ль ны ог ок ом он ос пр ре са ск ся те тр ть ул че "
        "ав аш бе бо бу бы ги дж ди ег ед ек ел жа ие ий им ич йл ми мо нд нн ое ой оо оч па рт ру ры тс ту ты ур фа ча чи чн ыт "
        "аг ае ап ах ая бщ гр гу ей же зв ид иц иш ке кр кт кы му оз ои пе пи рк се су тв уд ун ха хо ша ше ши ще ые ыл эт ят ҳо "
        "ау ач бл ви вс вы дн ду ды ев ем еш жи зн зы ио км кс нг нк нс нт ож оп пу рг рд рн си сл тк тн уз ук ум ус ыз ый ык ют "
        "аж аи аю би бр др ез зд их йо лу лы ня ох сн сп уб уг ут уч хр ци шк шл шо шу ыб ьн ян ҳа "
    ).split()
)
_CYRILLIC = re.compile(r"[А-Яа-яЁёҒғӢӣҚқӮӯҲҳҶҷ]")


def encoding_of_stream(stream: IO[bytes]) -> str:
    """The encoding of all that ``stream`` still gives: a name in Cyrillic may stand on line 100,000 first."""
    start = stream.read(_PIECE)
    first = encoding_of(start, is_whole=len(start) < _PIECE)
    if first != "utf-8-sig" or start.startswith(codecs.BOM_UTF8):
        return first
    strange = b"\n".join(line for line in start.split(b"\n") if not line.isascii())
    piece = start
    while len(strange) < _PIECE and (piece := stream.read(_PIECE)):
        if not piece.isascii():
            strange += b"\n".join(line for line in piece.split(b"\n")[1:-1] if not line.isascii()) + b"\n"
    return encoding_of(strange, is_whole=True) if strange else first


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
    """How much the words outside ASCII look like Cyrillic ones, about -1..1: usual pairs of letters, capitals at the start, one script."""
    pairs = 0
    score = 0.0
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        low = word.lower()
        n = len(word) - 1
        pairs += n
        score += sum(low[at : at + 2] in _PAIRS for at in range(n))
        odd_case = not (word.islower() or word.isupper() or word[1:].islower())
        mixed = len(_CYRILLIC.findall(word)) != len(word)
        # Few files are written in capitals, and wrong readings of small letters give capitals.
        score -= n * (0.4 * odd_case + 1.0 * mixed + (0.1 if word.isupper() else 0.0))
    noise = len(_CONTROL.findall(text)) + len(_NO_LETTERS.findall(text))
    return (score - 0.7 * noise) / pairs if pairs else 0.0
