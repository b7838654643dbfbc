"""What publishers say of their money in the activities that were loaded (IATI, 3W): sums by donor, currency, year and stage, apart from
the register's, since the same money may stand in both."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.answers.coverage_context import sign_of
from geodata.store.activities import activity_table
from layers.register.money import groups
from layers.register.published import NOT_NAMED, published_funding

if TYPE_CHECKING:
    from dashboard.queries import Queries
    from dashboard.queries.coverage import Asked
    from dashboard.user import User


def published(queries: "Queries", asked: "Asked", user: "User") -> dict[str, Any]:
    """n_activities in the store, and rows [donor, amount, stage, year, n, scope]; up to the chosen year, or of none."""
    say = user.say
    activities, organisations, money = (
        activity_table(queries.engine, name, role=user.role) for name in ("activities", "organisations", "money")
    )
    funding = published_funding(activities, organisations, money)
    funding = funding[funding["year_from"].isna() | (funding["year_from"].fillna(0) <= asked.year)]
    sums = groups(funding, by=("scope",)) if len(funding) else pd.DataFrame()
    rows = [
        {
            "donor": say("coverage.not_named") if row["donor"] == NOT_NAMED else row["donor"],
            "amount": f"{sign_of('~' if row['is_about'] else '=')}{say.number(float(row['amount']), 0)}\u00a0"
            + (say("coverage.no_currency") if row["currency"] == NOT_NAMED else row["currency"]),
            "stage": say(f"funding_stage.{row['stage']}") if say.has(f"funding_stage.{row['stage']}") else row["stage"],
            "year": say("coverage.year_not_stated") if row["year"] == "not stated" else row["year"],
            "n": int(row["n"]),
            "scope": say(f"scope.{row['scope']}") if say.has(f"scope.{row['scope']}") else row["scope"],
        }
        for row in sums.to_dict("records")
    ]
    return {"n_activities": len(activities), "rows": rows}
