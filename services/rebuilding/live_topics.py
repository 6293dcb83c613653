"""The topics of the live register: where they end, and what stands in its states."""

from collections.abc import Collection, Mapping
from typing import Final

from aiokafka import TopicPartition

from bus.committed_records import committed
from bus.newest_values import newest_values
from register.history import History
from register.ids import RegistrationId
from register.resolution.judgements import Judgement
from register.resolution.resolution_state import ResolutionState, entry_of
from runtime.settings import Settings
from schemas.codec.reader import read, read_if_readable
from schemas.codec.records import history_from
from schemas.codec.resolution_records import judgement_from, resolution_from
from schemas.facts.topics import Topics, publishers
from schemas.partitioning import partition_of
from services.topic_ends import ends_of

JUDGEMENTS_PARTITION: Final = 0
RESOLUTION_PARTITION: Final = 0


def registration_topics(settings: Settings) -> tuple[str, ...]:
    """Name the topics of the publishers, in their order."""
    topics = Topics(settings.topic_prefix)
    return tuple(topics.registrations(publisher) for publisher in publishers())


async def judgements_between(settings: Settings, begin: int, end: int) -> list[Judgement]:
    """Read the judgements from an offset up to another one."""
    tp = TopicPartition(Topics(settings.topic_prefix).judgements, JUDGEMENTS_PARTITION)
    found: list[Judgement] = []
    async for stretch in committed(settings.bootstrap_servers, tp, begin, end):
        found += (
            judgement_from(read(record.value, "Judgement")) for record in stretch.records if record.value is not None
        )
    return found


async def live_histories(
    settings: Settings, registrations: Collection[RegistrationId]
) -> Mapping[RegistrationId, History[bytes] | None]:
    """Read the states of registrations in `admit`; None where the state has no readable form."""
    topic = Topics(settings.topic_prefix).registrations_state
    ends = await ends_of(settings, [topic])
    found: dict[RegistrationId, History[bytes] | None] = {}
    for tp, end in ends.items():
        keys = {own.encode() for own in registrations if partition_of(own.encode(), len(ends)) == tp.partition}
        for key, value in (await newest_values(settings.bootstrap_servers, {tp: end}, keys)).items():
            own = RegistrationId(key.decode())
            found[own] = read_if_readable(value, "RegistrationHistory", history_from)
    return found


async def live_resolutions(
    settings: Settings, registrations: Collection[RegistrationId]
) -> Mapping[RegistrationId, ResolutionState | None]:
    """Read the states of registrations in `resolve`; None where the state has no readable form."""
    topic = Topics(settings.topic_prefix).resolution
    ends = await ends_of(settings, [topic])
    tp = TopicPartition(topic, RESOLUTION_PARTITION)
    keys = {entry_of(own).encode(): own for own in registrations}
    newest = await newest_values(settings.bootstrap_servers, {tp: ends[tp]}, keys.keys())
    return {keys[key]: read_if_readable(value, "Resolution", resolution_from) for key, value in newest.items()}
