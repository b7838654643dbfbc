"""What each table of the register holds: its columns, the values they may have, and which other table a cell points to."""

from geodata.places.files import Field

ORGANISATION_KINDS = ("agency", "body", "donor", "implementer")
#: As said, about, more than, at least. A claim of ">100" is kept and shown as ">100", never as 100.
OPERATORS = ("=", "~", ">", ">=")
SCOPES = ("site", "national", "regional")
FUNDING_STAGES = ("asked", "identified", "stated", "granted", "spent")
WORK_KINDS = ("new_post", "renovated_post", "training_centre", "crossing", "bridge", "office")
WORK_STAGES = ("agreed", "announced", "handed_over")
UNIT_KINDS = ("task_force", "blo", "pcu", "cppt", "cpc", "laboratory", "dog_team")
UNIT_STAGES = ("planned", "operating", "closed", "not_known")
LEGAL = ("law", "decree", "none", "not_known")
MODES = ("road", "rail", "air", "river")
MEMBERSHIPS = (
    "not_signed", "signed", "in_ratification", "ratified", "member", "observer_considered", "observer", "co_chair", "party", "left",
)  # fmt: skip
AGREEMENT_STAGES = ("planned", "contact", "signed", "in_force", "ended")
CHANNELS = ("phone", "radio", "vpn", "post", "meeting")
UNIT_MEASURES = ("screened", "examined", "seized", "arrests", "cases", "convictions")
FITS = ("listed", "perhaps")

_SOURCES, _NOTE = Field("sources", "list", False), Field("note")
_FROM, _TO = Field("valid_from", "date"), Field("valid_to", "date")


def _id() -> Field:
    return Field("id", "slug", False, unique=True)


TABLES: dict[str, tuple[Field, ...]] = {
    "seeds": (Field("id", "text", False, unique=True), Field("title", "text", False), Field("publisher", "text", False),
              Field("said_on", "date"), _NOTE),
    "organisations": (_id(), Field("name_en", "text", False), Field("name_ru", "text", False),
                      Field("kind", "text", False, ORGANISATION_KINDS),
                      Field("country_iso3", "iso3"), _FROM, _TO, Field("successors", "list"), _NOTE, _SOURCES),
    "presence": (Field("organisation", "slug", False), Field("place", "text", False), Field("country_iso3", "iso3"),
                 Field("role", "text", False), _FROM, _TO, _NOTE, _SOURCES),
    "funding": (_id(), Field("programme", "text", False), Field("donor", "slug", False), Field("amount", "number", False, low=0),
                Field("currency", "iso3", False), Field("operator", "text", False, OPERATORS),
                Field("year_from", "integer", low=1990, high=2100),
                Field("year_to", "integer", low=1990, high=2100), Field("scope", "text", False, SCOPES), Field("place_id", "slug"),
                Field("stage", "text", False, FUNDING_STAGES), Field("purpose", "text", False), _NOTE, _SOURCES),
    "works": (_id(), Field("name", "text", False), Field("post_id", "slug"), Field("kind", "text", False, WORK_KINDS),
              Field("donor", "slug", False), Field("programme"), Field("implementer"), Field("cost", "number", low=0),
              Field("currency", "iso3"), Field("cost_operator", "text", True, OPERATORS), Field("handed_over", "date"),
              Field("stage", "text", False, WORK_STAGES), Field("country_iso3", "iso3", False), Field("district_id", "slug"),
              _NOTE, _SOURCES),
    "assets": (_id(), Field("post_id", "slug"), Field("kind", "text", False),
               Field("item", "text", False), Field("quantity", "integer", low=1), Field("donor", "slug", False), Field("programme"),
               Field("handed_over", "date"), _NOTE, _SOURCES),
    "asset_checks": (Field("asset_id", "slug", False), Field("checked_on", "date", False), Field("seen", "integer", False, low=0),
                     Field("working", "integer", False, low=0), _NOTE, _SOURCES),
    "units": (_id(), Field("kind", "text", False, UNIT_KINDS), Field("name", "text", False), Field("country_iso3", "iso3", False),
              Field("province_id", "slug"), Field("district_id", "slug"), Field("post_id", "slug"), Field("pair_id", "slug"),
              Field("mode", "text", True, MODES), Field("agencies", "list"), Field("legal_status", "text", False, LEGAL),
              Field("stage", "text", False, UNIT_STAGES), Field("quantity", "integer", low=1), Field("donor", "slug", False),
              Field("programme"), Field("opened", "date"), Field("closed", "date"), Field("certified_to", "date"), _NOTE, _SOURCES),
    "unit_figures": (Field("unit_id", "slug", False), Field("measure", "text", False, UNIT_MEASURES), Field("period_from", "date", False),
                     Field("period_to", "date", False), Field("value", "integer", False, low=0), _NOTE, _SOURCES),
    "blo_index": (Field("unit_id", "slug", False), Field("kind", "text", False, ("answer", "target")), Field("area", "text", False),
                  Field("item", "text", False), Field("points", "number", False, low=0), Field("max_points", "number", False, low=0),
                  Field("answered_on", "date", False), _NOTE, _SOURCES),
    "training": (_id(), Field("course", "text", False), Field("programme"), Field("donor", "slug", False), Field("agency", "slug"),
                 Field("country_iso3", "iso3"), Field("place"), Field("held_from", "date"), Field("held_to", "date"),
                 Field("n", "integer", low=0), Field("n_women", "integer", low=0), Field("n_in_post", "integer", low=0), _NOTE, _SOURCES),
    "memberships": (Field("body", "slug", False), Field("party", "text", False), Field("status", "text", False, MEMBERSHIPS),
                    _FROM, _TO, _NOTE, _SOURCES),
    "liaison": (Field("body", "slug", False), Field("country_iso3", "iso3", False), Field("agency", "slug"), Field("rank_band"),
                _FROM, _TO, _NOTE, _SOURCES),
    "agreements": (_id(), Field("a", "slug", False), Field("b", "slug", False), Field("kind", "text", False),
                   Field("stage", "text", False, AGREEMENT_STAGES), _FROM, _TO, _NOTE, _SOURCES),
    "links": (Field("agency_a", "slug", False), Field("agency_b", "slug", False), Field("channel", "text", False, CHANNELS),
              Field("last_test", "date"), Field("result", "text", True, ("works", "fails")), _NOTE, _SOURCES),
    "milestones": (_id(), Field("country_iso3", "iso3"), Field("topic", "text", False), Field("stage", "text", False),
                   Field("reached_on", "date"), _NOTE, _SOURCES),
    "operations": (_id(), Field("name", "text", False), Field("kind", "text", False), Field("held_from", "date"), Field("held_to", "date"),
                   Field("parties", "list"), Field("result"), Field("embargo_until", "date"), _NOTE, _SOURCES),
    "actions": (_id(), Field("body", "slug", False), Field("action", "text", False), Field("said_on", "date"), Field("due", "date"),
                Field("done", "date"), _NOTE, _SOURCES),
    "claims": (_id(), Field("subject", "slug", False), Field("measure", "text", False), Field("operator", "text", False, OPERATORS),
               Field("value", "number", False), Field("unit", "text", False), Field("period_from", "date"), Field("period_to", "date"),
               Field("area"), Field("said_by", "text", False), Field("said_on", "date"), _NOTE, _SOURCES),
    "claim_items": (Field("subject", "slug", False), Field("measure", "text", False),
                    Field("item_table", "text", False, ("works", "units", "funding")), Field("item_id", "slug", False),
                    Field("fit", "text", False, FITS), Field("why", "text", False)),
    "seed_systems": (Field("seed", "text", False), Field("system", "text", False), Field("item_table", "text", False),
                     Field("item_ids", "list", False)),
}  # fmt: skip

#: table -> column -> the tables one of whose ids each value of the cell must be ("posts", "provinces", "districts": of `geodata.places`).
POINTS_TO: dict[str, dict[str, tuple[str, ...]]] = {
    "organisations": {"successors": ("organisations",)},
    "presence": {"organisation": ("organisations",)},
    "funding": {"programme": ("programmes",), "donor": ("organisations",), "place_id": ("posts",)},
    "works": {"post_id": ("posts",), "donor": ("organisations",), "programme": ("programmes",), "district_id": ("districts",)},
    "assets": {"post_id": ("posts",), "donor": ("organisations",), "programme": ("programmes",)},
    "asset_checks": {"asset_id": ("assets",)},
    "units": {
        "province_id": ("provinces",),
        "district_id": ("districts",),
        "post_id": ("posts",),
        "pair_id": ("units",),
        "agencies": ("organisations",),
        "donor": ("organisations",),
        "programme": ("programmes",),
    },
    "unit_figures": {"unit_id": ("units",)},
    "blo_index": {"unit_id": ("units",)},
    "training": {"programme": ("programmes",), "donor": ("organisations",), "agency": ("organisations",)},
    "memberships": {"body": ("organisations",), "party": ("organisations", "countries")},
    "liaison": {"body": ("organisations",), "agency": ("organisations",)},
    "agreements": {"a": ("organisations",), "b": ("organisations",)},
    "links": {"agency_a": ("organisations",), "agency_b": ("organisations",)},
    "operations": {"parties": ("organisations",)},
    "actions": {"body": ("organisations",)},
}
