"""Money: sums in groups that may be added, and a refusal of those that may not."""

from collections.abc import Sequence

import pandas as pd

from geodata.errors import WrongTable

#: What must be the same for two amounts to be added without a word: who paid, in what, when, and in how far it is money at all.
KEPT_APART = ("donor", "currency", "year", "stage")
#: Money that was asked for or only stated is not money that came.
GIVEN = ("granted", "spent")


class MixedMoney(WrongTable):
    """Amounts of several donors, currencies, years or stages that were to be added without saying so."""


def _years(funding: pd.DataFrame) -> pd.Series:
    """2012, 2011-2014, 2014- or "not stated": a period is not cut into years, since nobody said how much fell into each."""

    def year(row: pd.Series) -> str:
        if pd.isna(row["year_from"]):
            return "not stated"
        if pd.isna(row["year_to"]) or row["year_to"] == row["year_from"]:
            return str(row["year_from"])
        return f"{row['year_from']}-{row['year_to']}"

    return funding.apply(year, axis=1).astype("str") if len(funding) else pd.Series(dtype="str")


def groups(funding: pd.DataFrame, by: Sequence[str] = (), across: Sequence[str] = ()) -> pd.DataFrame:
    """Sums of the groups that may be added: [*by, *KEPT_APART, amount, is_about, n, mixed, label].

    funding: rows of the register's `funding`. by: further columns to keep apart, such as programme or scope. across: those of
    KEPT_APART over which the caller adds on purpose; the label then names what was mixed. Currencies are never added: without a rate
    and its day there is no such sum. is_about: one of the amounts is "about" or "more than". Raises MixedMoney, WrongTable.
    """
    if "currency" in across:
        raise MixedMoney("Amounts in several currencies were to be added: convert them first, and say by which rate of which day.")
    if unknown := set(across) - set(KEPT_APART):
        raise WrongTable(f"{', '.join(sorted(unknown))}: one of {', '.join(KEPT_APART)} was wanted.")
    table = funding.assign(year=_years(funding), is_about=funding["operator"] != "=")
    keys = [*by, *(column for column in KEPT_APART if column not in across)]
    rows = []
    for key, group in table.groupby(keys, sort=True, dropna=False):
        mixed = [column for column in across if group[column].nunique() > 1]
        rows.append((*key, float(group["amount"].sum()), bool(group["is_about"].any()), len(group), mixed, _label(mixed, group)))
    return pd.DataFrame(rows, columns=[*keys, "amount", "is_about", "n", "mixed", "label"])


def _label(mixed: list[str], group: pd.DataFrame) -> str:
    return "; ".join(f"{column}: {', '.join(sorted(map(str, group[column].unique())))}" for column in mixed)


def total(funding: pd.DataFrame, across: Sequence[str] = ()) -> float:
    """One sum, or MixedMoney naming what differs. across: what the caller says it adds over (never currencies)."""
    sums = groups(funding, across=across)
    if len(sums) > 1:
        apart = [column for column in KEPT_APART if column not in across and sums[column].nunique() > 1]
        said = "; ".join(f"{column}: {', '.join(sorted(map(str, sums[column].unique())))}" for column in apart)
        raise MixedMoney(f"These amounts were to be added and differ in {said}. Show them apart, or say that you add over it.")
    return float(sums["amount"].sum())


def not_pinned(funding: pd.DataFrame) -> pd.DataFrame:
    """National and regional money: listed apart, never drawn as a point."""
    return funding[funding["scope"] != "site"]
