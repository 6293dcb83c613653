"""The facts of a topic that a publisher needs: its number of partitions, and the largest record that it takes."""

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
    """One topic on the broker."""

    topic: str
    partitions: int
    limit_bytes: int
    """The largest record in bytes, with key, headers and the frame of its batch."""


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
    """Read the limit; where the registry may not read the configuration of the topic, the contract's limit."""
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {LIMIT: None})])
    for answer in answers:
        for error, _message, _type, _name, entries in answer.resources:
            for entry in entries if not error else ():
                if entry[0] == LIMIT and entry[1]:
                    return int(entry[1])
    return USUAL_LIMIT_BYTES
