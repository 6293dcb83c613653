"""Workers with a fault on purpose: the suite must find what they break.

`python -m tests.faults.mutants MUTANT run admit` is `sijill run admit` with one guarantee taken out.
"""

import sys
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from aiokafka import AIOKafkaProducer

import streams.tasks.task
from bus.batches import BATCH_BYTES
from operations.main import main
from streams.tasks.stats import TaskStats
from streams.tasks.task import Task
from streams.tasks.task_opening import TRANSACTION_TIMEOUT_MS
from streams.tasks.worker_context import WorkerContext

COMMIT_S: Final = 0.1  # a commit on a slow broker: on a fast one hardly any kill falls into it


def without_fencing() -> None:
    """A task opens under another transactional id, so that it does not fence its predecessor."""

    async def unfenced(site: WorkerContext, partition: int, stats: TaskStats) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            bootstrap_servers=site.ledger.bootstrap_servers,
            transactional_id=f"{site.group}-{partition}-{uuid.uuid4().hex}",
            transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
            max_batch_size=BATCH_BYTES,
        )
        await producer.start()
        return producer

    streams.tasks.task.fence = unfenced  # type: ignore[attr-defined]


def state_before_commit() -> None:
    """The local store is written, to the disk, before the transaction is committed; a kill must fall in between."""
    original: Callable[..., Any] = Task._work

    def early(self: Task, records: Any) -> Any:
        work, batches, done = original(self, records)
        if self._store is not None and work.changes:
            self._store.apply(work.changes, self._store.position)
            self._store._flushed_position = -1
            self._store.flush(wait=True)
            time.sleep(COMMIT_S)
        return work, batches, done

    Task._work = early  # type: ignore[method-assign]


MUTANTS: Final[Mapping[str, Callable[[], None]]] = {
    "without-fencing": without_fencing,
    "state-before-commit": state_before_commit,
}

if __name__ == "__main__":
    MUTANTS[sys.argv.pop(1)]()
    main()
