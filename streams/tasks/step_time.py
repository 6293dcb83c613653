"""The time that a step has used: the processor time of its thread.

On a busy machine a step waits for a processor. That waiting must not make its transactions small, or the machine gets
busier still. But other tasks of the worker wait as well, so an eighth of the clock's time counts in any case.
"""

from time import perf_counter, thread_time
from typing import Final

CLOCK_PART: Final = 1 / 8  # of the clock's time: a step without a processor ends after eight times its time at most


class StepTime:
    """Counts from the moment when it is made. Only for the thread that made it."""

    __slots__ = ("_clock", "_processor")

    def __init__(self) -> None:
        self._processor = thread_time()
        self._clock = perf_counter()

    def used(self) -> float:
        """Give the used seconds so far.

        >>> 0 <= StepTime().used() < 60
        True
        """
        return max(thread_time() - self._processor, (perf_counter() - self._clock) * CLOCK_PART)
