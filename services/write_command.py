"""Writes what a person commands to the topic that keeps such commands, in one transaction with its audit record."""

from typing import Final

from bus.transactional_write import RecordToWrite
from register.audit import AuditRecord
from runtime.login import login
from runtime.settings import Settings
from services.auditing import write_audited

BY: Final = "sijill_by"


async def write_command(settings: Settings, topic: str, key: str, value: bytes | None, audit: AuditRecord) -> None:
    """Write one record and its audit record, and wait until both are kept. `sijill_by` says who was at work.

    Raises CommandTooLarge or a fault of Kafka; then neither is written.
    """
    record = RecordToWrite(topic=topic, key=key.encode(), value=value, headers=((BY, login().encode()),))
    await write_audited(settings, audit, (record,))
