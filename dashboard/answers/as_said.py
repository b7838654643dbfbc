"""Units and agencies as reports name them, in the viewer's words; names that no vocabulary has stay as they came."""

import re

from dashboard.language import Language


def unit_words(unit: object, say: Language) -> str:
    """Gram -> g."""
    if not isinstance(unit, str):
        return ""
    return say(key) if say.has(key := f"quantity_unit.{_code(unit)}") else unit


def agency_words(agency: object, say: Language) -> str:
    """One or several agencies: "DCA; MIA" -> АКН; МВД."""
    if not isinstance(agency, str):
        return ""
    parts = [part.strip() for part in agency.split(";")]
    return "; ".join(say(key) if say.has(key := f"agency.{_code(part)}") else part for part in parts)


def _code(words: str) -> str:
    """Border Troops SCNS -> border_troops_scns."""
    return re.sub("[^a-z0-9]+", "_", words.lower()).strip("_")
