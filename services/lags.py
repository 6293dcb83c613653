"""How far each stage of the register is behind: the records that it has still to read."""

import asyncio
from collections.abc import Mapping

from aiokafka import TopicPartition

from bus.topic_inspection import Offsets, topic_reader
from readmodel.problems import NotProjected
from readmodel.register_reader import reading
from runtime.settings import Settings
from services.error_mapping import named
from services.pipeline_stages import stages


async def lags(settings: Settings) -> Mapping[str, int]:
    """Count the records that each stage still has to read. Raises a fault of Kafka or PostgreSQL."""
    found: dict[str, int] = {}
    with named(settings):
        async with topic_reader(settings) as reader:
            present = await reader.topics()
            for stage in stages(settings, lambda: projected_offsets(settings)):
                ends = await reader.ends(set(stage.topics(present)) & present)
                found[stage.name] = sum((await reader.lag(ends, await stage.reached(reader))).values())
    return found


async def projected_offsets(settings: Settings) -> Offsets:
    """Read how far the projection is; nothing where it never ran."""
    return await asyncio.to_thread(_offsets, settings)


def _offsets(settings: Settings) -> Offsets:
    try:
        with reading(settings) as register:
            return {TopicPartition(*partition): offset for partition, offset in register.offsets().items()}
    except NotProjected:
        return {}
