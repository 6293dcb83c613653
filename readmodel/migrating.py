"""Brings the tables of a schema to the newest version. Safe to call from several processes at once."""

from dataclasses import dataclass
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, column, create_engine, inspect, select, table, text
from sqlalchemy.exc import OperationalError

from readmodel.database import Database
from readmodel.problems import DatabaseAway

SCRIPTS: Final = "readmodel:migrations"
_VERSIONS: Final = table("schema_version")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationState:
    """The version of a schema's tables. `found` is None where it has none.

    `newest` is the one that this version of Sijill makes, and `known` says whether it knows `found`.
    """

    found: str | None
    newest: str
    known: bool


def migration_state(database: Database) -> MigrationState:
    """Read the version of a schema's tables; changes nothing. Raises DatabaseAway."""
    engine = create_engine(database.sqlalchemy_url, poolclass=NullPool, connect_args={"connect_timeout": 10})
    try:
        with engine.connect() as connection:
            schema = database.database_schema
            there = inspect(connection).has_table(_VERSIONS.name, schema=schema)
            versions = table(_VERSIONS.name, column("version_num"), schema=schema)
            found = connection.execute(select(versions.c.version_num)).scalar() if there else None
    except OperationalError as fault:
        raise DatabaseAway(str(fault.orig).strip()) from fault
    scripts = ScriptDirectory.from_config(_config())
    known = {one.revision for one in scripts.walk_revisions()}
    return MigrationState(found=found, newest=scripts.get_current_head() or "", known=found is None or found in known)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    return config


def _upgrade(connection: Connection, schema: str) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    quoted = connection.dialect.identifier_preparer.quote_schema(schema)
    # Ask first: CREATE SCHEMA IF NOT EXISTS needs the right to create one even where it is there.
    if connection.execute(text("SELECT to_regnamespace(:schema)"), {"schema": quoted}).scalar() is None:
        connection.execute(text(f"CREATE SCHEMA {quoted}"))
    connection.execute(text(f"SET LOCAL search_path TO {quoted}"))
    config = _config()
    config.attributes.update(connection=connection, schema=schema)
    command.upgrade(config, "head")
