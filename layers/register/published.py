"""What publishers say of their money, in the shape of the register's funding: so that one law of sums holds for both."""

import json

import pandas as pd

#: IATI transaction types: a commitment is a promise, a disbursement or an expenditure is money that went out. The others are the same
#: money seen from elsewhere (incoming) or going back, and adding them would count it twice.
STAGE_OF_TYPE = {"2": "granted", "3": "spent", "4": "spent"}
NOT_NAMED = "not named"
FUNDER = "1"


def published_funding(activities: pd.DataFrame, organisations: pd.DataFrame, money: pd.DataFrame) -> pd.DataFrame:
    """One row a transaction that is a grant or a payment, with the columns that `money.groups` asks for, and programme and scope.

    activities, organisations, money: as `geodata.store.activities.activity_table` gives them. donor: whom the transaction names as its
    provider, else the activity's one funding organisation; several, or none: "not named", for nobody can say whose it is.
    year_from: of the transaction. scope: national with one country, else regional; whether it has a place is another
    table's to say.
    """
    rows = money[(money["kind"] == "transaction") & money["type"].isin(STAGE_OF_TYPE) & money["amount"].notna()]
    funders = organisations[organisations["role"] == FUNDER]
    names = funders["name"].where(funders["name"] != "", funders["ref"])
    of_activity = names.groupby(funders["identifier"]).agg(lambda of: of.iloc[0] if of.nunique() == 1 else NOT_NAMED)
    said = rows["provider"].map(json.loads).map(lambda provider: provider[2] or provider[1])
    donor = said.where(said != "", rows["identifier"].map(of_activity)).fillna(NOT_NAMED)
    countries = activities.set_index("identifier")["countries"].map(lambda text: len(json.loads(text)))
    return pd.DataFrame(
        {
            "programme": rows["identifier"], "donor": donor, "amount": rows["amount"], "currency": rows["currency"].replace("", NOT_NAMED),
            "operator": "=", "year_from": rows["date"].str[:4].replace("", None).astype("Int64"),
            "year_to": pd.array([pd.NA] * len(rows), "Int64"),
            "stage": rows["type"].map(STAGE_OF_TYPE),
            "scope": rows["identifier"].map(countries).map(lambda n: "national" if n == 1 else "regional"),
        }
    ).reset_index(drop=True)  # fmt: skip
