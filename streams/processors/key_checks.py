"""Check the place of an event: it must have its registration's key, and be in the partition of that key."""

from typing import Final

from bus.record import ConsumedRecord
from register.codes import Code, Rejected
from register.events import RegistrationEvent
from schemas.partitioning import partition_of

KEY_SHOWN: Final = 128  # bytes of a wrong key in a message; a right one has at most 93


def key_fault(record: ConsumedRecord, event: RegistrationEvent) -> Rejected | None:
    """Check the key: it must be the registration id."""
    if record.key == event.registration_id.encode():
        return None
    begun = record.key and record.key[:KEY_SHOWN]
    return Rejected(
        code=Code.KEY_MISMATCH,
        message=f"the record's key is {begun!r}: it must be the registration id {event.registration_id!r}, "
        "so that all events of a registration stay in order",
        field="registration_id",
    )


def place_fault(record: ConsumedRecord, partitions: int) -> Rejected | None:
    """Check the partition: only the partition of the key has the history and the company of the registration."""
    right = partition_of(record.key or b"", partitions)
    if record.partition == right:
        return None
    return Rejected(
        code=Code.WRONG_PARTITION,
        message=f"the record is in partition {record.partition}, its key belongs to partition {right} of {partitions}: "
        "set the partitioner of your client to murmur2, as Kafka's own clients have it",
    )
