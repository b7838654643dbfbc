"""Why a question cannot be answered, in the reader's language: the planner says it in English, in sentences that are known here."""

import re
from collections.abc import Mapping

from dashboard.answers.plan_question import ORDER
from dashboard.language import Language

#: The planner's sentence -> the end of the key of ours. Groups: of, n, m: numbers; id: a place; model, field: of the question.
KNOWN = (
    (r"new came as (?P<n>\d+); there are only (?P<m>\d+) .*", "too_many"),
    (r"(?P<n>\d+) sites are locked, and only (?P<m>\d+) new ones were wanted\.", "locked"),
    (r"model '(?P<model>\w+)' knows no (?P<field>\w+): .*", "model"),
    (r"costs came without a budget: .*", "costs_alone"),
    (r"budget came without costs: .*", "budget_alone"),
    (r"costs says nothing of (?P<id>\S+) .*", "no_cost"),
    (r"The budget of (?P<n>[\d.e+]+) does not suffice: .*", "budget"),
    (r"two_sided needs a second country: .*", "one_country"),
    (r"two_sided finds no pair: .*", "no_pair"),
    (r"There is no candidate: .*", "no_candidate"),
    (r"There is no demand: .*", "no_demand"),
    (r"No candidate reaches any of the (?P<m>\d+) places of demand within (?P<n>[\d.]+) hours: .*", "no_reach"),
    (r"(?:locked|excluded) names '(?P<id>[^']+)', which is no .*", "not_there"),
    (r"locked names '(?P<id>[^']+)', which faces nobody .*", "faces_nobody"),
    (r"(?P<id>\S+) \(.*\) is an island: .*", "island"),
    (r"A plan cannot be called .*", "name"),
    (r"weights came as .*; wanted is at least one above 0\.", "weights"),
    (r"(?P<field>[a-z_]+)(?:\.\S+)? came as .*; wanted is .*", "field"),
)


def in_words(sentence: str, names: Mapping[str, str], say: Language) -> str:
    """The sentence in the reader's language; as the planner said it where nobody has words for it. names: of places by id."""
    if say.code == "en":
        return sentence
    for pattern, key in KNOWN:
        found = re.fullmatch(pattern, sentence, re.DOTALL)
        if found:
            values = {name: _shown(name, text, names, say) for name, text in found.groupdict().items()}
            return say(f"plan.problem_{key}", **values)
    return sentence


def _shown(name: str, text: str, names: Mapping[str, str], say: Language) -> str:
    if name == "id":
        return names.get(text, text)
    if name == "model":
        return say(f"plan.model_{text}") if say.has(f"plan.model_{text}") else text
    return say(ORDER[text]) if name == "field" and text in ORDER else text
