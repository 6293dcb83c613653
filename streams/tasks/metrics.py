"""The metrics of a worker, and whether it is alive and ready."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from bus.broker_offsets import Ledger
from bus.kafka_availability import KafkaPresence
from bus.problems import OffsetsUnavailable
from runtime import metrics
from runtime.exposition import Pulse
from runtime.metrics import METRICS, Histogram, Metric, MetricValue
from streams.tasks.rebalances import Tasks
from streams.tasks.stats import TaskStats, WorkerStats
from streams.tasks.task import Phase, Task
from streams.tasks.watchdog import Watched

LAG_S: Final = 5.0  # between two looks at the ends of the inputs: one request to each broker

_STAGES: Final = ("prepare", "step", "send", "commit", "store")
_SUMS: Final = (
    (metrics.PROCESSED, "records"),
    (metrics.OUTPUTS, "outputs"),
    (metrics.OUTPUT_BYTES, "output_bytes"),
)
_PER_PARTITION: Final[tuple[tuple[Metric, Callable[[TaskStats], float]], ...]] = (
    (metrics.FENCES, lambda stats: stats.fences),
    (metrics.RESTORED, lambda stats: stats.restored_states),
    (metrics.RESTORE_TIME, lambda stats: stats.restore_s),
    (metrics.WIPED, lambda stats: stats.stores_wiped),
)
_BY_NAME: Final = {metric.name: metric for metric in METRICS}

log = structlog.get_logger(__name__)


class Lag:
    """The number of input records that a worker has not processed yet, as last measured."""

    def __init__(self, tasks: Iterable[Task], inputs: Sequence[str]) -> None:
        self._tasks = tasks
        self._inputs = inputs
        self.waiting: dict[TopicPartition, int] = {}  # replaced as a whole; empty when it is not known

    async def measure(self, ledger: Ledger) -> None:
        """Measure the lag. When Kafka does not answer, the lag is unknown: this is logged, and the worker goes on."""
        tasks = {task.partition: task for task in self._tasks}
        tps = [TopicPartition(topic, partition) for partition in tasks for topic in self._inputs]
        try:
            ends = await ledger.ends(tps) if tps else {}
            found = {tp: tasks[tp.partition].position(tp) for tp in tps}
            unknown = [tp for tp, position in found.items() if position is None]
            if unknown:  # of tasks that are not open yet, restoring perhaps
                found |= await self._begins(ledger, unknown)
        except (KafkaError, OffsetsUnavailable) as fault:
            self.waiting = {}
            log.warning("lag_unknown", message=str(fault) or repr(fault))
            return
        self.waiting = {tp: max(0, ends[tp] - (found[tp] or 0)) for tp in tps}

    async def _begins(self, ledger: Ledger, tps: Sequence[TopicPartition]) -> dict[TopicPartition, int | None]:
        committed = await ledger.committed(tps)
        return {tp: offset if offset is not None else (await ledger.bounds(tp))[0] for tp, offset in committed.items()}


class WorkerReport:
    """See `runtime.exposition.Report`. It only reads what the event loop's thread writes."""

    def __init__(self, tasks: Tasks, stats: WorkerStats, watched: Watched, lag: Lag, kafka: KafkaPresence) -> None:
        self.pulse = Pulse()
        self._tasks = tasks
        self._stats = stats
        self._watched = watched
        self._lag = lag
        self._kafka = kafka

    def unwell(self) -> str | None:
        return self.pulse.fault() or self._watched.fault()

    def unready(self) -> str | None:
        if self._kafka.away:
            return self._kafka.fault()
        if not self._tasks.joined:
            return "no partitions yet"
        return "\n".join(filter(None, map(_unready, list(self._tasks)))) or None

    def readings(self) -> Iterator[MetricValue]:
        yield MetricValue(metrics.READY, float(self.unready() is None))
        yield MetricValue(metrics.LOOP_AGE, self.pulse.age())
        yield MetricValue(metrics.STALLED, self._watched.stalled_s)
        phases = Counter(task.phase for task in list(self._tasks))
        yield from (MetricValue(metrics.TASKS, phases[phase], (phase,)) for phase in Phase)
        for (topic, partition), waiting in self._lag.waiting.items():
            yield MetricValue(metrics.LAG, waiting, (topic, str(partition)))
        for number, stats in sorted(self._stats.tasks.copy().items()):
            yield from _of_partition(str(number), stats)
        yield from _together(list(self._stats.tasks.copy().values()))


def _unready(task: Task) -> str | None:
    match task.phase:
        case Phase.READING:
            return None
        case Phase.PAUSED:
            return f"partition {task.partition} waits for the group to assign it anew"
        case _:
            restoring = task.stats.restoring
            if restoring is None:
                return f"opening partition {task.partition}"
            return (
                f"restoring partition {task.partition}: at offset {restoring.at:,} of {restoring.end:,}, "
                f"{restoring.states:,} states read"
            )


def _of_partition(partition: str, stats: TaskStats) -> Iterator[MetricValue]:
    for metric, value in _PER_PARTITION:
        yield MetricValue(metric, value(stats), (partition,))
    restoring = stats.restoring
    left = 0 if restoring is None else restoring.end - restoring.at
    yield MetricValue(metrics.RESTORE_LEFT, left, (partition,))


def _together(tasks: Sequence[TaskStats]) -> Iterator[MetricValue]:
    for metric, name in _SUMS:
        yield MetricValue(metric, sum(getattr(stats, name) for stats in tasks))
    for stage in _STAGES:
        yield MetricValue(metrics.STAGE, sum(getattr(stats, f"{stage}_s") for stats in tasks), (stage,))
    yield MetricValue(metrics.SLICE, _sum([stats.slices for stats in tasks], metrics.SLICE))
    yield MetricValue(metrics.TRANSACTION, _sum([stats.durations for stats in tasks], metrics.TRANSACTION))
    counted: Counter[tuple[str, ...]] = Counter()
    for stats in tasks:
        counted.update(stats.counted.copy())
    yield from (MetricValue(_BY_NAME[name], value, tuple(labels)) for (name, *labels), value in counted.items())


def _sum(histograms: Sequence[Histogram], metric: Metric) -> Histogram:
    together = Histogram(metric.bounds)
    for one in histograms:
        together.counts = [a + b for a, b in zip(together.counts, one.counts, strict=True)]
        together.total += one.total
    return together
