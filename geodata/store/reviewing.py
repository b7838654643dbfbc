"""Questions about places that wait for a person, inside a transaction of the caller."""

import pandas as pd
import sqlalchemy as sa

from geodata.store.rows import insert
from geodata.store.tables import REVIEW

ASKED = ("country_iso3", "place_key", "place_text", "candidates")


def ask(connection: sa.Connection, review: pd.DataFrame) -> None:
    """Keep questions (ASKED); the newest candidates of a question stand."""
    if review.empty:
        return
    rows = list(review[list(ASKED)].drop_duplicates(["country_iso3", "place_key"]).itertuples(index=False, name=None))
    this = sa.and_(REVIEW.c.country_iso3 == sa.bindparam("country"), REVIEW.c.place_key == sa.bindparam("key"))
    connection.execute(sa.delete(REVIEW).where(this), [{"country": row[0], "key": row[1]} for row in rows])
    insert(connection, REVIEW, rows)
