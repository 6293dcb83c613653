"""What a task counts about itself: plain numbers, read by the watchdog, by logs and by the metrics."""

from dataclasses import dataclass, field, fields


@dataclass(slots=True)
class TaskStats:
    """Counters of one task since its process began; times are in seconds."""

    records: int = 0
    transactions: int = 0
    outputs: int = 0
    output_bytes: int = 0
    fences: int = 0  # times that it took its transactional id over, from a predecessor or from itself
    restored_states: int = 0
    stores_wiped: int = 0
    restore_s: float = 0.0
    prepare_s: float = 0.0
    step_s: float = 0.0
    send_s: float = 0.0
    commit_s: float = 0.0
    store_s: float = 0.0

    def moved(self) -> int:
        """A number that rises whenever the task gets anywhere."""
        return self.records + self.transactions + self.fences + self.restored_states


@dataclass(slots=True)
class WorkerStats:
    """The tasks' counters by partition; those of a closed task stay."""

    tasks: dict[int, TaskStats] = field(default_factory=dict)

    def of(self, partition: int) -> TaskStats:
        return self.tasks.setdefault(partition, TaskStats())

    def total(self) -> dict[str, float]:
        return {
            counter.name: round(sum(getattr(task, counter.name) for task in self.tasks.values()), 3)
            for counter in fields(TaskStats)
        }
