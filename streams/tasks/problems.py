"""The errors that end a task. Each of them ends the worker: nothing is skipped, and a supervisor starts it again."""

from typing import Final

EXIT_FAILED: Final = 3  # a task failed: fenced by its successor, a bug, a broken record
EXIT_STALLED: Final = 4  # the watchdog: partitions held, work waiting, and nothing moved


class StreamsError(Exception):
    """A task of a stream processor cannot go on."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class Hole(StreamsError):
    """Records are missing between two slices of a partition."""


class OffsetsLost(StreamsError):
    """The consumer group has forgotten its offsets while the state that belongs to them is still there."""


class NotCopartitioned(StreamsError):
    """The input topics of a processor have different numbers of partitions."""


class TransactionStuck(StreamsError):
    """A transaction was not committed in time: the broker is gone, or far too slow."""


class StoreBroken(StreamsError):
    """The local state cannot be read or written; it is set aside and will be restored from its topic."""


class StoreBusy(StreamsError):
    """Another process holds the directory of the local state."""
