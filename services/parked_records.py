"""Dead letters as they lie in their topics: where each comes from, and how its record was before."""

from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from aiokafka import TopicPartition

from bus.committed_records import committed
from bus.damaged_batches import NAMES
from bus.record import ConsumedRecord, RecordHeaders
from bus.topic_inspection import topic_reader
from bus.transactional_write import RecordToWrite
from register.letters import LetterChoice, LetterId, Stay
from runtime.settings import Settings
from schemas.facts.topics import Topics, contracts, publishers

ATTEMPT: Final = "sijill_attempt"
OURS: Final = frozenset(contracts()["registrations.{publisher}.dlq"].headers)
"""The headers that `admit` adds. The record had none of these names, or lost them when it was parked."""
OVERHEAD_BYTES: Final = 512  # of a record beside its key, value and headers: its batch, and the header that we add
_HEADER_BYTES: Final = 10  # what Kafka adds to each header
_LARGEST: Final = contracts()["registrations.{publisher}"].max_message_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedRecord:
    """A dead letter. `attempt` counts how often its record was parked, from 1."""

    letter: LetterId
    code: str
    schema_id: int | None
    attempt: int
    origin_topic: str
    origin_partition: int | None
    is_cut: bool
    record: ConsumedRecord

    @property
    def size(self) -> int:
        """Count the bytes of key and value."""
        return len(self.record.key or b"") + len(self.record.value or b"")


def parked_record(publisher: str, record: ConsumedRecord) -> ParkedRecord:
    """Read the headers of a dead letter. Ours come last, so they win over those that the record itself brought."""
    headers = {name: (value or b"").decode(errors="replace") for name, value in record.headers if name in OURS}
    return ParkedRecord(
        letter=LetterId(publisher, record.partition, record.offset),
        code=headers.get("sijill_reason", ""),
        schema_id=_number(headers, "sijill_schema_id"),
        attempt=_number(headers, ATTEMPT) or 1,
        origin_topic=headers.get("sijill_origin_topic", ""),
        origin_partition=_number(headers, "sijill_origin_partition"),
        is_cut="sijill_cut" in headers,
        record=record,
    )


async def parked_records(settings: Settings, choice: LetterChoice) -> AsyncGenerator[ParkedRecord]:
    """Give the dead letters that are meant, up to the ends of their topics now. Partitions keep their order.

    Raises an error of Kafka. Topics that are missing have no letters.
    """
    topics = {Topics(settings.topic_prefix).dead_letters(publisher): publisher for publisher in _meant(choice)}
    async with topic_reader(settings) as reader:
        ends = await reader.ends(topics.keys() & await reader.topics())
    for tp in sorted(ends):
        begin, end = _stretch(choice, tp, ends[tp])
        async for stretch in committed(settings.bootstrap_servers, tp, begin, end):
            for record in stretch.records:
                parked = parked_record(topics[tp.topic], record)
                if choice.takes(parked.letter, parked.code, parked.schema_id):
                    yield parked


def reason_to_stay(settings: Settings, parked: ParkedRecord, attempts: int) -> Stay | None:
    """Say why a letter cannot be redriven, None where it can. `attempts`: the most redrives of one record."""
    if parked.is_cut:
        return Stay.CUT
    if not parked.record.value:
        return Stay.NO_VALUE
    own = Topics(settings.topic_prefix).registrations(parked.letter.publisher)
    if parked.origin_topic != own or parked.origin_partition is None:
        return Stay.FOREIGN_ORIGIN
    if parked.size + _header_bytes(parked.record.headers) + OVERHEAD_BYTES > _LARGEST:
        return Stay.TOO_LARGE
    return Stay.TRIED_OFTEN if parked.attempt > attempts else None


def as_received(parked: ParkedRecord) -> RecordToWrite:
    """Make the record as it was received, for its origin; one header counts how often it was parked."""
    return RecordToWrite(
        topic=parked.origin_topic,
        partition=parked.origin_partition,
        key=parked.record.key,
        value=parked.record.value,
        headers=(*_own(parked.record.headers), (ATTEMPT, str(parked.attempt).encode())),
    )


def _header_bytes(headers: RecordHeaders) -> int:
    return sum(len(name.encode("utf-8", NAMES)) + len(value or b"") + _HEADER_BYTES for name, value in _own(headers))


def _own(headers: RecordHeaders) -> Iterator[tuple[str, bytes | None]]:
    return ((name, value) for name, value in headers if name not in OURS)


def _meant(choice: LetterChoice) -> tuple[str, ...]:
    named = choice.publisher if choice.letter is None else choice.letter.publisher
    return publishers() if named is None else (named,)


def _stretch(choice: LetterChoice, tp: TopicPartition, end: int) -> tuple[int, int]:
    """Choose the offsets to read: all of a partition, or those of the one letter that is meant."""
    if choice.letter is None:
        return 0, end
    if choice.letter.partition != tp.partition:
        return 0, 0
    return choice.letter.offset, min(end, choice.letter.offset + 1)


def _number(headers: Mapping[str, str], name: str) -> int | None:
    digits = headers.get(name, "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 19 else None
