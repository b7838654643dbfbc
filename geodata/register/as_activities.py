"""The register's programmes as activities, to be given out with the others; what the form cannot hold stands in the description."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from geodata.places.files import records
from geodata.places.posts import load_posts
from geodata.register.activities import LOCAL_PREFIX, NOBODY, Activity, Money, Organisation, Place, Share, Text

#: Funding that came, as IATI's commitment and disbursement. What was only asked for, identified or stated is told in words.
_TRANSACTIONS = {"granted": "2", "spent": "3"}
#: ISO 3166 alpha-3 of the register -> alpha-2 of IATI.
_ALPHA_2 = {
    "AFG": "AF", "ARM": "AM", "AZE": "AZ", "CHN": "CN", "GEO": "GE", "IRN": "IR", "KAZ": "KZ", "KGZ": "KG", "PAK": "PK", "RUS": "RU",
    "TJK": "TJ", "TKM": "TM", "UZB": "UZ",
}  # fmt: skip
#: No list of implementers or donors is complete, and these words are no names.
_NO_NAMES = ("not found", "not found here", "not in the seeds", "various")


def programmes_as_activities(register: Mapping[str, pd.DataFrame]) -> Iterator[Activity]:
    """One activity a programme, with a local identifier where it has none. A year is given as its first day, and said to be a year."""
    posts = load_posts().set_index("id")
    names = register["organisations"].set_index("id")["name_en"]
    funding = register["funding"]
    for programme in records(register["programmes"]):
        own = funding[funding["programme"] == programme.code]
        identifier = programme.iati_identifier if isinstance(programme.iati_identifier, str) else ""
        years = {"2": programme.start_year, "4": programme.end_year}
        dates = {kind: f"{year}-01-01" if kind == "2" else f"{year}-12-31" for kind, year in years.items() if pd.notna(year)}
        yield Activity(
            identifier=identifier or LOCAL_PREFIX + programme.code, is_local=not identifier,
            publisher_ref="", publisher_name="", publisher_type="", version="register",
            titles=(Text("en", programme.name),), descriptions=_descriptions(programme, own, names), status="", scope="",
            currency="USD", language="en", updated="", dates=dates,
            countries=tuple(Share("", _ALPHA_2[code], None) for code in programme.countries if code in _ALPHA_2), regions=(),
            organisations=(*_organisations("4", [programme.implementer]), *_organisations("1", programme.donors)),
            places=tuple(_place(posts.loc[post]) for post in programme.places_supported), sectors=(),
            money=tuple(_money(row, names) for row in records(own[own["stage"].isin(_TRANSACTIONS) & own["year_from"].notna()])),
            flags=("no_identifier",) if not identifier else (),
        )  # fmt: skip


def _descriptions(programme: Any, own: pd.DataFrame, names: "pd.Series[str]") -> tuple[Text, ...]:
    told = [f"{programme.objective}.", "Days are the first or last of a year: only years are known."]
    if isinstance(programme.budget_basis, str):
        told.append(f"Money: {programme.budget_basis}.")
    for row in records(own[~own["stage"].isin(_TRANSACTIONS)]):
        told.append(
            f"{row.stage.capitalize()}: {row.operator if row.operator != '=' else ''}{row.amount:.0f} {row.currency}, {names[row.donor]}."
        )
    told.append(f"Sources: {programme.source}")
    return (Text("en", " ".join(told)),)


def _organisations(role: str, said: list[str]) -> Iterator[Organisation]:
    for name in said:
        if name not in _NO_NAMES:
            yield Organisation(role, "", name)


def _place(post: Any) -> Place:
    """A post stands where we estimate it to be: never exact. One without a position is named and not placed."""
    lon, lat = post["lon"], post["lat"]
    is_placed = bool(pd.notna(lon))
    return Place(
        str(post["name_en"]), float(lon) if is_placed else None, float(lat) if is_placed else None, reach="1",
        exactness="2", location_class="3", kind="approximate" if is_placed else "none",
    )  # fmt: skip


def _money(row: Any, names: "pd.Series[str]") -> Money:
    about = {"~": " (amount is approximate)", "=": ""}.get(row.operator, " (amount is a lower bound)")
    return Money(
        "transaction", _TRANSACTIONS[row.stage], f"{row.year_from}-01-01", "", float(row.amount), row.currency, "",
        Organisation("", "", str(names[row.donor])), NOBODY, f"{row.purpose}{about}; only the year is known",
    )  # fmt: skip
