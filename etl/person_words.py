"""Words around names of persons in reports: what stands before them, and what looks like them and is a place, a country or a unit."""

import re

#: After one of these, capitalised words are a person.
BEFORE_NAME = (
    r"гр\.|гр-(?:н|ин|на|не|нин|ки|ке|ка|нка)\w*|граждан(?:ин|ина|ину|ином|ке|ка|ки|кой|ку)|некий|некоего|некто|по имени|по фамилии|"
    r"подозреваем\w+|обвиняем\w+|осужд[её]нн\w+|водител[ьяюе]м?|г-н\w*|г-жа|"
    r"citizens?|mr\.?|mrs\.?|ms\.?|named|by the name of|suspect|driver|national of|"
    r"шаҳрванд(?:и|ро|он|они)?|ш\.\s?в\.|ба номи|бо номи|номаш|сокин|ронанда(?:и)?|гумонбар|айбдоршаванда|фуқаро(?:си)?|fuqaro(?:si)?"
)

#: Countries and peoples, which may stand between the word and the name, or in place of it.
COUNTRY = (
    r"таджик|тоҷик|афган|афғон|узбек|ўзбек|ӯзбек|кыргыз|киргиз|қирғиз|казах|қазоқ|туркмен|росси|русси|рф\b|рт\b|руз\b|ира\b|ири\b|"
    r"кр\b|рк\b|"
    r"республик|ҷумҳури|исламск|исломи|иран|эрон|эрон|пакистан|покистон|китай|хитой|кнр|турци|турк|азербайджан|озарбойҷон|украин|беларус|"
    r"инди|тадж|соседн|иностран|нигери|литв|латви|"
    r"tajik|afghan|uzbek|kyrgyz|kirgiz|kazakh|turkmen|russia|iran|pakistan|china|chinese|turk|azerbaijan|ukrain|islamic|republic|"
    r"foreign|india|nigeria|"
    r"тоҷикистон|афғонистон"
)

#: Districts, towns and streets that bear somebody's name: the name's own word.
EPONYM = re.compile(
    r"(?:шо[ҳх]ин|шамсиддин|хусрав|хосров|носир|бал[хҳ]|руми|р[уӯ]мӣ|расул|гафур|ғафур|[тt]урсун-?з|турсунзо|рудак|р[уӯ]дак|айни|"
    r"айнӣ|наво[иӣ]|"
    r"джам[иӣ]|ҷом[иӣ]|[хҳ]амадон|ҳамадон|лои[кқ]|спитамен|деваштич|вос[еъ]|саидов|калинин|ленин|горьк|фрунзе|куйбышев|киров|сомон|"
    r"сино|фирдавс|"
    r"ш[оа][хҳ]мансур|усмон|дусти|нурат|нав[рр]уз|хуросон|джайхун|ҷайҳун|турсун|мичурин|жданов|чапаев|пушкин|гагарин|терешков|"
    r"новгород|тагил|челны|орджоникидз|чкалов|карахан|"
    r"shoh?[iy]n|shok[ih]n|shamsiddin|khusraw|khusrav|khisraw|nosir|balkh|rumi|rasul|ghafur|gafur|tursun[zo]|rudaki|ayni|navo[iy]|"
    r"jomi|jami|"
    r"hamadon|khamadon|spitamen|vose|lenin|kirov|gorky|kalinin|somoni|sino|firdavsi|shohmansur)[\w'’]*"
)

#: Capitalised words that are never part of a person's name.
NOT_IN_NAMES = frozenset(
    "агентство агентства управление управления мвд гкнб акн кнб фскн умвд убнон увд ровд таможня комитет комитета министерство "
    "министерства "
    "республика республики область области район района город города село пограничные пограничный погранвойска отряд застава граница "
    "хатлон согд душанбе бадахшан гбао хорог куляб пяндж москва ташкент ош бишкек алматы астана афганистан таджикистан узбекистан "
    "кыргызстан "
    "казахстан россия опель мерседес тойота ваз камаз газель маз бмв ауди лада нива нексия спарк матиз хендай киа форд зил урал "
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь января февраля марта апреля мая июня июля августа "
    "сентября октября ноября декабря героин гашиш опий марихуана "
    "вилояти ноҳияи шаҳри деҳаи ҷамоати агентии раёсати кумитаи вазорати тоҷикистон афғонистон "
    "drug control agency border troops guards police ministry customs district province region state committee national security service "
    "interior oblast village city town river heroin opium hashish cannabis january february march april may june july august september "
    "october november december opel mercedes toyota kamaz bmw audi lada hyundai ford daewoo khatlon sughd dushanbe gbao badakhshan "
    "khorog "
    "kulob panj moscow tashkent osh bishkek almaty astana afghanistan tajikistan uzbekistan kyrgyzstan kazakhstan russia the a an "
    "in on at of "
    "street avenue road imeni имени sovkhoz kolkhoz khutor aul kishlak poselok совхоз колхоз аул кишлак посёлок улица проспект адыр "
    "хароба "
    "during near from with and who two three was were officers".split()
)

#: A name before or after one of these is the name of a place.
PLACE_AFTER = (
    r"район\w*|р-н\w*|ноҳия\w*|област\w*|вилоят\w*|город\w*|посёлок|поселок|пос\.|совхоз\w*|колхоз\w*|ҷамоат\w*|джамоат\w*|улиц\w*|"
    r"проспект\w*|"
    r"погранотряд\w*|погранзастав\w*|застав\w*|отряд\w*|кпп|перевал\w*|мост\w*|district|province|region|oblast|village|town|city|"
    r"raion|rayon|"
    r"tuman\w*|viloyat\w*|street|avenue|bridge|pass|border|jamoat|farm|outpost|checkpoint|airport|station"
)
PLACE_BEFORE = (
    r"район\w*|р-н\w*|р/н|ноҳия(?:и|ҳои)?|н\.|ш\.|д\.|дж\.|ҷ\.|г\.|гор\.|город\w*|с\.|сел[оае]\w*|кишлак\w*|к\.|пос[её]л\w+|пос\.|"
    r"пгт\.?|шаҳр(?:и|ҳои)?|шаҳрак\w*|"
    r"де[ҳх]аи?|деҳоти|ҷамоати?|джамоат\w*|вилоят\w*|област\w*|обл\.|ул\.|улиц\w*|пр\.|проспект\w*|кӯчаи|хиёбони|им\.|имени|ба номи|"
    r"совхоз\w*|колхоз\w*|"
    r"на|в|из|под|близ|district|province|region|village|town|city|near|in|at|from|of|street|river|реки|река|р\."
)

#: Two or three letters between digits that are a unit, a month or a currency.
NOT_ON_PLATES = frozenset(
    "KG КГ GR ГР MG МГ ML МЛ L Л PCS TAB ТАБ AMP АМП ШТ USD EUR RUB TJS UZS KZT KGS AFN PKR СОМ JAN FEB MAR APR MAY JUN JUL AUG SEP "
    "OCT NOV "
    "DEC ЯНВ ФЕВ МАР АПР МАЙ ИЮН ИЮЛ АВГ СЕН ОКТ НОЯ ДЕК LSD THC CBD PM AM UTC KM КМ М ГОД ИЗ И НА ПО В С".split()
)

#: A text without one of these has none of the kind: looked for first, because looking for words is a hundred times as fast.
DOCUMENT_SIGNS = (
    "паспорт", "passport", "шиносн", "удостов", "свидет", "водительск", "card", "licen", "инн", "рма", "inn", "vin", "imei", "tazk", "тазк",
    "تذکره", "پاسپورت", "personal",
)  # fmt: skip
PLATE_SIGNS = ("plate", "reg", "гос", "номер", "знак", "г/н", "рақам", "پلیت")
NAME_SIGNS = (
    "гр.", "гр-", "гражд", "неки", "некоего", "некто", "по имени", "по фамил", "подозр", "обвин", "осужд", "водител", "г-н", "г-ж",
    "citizen", "mr", "ms", "name", "suspect", "driver", "national", "шаҳрванд", "ш.", "номи", "номаш", "сокин", "ронанда", "гумонбар",
    "айбдор", "фуқаро", "fuqaro",
)  # fmt: skip
BIRTH_SIGNS = ("р.", "р ", "рожд", "таваллуд", "born", "dob", "o.b", "b.", "с.т", "с. т", "متولد")
FATHER_SIGNS = (
    "вич", "овн", "евн", "ovich", "evich", "ovn", "evn", "угли", "ғли", "оглы", "кызы", "қизи", "gli", "gʻli", "g'li", "g‘li", "g’li",
    "qizi", "писари", "духтари",
)  # fmt: skip
