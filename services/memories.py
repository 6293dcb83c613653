"""All that registries and stewards ever said, as the register remembers it: in the topics, or in PostgreSQL.

Both give the same: the same events with the same receipts, judged by the same code.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Protocol

from bus.record import ConsumedRecord
from readmodel.event_spool import EventSpool, EventToKeep, ReceiptToKeep, event_spool
from readmodel.kept_events import KeptEvent
from register.as_of import Answered, TimedJudgement
from register.ids import RegistrationId
from register.resolution.judgements import Judgement
from runtime.settings import Settings
from schemas.codec.event_bytes import keys_in, registration_of
from schemas.codec.reader import read
from schemas.codec.resolution_records import judgement_from
from schemas.facts.topics import Topics, publishers
from services.accepted_events import accepted
from services.error_mapping import named
from services.open_register import reading

TellRecordsRead = Callable[[int], None]
"""Hears how many records of the topics are read."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class MemorySource(StrEnum):
    """Where the events come from."""

    POSTGRES = "postgres"
    """The tables that the projection writes: a question costs the events of a few registrations."""
    TOPICS = "topics"
    """The topics themselves, read from their beginning: the answer needs no projection."""


class KeptEvents(Protocol):
    """Where events are kept with their receipts."""

    def kept_events(self, registrations: Collection[str]) -> Iterator[KeptEvent]: ...
    def first_answered(self) -> Mapping[tuple[str, int], int]: ...
    def stating(self, keys: Collection[str]) -> Mapping[str, Sequence[str]]: ...
    def registrations_kept(self) -> Iterator[str]: ...


JudgementsOn = Callable[[Collection[str]], Iterable[tuple[Judgement, datetime]]]
"""Gives the judgements on any of these registrations, each with the moment at which it came to its topic."""


class RegisterMemory:
    """A `register.as_of.EventMemory` over kept events."""

    def __init__(self, kept: KeptEvents, judged: JudgementsOn) -> None:
        self._kept = kept
        self._judged = judged
        self._first = kept.first_answered()

    def answered(self, registrations: Iterable[RegistrationId]) -> Mapping[RegistrationId, Sequence[Answered]]:
        """See `register.as_of.EventMemory`."""
        return accepted(self._kept.kept_events(list(registrations)), self._first)

    def stating(self, keys: Iterable[str]) -> Mapping[str, Sequence[RegistrationId]]:
        """See `register.as_of.EventMemory`."""
        found = self._kept.stating(list(keys))
        return {key: [RegistrationId(own) for own in owns] for key, owns in found.items()}

    def judgements(self, registrations: Iterable[RegistrationId]) -> Iterable[TimedJudgement]:
        """See `register.as_of.EventMemory`."""
        return [TimedJudgement(judgement=one, made_at=moment) for one, moment in self._judged(list(registrations))]

    def registrations(self) -> Iterator[RegistrationId]:
        """Give all registrations with events, by id."""
        return (RegistrationId(own) for own in self._kept.registrations_kept())


@contextmanager
def memory(settings: Settings, source: MemorySource, report: TellRecordsRead) -> Iterator[RegisterMemory]:
    """Open the memory as it is now, for as long as the block runs. Raises a fault of Kafka or PostgreSQL."""
    if source is MemorySource.POSTGRES:
        with reading(settings) as register, register.snapshot() as snapshot:
            yield RegisterMemory(snapshot, snapshot.judged)
        return
    with named(settings), event_spool(settings.data_dir / "questions") as spool:
        judgements = asyncio.run(_fill(spool, settings, report))
        spool.finish()
        yield RegisterMemory(spool, judgements)


async def _fill(spool: EventSpool, settings: Settings, report: TellRecordsRead) -> JudgementsOn:
    """Read the topics to their ends. Receipts come first: whatever they answer is in the topics of events by then."""
    topics = Topics(settings.topic_prefix)
    done = 0
    async for records in _records(settings, map(topics.receipts, publishers())):
        spool.add(receipts=[_receipt(record) for record in records])
        report(done := done + len(records))
    judged: dict[str, tuple[Judgement, datetime]] = {}
    async for records in _records(settings, [topics.judgements]):
        for record in records:
            one = judgement_from(read(record.value or b"", "Judgement"))
            judged[one.judgement_id] = one, _EPOCH + timedelta(milliseconds=record.timestamp)
    async for records in _records(settings, map(topics.registrations, publishers())):
        _add_events(spool, records)
        report(done := done + len(records))
    return _judgements_by_registration(judged.values())


async def _stretches(settings: Settings, wanted: Iterable[str]) -> Mapping[Any, tuple[int, int]]:
    """Find where the partitions of topics begin and end now; the keys are aiokafka's TopicPartition."""
    topics = tuple(wanted)
    from bus.topic_inspection import topic_reader  # a question to PostgreSQL needs no client of Kafka
    from services.topics import require

    async with topic_reader(settings) as reader:
        require(await reader.topics(), settings, topics)
        ends = await reader.ends(topics)
        begins = await reader.begins(ends)
    return {tp: (begins[tp], end) for tp, end in ends.items()}


async def _records(settings: Settings, wanted: Iterable[str]) -> AsyncIterator[Sequence[ConsumedRecord]]:
    """Read topics up to their ends, some records of one partition at a time."""
    from bus.committed_records import committed  # as above

    for tp, (begin, end) in (await _stretches(settings, wanted)).items():
        async for stretch in committed(settings.bootstrap_servers, tp, begin, end):
            yield stretch.records


def _receipt(record: ConsumedRecord) -> ReceiptToKeep:
    answer = read(record.value or b"", "Receipt")
    return answer["topic"], answer["partition"], answer["offset"], answer["outcome"], record.timestamp


def _add_events(spool: EventSpool, records: Iterable[ConsumedRecord]) -> None:
    events: list[EventToKeep] = []
    keys: list[tuple[str, str]] = []
    for record in records:
        value = record.value or b""
        own = registration_of(record.key, value)
        if own is not None:
            events.append((own, record.topic, record.partition, record.offset, record.timestamp, value))
            keys += ((key, own) for key in keys_in(own, value))
    spool.add(events=events, keys=keys)


def _judgements_by_registration(judged: Iterable[tuple[Judgement, datetime]]) -> JudgementsOn:
    by_registration: dict[str, list[tuple[Judgement, datetime]]] = {}
    for one in judged:
        for party in one[0].pair:
            by_registration.setdefault(party, []).append(one)

    def on(registrations: Collection[str]) -> Iterable[tuple[Judgement, datetime]]:
        found = (one for own in registrations for one in by_registration.get(own, ()))
        return {one[0].judgement_id: one for one in found}.values()

    return on
