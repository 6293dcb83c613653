"""Brings the tables of a schema to the newest version. Safe to call from several processes at once."""

from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from readmodel.database import Database
from readmodel.problems import DatabaseAway

SCRIPTS: Final = "readmodel:migrations"
_LOCK: Final = 7_001_775_498  # any number that nobody else locks: one migration at a time in a database


def migrate(database: Database) -> None:
    """Create the schema and its tables, or bring them to the newest version, in one transaction.

    Raises DatabaseAway.
    """
    engine = create_engine(database.sqlalchemy_url, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            _upgrade(connection, database.database_schema)
    except OperationalError as fault:
        raise DatabaseAway(str(fault.orig).strip()) from fault


def _upgrade(connection: Connection, schema: str) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    quoted = connection.dialect.identifier_preparer.quote_schema(schema)
    # Ask first: CREATE SCHEMA IF NOT EXISTS needs the right to create one even where it is there.
    if connection.execute(text("SELECT to_regnamespace(:schema)"), {"schema": quoted}).scalar() is None:
        connection.execute(text(f"CREATE SCHEMA {quoted}"))
    connection.execute(text(f"SET LOCAL search_path TO {quoted}"))
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.attributes.update(connection=connection, schema=schema)
    command.upgrade(config, "head")
