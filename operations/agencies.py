"""An agency's notices, from a terminal."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from aiokafka import TopicPartition
from aiokafka.errors import UnknownTopicOrPartitionError

from bus.topic_reading import committed_reader
from operations.hearing import Hearing, Silence
from register.ids import AgencyId
from runtime.settings import Settings
from schemas.codec.wire import decode
from schemas.facts.topics import NOTICES_PARTITION, Topics
from services.problems import CommandProblem

POLL_MS: Final = 500


Notice = dict[str, Any]


async def notices(
    settings: Settings, agency: AgencyId, start: int | None = None, *, keep_going: bool = False
) -> AsyncIterator[Notice | Silence]:
    """Give an agency's notices from a number on, as data. In their place comes what is missing or not there yet.

    Ends where the topic ends now, unless told to keep going. Raises CommandProblem when the agency has no topic.
    """
    hearing = Hearing(agency, start)
    tp = TopicPartition(Topics(settings.topic_prefix).notices(agency), NOTICES_PARTITION)
    async with committed_reader(settings) as consumer:
        if tp.topic not in await consumer.topics():
            raise CommandProblem(
                f"agency {agency} has no topic of notices: subscribe it (sijill subscribe {agency}). "
                "If it was deleted, the next notice makes it again"
            )
        consumer.assign([tp])
        try:
            end = (await consumer.end_offsets([tp]))[tp]
            while await consumer.position(tp) < end:
                for said in _heard(hearing, await consumer.getmany(tp, timeout_ms=POLL_MS)):
                    yield said
            silence = hearing.end(were_any=end > 0)
            if silence is not None:
                yield silence
            while keep_going:
                for said in _heard(hearing, await consumer.getmany(tp, timeout_ms=POLL_MS)):
                    yield said
        except UnknownTopicOrPartitionError as fault:
            raise CommandProblem(f"the notices of {agency} cannot be read: {fault}") from fault


def _heard(hearing: Hearing, fetched: Mapping[TopicPartition, Sequence[Any]]) -> Iterator[Notice | Silence]:
    for record in chain.from_iterable(fetched.values()):
        notice = decode(record.value or b"", "Notice")
        silence = hearing.hear(notice["number"])
        if silence is not None:
            yield silence
        if hearing.wants(notice["number"]):
            yield notice
