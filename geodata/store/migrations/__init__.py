"""The shapes that the store has had, oldest first. A store of a revision not named here was made by a newer Panj."""

#: Known without loading Alembic, because the page opens the store at every start.
REVISIONS = ("0001", "0002", "0003", "0004")
HEAD = REVISIONS[-1]
