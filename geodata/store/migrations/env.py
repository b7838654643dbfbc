"""Alembic's entry: runs the migrations on the connection that `geodata.store.upgrade` hands over."""

from alembic import context

from geodata.store.tables import METADATA

# SQLite undoes table changes like any other; without this Alembic would not wrap them, and a kill could leave half a store.
context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, transactional_ddl=True, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
