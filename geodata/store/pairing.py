"""Pairs of reports that may be of one fact, inside a transaction of the caller: what was found, and what became of it."""

import pandas as pd
import sqlalchemy as sa

from geodata.store.present import chunks
from geodata.store.rows import insert
from geodata.store.tables import PAIR_STEPS, PAIRS

#: A pair as it is found; reasons: JSON text.
FOUND = ("report_a", "report_b", "score", "reasons", "verdict", "same_file")
#: The rules decided, no person.
BY_RULES = ""


def merged(connection: sa.Connection) -> pd.DataFrame:
    """The pairs that are one fact: report_a, report_b, score, decided_by. Their reports may have left the store."""
    wanted = sa.select(PAIRS.c.report_a, PAIRS.c.report_b, PAIRS.c.score, PAIRS.c.decided_by).where(PAIRS.c.status == "merged")
    return pd.DataFrame([tuple(row) for row in connection.execute(wanted)], columns=["report_a", "report_b", "score", "decided_by"])


def sure(found: pd.DataFrame) -> pd.DataFrame:
    """Of pairs just found, those that the rules take for one fact, as `merged` gives them."""
    joined = found[found["status"] == "merged"]
    return joined.reindex(columns=["report_a", "report_b", "score"]).assign(decided_by=BY_RULES)


def between(connection: sa.Connection, ids: set[str]) -> pd.DataFrame:
    """The pairs that are kept and whose two reports are both among ``ids``: FOUND, status and decided_by."""
    names = [*FOUND, "status", "decided_by"]
    rows = []
    for portion in chunks(sorted(ids)):
        found = connection.execute(sa.select(*(PAIRS.c[name] for name in names)).where(PAIRS.c.report_a.in_(portion)))
        rows += [tuple(row) for row in found if row.report_b in ids]
    return pd.DataFrame(rows, columns=names)


def has_any(connection: sa.Connection) -> bool:
    """Whether any pair is kept."""
    return connection.execute(sa.select(PAIRS.c.report_a).limit(1)).first() is not None


def add(connection: sa.Connection, found: pd.DataFrame, moment: str) -> None:
    """Keep new pairs (FOUND and status); of those that are kept already, what was decided stays."""
    there: set[tuple[str, str]] = set()
    for portion in chunks(found["report_a"].unique()):
        kept = sa.select(PAIRS.c.report_a, PAIRS.c.report_b).where(PAIRS.c.report_a.in_(portion))
        there |= {(row.report_a, row.report_b) for row in connection.execute(kept)}
    rows = found[[*FOUND, "status"]].astype(object).itertuples(index=False, name=None)
    new = [(*row, BY_RULES, moment) if row[-1] == "merged" else (*row, None, None) for row in rows if row[:2] not in there]
    insert(connection, PAIRS, new)


def mark_same_file(connection: sa.Connection, pairs: pd.DataFrame, run_id: int, moment: str) -> None:
    """Two reports that stand in one file are no longer joined by the rules alone: whoever wrote that file wrote them apart."""
    for row in pairs.itertuples(index=False):
        this = sa.and_(PAIRS.c.report_a == row.report_a, PAIRS.c.report_b == row.report_b)
        connection.execute(sa.update(PAIRS).where(this).values(same_file=True))
        by_rules = row.status == "merged" and (row.decided_by or BY_RULES) == BY_RULES
        after = "proposed" if by_rules else row.status
        if by_rules:
            connection.execute(sa.update(PAIRS).where(this).values(status=after, decided_by=None, decided_at=None))
        step = {"report_a": row.report_a, "report_b": row.report_b, "before": row.status, "after": after, "who": BY_RULES}
        connection.execute(sa.insert(PAIR_STEPS), {**step, "made_at": moment, "run_id": run_id})


def steps_of(connection: sa.Connection, run_id: int) -> list[tuple[str, str, str, str, str]]:
    """What became of pairs in a run: report_a, report_b, before, after, who; in the order in which it was decided."""
    names = (PAIR_STEPS.c[name] for name in ("report_a", "report_b", "before", "after", "who"))
    wanted = sa.select(*names).where(PAIR_STEPS.c.run_id == run_id).order_by(PAIR_STEPS.c.step_id)
    return [(row[0], row[1], row[2], row[3], row[4]) for row in connection.execute(wanted)]


def set_back(connection: sa.Connection, report_a: str, report_b: str, status: str, same_file: bool | None) -> None:
    """Give a pair the status that it had; same_file: None leaves it as it is."""
    this = sa.and_(PAIRS.c.report_a == report_a, PAIRS.c.report_b == report_b)
    values: dict[str, object] = {"status": status, "decided_by": BY_RULES if status == "merged" else None, "decided_at": None}
    connection.execute(sa.update(PAIRS).where(this).values(**values, **({} if same_file is None else {"same_file": same_file})))


def applied(connection: sa.Connection, run_id: int) -> None:
    """The steps that waited have taken effect in this run."""
    connection.execute(sa.update(PAIR_STEPS).where(PAIR_STEPS.c.run_id.is_(None)).values(run_id=run_id))
