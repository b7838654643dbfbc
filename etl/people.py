"""People: names, number plates, phones and document numbers in free text are struck out before anything is saved.

Panj keeps no persons. A field of free text (a note, a description, a place as somebody described it) goes through `strike_out` before it
reaches the store, a page or an export; only the bytes as they were sent stay as they came, in the folder of raw files. What is struck out
is replaced by its kind in brackets, so that a reader sees that something stood there. The rules ask for a sign that a person is meant (a
word such as `citizen`, initials, a patronymic, a surname's ending, a year of birth): a rule that is too eager would eat names of places.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

import pandas as pd

from etl.halves import in_two
from etl.person_words import (
    BEFORE_NAME,
    BIRTH_SIGNS,
    COUNTRY,
    DOCUMENT_SIGNS,
    EPONYM,
    FATHER_SIGNS,
    NAME_SIGNS,
    NOT_IN_NAMES,
    NOT_ON_PLATES,
    PLACE_AFTER,
    PLACE_BEFORE,
    PLATE_SIGNS,
)  # fmt: skip

NAME, BIRTH, PLATE, PHONE, DOCUMENT, CONTACT = "name", "birth", "plate", "phone", "document", "contact"

_UP, _LOW = "A-ZА-ЯЁҒӢҚӮҲҶЎҰҮӘІҢӨ", "a-zа-яёғӣқӯҳҷўұүәіңөʻʼ'’`"
#: A word as names are written: Rahimov, Сайд-Али, РАХИМОВ.
_WORD = rf"(?:[{_UP}][{_LOW}]{{1,30}}(?:-[{_UP}{_LOW}][{_LOW}]{{1,30}}){{0,3}}|[{_UP}]{{3,30}}(?:-[{_UP}]{{2,30}})?)"
_INITIAL = rf"(?:[{_UP}]|Дж|Ch|Sh|Kh)\."
_SURNAME_END = (
    "ов|ова|ову|овым|ове|овой|ев|ева|еву|евым|еве|евой|ёв|ёва|зода|зодаи|зоды|зоде|зодой|заде|иён|иёни|ович|овича|евич|евича|овна|овны|евна|евны"
    "|ov|ova|ev|eva|yev|yeva|zoda|zade|zadeh|ovich|evich|ovna|evna"
)
_SURNAME = rf"(?<![^\W\d_])(?:[{_UP}][{_LOW}]{{2,30}}(?:{_SURNAME_END})|[{_UP}]{{3,30}}(?:{_SURNAME_END.upper()}))(?![{_UP}{_LOW}])"
_PATRONYMIC = rf"(?:[{_UP}][{_LOW}]{{2,30}}(?:ович|евич|овн|евн|ovich|evich|ovn|evn)(?:а|у|ем|ом|ы|е|ой|a|u|em|om)?(?![{_LOW}])|(?:[Уу]гли|[Уу]ғли|[Оо]глы|[Кк]ызы|[ўЎ]ғли|[Ққ]изи|[oO]['ʻ‘’]?g['ʻ‘’]?li|[qQ]izi)(?![\w])|[Пп]исари [{_UP}][{_LOW}]+|[Дд]ухтари [{_UP}][{_LOW}]+)"  # noqa: E501

_TOKEN_GAP = r"[\s.,:;№#«\"(]*"
_PHONE = re.compile(
    r"(?P<told>(?:\b(?:тел|телефон\w*|моб|сот|phone|tel|mobile|whatsapp|viber|рақами телефон\w*|тилфон|تلفن|شماره تماس)\b\.?)[\s:.№-]*)?"
    r"(?P<number>\(?\+\s?\(?\d[\d\s().-]{7,18}\d|(?<![\d.,/-])(?:992|993|996|998)[\s().-]*\d{2}(?:[\s().-]*\d){7}(?!\d)"
    r"|(?<![\d.,/-])8[\s-]?\(?\d{3}\)?[\s-]?\d{3}[\s-]\d{2}[\s-]\d{2}(?!\d)|(?<![\d.,/-])\d{2,3}[ -]\d{3}[ -]\d{2}[ -]\d{2}(?![\d.,/-])"
    r"|(?<![\d.,/-])\d{3}-\d{2}-\d{2}-\d{2}(?![\d.,/-])|(?:(?<=\bт\.)|(?<=\bт\. ))\d{9}(?!\d)"
    r"|(?(told)\d[\d\s().-]{3,16}\d|(?!)))", re.IGNORECASE,
)  # fmt: skip
_DOCUMENT = re.compile(
    r"(?P<keep>\b(?:загран)?(?:паспорт\w*|passport\w*|шиноснома\w*|шиносн\w*|удостоверени\w*|свидетельств\w*|водительск\w+ прав\w*"
    r"|identity card|id[ -]card|driving licen[cs]e|driver'?s licen[cs]e|инн|рма|inn|vin|imei"
    r"|tazkira\w*|тазкира\w*|тазкера\w*|تذکره|پاسپورت|personal (?:no|number))"
    rf"{_TOKEN_GAP}(?:(?:серии|серия|сер|номер\w*|рақам\w*|no|number|nr|силсила\w*|гражданина|personal){_TOKEN_GAP})*)"
    r"(?P<number>(?:[^\W\d_]{1,4}[\s-]?(?:№|no\.?)?\s?)?\d[\d\s-]{3,15}\d[^\W\d_]?|[A-Z0-9]{8,17})", re.IGNORECASE,
)  # fmt: skip
_PLATE_LETTERS = "A-ZА-ЯҲҚҒӮӢҶ"
_PLATE_TOLD = re.compile(
    r"(?P<keep>\b(?:(?:license |number |registration )?plates?|reg(?:istration)?\.? (?:no|number)"
    r"|гос\.?\s?(?:рег\.?\s?)?(?:номер\w*|знак\w*)"
    r"|госномер\w*|номерн\w+ знак\w*|г/н|гос\.\s?№|рег\.?\s?знак\w*|рақами (?:давлатӣ|қайди давлатӣ|давлати)|рақамаш|پلیت|نمبر پلیت)"
    rf"{_TOKEN_GAP}(?:(?:no|number|номер\w*|рақам\w*){_TOKEN_GAP})*)"
    rf"(?P<number>(?=[{_PLATE_LETTERS}\s-]{{0,6}}\d)[{_PLATE_LETTERS}0-9](?:[\s-]?[{_PLATE_LETTERS}0-9]){{4,9}})(?![\w])",
    re.IGNORECASE,
)  # fmt: skip
_PLATE = re.compile(
    rf"(?<![\w.,/-])(?:\d{{4}}\s?(?P<tj>[{_PLATE_LETTERS}]{{2}})\s?\d{{2}}|\d{{2}}\s?(?:KG|КГ)\s?\d{{3}}\s?[{_PLATE_LETTERS}]{{2,3}}"
    rf"|\d{{3}}\s?(?P<kz>[{_PLATE_LETTERS}]{{3}})\s?\d{{2}}|\d{{2}}\s?[{_PLATE_LETTERS}]\s?\d{{3}}\s?(?P<uz>[{_PLATE_LETTERS}]{{2}})"
    r"|[АВЕКМНОРСТУХ]\s?\d{3}\s?[АВЕКМНОРСТУХ]{2}\s?\d{2,3}|(?:KBL|КБЛ|BLH|KDZ|BDN|TKR)[\s-]?\d{4,6})(?![\w-])"
)  # fmt: skip
_CONTACT = re.compile(r"(?<![\w./])[\w.+-]+@[\w-]+\.[\w.-]+\w|(?<![\w./])@[A-Za-z][\w.]{3,}")

_PERSIAN = re.compile(r"(?P<keep>(?:به[\s‌]?نام(?:های)?|بنام|مسمی|نامبرده)\s+)(?P<number>[؀-ۿ‌]+(?:\s+(?:ولد|فرزند)\s+[؀-ۿ‌]+)?)")
#: Given names of two words begin with one of these.
_PERSIAN_FIRST = "(?:محمد|احمد|سید|عبد|عبدال|غلام|میر|گل|نور|شاه|حاجی|ملا)"
_PERSIAN_SON = re.compile(rf"(?:(?<![\w]){_PERSIAN_FIRST}\s+)?[؀-ۿ‌]+\s+(?:ولد|فرزند|زوی)\s+(?:{_PERSIAN_FIRST}\s+)?[؀-ۿ‌]+")
_BIRTH = (
    r"(?:\d{1,2}[./]\d{1,2}[./])?\d{4}\s*(?:г\.?\s?р(?:\.|\b)|года?\s+рожд\w*|г\.?\s?рожд\w*|соли\s+таваллуд\w*|с\.\s?т\.)"
    r"|(?:\b(?:born(?: in| on)?|dob|d\.o\.b\.|b\.|д\.\s?р\.|дата рождения|соли таваллуд\w*|таваллуд\w*|متولد)[\s:.,-]*)"
    r"(?:\d{1,2}[./ ]\d{1,2}[./ ])?\d{4}"
)
_BORN = re.compile(rf"(?P<who>(?:{_WORD}[\s,]+){{1,4}})?(?P<birth>(?i:{_BIRTH}))")
_COUNTRY_OF = rf"(?:(?i:(?:of |аз |-?и )?(?:the )?)(?i:{COUNTRY})\w*[\s,]+(?i:(?:{COUNTRY})\w*[\s,]+)?)?"
_TOLD = re.compile(
    rf"(?P<keep>(?<![\w])(?i:{BEFORE_NAME})(?:(?<=\.)|(?=[\s:«\"(]))[\s:«\"(]*{_COUNTRY_OF}[«\"(]?)"
    rf"(?P<who>(?:{_INITIAL}\s?){{1,2}}{_WORD}|{_WORD}(?:\s{_WORD}){{0,2}}(?:\s{_INITIAL}(?:\s?{_INITIAL})?)?(?:\s{_PATRONYMIC})?)"
)  # fmt: skip
_INITIALS = re.compile(
    rf"(?<![\w.])(?P<who>(?P<last>{_WORD})\s{_INITIAL}(?:\s?{_INITIAL})?|(?:{_INITIAL}\s?){{1,2}}(?P<last2>{_WORD}))(?!\w)"
)
_FATHERED = re.compile(rf"(?<![\w])(?:{_WORD}\s){{1,2}}{_PATRONYMIC}(?:\s{_SURNAME})?")
#: "Detained NAZAROV FIRUZ": the word before is no name, the one behind is.
_CAPITALS_BEHIND = rf"(?:(?<=[{_UP}]{{3}})(?!\s(?i:{PLACE_AFTER})(?!\w))\s[{_UP}]{{3,30}}(?!\w))?"
_SURNAMED = re.compile(rf"(?<![\w])(?P<who>(?P<last>{_SURNAME})(?:\s{_WORD}){{1,2}}|{_WORD}\s(?P<last2>{_SURNAME}){_CAPITALS_BEHIND})")
#: Longer texts are looked at in pieces.
_LONGEST = 2000
#: Most texts hold nothing of the kind; one look tells.
_MAYBE = re.compile(rf"\d{{4}}|[{_UP}].*[{_UP}]|@|\d[\s-]\d{{3}}[\s-]\d{{2}}|\d{{3}}-\d\d-\d\d|[؀-ۿ]", re.DOTALL)
_IS_SURNAME = re.compile(_SURNAME)
_IS_COUNTRY = re.compile(COUNTRY, re.IGNORECASE)
_ANY_INITIAL = re.compile(rf"[{_UP}][а-яa-z]?\.")
_FIVE_DIGITS = re.compile(r"\d(?:[\s().-]{0,3}[^\W\d_]{0,3}[\s().-]{0,3}\d){4}")
_ARABIC = re.compile("[؀-ۿ]")
_IS_PLACE_AFTER = re.compile(rf"[\s,]*(?i:{PLACE_AFTER})(?!\w)")
_IS_PLACE_BEFORE = re.compile(rf"(?<!\w)(?i:{PLACE_BEFORE})[\s\"«]*$")


class Out(Protocol):
    """Strikes something out: (kind, what is kept before it) -> the words that stand there instead."""

    def __call__(self, kind: str, kept: str = "") -> str: ...


class Struck(NamedTuple):
    """A text without persons, and the kinds of what was struck out, in the order of the rules."""

    text: str
    kinds: tuple[str, ...]


def strike_out(text: str, *, is_place: bool = False) -> Struck:
    """Strike persons out of one text. is_place: a place's own words, where a surname by itself is no sign of a person.

    Names of persons, years of birth, number plates, phones, numbers of documents, addresses in the net; English, Russian, Tajik, and the
    commonest forms of Uzbek and Persian.
    """
    if len(text) > _LONGEST:
        parts = [strike_out(part, is_place=is_place) for part in _parts(text)]
        return Struck("".join(part.text for part in parts), tuple(kind for part in parts for kind in part.kinds))
    if not _MAYBE.search(text):
        return Struck(text, ())
    kinds: list[str] = []

    def out(kind: str, kept: str = "") -> str:
        kinds.append(kind)
        return f"{kept}[{kind}]"

    low = text.casefold()
    if "@" in text:
        text = _CONTACT.sub(lambda found: out(CONTACT), text)
    if _FIVE_DIGITS.search(text):
        if _holds(low, DOCUMENT_SIGNS):
            text = _DOCUMENT.sub(lambda found: out(DOCUMENT, found["keep"]) if _digits(found["number"]) >= 5 else found[0], text)
        text = _PLATE.sub(lambda found: found[0] if _is_no_plate(found) else out(PLATE), text)
        text = _PHONE.sub(lambda found: _phone(found, out), text)
    if _holds(low, PLATE_SIGNS):
        text = _PLATE_TOLD.sub(lambda found: out(PLATE, found["keep"]), text)
    if _ARABIC.search(text):
        text = _PERSIAN.sub(lambda found: out(NAME, found["keep"]), text)
        text = _PERSIAN_SON.sub(lambda found: out(NAME), text)
    if _holds(low, NAME_SIGNS):
        text = _TOLD.sub(lambda found: _told(found, out), text)
    if _holds(low, BIRTH_SIGNS):
        text = _BORN.sub(lambda found: _born(found, out), text)
    if not is_place:
        text = _struck_by_form(text, low, out)
    return Struck(text, tuple(kinds))


def _parts(text: str) -> Iterator[str]:
    """A long text in pieces that end between two sentences, or else between two words: the rules look back and forth in each."""
    while len(text) > _LONGEST:
        cut = max(text.rfind(". ", 0, _LONGEST), text.rfind("\n", 0, _LONGEST)) + 1
        cut = cut or text.rfind(" ", 0, _LONGEST) + 1 or _LONGEST
        yield text[:cut]
        text = text[cut:]
    yield text


def _struck_by_form(text: str, low: str, out: Out) -> str:
    """Names that nothing announces: by patronymic, initials or surname."""
    if _holds(low, FATHER_SIGNS):
        text = _FATHERED.sub(lambda found: out(NAME), text)
    if _ANY_INITIAL.search(text):
        text = _each(_INITIALS, text, lambda found: "" if _is_lone(found) or _is_place(found) else out(NAME))
    if _IS_SURNAME.search(text):
        text = _each(_SURNAMED, text, lambda found: "" if _is_place(found) else out(NAME))
    return text


def _holds(low: str, signs: tuple[str, ...]) -> bool:
    """Whether one of the words stands in the text at all: the cheap question before the dear one."""
    return any(sign in low for sign in signs)


def strike_out_all(texts: pd.Series, *, is_place: bool = False) -> tuple[pd.Series, dict[str, int]]:
    """Strike persons out of n texts (NA stays NA). Returns the texts and how many rows had each kind."""
    distinct = [text for text in texts.dropna().unique() if isinstance(text, str)]
    changed = dict(in_two(_struck, distinct, is_place))
    if not changed:
        return texts, {}
    counts: Counter[str] = Counter()
    times = texts[texts.isin(list(changed))].value_counts()
    for text, struck in changed.items():
        for kind in set(struck.kinds):
            counts[kind] += int(times[text])
    clean = texts.map(lambda text: changed[text].text if isinstance(text, str) and text in changed else text)
    return clean.astype(texts.dtype), dict(counts)


def _struck(texts: list[str], is_place: bool) -> list[tuple[str, Struck]]:
    """Those of the texts in which something was struck out, with what is left of them."""
    answers = ((text, strike_out(text, is_place=is_place)) for text in texts)
    return [(text, struck) for text, struck in answers if struck.kinds]


def _each(pattern: re.Pattern[str], text: str, instead: Callable[[re.Match[str]], str]) -> str:
    """Like `sub`; where ``instead`` gives "", the search goes on after the first word: `Vose Rahimov Said` is a place and a person."""
    parts: list[str] = []
    done = at = 0
    while found := pattern.search(text, at):
        if words := instead(found):
            parts += (text[done : found.start()], words)
            done = at = found.end()
        else:
            at = found.start() + max(len(found[0].split()[0]), 1)
    return "".join(parts) + text[done:]


def _digits(text: str) -> int:
    return sum(letter.isdigit() for letter in text)


def _is_no_plate(found: re.Match[str]) -> bool:
    letters = found["tj"] or found["kz"] or found["uz"] or ""
    return letters.upper() in NOT_ON_PLATES


def _phone(found: re.Match[str], out: Out) -> str:
    return out(PHONE, found["told"] or "") if 5 <= _digits(found["number"]) <= 15 else found[0]


def _told(found: re.Match[str], out: Out) -> str:
    """A name after a word such as `citizen`; `citizens of Afghanistan` and `driver Khorog district` are none."""
    words = found["who"].split()
    whole = [word for word in words if not word.endswith(".")]  # initials tell nothing
    if any(word.strip(",").casefold() in NOT_IN_NAMES or _IS_COUNTRY.match(word) for word in whole):
        return found[0]
    if _IS_PLACE_AFTER.match(found.string[found.end() :]):
        return found[0]
    return out(NAME, found["keep"])


def _born(found: re.Match[str], out: Out) -> str:
    who = found["who"] or ""
    words = [word.strip(",") for word in who.split()]
    if not who or any(word.casefold() in NOT_IN_NAMES for word in words):
        return who + out(BIRTH)
    return f"{out(NAME)}, {out(BIRTH)}"


def _is_lone(found: re.Match[str]) -> bool:
    """One initial, or capitals all through, and no surname's ending: `Н. Новгород`, `С. Сари-Гор`, `C.P. SANTA`."""
    last = found["last"] or found["last2"]
    return (found["who"].count(".") < 2 or last.isupper()) and not _IS_SURNAME.fullmatch(last)


def _is_place(found: re.Match[str]) -> bool:
    """Whether it is a place that bears somebody's name: a district, a street, a village."""
    last = (found["last"] or found["last2"] or "").casefold()
    if EPONYM.match(last) or last in NOT_IN_NAMES:
        return True
    words = [word.strip(",").casefold() for word in found["who"].split() if not word.endswith(".")]
    if any(word in NOT_IN_NAMES or EPONYM.fullmatch(word) for word in words):
        return True
    return bool(_IS_PLACE_AFTER.match(found.string[found.end() :]) or _IS_PLACE_BEFORE.search(found.string[: found.start()]))
