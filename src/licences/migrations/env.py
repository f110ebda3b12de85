"""Alembic's entry: runs revisions on the connection that `upgrade` opened, and only there."""

from alembic import context
from sqlmodel import SQLModel

from licences import rows

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata if rows else None,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
