"""The counters of a task: plain numbers for the watchdog, the logs and the metrics."""

from collections import Counter
from dataclasses import dataclass, field, fields

from runtime.metrics import SLICE, TRANSACTION, Histogram


@dataclass(slots=True)
class Restoring:
    """The progress of a restore, in offsets of the state topic; compaction has emptied some of them."""

    at: int
    end: int
    states: int = 0


@dataclass(slots=True)
class TaskStats:
    """Counters of one task since its process began; times are in seconds."""

    records: int = 0
    transactions: int = 0
    outputs: int = 0
    output_bytes: int = 0
    fences: int = 0  # times that it took its transactional id over, from a predecessor or from itself
    restored_states: int = 0
    recalled_states: int = 0  # told to its steps when they opened
    stores_wiped: int = 0
    restore_s: float = 0.0
    prepare_s: float = 0.0
    step_s: float = 0.0
    send_s: float = 0.0
    commit_s: float = 0.0
    store_s: float = 0.0
    restoring: Restoring | None = None  # while it runs
    slices: Histogram = field(default_factory=lambda: Histogram(SLICE.bounds))
    durations: Histogram = field(default_factory=lambda: Histogram(TRANSACTION.bounds))
    counted: Counter[tuple[str, ...]] = field(default_factory=Counter)  # what its steps counted: see `Counts`

    def moved(self) -> int:
        """A number that rises with any progress of the task."""
        return self.records + self.transactions + self.fences + self.restored_states + self.recalled_states


@dataclass(slots=True)
class WorkerStats:
    """The tasks' counters by partition; the counters of a closed task stay."""

    tasks: dict[int, TaskStats] = field(default_factory=dict)

    def of(self, partition: int) -> TaskStats:
        return self.tasks.setdefault(partition, TaskStats())

    def total(self) -> dict[str, float]:
        """Sum the plain counters."""
        return {name: round(sum(getattr(task, name) for task in self.tasks.values()), 3) for name in _PLAIN}


_PLAIN = tuple(one.name for one in fields(TaskStats) if one.type in (int, float))
