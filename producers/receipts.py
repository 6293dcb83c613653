"""Reads the register's receipts: what became of each event that a publisher sent."""

from collections import deque
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self

from aiokafka.errors import KafkaConnectionError

from bus.consumer import AIOKafkaConsumer
from bus.topic_inspection import Offsets, committed_reader, topic_reader
from producers.problems import BrokerUnreachable, ReceiptTopicMissing
from register.codes import Outcome
from register.ids import EventId, RegistrationId
from runtime.settings import Settings
from schemas.codec.wire import decode
from schemas.facts.topics import Topics

POLL_MS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptWarning:
    """Something odd in an accepted event. `word` is the registry's word that no map has, where that is the oddity."""

    code: str
    message: str
    field: str | None
    word: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The register's answer to one record. docs/reference/codes.md explains outcomes and codes.

    `topic`, `partition` and `offset` are those of the record, as `Published` has them. The three ids are None where the
    record could not be read. `code` and `field` are None unless the event was rejected.
    """

    event_id: EventId | None
    registration_id: RegistrationId | None
    sequence: int | None
    outcome: Outcome
    code: str | None
    message: str
    field: str | None
    warnings: tuple[ReceiptWarning, ...]
    topic: str
    partition: int
    offset: int


class ReceiptReader:
    """The receipts of a publisher (`kw`, `gleif` …), each once. Use it in `async with`.

    `positions` says for each partition where to begin; a partition without one is read from its beginning. Keep
    `reader.positions` in the transaction that stores your work, and begin there the next time::

        async with ReceiptReader(settings, "kw", positions=kept) as receipts:
            async for receipt in receipts:
                await store(receipt, receipts.positions)

    It waits for receipts to come. With `wait=False` it ends behind the last receipt that there is at its opening.
    Opening raises BrokerUnreachable and ReceiptTopicMissing, and ValueError for a publisher that is not known. Receipts
    may have been kept for a while only: a position from before is moved to the oldest receipt.
    """

    def __init__(
        self,
        settings: Settings,
        publisher: str,
        *,
        positions: Mapping[int, int] = MappingProxyType({}),
        wait: bool = True,
    ) -> None:
        try:
            self._topic = Topics(settings.topic_prefix).receipts(publisher)
        except KeyError:
            raise ValueError(f"{publisher!r} is no publisher: expected the code of a member state, or gleif") from None
        self._settings = settings
        self._positions = dict(positions)
        self._wait = wait
        self._ends: Offsets = {}  # as they were at its opening
        self._read: deque[Any] = deque()
        self._stack = AsyncExitStack()
        self._consumer: AIOKafkaConsumer | None = None

    @property
    def positions(self) -> Mapping[int, int]:
        """By partition, the offset behind the last receipt that was given."""
        return dict(self._positions)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            try:
                self._ends = await self._ends_now()
                consumer = await stack.enter_async_context(committed_reader(self._settings))
                await self._assign(consumer)
            except KafkaConnectionError as fault:
                raise BrokerUnreachable(f"no Kafka answers at {self._settings.bootstrap_servers}") from fault
            self._stack = stack.pop_all()
        self._consumer = consumer
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._consumer = None
        await self._stack.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Receipt:
        """Give the next receipt. A call that is cancelled, as by a timeout, loses none."""
        if self._consumer is None:
            raise RuntimeError("the reader is not open: use it in `async with`")
        while not self._read:
            if not self._wait and await self._is_at_end(self._consumer):
                raise StopAsyncIteration
            for records in (await self._consumer.getmany(timeout_ms=POLL_MS)).values():
                self._read.extend(records)
        record = self._read[0]
        receipt = receipt_from(decode(record.value or b"", "Receipt"))
        self._read.popleft()
        self._positions[record.partition] = record.offset + 1
        return receipt

    async def _ends_now(self) -> Offsets:
        async with topic_reader(self._settings) as topics:
            if self._topic not in await topics.topics():
                raise ReceiptTopicMissing(self._topic, self._settings.bootstrap_servers)
            return await topics.ends([self._topic])

    async def _assign(self, consumer: AIOKafkaConsumer) -> None:
        consumer.assign(list(self._ends))
        for place in self._ends:
            if place.partition in self._positions:
                consumer.seek(place, self._positions[place.partition])
            else:
                await consumer.seek_to_beginning(place)

    async def _is_at_end(self, consumer: AIOKafkaConsumer) -> bool:
        for place, end in self._ends.items():
            if await consumer.position(place) < end:
                return False
        return True


def receipt_from(datum: Mapping[str, Any]) -> Receipt:
    """Read a Receipt."""
    warnings = tuple(ReceiptWarning(**one) for one in datum["warnings"])
    return Receipt(**{**datum, "outcome": Outcome(datum["outcome"]), "warnings": warnings})
