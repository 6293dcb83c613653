"""What the commands ask of PostgreSQL beyond the projection's own questions."""

import asyncio

from aiokafka import TopicPartition

from bus.topic_reading import Offsets
from readmodel.problems import NotProjected
from readmodel.reading import reading
from runtime.settings import Settings


async def projected_offsets(settings: Settings) -> Offsets:
    """Read how far the projection is; nothing where it never ran."""
    return await asyncio.to_thread(_offsets, settings)


def _offsets(settings: Settings) -> Offsets:
    try:
        with reading(settings) as register:
            return {TopicPartition(*partition): offset for partition, offset in register.offsets().items()}
    except NotProjected:
        return {}
