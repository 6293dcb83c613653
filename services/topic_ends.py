"""Where topics end now: what a reader of committed records reads up to."""

from collections.abc import Collection

from bus.topic_inspection import Offsets, topic_reader
from runtime.settings import Settings
from services import topics


async def ends_of(settings: Settings, names: Collection[str]) -> Offsets:
    """Read the end of each partition of topics. Raises TopicsMissing."""
    async with topic_reader(settings) as reader:
        topics.require(await reader.topics(), settings, names)
        return await reader.ends(names)
