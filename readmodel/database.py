"""The database and the schema of the read model."""

from typing import Protocol


class Database(Protocol):
    """A PostgreSQL database and a schema in it. The settings of a process have both."""

    @property
    def sqlalchemy_url(self) -> str:
        """The URL, with the driver that SQLAlchemy uses."""

    @property
    def database_schema(self) -> str:
        """The schema that holds the tables."""
