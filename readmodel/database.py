"""Where the read model stands: what its callers must say of the database."""

from typing import Protocol


class Database(Protocol):
    """A PostgreSQL and a schema of it. The settings of a process are one."""

    @property
    def sqlalchemy_url(self) -> str:
        """The URL, with the driver that SQLAlchemy uses."""

    @property
    def database_schema(self) -> str:
        """The schema that holds the tables."""
