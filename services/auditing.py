"""Audit: write down what a person changed or started, in the transaction of the act; and read it back."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from bus.committed_records import committed
from bus.problems import RecordTooLarge
from bus.transactional_write import RecordToWrite, transactional_producer, write_together
from register.audit import AuditAction, AuditFilter, AuditRecord
from runtime.clock import SystemClock
from runtime.login import login
from runtime.settings import Settings
from schemas.codec.audit_records import audit_datum, audit_from
from schemas.codec.reader import read
from schemas.codec.wire import encode
from schemas.facts.topics import Topics
from services.error_mapping import named
from services.problems import CommandTooLarge
from services.topic_ends import ends_of

__all__ = ["AuditAction", "AuditFilter", "AuditRecord", "audit_record", "audit_records", "outgoing", "write_audited"]

LONGEST_DOCUMENT: Final = 512 * 1024  # bytes of before and of after; two of them fit into a record of the topic
LISTED: Final = 20  # values that stay of a list in a document that is too long


def audit_record(
    settings: Settings,
    action: AuditAction,
    subject: str,
    *,
    by: str = "",
    why: str = "",
    before: object = None,
    after: object = None,
    at: datetime | None = None,
) -> AuditRecord:
    """Make an audit record of now, or of the moment `at`.

    `by` is who acts; empty: the principal of the settings. `before` and `after` are JSON documents. Of a
    document of more than 512 KiB the record keeps the beginnings of its lists. Each has its count and its SHA-256.
    """
    return AuditRecord(
        principal=by.strip() or settings.acting_principal,
        login=login(),
        acted_at=at or SystemClock().now(),
        action=action,
        subject=subject,
        why=why,
        before=None if before is None else _as_json(before),
        after=None if after is None else _as_json(after),
    )


def outgoing(settings: Settings, record: AuditRecord) -> RecordToWrite:
    """Make the record of the topic. An act with a transaction of its own writes it in that one."""
    value = encode("AuditRecord", audit_datum(record))
    return RecordToWrite(topic=Topics(settings.topic_prefix).audit, key=record.principal.encode(), value=value)


async def write_audited(settings: Settings, record: AuditRecord, commands: Sequence[RecordToWrite] = ()) -> None:
    """Write an act and its audit record in one transaction: both are there, or neither.

    Without commands it writes the record alone: do so before the act begins. Raises CommandTooLarge or a fault of
    Kafka; then nothing is written.
    """
    own = f"{settings.topic_prefix}command-{uuid.uuid4()}"  # of this command alone: it fences nobody
    with named(settings):
        try:
            async with transactional_producer(settings.bootstrap_servers, own) as producer:
                await write_together(producer, (outgoing(settings, record), *commands))
        except RecordTooLarge as fault:
            largest = max(commands, key=lambda one: len(one.value or b""), default=outgoing(settings, record))
            raise CommandTooLarge(topic=largest.topic, size=len(largest.value or b"")) from fault


async def audit_records(settings: Settings, wanted: AuditFilter) -> tuple[AuditRecord, ...]:
    """Read the audit records that are wanted, the latest first. Raises TopicsMissing or a fault of Kafka."""
    topic = Topics(settings.topic_prefix).audit
    found: list[AuditRecord] = []
    with named(settings):
        for tp, end in (await ends_of(settings, [topic])).items():
            async for stretch in committed(settings.bootstrap_servers, tp, 0, end):
                found += filter(
                    wanted.takes, (audit_from(read(one.value or b"", "AuditRecord")) for one in stretch.records)
                )
    return tuple(sorted(found, key=lambda record: record.acted_at, reverse=True))


def _as_json(document: object) -> str:
    text = json.dumps(document, ensure_ascii=False, default=str)
    return text if len(text.encode()) <= LONGEST_DOCUMENT else json.dumps(_shortened(document), ensure_ascii=False)


def _shortened(value: object) -> object:
    """Keep the beginning of each long list, with the count and the SHA-256 of the whole."""
    if isinstance(value, Mapping):
        return {str(name): _shortened(one) for name, one in value.items()}
    if isinstance(value, list | tuple) and len(value) > LISTED:
        whole = json.dumps(value, ensure_ascii=False, default=str).encode()
        return {"count": len(value), "sha256": sha256(whole).hexdigest(), "first": value[:LISTED]}
    return value
