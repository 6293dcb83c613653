"""Follows an agency's notices by number: each once, in order; missing numbers raise an error at their place."""

from collections import deque
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Final, Self

from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError, UnknownTopicOrPartitionError

from bus.consumer import AIOKafkaConsumer
from bus.topic_inspection import committed_reader
from consumers.agency.notice import Notice, notice_from
from consumers.agency.notice_numbers import Handling, NoticeNumbers
from consumers.agency.problems import KafkaUnreachable, NoTopic, NumbersMissing
from register.ids import AgencyId
from runtime.settings import Settings
from schemas.codec.wire import decode
from schemas.facts.topics import NOTICES_PARTITION, Topics

POLL_MS: Final = 500


class Follower:
    """The notices of an agency, from the one behind `after` on.

    Keep the number of the last notice in the transaction that stores your work. Then go on behind it::

        async with Follower(settings, agency_id("kw-procurement"), after=119) as notices:
            async for notice in notices:
                await store(notice.change, notice.number)

    It waits for notices to come. With `wait=False` it ends behind the last notice that there is at its opening. Opening
    raises KafkaUnreachable and NoTopic. Where numbers are missing, the iteration raises NotKept, NotGivenYet or
    NumbersSkipped, once. Whoever calls `anext` again then goes on with the next notice that there is.

    A topic that was deleted and made anew is followed on. Notices that went with the old one are raised as NotKept.
    """

    def __init__(self, settings: Settings, agency: AgencyId, *, after: int = 0, wait: bool = True) -> None:
        self._settings = settings
        self._partition = TopicPartition(Topics(settings.topic_prefix).notices(agency), NOTICES_PARTITION)
        self._numbers = NoticeNumbers(agency, after)
        self._wait = wait
        self._stack = AsyncExitStack()
        self._consumer: AIOKafkaConsumer | None = None
        self._read: deque[Any] = deque()
        self._end = 0  # the offset behind the last notice at opening
        self._end_reported = False
        self._goes_back = False  # to the topic's beginning, before it reads on

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            try:
                consumer = await stack.enter_async_context(committed_reader(self._settings))
                if self._partition.topic not in await consumer.topics():
                    raise NoTopic(self._numbers.agency, self._partition.topic)
                consumer.assign([self._partition])
                self._end = await self._end_of(consumer)
            except KafkaConnectionError as fault:
                raise KafkaUnreachable(f"no Kafka answers at {self._settings.bootstrap_servers}") from fault
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

    async def __anext__(self) -> Notice:
        """Give the next notice. A call that is cancelled, as by a timeout, loses none."""
        consumer = self._open()
        while True:
            while self._read:
                notice = self._notice_from_record(self._read[0])
                if notice is not None:
                    return notice
            if not self._goes_back and await self._is_at_end(consumer):
                raise StopAsyncIteration
            await self._fetch(consumer)

    async def _is_at_end(self, consumer: AIOKafkaConsumer) -> bool:
        """Tell whether all notices were read. Raises NumbersMissing, once, where the numbers end too early."""
        if not self._end_reported:
            if await consumer.position(self._partition) < self._end:
                return False
            self._end_reported = True
            missing = self._numbers.check_end(had_notices=self._end > 0)
            if missing is not None:
                raise missing
        return not self._wait

    def _notice_from_record(self, record: Any) -> Notice | None:
        """Make the notice of a record; None for a record to skip. Raises NumbersMissing for a gap before it."""
        notice = notice_from(decode(record.value or b"", "Notice"))
        handling = self._numbers.check(notice.number)
        if isinstance(handling, NumbersMissing):
            raise handling
        if handling is Handling.READ_AGAIN:
            self._read.clear()
            self._goes_back = True
            return None
        self._read.popleft()
        return notice if handling is Handling.TAKE else None

    async def _fetch(self, consumer: AIOKafkaConsumer) -> None:
        if self._goes_back:
            await consumer.seek_to_beginning(self._partition)
            self._goes_back = False
        fetched = await consumer.getmany(self._partition, timeout_ms=POLL_MS)
        for records in fetched.values():
            self._read.extend(records)
        if not fetched and not self._end_reported:  # a topic that was made anew ends before the old one did
            self._end = min(self._end, await self._end_of(consumer))

    async def _end_of(self, consumer: AIOKafkaConsumer) -> int:
        try:
            return int((await consumer.end_offsets([self._partition]))[self._partition])
        except UnknownTopicOrPartitionError as fault:
            raise NoTopic(self._numbers.agency, self._partition.topic) from fault

    def _open(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise RuntimeError("the follower is not open: use it in `async with`")
        return self._consumer
