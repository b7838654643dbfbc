"""Words by which a reader knows headers and sums, in the languages of the region."""

import re

#: Beginnings of words that stand in headers of reports.
_HEADER = (
    "date day month year time period country region province district place location village town site address type kind drug "
    "substance narcotic name class amount quantity qty weight mass kg gram unit measure source agency organi authority note remark "
    "comment "
    "transport vehicle conceal hiding packag route routing origin destination departure lat lon coord id no number code report event "
    "seizure "
    "дата день месяц год время период страна регион область область район место пункт город село кишлак адрес вид тип наркот вещество "
    "средств наимен название кол-во количеств объем вес масса кг грамм единиц ед источник ведомств орган подраздел примеч коммент "
    "транспорт сокрыт тайник упаков маршрут происхожд назначен отправл широт долгот коорд номер код п/п № изъят задерж обстоятельств "
    "сана рӯз моҳ сол вақт давр кишвар давлат вилоят минтақа ноҳия ҷой маҳал деҳа шаҳр суроға навъ намуд мавод модда ном миқдор ҳаҷм вазн "
    "воҳид манбаъ мақомот идора эзоҳ нақлиёт роҳ рамз рақам шумора "
    "sana kun oy yil davlat viloyat tuman joy shahar qishloq tur modda nom miqdor vazn birlik manba idora izoh transport "
    "күні айы жылы ел облыс аудан орны түрі заты салмағы мөлшері бірлігі көзі ескерту күнү жери өлкө салмагы өлчөм "
    "senesi ýurt welaýat etrap ýer görnüşi agramy möçberi "
    "تاریخ نېټه سال ماه روز کشور ولایت ولسوالی محل قریه ځای نوع مواد مقدار وزن کیلو واحد منبع اداره ملاحظات شماره"
).split()

_TOTAL = (
    "grand total", "total", "totals", "sub-total", "subtotal", "sum", "overall", "in all", "итого", "всего", "итог", "общий итог", "сумма",
    "общее количество", "в том числе", "ҳамагӣ", "хамаги", "ҳамаги", "хамагй", "ҷамъ", "чамъ", "ҷамъи", "ҳамааш", "жами", "ҳаммаси",
    "хаммаси", "jami", "hammasi", "барлығы", "барлыгы", "жиыны", "бардыгы", "жалпы", "баары", "jemi", "جمع", "جمله", "مجموع", "مجموعه",
    "جمع کل", "ټول", "ټولټال", "کل",
)  # fmt: skip

_ANY_TOTAL = "|".join(sorted(map(re.escape, _TOTAL), key=len, reverse=True))
#: The first two letters of the words for sums.
TOTAL_STARTS = frozenset(word[:2] for word in _TOTAL)
#: A cell that is nothing but a word for a sum, or such a word and what it is the sum of.
TOTAL_CELL = re.compile(
    rf"\W*(?:{_ANY_TOTAL})\W*(?:[:：=]|(?:$|(?:по|за|в|на|для|дар|аз|барои|for|of|in|by|from|until|as of|к)\s).*)",
    re.IGNORECASE | re.DOTALL,
)
#: A cell that begins with a word for a sum.
TOTAL_START = re.compile(rf"\W*(?:{_ANY_TOTAL})(?!\w)", re.IGNORECASE)
# Short words must stand alone: "id" is no beginning of "Idris".
_LONG, _SHORT = ("|".join(re.escape(word) for word in _HEADER if (len(word) > 3) == is_long) for is_long in (True, False))
HEADER_WORD = re.compile(rf"(?<!\w)(?:{_LONG}|(?:{_SHORT})(?!\w))|№", re.IGNORECASE)
#: A line below a header that only says the units of some columns.
UNIT_CELL = re.compile(
    r"\(?\s*(?:кг|г|гр|грамм|л|шт|таб|kg|g|gr|l|pcs|units?|tablets?|дона|дд\.?мм\.?гггг|dd[./-]?mm[./-]?yyyy)\.?\s*\)?", re.IGNORECASE
)
HXL_TAG = re.compile(r"#[A-Za-z][A-Za-z0-9_]*(?:\s*\+\s*[A-Za-z][A-Za-z0-9_]*)*")
#: A cell that is a value rather than a name: it begins with a digit, in any script.
VALUE_CELL = re.compile(r"[\s'\"(~≈<>+\-–—]*\d")
DASHES = re.compile(r"[\s\-–—_.*]*")
