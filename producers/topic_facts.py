"""What a publisher must know of a topic before it sends: its number of partitions, and its largest record."""

from dataclasses import dataclass
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import UnknownTopicOrPartitionError, for_code

from producers.problems import EventTopicMissing

LIMIT: Final = "max.message.bytes"
USUAL_LIMIT_BYTES: Final = 1_048_576  # 1 MiB, our topics' limit: taken where the broker may not tell us


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFacts:
    """One topic as it stands on the broker."""

    topic: str
    partitions: int
    limit_bytes: int
    """The most that a record may hold, with key, headers and the frame of its batch."""


async def facts_of(bootstrap_servers: str, topic: str) -> TopicFacts:
    """Ask the broker about a topic; raises EventTopicMissing."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        described = (await admin.describe_topics([topic]))[0]
        if described["error_code"] == UnknownTopicOrPartitionError.errno:
            raise EventTopicMissing(topic, bootstrap_servers)
        if described["error_code"]:
            raise for_code(described["error_code"])(topic)
        return TopicFacts(topic=topic, partitions=len(described["partitions"]), limit_bytes=await _limit(admin, topic))
    finally:
        await admin.close()


async def _limit(admin: AIOKafkaAdminClient, topic: str) -> int:
    """Read the limit; a registry that may write to the topic need not be allowed to read its configuration."""
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {LIMIT: None})])
    for answer in answers:
        for error, _message, _type, _name, entries in answer.resources:
            for entry in entries if not error else ():
                if entry[0] == LIMIT and entry[1]:
                    return int(entry[1])
    return USUAL_LIMIT_BYTES
