"""What generated reports are made of: how often, how much, who, how. The shares are set to look right; they measure nothing."""

from typing import NamedTuple

#: The first and the last month that generated events fall into.
FIRST_YEAR, LAST_YEAR = 2011, 2025
MONTHS = 12 * (LAST_YEAR - FIRST_YEAR + 1)


class Drug(NamedTuple):
    """share: of a country's seizures at the start. trend: of that share, a year. peak: month with most of it, 0 none.

    median_kg, sigma: of a log-normal weight. unit: "" weighed, else counted in these and never weighed.
    """

    name: str
    words: tuple[str, ...]
    share: float
    trend: float
    peak: int
    median_kg: float
    sigma: float
    unit: str = ""


DRUGS = (
    Drug("heroin", ("Heroin", "героин"), 0.24, -0.07, 8, 0.9, 1.7),
    Drug("opium", ("Opium", "опий", "опий-сырец"), 0.25, -0.03, 7, 2.8, 1.6),
    Drug("hashish", ("Cannabis resin", "гашиш"), 0.20, 0.01, 11, 3.2, 1.7),
    Drug("cannabis", ("Cannabis herb", "марихуана", "каннабис"), 0.15, 0.00, 10, 1.8, 1.6),
    Drug("methamphetamine", ("Methamphetamine", "метамфетамин"), 0.012, 0.22, 0, 0.7, 1.8),
    Drug("poppy_straw", ("Poppy straw", "маковая солома"), 0.04, -0.05, 7, 1.5, 1.5),
    Drug("psychotropics", ("Psychotropic tablets", "психотропные вещества"), 0.03, 0.10, 0, 180.0, 1.3, "tablet"),
    Drug("ecstasy", ("Ecstasy", "экстази"), 0.010, 0.04, 0, 60.0, 1.1, "tablet"),
    Drug("morphine", ("Morphine", "морфин"), 0.010, -0.05, 0, 1.2, 1.5),
    Drug("nps", ("Synthetic cannabinoids", "соли"), 0.004, 0.20, 0, 0.15, 1.3),
    Drug("precursor", ("Acetic anhydride", "уксусный ангидрид"), 0.015, 0.03, 0, 220.0, 1.4, "litre"),
    Drug("unspecified", ("Narcotics", "наркотические вещества"), 0.02, 0.00, 0, 1.0, 1.4),
)
#: How much more (or less) of a drug a country records than the table above says.
LEANING = {
    "KAZ": {"cannabis": 4.0, "hashish": 1.4, "opium": 0.2, "heroin": 0.5},
    "KGZ": {"cannabis": 2.2, "hashish": 1.5},
    "AFG": {"opium": 1.7, "morphine": 4.0, "methamphetamine": 3.0, "precursor": 3.0, "cannabis": 0.3},
    "UZB": {"poppy_straw": 1.8, "psychotropics": 2.0},
}
#: Share of a country in all events.
COUNTRIES = {"TJK": 0.53, "AFG": 0.16, "UZB": 0.11, "KGZ": 0.08, "KAZ": 0.08, "TKM": 0.04}

AGENCIES = {
    "TJK": (("DCA", 0.30), ("Border Troops SCNS", 0.30), ("MIA", 0.22), ("SCNS", 0.07), ("Customs Service", 0.05), ("DCA; MIA", 0.06)),
    "AFG": (("Counter Narcotics Police of Afghanistan", 0.62), ("Afghan Border Police", 0.23), ("National Directorate of Security", 0.15)),
    "UZB": (("State Security Service", 0.4), ("MIA", 0.35), ("State Customs Committee", 0.25)),
    "KGZ": (("Drug control service, MIA", 0.6), ("MIA", 0.25), ("State Border Service", 0.15)),
    "KAZ": (("MIA", 0.6), ("National Security Committee", 0.25), ("Border Service", 0.15)),
    "TKM": (("State Customs Service", 0.5), ("MIA", 0.5)),
}
#: Who reports on the Afghan side since this month (counted from January of the first year).
AFG_CHANGE = 12 * (2021 - FIRST_YEAR) + 7
AFG_SINCE = (("Ministry of Interior, Kabul", 0.8), ("Border brigade", 0.2))

#: By kind of origin: code, words, share; the rest does not say.
TRANSPORT = {
    "section": (("foot", "on foot", 0.30), ("river", "river crossing", 0.25), ("animal", "donkeys", 0.05), ("road", "Private road", 0.05)),
    "post": (("road", "Commercial road", 0.42), ("road", "Private road", 0.22), ("rail", "Rail", 0.08), ("foot", "Pedestrian", 0.06)),
    "leg": (("road", "Private road", 0.45), ("road", "Commercial road", 0.18), ("rail", "Rail", 0.06)),
    "town": (("road", "Private road", 0.22), ("foot", "on foot", 0.08), ("mail", "Mail", 0.05), ("air", "Commercial air", 0.05)),
}
CONCEALMENT = {
    "section": (("cache near the river", 0.22), ("sacks abandoned", 0.20), ("rubber tubes", 0.07), ("backpack", 0.08)),
    "post": (("Car parts", 0.20), ("among fruit", 0.09), ("Baggage", 0.09), ("false floor of a lorry", 0.07), ("Body", 0.05)),
    "leg": (("Car parts", 0.24), ("spare wheel", 0.09), ("Baggage", 0.08), ("Sack", 0.06)),
    "town": (("Residence", 0.22), ("garden cache", 0.08), ("Outerwear", 0.06), ("Postal parcel", 0.04)),
}
INSTALLATION = {"section": ("Frontier", 0.35), "post": ("Checkpoint", 0.4), "leg": ("Car", 0.3), "town": ("Residence", 0.2)}

#: How a report says where it was, by kind of origin: coordinates of a device; to about 5 km; to about 20 km; the name of the
#: origin itself; the district only; the province only; words that no gazetteer knows, or nothing.
FORMS = ("gps", "near", "vague", "named", "district", "province", "lost")
FORM_SHARES = {
    "section": (0.08, 0.20, 0.12, 0.20, 0.27, 0.07, 0.06),
    "post": (0.12, 0.14, 0.05, 0.49, 0.13, 0.04, 0.03),
    "leg": (0.08, 0.20, 0.12, 0.15, 0.28, 0.12, 0.05),
    "town": (0.05, 0.06, 0.05, 0.54, 0.13, 0.12, 0.05),
}
LOST_WORDS = ("", "", "at the border", "в ходе операции", "Ганҷобод-2", "an unnamed village", "the green belt")

#: Share of days, months, quarters, years and nothing in the dates of reports.
DATE_SHARES = (("day", 0.86), ("month", 0.08), ("quarter", 0.01), ("year", 0.02), ("unknown", 0.03))
#: Further drugs of one event: none, one, two.
FURTHER_DRUGS = (0.89, 0.09, 0.02)
REPEATED_SHARE = 0.015
BOUND_SHARES = (("exact", 0.87), ("at_least", 0.09), ("about", 0.04))
NOTE = "generated"
