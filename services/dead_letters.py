"""Dead letters: list the records that could not be taken, and read one whole, byte for byte."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiokafka import TopicPartition

from bus.damaged_batches import NAMES
from bus.topic_inspection import committed_reader
from readmodel.counting import DeadLetter
from register.codes import Code
from runtime.settings import Settings
from schemas.facts.topics import Topics, publishers
from services.error_mapping import named
from services.open_register import RegisterReader
from services.problems import UnknownCode, UnknownDeadLetter, UnknownPublisher

__all__ = ["DeadLetter", "WholeLetter", "dead_letters", "publishers", "whole_letter"]

_FETCH_MS: Final = 5_000
_LARGEST_BYTES: Final = 4 << 20  # twice what a dead letter may have


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeLetter:
    """A dead letter as it lies in its topic. Names of headers are bytes: a publisher may send any."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: tuple[tuple[bytes, bytes | None], ...]
    value: bytes


def dead_letters(
    register: RegisterReader, publisher: str | None = None, *, code: str | None = None, limit: int = 100
) -> Sequence[DeadLetter]:
    """List dead letters, the latest first. Raises UnknownPublisher and UnknownCode."""
    if publisher is not None:
        _require(publisher)
    if code is not None and code not in tuple(Code):
        raise UnknownCode(code=code, known=tuple(Code))
    return register.dead_letters(publisher, code=code, limit=limit)


async def whole_letter(settings: Settings, publisher: str, partition: int, offset: int) -> WholeLetter:
    """Read one dead letter. Raises UnknownPublisher, UnknownDeadLetter, or a fault of Kafka."""
    _require(publisher)
    tp = TopicPartition(Topics(settings.topic_prefix).dead_letters(publisher), partition)
    with named(settings):
        record = await _record(settings, tp, offset)
    return WholeLetter(
        topic=tp.topic,
        partition=partition,
        offset=offset,
        key=record.key,
        headers=tuple((name.encode("utf-8", NAMES), value) for name, value in record.headers),
        value=record.value or b"",
    )


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


def _require(publisher: str) -> None:
    if publisher not in publishers():
        raise UnknownPublisher(name=publisher, known=tuple(publishers()))
