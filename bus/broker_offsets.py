"""Reads from the broker, for a task's topics: committed offsets, first and last offsets, the cluster's id."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from bus.consumer import AIOKafkaConsumer
from bus.problems import OffsetsUnavailable

ANSWER_S: Final = 30.0  # how long a coordinator may be loading or moving
_RETRY_S: Final = 0.1
TOMBSTONES_KEPT_S: Final = 24 * 3600.0  # Kafka's delete.retention.ms where nobody has set it
NO_OFFSET: Final = -1  # Kafka's answer for "nothing committed"


class Ledger:
    """One connection for all tasks of a process."""

    def __init__(self, bootstrap_servers: str, group: str, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: in seconds; one that stands still while Kafka is away gives a coordinator its full time."""
        self.group = group
        self.bootstrap_servers = bootstrap_servers
        self.cluster = ""
        self._clock = clock
        self._admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
        # read_committed: the end that it reports is the last stable offset, beyond which nothing can be read yet
        self._consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, isolation_level="read_committed")

    async def start(self) -> None:
        await self._admin.start()
        await self._consumer.start()
        self.cluster = str((await self._admin.describe_cluster()).get("cluster_id") or "")

    async def stop(self) -> None:
        await self._consumer.stop()
        await self._admin.close()

    async def committed(self, tps: Sequence[TopicPartition]) -> dict[TopicPartition, int | None]:
        """Read the group's committed offsets; None where there is none. Raises OffsetsUnavailable.

        Kafka answers each partition that is asked for, with -1 if need be. An answer that leaves one out is an error of
        the coordinator, and never "nothing committed". aiokafka looks at errors of partitions only.
        """
        deadline = self._clock() + ANSWER_S
        fault: object = None
        while self._clock() < deadline:
            try:
                found = await self._admin.list_consumer_group_offsets(self.group, partitions=list(tps))
            except KafkaError as error:
                fault = error
            else:
                if all(tp in found for tp in tps):
                    offsets = {tp: found[tp].offset for tp in tps}
                    return {tp: None if offset == NO_OFFSET else offset for tp, offset in offsets.items()}
                fault = "its answer left partitions out"
            await asyncio.sleep(_RETRY_S)
        raise OffsetsUnavailable(f"group {self.group} did not tell its offsets of {list(tps)} in {ANSWER_S} s: {fault}")

    async def partitions(self, topic: str) -> int | None:
        """Read the number of partitions of a topic; None if it does not exist."""
        described = await self._admin.describe_topics([topic])
        return next((len(one["partitions"]) for one in described if one["partitions"]), None)

    async def tombstones_kept_s(self, topic: str) -> float:
        """Read how many seconds the topic keeps tombstones after a compaction, or Kafka's default."""
        resource = ConfigResource(ConfigResourceType.TOPIC, topic, {"delete.retention.ms": None})
        for response in await self._admin.describe_configs([resource]):
            for code, _, _, _, entries in response.resources:
                if not code:
                    return float(entries[0][1]) / 1000
        return TOMBSTONES_KEPT_S

    async def ends(self, tps: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """Read the offset after the last readable record of each partition, in one request."""
        return dict(await self._consumer.end_offsets(list(tps)))

    async def bounds(self, tp: TopicPartition) -> tuple[int, int]:
        """Read the first offset, and the offset after the last readable record."""
        begin = await self._consumer.beginning_offsets([tp])
        end = await self._consumer.end_offsets([tp])
        return begin[tp], end[tp]
