"""Alembic's entry point: it runs the steps on the connection and in the schema that `migrate` gives."""

from alembic import context
from sqlalchemy import Connection

from readmodel.tables import METADATA


def _run(connection: Connection, schema: str) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        version_table="schema_version",
        version_table_schema=schema,
    )
    context.run_migrations()


_run(context.config.attributes["connection"], context.config.attributes["schema"])
