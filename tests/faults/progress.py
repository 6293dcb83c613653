"""Measures the progress of each process, and the time until it works again after a fault."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import psycopg
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from runtime.settings import Settings

POLL_S: Final = 0.15
ONE_PARTITION: Final = ("resolve", "suggest")
RECOVERY_S: Final = 180.0  # after this a process is stuck; the goal is 15, on a machine that is not shared


class Progress:
    """Reads committed offsets: a process works again when each of its partitions has committed something new."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def recovery(self, processes: tuple[str, ...], since: float, within_s: float = RECOVERY_S) -> float | None:
        """Seconds from `since` (monotonic) until all these processes have committed again; None: one did not."""
        before = {process: await self._reached(process) for process in processes}
        waiting = set(processes)
        while time.monotonic() < since + within_s:
            for process in tuple(waiting):
                now, then = await self._reached(process), before[process]
                if then is None:
                    before[process] = now
                elif now is not None and all(now.get(place, 0) > reached for place, reached in then.items()):
                    waiting.discard(process)
            if not waiting:
                return time.monotonic() - since
            await asyncio.sleep(POLL_S)
        return None

    async def _reached(self, process: str) -> Mapping[int, int] | None:
        """The sum of the committed offsets by partition; None while the server is away."""
        try:
            async with asyncio.timeout(5):
                return await (self._projected() if process == "projection" else self._committed(process))
        except (KafkaError, psycopg.OperationalError, psycopg.errors.UndefinedTable, TimeoutError):
            return None

    async def _committed(self, process: str) -> Mapping[int, int]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self._settings.bootstrap_servers)
        try:
            await admin.start()
            offsets = await admin.list_consumer_group_offsets(self._settings.topic_prefix + process)
        finally:
            await admin.close()
        reached: defaultdict[int, int] = defaultdict(int)
        for tp, one in offsets.items():
            reached[tp.partition] += max(one.offset, 0)
        partitions = 1 if process in ONE_PARTITION else self._settings.partitions
        if not set(range(partitions)) <= reached.keys():
            raise TimeoutError("the coordinator does not tell all offsets yet")
        return reached

    async def _projected(self) -> Mapping[int, int]:
        asked = f'SELECT sum(next) FROM "{self._settings.database_schema}".offsets'  # noqa: S608  our own name
        async with await psycopg.AsyncConnection.connect(self._settings.postgres_url, connect_timeout=2) as connection:
            row = await (await connection.execute(asked.encode())).fetchone()
        if row is None or row[0] is None:
            raise TimeoutError("nothing is projected yet")
        return {0: int(row[0])}
