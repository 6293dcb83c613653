"""Ctrl-C during work in batches: the first one lets the batch end, the next one ends at once."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from operations.output import note


@contextmanager
def stopping_after_a_batch() -> Iterator[Callable[[], bool]]:
    """Give a function that tells whether to stop. For the main thread only."""
    asked = False

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        note("stopping after this batch; press Ctrl-C again to stop at once")

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)
