"""Words of prose bulletins: days, amounts, drugs in any case of the noun, places after a preposition."""

import re
from functools import cache

from etl.vocabulary import phrases, plain_phrase

_MONTH_STEMS = (
    ("jan", "янв"), ("feb", "фев"), ("mar", "мар"), ("apr", "апр"), ("may", "мая", "май"), ("jun", "июн"), ("jul", "июл"),
    ("aug", "авг"), ("sep", "сен"), ("oct", "окт"), ("nov", "ноя"), ("dec", "дек"),
)  # fmt: skip
#: The first three letters of a month's name -> its number.
MONTHS = {stem: number for number, stems in enumerate(_MONTH_STEMS, start=1) for stem in stems}
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|"
    r"dec(?:ember)?|январ[яьи]|феврал[яьи]|марта?и?|апрел[яьи]|ма[яй]|июн[яьи]|июл[яьи]|августа?и?|сентябр[яьи]|октябр[яьи]|ноябр[яьи]|"
    r"декабр[яьи])\.?"
)
_YEAR = r"(?P<y>(?:19|20)\d\d)"


def _patterns(*texts: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(text, re.IGNORECASE) for text in texts)


DATES = {
    "week": _patterns(
        rf"(?<!\d)(?P<d1>\d{{1,2}})(?:\.(?P<m1>\d{{1,2}})(?:\.\d{{4}})?)?\s*(?:-|–|—|по|"
        rf"to)\s*(?P<d2>\d{{1,2}})\.(?P<m>\d{{1,2}})\.{_YEAR}",
        rf"(?<!\d)(?P<d1>\d{{1,2}})(?:\s+(?P<m1>{_MONTH})(?:,?\s+\d{{4}})?)?\s*(?:г\.\s*)?(?:-|–|—|по|to|"
        rf"until)\s*(?P<d2>\d{{1,2}})\s+(?P<m>{_MONTH}),?\s+{_YEAR}",
        rf"(?P<m1>{_MONTH})\s+(?P<d1>\d{{1,2}})(?:,?\s+\d{{4}})?\s*(?:-|–|—|to)\s*(?P<m>{_MONTH})\s+(?P<d2>\d{{1,2}}),?\s+{_YEAR}",
        rf"(?P<m>{_MONTH})\s+(?P<d1>\d{{1,2}})\s*(?:-|–|—|to)\s*(?P<d2>\d{{1,2}}),?\s+{_YEAR}",
    ),
    "day": _patterns(
        rf"(?<![\d.])(?P<d>\d{{1,2}})[./](?P<m>\d{{1,2}})[./]{_YEAR}",
        r"(?<![\d.])(?P<y>(?:19|20)\d\d)-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)",
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|-го)?\s+(?:of\s+)?(?P<m>{_MONTH})(?![^\W\d_])(?:,?\s+{_YEAR})?",
        rf"(?<![^\W\d_])(?P<m>{_MONTH})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|\s*(?:kg|кг|g\b))(?:,?\s+{_YEAR})?",
    ),
}
URL = re.compile(r"(?:https?://|www\.)[^\s)\]>]+")

_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)*"
_UNIT = (
    r"kilogram(?:me)?s?|kilos?|kgs?|milligrams?|mg|grams?|grammes|gr|g|tons?|tonnes?|t|lit(?:re|er)s?|l|ml|tablets?|pills?|"
    r"capsules?|ampoules?|"
    r"doses?|plants?|bushes|pieces|packages|килограмм\w*|кило|кг|миллиграмм\w*|мг|грамм\w*|гр|г|тонн\w*|т|литр\w*|л|мл|таблет\w*|"
    r"капсул\w*|"
    r"ампул\w*|доз\w*|куст\w*|растени\w*|штук\w*|шт|упаков\w*|свёрт\w*|сверт\w*|дона|килою?|граммӣ?"
)
_BOUND = (
    r"(?:more than|over|about|around|approximately|nearly|almost|at least|up to|less than|свыше|более|около|почти|примерно|порядка|"
    r"не менее|до|"
    r"зиёда аз|беш аз|қариб|тақрибан)\s+"
)
_END = r"(?![^\W\d_])\.?"
_TIMES = r"(?:\s?(?:thousand|million|тыс\.?|тысяч\w*|млн\.?))?\s?"
_TONNES = r"(?:tons?|tonnes?|t|тонн\w*|т)"
_KILOS = r"(?:kilogram(?:me)?s?|kilos?|kgs?|килограмм\w*|кило[юу]?|кг)"
_GRAMS = r"(?:grams?|grammes|gr|g|грамм\w*|гр|г)"
_AND = r"(?:\s?,)?\s?(?:(?:and|и|ва)\s)?"
#: An amount: a bound, a number and its unit, and smaller units after it (4 t 83 kg 274 g), which are the same amount.
AMOUNT = re.compile(
    rf"(?<![\w.,])(?:{_BOUND})?(?:"
    rf"(?:{_NUMBER})\s?{_TONNES}{_END}{_AND}(?:{_NUMBER})\s?{_KILOS}{_END}(?:{_AND}(?:{_NUMBER})\s?{_GRAMS}{_END})?"
    rf"|(?:{_NUMBER})\s?{_KILOS}{_END}{_AND}(?:{_NUMBER})\s?{_GRAMS}{_END}|(?:{_NUMBER}){_TIMES}(?:{_UNIT}){_END})",
    re.IGNORECASE,
)

#: Sums of a month or a year, which are no event.
SUMMARY = re.compile(
    r"since the (?:beginning|start) of|с начала (?:\d{4} )?год|(?:for|in|during) (?:the )?(?:first |last |past )?(?:\d+|\w+) months|"
    r"за (?:\d+|\w+) месяц|за (?:первое |второе )?полугодие|за (?:прошедш|истекш|отч[её]тн)\w+|in the (?:first|second) half|за \d{4} год|"
    rf"(?<![\w-])за (?:весь )?(?:{_MONTH} )?(?:\d{{4}} ?г|(?:\d{{4}},? )?всего)|"
    rf"(?<!\w)for (?:the )?(?:whole |month of |year )*(?:{_MONTH} )?(?:of )?(?:19|20)\d\d(?!\s?(?:{_UNIT}){_END})|"
    rf"(?<!\w)(?:in|during) (?:the )?(?:month of |year )*(?:{_MONTH} )?(?:19|20)\d\d,? (?:a |the )?(?:grand )?total|"
    r"(?:this|last|previous) year,? (?:the )?(?:total|law|officers)|в (?:текущем|этом|прошлом) году|аз аввали сол|дар (?:\d+|\w+) моҳи",
    re.IGNORECASE,
)

#: After one of these come the parts of a sum.
PARTS = re.compile(r"\b(?:including|of which|among them|из них|в том числе|в т\.\s?ч\.|включая|аз ҷумла)(?!\w)", re.IGNORECASE)
#: What stands beside a country's name when it is written in full.
STATE = re.compile(r"(?<!\w)(?:the|islamic|republic|of|республика|исламская|республики|ҷумҳурии|исломии)(?!\w)")

_ENGLISH_KIND = (
    r"(?:district|region|province|oblast|city|town|village|settlement|area|border crossing point|crossing point|checkpoint|"
    r"border post|post|"
    r"airport|international airport|railway station|station|customs post|outpost|market|border unit|border detachment|"
    r"highway|road|raion|rayon|county|border)"
)
_NAME = r"(?:St\.\s)?[A-Z][\w'’ʻ-]*"
ENGLISH_PLACE = re.compile(
    rf"\b(?:in|In|near|Near|at|At|on the outskirts of|outside|close to|on the territory of|within|"
    rf"in the area of responsibility of)\s+(?:the\s+)?"
    rf"(?P<place>(?:(?:city|town|village|district|region|province|settlement|territory|suburbs?|outskirts)\s+of\s+(?:the\s+)?)?"
    rf"[\"«“]?{_NAME}[\"»”]?(?:[ -]{_NAME})*(?:\s+{_ENGLISH_KIND})*(?:\s+of\s+(?:the\s+)?{_NAME}(?:[ -]{_NAME})*(?:\s+{_ENGLISH_KIND})*)?"
    rf"(?:,\s+{_NAME}(?:[ -]{_NAME})*\s+{_ENGLISH_KIND})*)"
)
_UP = "А-ЯЁҒӢҚӮҲҶ"
_RUSSIAN_NAME = rf"[«\"]?[{_UP}][\w-]*[»\"]?"
_RUSSIAN_KIND = (
    r"(?:г\.|гор\.|город\w*|сел\w+|с\.|кишлак\w*|пос[её]л\w+|пос\.|п\.|пгт\.?|н\.\s?п\.|район\w*|р-н\w*|джамоат\w*|област\w+|обл\.|"
    r"КПП|АПП|ПОП|пункт\w* пропуска|"
    r"таможенн\w+ пост\w*|пост\w*|аэропорт\w*|станци\w+|ст\.|застав\w*|погранзастав\w*|погранотряд\w*|пограничн\w+ отряд\w*|"
    r"местност\w+|перевал\w*|рынк\w*|мост\w*|"
    r"трасс\w+|участк\w+)"
)
RUSSIAN_PLACE = re.compile(
    rf"(?<!\w)(?:в|во|на|близ|вблизи|около|возле|под|у|недалеко от|В|На|Близ|Вблизи|Около|Возле)\s+"
    rf"(?:(?:территории|окрестностях|пригороде|районе|сторону|участке(?: ответственности)?|границе)\s+)?"
    rf"(?P<place>(?:{_RUSSIAN_KIND}\s*)*{_RUSSIAN_NAME}(?:\s+{_RUSSIAN_NAME})*(?:\s+{_RUSSIAN_KIND})*"
    rf"(?:,?\s+(?:{_RUSSIAN_KIND}\s*)?{_RUSSIAN_NAME}(?:\s+{_RUSSIAN_NAME})*\s+{_RUSSIAN_KIND})*)"
)
TAJIK_PLACE = re.compile(
    rf"(?<!\w)(?:дар|Дар)\s+(?:ҳудуди\s+|маҳалли\s+)?(?P<place>(?:(?:ноҳияи|шаҳри|деҳаи|вилояти|ҷамоати|шаҳраки)\s+{_RUSSIAN_NAME}"
    rf"(?:\s+{_RUSSIAN_NAME})*\s*,?\s*)+)"
)
#: Capitalised words after a preposition that are no place.
NOT_PLACES = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday thursday friday "
    "saturday "
    "sunday total addition accordance fact case connection particular result order drug ministry state committee agency customs "
    "police border "
    "national security court opel mercedes toyota the а также результате ходе рамках отношении связи ходе мвд гкнб акн кнб увд комитет "
    "министерство агентство январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре opel mercedes-benz "
    "bmw daewoo "
    "kamaz камаз опель мерседес тойота".split()
)


@cache
def _drug_stems() -> dict[str, str]:
    """Drug words by their beginning, so that `героина`, `героином` and `гашиша` are found too."""
    return {word: drug for word, drug in phrases("drug").items() if len(word) > 2}


_ENDINGS = ("", "а", "у", "ом", "е", "ы", "и", "ов", "я", "ю", "ем", "ей", "ой", "ями", "ами", "s", "es")
_WORDS = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")


def drugs_in(sentence: str) -> list[tuple[int, int, str]]:
    """Where drugs are named: (start, end, drug of the model), the longest names first, in the order of the sentence."""
    words = [(found.start(), found.end(), found[0]) for found in _WORDS.finditer(sentence)]
    found: list[tuple[int, int, str]] = []
    at = 0
    while at < len(words):
        for width in (4, 3, 2, 1):
            part = words[at : at + width]
            drug = drug_at(" ".join(word for _, _, word in part)) if len(part) == width else ""
            if drug:
                found.append((part[0][0], part[-1][1], drug))
                at += width - 1
                break
        at += 1
    return found


@cache
def drug_at(words: str) -> str:
    """The drug that a word or phrase names, in whatever case of the noun; "" for none."""
    table = _drug_stems()
    phrase = plain_phrase(words)
    if phrase in table:
        return table[phrase]
    if len(phrase) < 4:
        return ""
    first, _, last = phrase.rpartition(" ")
    for ending in _ENDINGS[1:]:
        if last.endswith(ending):
            stem = f"{first} {last[: -len(ending)]}".strip()
            for nominative in ("", "а", "я", "ь", "й"):
                if stem + nominative in table and len(last) - len(ending) > 2:
                    return table[stem + nominative]
    return ""
