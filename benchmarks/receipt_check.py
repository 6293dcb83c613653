"""Whether every record that was sent got its one answer, and every refused one was parked as it came."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

from benchmarks.bad_records import Sent
from benchmarks.problems import BenchmarkFailed
from benchmarks.topic_contents import batches
from benchmarks.topics import receipts
from bus.record import ConsumedRecord
from producers.batch_sender import BATCH_BYTES
from runtime.settings import Settings
from schemas.codec.wire import decode
from schemas.facts.topics import Topics, publishers
from schemas.partitioning import partition_of
from streams.processors.dead_letters import HEADER_PREFIX

Place = tuple[str, int, int]
"""Topic, partition, offset."""
Answer = TypeVar("Answer")

NAMED: Final = 3  # places in a message


async def publish(settings: Settings, sent: Iterable[Sent]) -> dict[Place, Sent]:
    """Send records to topics that are still empty, in order; returns where each lies."""
    topics = Topics(settings.topic_prefix)
    placed: dict[Place, Sent] = {}
    lengths: Counter[tuple[str, int]] = Counter()
    waiting: dict[tuple[str, int], BatchBuilder] = {}
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers, enable_idempotence=True, acks="all", max_batch_size=BATCH_BYTES
    )
    async with producer:
        for one in sent:
            place = topics.registrations(one.publisher), partition_of(one.key, settings.partitions)
            batch = waiting.get(place)
            if batch is None or not _added(batch, one):
                if batch is not None:
                    await producer.send_batch(batch, place[0], partition=place[1])
                batch = waiting[place] = producer.create_batch()
                _added(batch, one)
            placed[*place, lengths[place]] = one
            lengths[place] += 1
        for (topic, partition), batch in waiting.items():
            await producer.send_batch(batch, topic, partition=partition)
        await producer.flush()
    return placed


def _added(batch: BatchBuilder, one: Sent) -> bool:
    """False when it is full."""
    added = batch.append(timestamp=None, key=one.key, value=one.value, headers=list(one.headers))
    return added is not None


async def require_answers(settings: Settings, placed: Mapping[Place, Sent]) -> Counter[str]:
    """Raise BenchmarkFailed unless each has its one receipt and the bad ones are parked; returns them by reason."""
    topics = Topics(settings.topic_prefix)
    answered = await _by_place(settings, receipts(topics), _answer)
    require_same("receipt", {place: (one.outcome, one.code) for place, one in placed.items()}, answered)
    letters = [topics.dead_letters(publisher) for publisher in publishers()]
    parked = await _by_place(settings, letters, letter)
    bad = {place: one for place, one in placed.items() if one.code is not None}
    require_same(
        "dead letter",
        {place: (one.code, one.key, one.value, one.headers) for place, one in bad.items()},
        parked,
    )
    return Counter(str(one.code) for one in bad.values())


async def _by_place(
    settings: Settings, topics: list[str], read: Callable[[ConsumedRecord], tuple[Place, Answer]]
) -> dict[Place, Answer]:
    found: dict[Place, Answer] = {}
    async for records in batches(settings, topics):
        for place, answer in map(read, records):
            if place in found:
                raise BenchmarkFailed(f"{place} is answered twice in {topics[0]} and its like")
            found[place] = answer
    return found


def _answer(record: ConsumedRecord) -> tuple[Place, tuple[str, str | None]]:
    said = decode(record.value or b"", "Receipt")
    return (said["topic"], said["partition"], said["offset"]), (said["outcome"], said["code"])


def letter(record: ConsumedRecord) -> tuple[Place, tuple[Any, ...]]:
    """Where a dead letter came from, and its reason, key, value and own headers."""
    ours = {
        name.removeprefix(HEADER_PREFIX): (value or b"").decode()
        for name, value in record.headers
        if name.startswith(HEADER_PREFIX)
    }
    place = ours["origin_topic"], int(ours["origin_partition"]), int(ours["origin_offset"])
    headers = tuple(one for one in record.headers if not one[0].startswith(HEADER_PREFIX))
    return place, (ours["reason"], record.key, record.value, headers)


def require_same(what: str, expected: Mapping[Place, object], found: Mapping[Place, object]) -> None:
    """Raise BenchmarkFailed if any is missing, wrong, or of a record that was never sent."""
    wrong = [place for place in {**expected, **found} if expected.get(place) != found.get(place)]
    if wrong:
        examples = "; ".join(
            f"{place}: expected {expected.get(place)!r:.200}, found {found.get(place)!r:.200}"
            for place in sorted(wrong)[:NAMED]
        )
        raise BenchmarkFailed(f"{len(wrong):,} of {len(expected):,} have not the {what} that is theirs: {examples}")
