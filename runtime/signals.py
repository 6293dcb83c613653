"""The signals that tell a process to end: SIGTERM, SIGINT (Ctrl-C) and SIGHUP (its terminal closed).

A process with children must handle all three, or the children are left behind. Under `nohup` SIGHUP stays ignored.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SignalHandler = Callable[[int, FrameType | None], None]


@contextmanager
def handling(handler: SignalHandler) -> Iterator[None]:
    """Call `handler` for each signal to end, until the context ends. For the main thread only."""
    before = {number: signal.signal(number, handler) for number in _ending()}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def interrupt_on_termination() -> None:
    """Let SIGTERM and SIGHUP end a process as Ctrl-C does, by KeyboardInterrupt, so that every `finally` runs.

    Under `asyncio.run` the main task is cancelled instead, at its next await. So a process that was started is always
    noted.
    """
    for number in _ending():
        if number is not signal.SIGINT:
            signal.signal(number, _interrupt)


def _ending() -> list[signal.Signals]:
    nohup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    return [signal.SIGTERM, signal.SIGINT, *(() if nohup else (signal.SIGHUP,))]


def _interrupt(number: int, frame: FrameType | None) -> None:
    as_ctrl_c = signal.getsignal(signal.SIGINT)
    if callable(as_ctrl_c):
        as_ctrl_c(signal.SIGINT, frame)
    else:  # SIGINT is ignored, as in the background of a script
        raise KeyboardInterrupt
