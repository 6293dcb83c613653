"""The projector's side of PostgreSQL: rows and the offsets that they come from, in one transaction per slice.

Exactly once rests on three things. The offsets move by compare-and-set, so a slice counts once, whoever writes it. Each
takeover raises an epoch. It ends a projector that was frozen or forgotten, which can then neither write twice nor go
back. And after any lost connection the stored offsets alone say where to go on, whatever became of a commit.

Commits wait for the disk (synchronous_commit stays on). Without it, offsets and rows would be lost together, so nothing
would be wrong. But after a crash a reader could see an older version than before. The gain would be one wait in
thousands of records.
"""

import os
import socket
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple, cast

import psycopg
from psycopg import Connection, Cursor

from consumers.projection import sql
from consumers.projection.company_rows import CompanyRows
from consumers.projection.problems import Fenced
from consumers.projection.rows import RowKey
from consumers.projection.transaction_input import Advance, Partition, Prepared, SliceRows
from readmodel.problems import DatabaseAway
from readmodel.tables import OF_A_COMPANY
from runtime.settings import Settings

# A server that vanished without a word is noticed in seconds, not in TCP's own quarter of an hour.
_NETWORK: Final[Mapping[str, int]] = {
    "connect_timeout": 10,  # seconds, as the next two
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # milliseconds
}
_LOCK_TIMEOUT: Final = "30s"  # nobody else writes these tables: a lock held longer is a transaction that hangs

# Classes of SQLSTATE that waiting may mend: connection, rollback, resources, locks, operator, system.
_PASSING: Final = frozenset({"08", "40", "53", "55", "57", "58"})


class Stored(NamedTuple):
    """What writing a slice did."""

    companies: int
    older: int  # records of companies that the tables already have in a newer version


class ProjectionStore:
    """One projector's connection. Not for several threads at once.

    Every method may block. It raises DatabaseAway when PostgreSQL does not answer: then `open` again, and go on from
    `offsets`. It raises Fenced when another projector has taken over: then end.
    """

    def __init__(self, settings: Settings) -> None:
        self._url = settings.postgres_url
        self._schema = settings.database_schema
        self._connection: Connection[Any] | None = None
        self._epoch: int | None = None

    def open(self) -> None:
        """Connect. The first time this takes the schema over; later it asks whether nobody else has."""
        self.close()
        with _database_answers():
            connection = psycopg.connect(
                self._url,
                autocommit=True,
                prepare_threshold=None,  # plans made while the tables were empty must not be kept
                application_name="sijill projection",
                **cast(Any, _NETWORK),
            )
            self._connection = connection
            connection.execute("SELECT set_config('search_path', quote_ident(%s), false)", [self._schema])
            connection.execute("SELECT set_config('lock_timeout', %s, false)", [_LOCK_TIMEOUT])
            if self._epoch is None:
                self._take_over(connection)
            elif connection.execute(sql.REJOIN, [self._epoch]).rowcount == 0:
                self._require_epoch(connection.cursor())

    def close(self) -> None:
        """Let go of the connection; an open transaction is rolled back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def offsets(self) -> dict[Partition, int]:
        """Read where each partition goes on."""
        with _database_answers():
            rows = self._open_connection().execute(sql.OFFSETS).fetchall()
        return {Partition(topic, partition): next_ for topic, partition, next_ in rows}

    def note_starts(self, starts: Mapping[Partition, int]) -> None:
        """Note where partitions begin that were not read before."""
        if not starts:
            return
        columns = [[one.topic for one in starts], [one.partition for one in starts], list(starts.values())]
        with _database_answers():
            self._open_connection().execute(sql.BEGIN_OFFSETS, columns)

    def restart(self, starts: Mapping[Partition, int]) -> None:
        """Note where partitions begin whose topic is another one now."""
        columns = [[one.topic for one in starts], [one.partition for one in starts], list(starts.values())]
        with self.transaction() as cursor:
            cursor.execute(sql.RESTART, columns)

    def write(self, prepared: Prepared) -> Stored:
        """Write a slice: all of it or nothing."""
        with self.transaction() as cursor:
            self._advance(cursor, prepared.advances)
            return _write(cursor, prepared.rows)

    @contextmanager
    def transaction(self) -> Iterator[Cursor[Any]]:
        """Open a transaction of the projector that this one still is."""
        connection = self._open_connection()
        with _database_answers(), connection.transaction(), connection.cursor() as cursor:
            self._require_epoch(cursor)
            yield cursor

    def _open_connection(self) -> Connection[Any]:
        if self._connection is None:
            raise DatabaseAway("the connection is closed")
        return self._connection

    def _take_over(self, connection: Connection[Any]) -> None:
        """Become the projector: end the session of the one before, which may be frozen with a transaction open."""
        connection.execute(sql.END_PREDECESSOR)
        holder = f"{socket.gethostname()}, process {os.getpid()}"
        taken = connection.execute(sql.TAKE_OVER, [holder]).fetchone()
        assert taken is not None, "the migration put the one row of `projector` there"
        self._epoch = taken[0]

    def _require_epoch(self, cursor: Cursor[Any]) -> None:
        found = cursor.execute(sql.HOLDER).fetchone()
        assert found is not None, "the migration put the one row of `projector` there"
        epoch, holder, since = found
        if epoch != self._epoch:
            raise Fenced(
                f"Another projector ({holder}) took the schema {self._schema} over at {since:%Y-%m-%d %H:%M:%S%z}, so "
                "this one ends. One schema has one projector; stop the other one first if this one should run."
            )

    def _advance(self, cursor: Cursor[Any], advances: Collection[Advance]) -> None:
        topics = [one.partition.topic for one in advances]
        partitions = [one.partition.partition for one in advances]
        expected, next_ = [one.expected for one in advances], [one.next for one in advances]
        moved = cursor.execute(sql.ADVANCE, [topics, partitions, expected, next_]).rowcount
        if moved != len(advances):
            stored = {Partition(topic, part): at for topic, part, at in cursor.execute(sql.OFFSETS)}
            other = next(one for one in advances if stored.get(one.partition) != one.expected)
            topic, partition = other.partition
            raise Fenced(
                f"{topic}, partition {partition}: the schema {self._schema} should hold offset {other.expected}, but "
                f"it holds {stored.get(other.partition)}: another projector has moved it, or the database was restored "
                "from a backup. Nothing was written; start again to go on from there."
            )


def _write(cursor: Cursor[Any], rows: SliceRows) -> Stored:
    older = _write_companies(cursor, rows) if rows.companies else 0
    _replace(cursor, "changes", rows.changes)
    _replace(cursor, "receipts", rows.receipts)
    _replace(cursor, "dead_letters", rows.dead_letters)
    _replace(cursor, "notices", rows.notices)
    _replace(cursor, "cases", rows.cases)
    _replace(cursor, "judgements", rows.judgements)
    _replace(cursor, "events", rows.events)
    if rows.stated_keys:
        cursor.execute(sql.ADD_STATED_KEYS, [list(column) for column in zip(*sorted(rows.stated_keys), strict=True)])
    return Stored(companies=len(rows.companies) - older, older=older)


def _write_companies(cursor: Cursor[Any], rows: SliceRows) -> int:
    """Replace companies with all their parts. New ones are only added: nothing is searched for that cannot be there.

    Straight into the tables: with the old rows deleted first, COPY needs no staging table and no second writing.
    """
    found: list[tuple[str, int]] = cursor.execute(sql.VERSIONS, [list(rows.companies)]).fetchall()
    newer = {company for company, version in found if _is_newer(company, version, rows)}
    gone = [company for company, _ in found if company not in newer]
    if gone:
        for statement in sql.DELETE_COMPANIES:
            cursor.execute(statement, [gone])
    written = [one for company, one in rows.companies.items() if one is not None and company not in newer]
    for table in OF_A_COMPANY:
        _copy(cursor, table.name, b"".join(map(_LINES[table.name], written)))
    return len(newer)


def _is_newer(company: str, version: int, rows: SliceRows) -> bool:
    given = rows.companies[company]
    return given is not None and company not in rows.buried and given.version < version


_LINES: Final[Mapping[str, Callable[[CompanyRows], bytes]]] = {
    "companies": lambda one: one.companies,
    "registrations": lambda one: one.registrations,
    "identifiers": lambda one: one.identifiers,
    "names": lambda one: one.names,
    "activities": lambda one: one.activities,
}


def _replace(cursor: Cursor[Any], table: str, rows: Mapping[RowKey, str | None]) -> None:
    """Write rows in place of those with the same keys; None: only take those away."""
    if rows:
        cursor.execute(sql.DELETE[table], [list(column) for column in zip(*rows, strict=True)])
        _copy(cursor, table, "".join(line for line in rows.values() if line is not None).encode())


def _copy(cursor: Cursor[Any], table: str, data: bytes) -> None:
    if data:
        with cursor.copy(sql.COPY[table]) as copy:
            copy.write(data)


@contextmanager
def _database_answers() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as fault:
        if _is_outage(fault):
            raise DatabaseAway(str(fault).strip()) from fault
        raise


def _is_outage(fault: psycopg.Error) -> bool:
    """Tell an outage from a fault of ours. A lost connection has no state, or the connection says so itself."""
    if isinstance(fault, psycopg.InterfaceError):
        return True
    return isinstance(fault, psycopg.OperationalError) and (fault.sqlstate or "08")[:2] in _PASSING
