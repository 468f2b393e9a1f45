"""Alembic's environment: the migrations run on the connection that opens the store."""

from alembic import context

from digitapp.runs import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    version_table=tables.store_revision.name,
)
context.run_migrations()
