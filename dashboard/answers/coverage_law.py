"""Law, rights and institutions: milestones by country, told beside the money of security and not hidden behind it."""

from typing import Any

import pandas as pd

from dashboard.answers.coverage_context import Context, sources
from layers.register.as_of import is_reached
from layers.register.links import not_adopted

#: The law that the task forces of the initiative of 2011 need (seed S0).
TASK_FORCES = "task_force_law"


def law(context: Context) -> dict[str, Any]:
    """rows: milestones reached by the day, and those that nobody dated, by topic and country. no_law: States without a known law for task
    forces."""
    table, say = context.register["milestones"], context.say
    reached = table["reached_on"].isna() | table["reached_on"].map(lambda day: is_reached(day, context.as_of)).astype(bool)

    def country(code: Any) -> str:
        return "" if pd.isna(code) else context.word("country", code)

    ordered = table[reached].assign(own=table["country_iso3"].isna()).sort_values(["topic", "own", "country_iso3", "reached_on"])
    return {
        "rows": [
            {
                "topic": context.word("milestone", row["topic"]),
                "country": country(row["country_iso3"]),
                "stage": context.word("milestone_stage", row["stage"]),
                "since": row["reached_on"] if pd.notna(row["reached_on"]) else "",
                "sources": sources(row["sources"]),
            }
            for row in ordered.to_dict("records")
        ],
        "no_law": [say(f"country.{code}") for code in not_adopted(table[reached], TASK_FORCES, context.as_of)],
    }
