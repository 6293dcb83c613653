"""Dead letters: count and list the records that could not be taken, and read one whole, byte for byte."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from aiokafka import TopicPartition

from bus.damaged_batches import NAMES
from bus.topic_inspection import committed_reader
from readmodel.counting import DeadLetter, LetterCount, Place
from register.codes import Code
from register.ids import is_registration_id
from register.letters import DecidedLetter, LetterChoice, LetterId
from runtime.settings import Settings
from schemas.codec.partial_reading import PartialReading, read_as_far_as_possible
from schemas.codec.schema_registry import use_registry
from schemas.facts.topics import Topics, publishers
from schemas.problems import RegistryProblem
from services.error_mapping import named
from services.letter_decisions import decided_letters
from services.open_register import RegisterReader
from services.problems import UnknownCode, UnknownDeadLetter, UnknownPublisher

__all__ = [
    "DeadLetter", "LetterCount", "WholeLetter", "dead_letters", "decided_places", "letter_counts", "publishers",
    "whole_letter",
]  # fmt: skip

_FETCH_MS: Final = 5_000
_LARGEST_BYTES: Final = 4 << 20  # twice what a dead letter may have


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeLetter:
    """A dead letter as it lies in its topic. Names of headers are bytes: a publisher may send any.

    `registration_id` is what its value or its key names. `read` is None where the value has no frame. `decided` is None
    while the letter is open.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: tuple[tuple[bytes, bytes | None], ...]
    value: bytes
    registration_id: str | None
    read: PartialReading | None
    decided: DecidedLetter | None


def decided_places(settings: Settings) -> frozenset[Place]:
    """Say where the letters lie that were redriven or discarded. Raises a fault of Kafka."""
    topics = Topics(settings.topic_prefix)
    letters = (one.letter for one in asyncio.run(decided_letters(settings)).values())
    return frozenset(
        (topics.dead_letters(one.publisher), one.partition, one.offset)
        for one in letters
        if one.publisher in publishers()
    )


def dead_letters(
    register: RegisterReader,
    choice: LetterChoice = LetterChoice(),  # noqa: B008  (it is frozen)
    *,
    limit: int = 100,
    without: frozenset[Place] = frozenset(),
) -> Sequence[DeadLetter]:
    """List dead letters, the latest first, without those at some places. Raises UnknownPublisher and UnknownCode."""
    require(choice)
    return register.dead_letters(
        choice.publisher, code=choice.code, schema_id=choice.schema_id, limit=limit, without=without
    )


def letter_counts(
    register: RegisterReader, choice: LetterChoice, *, without: frozenset[Place] = frozenset()
) -> Sequence[LetterCount]:
    """Count dead letters by code, publisher and schema. Raises UnknownPublisher and UnknownCode."""
    require(choice)
    return register.letter_counts(choice.publisher, code=choice.code, schema_id=choice.schema_id, without=without)


def require(choice: LetterChoice) -> None:
    """Require a publisher and a code that there are; raises UnknownPublisher and UnknownCode."""
    publisher = choice.publisher if choice.letter is None else choice.letter.publisher
    if publisher is not None and publisher not in publishers():
        raise UnknownPublisher(name=publisher, known=tuple(publishers()))
    if choice.code is not None and choice.code not in tuple(Code):
        raise UnknownCode(code=choice.code, known=tuple(Code))


async def whole_letter(settings: Settings, letter: LetterId) -> WholeLetter:
    """Read one dead letter. Raises UnknownPublisher, UnknownDeadLetter, or a fault of Kafka or a schema registry."""
    require(LetterChoice(letter=letter))
    tp = TopicPartition(Topics(settings.topic_prefix).dead_letters(letter.publisher), letter.partition)
    with named(settings):
        record = await _record(settings, tp, letter.offset)
    with suppress(RegistryProblem):  # while it is away, the schemas that we ship must do
        use_registry(settings.schema_registry_url)
    value = record.value or b""
    read = read_as_far_as_possible(value)
    return WholeLetter(
        topic=tp.topic,
        partition=letter.partition,
        offset=letter.offset,
        key=record.key,
        headers=tuple((name.encode("utf-8", NAMES), content) for name, content in record.headers),
        value=value,
        registration_id=_registration(record.key, {} if read is None else read.fields),
        read=read,
        decided=(await decided_letters(settings)).get(str(letter)),
    )


def _registration(key: bytes | None, fields: Mapping[str, Any]) -> str | None:
    for text in (fields.get("registration_id"), (key or b"").decode(errors="replace")):
        if isinstance(text, str) and is_registration_id(text):
            return text
    return None


async def _record(settings: Settings, tp: TopicPartition, offset: int) -> Any:
    whole = {"auto_offset_reset": "none", "max_partition_fetch_bytes": _LARGEST_BYTES}
    async with committed_reader(settings, **whole) as consumer:
        consumer.assign([tp])
        if offset >= (await consumer.end_offsets([tp]))[tp]:
            raise UnknownDeadLetter(topic=tp.topic, partition=tp.partition, offset=offset, beyond=True)
        consumer.seek(tp, offset)
        found: Sequence[Any] = (await consumer.getmany(tp, timeout_ms=_FETCH_MS, max_records=1)).get(tp, [])
        if not found or found[0].offset != offset:
            raise UnknownDeadLetter(topic=tp.topic, partition=tp.partition, offset=offset, beyond=False)
        return found[0]
