"""The SQL that writes the tables, made from their definitions. The schema is the session's search path."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import BigInteger, Column, Integer, Table

from readmodel.tables import OF_A_COMPANY, cases, changes, dead_letters, events, judgements, notices, receipts

_ARRAY_OF: Final[dict[type, str]] = {Integer: "integer[]", BigInteger: "bigint[]"}


def _copy(table: Table) -> str:
    return f"COPY {table.name} ({', '.join(_quoted(column) for column in table.columns)}) FROM STDIN"


def _delete(table: Table) -> str:
    """Delete rows by their whole keys, given as one array per column of the key."""
    keys: Sequence[Column[object]] = list(table.primary_key.columns)
    arrays = ", ".join(f"%s::{_ARRAY_OF.get(type(key.type), 'text[]')}" for key in keys)
    names = ", ".join(_quoted(key) for key in keys)
    same = " AND ".join(f"{table.name}.{_quoted(key)} = k.{_quoted(key)}" for key in keys)
    return f"DELETE FROM {table.name} USING unnest({arrays}) AS k({names}) WHERE {same}"  # noqa: S608  (our own names)


def _quoted(column: Column[object]) -> str:
    return f'"{column.name}"'


_BY_KEY: Final = (changes, receipts, dead_letters, notices, cases, judgements, events)
COPY: Final = {table.name: _copy(table) for table in (*OF_A_COMPANY, *_BY_KEY)}
DELETE: Final = {table.name: _delete(table) for table in _BY_KEY}
DELETE_COMPANIES: Final = [f"DELETE FROM {table.name} WHERE company_id = ANY(%s)" for table in OF_A_COMPANY]  # noqa: S608
VERSIONS: Final = "SELECT company_id, version FROM companies WHERE company_id = ANY(%s)"

ADD_STATED_KEYS: Final = """
    INSERT INTO stated_keys (key, registration_id) SELECT * FROM unnest(%s::text[], %s::text[])
    ON CONFLICT DO NOTHING"""

OFFSETS: Final = "SELECT topic, partition, next FROM offsets"
BEGIN_OFFSETS: Final = """
    INSERT INTO offsets (topic, partition, next) SELECT * FROM unnest(%s::text[], %s::integer[], %s::bigint[])
    ON CONFLICT DO NOTHING"""
RESTART: Final = """
    UPDATE offsets SET next = k.next
    FROM unnest(%s::text[], %s::integer[], %s::bigint[]) AS k(topic, partition, next)
    WHERE offsets.topic = k.topic AND offsets.partition = k.partition"""
ADVANCE: Final = """
    UPDATE offsets SET next = k.next
    FROM unnest(%s::text[], %s::integer[], %s::bigint[], %s::bigint[]) AS k(topic, partition, expected, next)
    WHERE offsets.topic = k.topic AND offsets.partition = k.partition AND offsets.next = k.expected"""

_THIS_SESSION: Final = """
    session_pid = pg_backend_pid(),
    session_began = (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())"""
END_PREDECESSOR: Final = """
    SELECT pg_terminate_backend(pid, 5000)
    FROM projector JOIN pg_stat_activity ON pid = session_pid AND backend_start = session_began
    WHERE pid <> pg_backend_pid()"""
TAKE_OVER: Final = f"""
    UPDATE projector SET epoch = epoch + 1, holder = %s, since = now(), {_THIS_SESSION} RETURNING epoch"""  # noqa: S608
REJOIN: Final = f"UPDATE projector SET {_THIS_SESSION} WHERE epoch = %s"  # noqa: S608
HOLDER: Final = "SELECT epoch, holder, since FROM projector FOR SHARE"
