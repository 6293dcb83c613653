"""The events and receipts of the topics on disk, for one question that is not put to PostgreSQL.

SQLite holds them in a file that goes with the question. It answers what `readmodel.kept_events` answers: two places,
one form, so that whoever asks cannot tell them apart.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from readmodel.kept_events import KeptEvent

CACHE_KIB: Final = 64 * 1024  # pages that SQLite holds in memory
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_VARIABLES: Final = 30_000  # values in one statement; SQLite takes 32,766

_TABLES: Final = """
    CREATE TABLE events (
        registration_id TEXT, topic TEXT, partition INTEGER, place INTEGER, written INTEGER, body BLOB);
    CREATE TABLE receipts (
        topic TEXT, partition INTEGER, place INTEGER, outcome TEXT, answered INTEGER,
        PRIMARY KEY (topic, partition, place)) WITHOUT ROWID;
    CREATE TABLE stated_keys (
        key TEXT, registration_id TEXT, PRIMARY KEY (key, registration_id)) WITHOUT ROWID;"""
_INDEX: Final = "CREATE INDEX events_of ON events (registration_id, topic, partition, place)"
_ADD_EVENT: Final = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)"
_ADD_RECEIPT: Final = "INSERT OR REPLACE INTO receipts VALUES (?, ?, ?, ?, ?)"
_ADD_KEY: Final = "INSERT OR IGNORE INTO stated_keys VALUES (?, ?)"
_EVENTS: Final = """
    SELECT registration_id, topic, partition, place, written, body, outcome, answered
    FROM events LEFT JOIN receipts USING (topic, partition, place)
    WHERE registration_id IN ({}) ORDER BY registration_id, topic, partition, place"""
_FIRST: Final = "SELECT topic, partition, min(place) FROM receipts GROUP BY topic, partition"
_STATING: Final = "SELECT key, registration_id FROM stated_keys WHERE key IN ({}) ORDER BY key, registration_id"
_REGISTRATIONS: Final = "SELECT DISTINCT registration_id FROM events ORDER BY registration_id"

EventToKeep = tuple[str, str, int, int, int, bytes]
"""The registration, the place (topic, partition, offset), Kafka's timestamp in milliseconds, and the value."""
ReceiptToKeep = tuple[str, int, int, str, int]
"""The place of the event, the outcome, and the timestamp of the receipt in milliseconds."""


class EventSpool:
    """Events, receipts and stated keys in a file. Fill it, then `finish`, then ask. Open it with `event_spool`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(
        self,
        events: Iterable[EventToKeep] = (),
        receipts: Iterable[ReceiptToKeep] = (),
        keys: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Add events, receipts, and keys with the registrations that state them."""
        self._connection.executemany(_ADD_EVENT, events)
        self._connection.executemany(_ADD_RECEIPT, receipts)
        self._connection.executemany(_ADD_KEY, keys)

    def finish(self) -> None:
        """Make it ready for questions."""
        self._connection.execute(_INDEX)

    def kept_events(self, registrations: Collection[str]) -> Iterator[KeptEvent]:
        """See `readmodel.kept_events.kept`."""
        for row in self._ask(_EVENTS, registrations):
            own, topic, partition, offset, written, body, outcome, answered = row
            moment = None if answered is None else _moment(answered)
            yield KeptEvent(own, topic, partition, offset, _moment(written), body, outcome, moment)

    def first_answered(self) -> Mapping[tuple[str, int], int]:
        """See `readmodel.kept_events.first_answered`."""
        return {(topic, partition): first for topic, partition, first in self._connection.execute(_FIRST)}

    def stating(self, keys: Collection[str]) -> Mapping[str, list[str]]:
        """See `readmodel.kept_events.stating`."""
        found: dict[str, list[str]] = {}
        for key, registration in self._ask(_STATING, keys):
            found.setdefault(key, []).append(registration)
        return found

    def registrations_kept(self) -> Iterator[str]:
        """See `readmodel.kept_events.registrations_kept`."""
        return (own for (own,) in self._connection.execute(_REGISTRATIONS))

    def _ask(self, query: str, values: Collection[str]) -> Iterator[tuple[Any, ...]]:
        ordered = sorted(set(values))
        for at in range(0, len(ordered), _VARIABLES):
            part = ordered[at : at + _VARIABLES]
            yield from self._connection.execute(query.format(", ".join("?" * len(part))), part)


@contextmanager
def event_spool(folder: Path) -> Iterator[EventSpool]:
    """Open an empty spool in a folder for as long as the block runs; its file is removed afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="question-", dir=folder) as inside:
        connection = sqlite3.connect(Path(inside) / "events.sqlite", isolation_level=None)
        try:
            connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_TABLES}")
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            connection.execute("BEGIN")
            yield EventSpool(connection)
        finally:
            connection.close()


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)
