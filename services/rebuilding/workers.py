"""The processes that share the work of a rebuild. They end within a second when the rebuild ends, also by a kill."""

import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Final, Protocol, TypeVar

from schemas.codec.schema_registry import use_registry
from schemas.facts.rules_folder import use_rules

_POLL_S: Final = 0.2
_Result = TypeVar("_Result")


class Workers(Protocol):
    """Runs jobs, in other processes or in this one."""

    def run(
        self, job: Callable[..., _Result], arguments: Sequence[tuple[object, ...]], done: Callable[[_Result], None]
    ) -> None:
        """Run a job once for each of these arguments; `done` gets each result as it comes."""
        ...


class _Here:
    """One worker: this process."""

    def run(
        self, job: Callable[..., _Result], arguments: Sequence[tuple[object, ...]], done: Callable[[_Result], None]
    ) -> None:
        for one in arguments:
            done(job(*one))


class _Processes:
    """Workers in processes of their own."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def run(
        self, job: Callable[..., _Result], arguments: Sequence[tuple[object, ...]], done: Callable[[_Result], None]
    ) -> None:
        futures: list[Future[_Result]] = [self._pool.submit(job, *one) for one in arguments]
        try:
            for future in as_completed(futures):
                done(future.result())
        finally:
            for future in futures:
                future.cancel()


@contextmanager
def workers(count: int, lock: Path, registry_url: str, rules: Path | None) -> Iterator[Workers]:
    """Start workers for as long as the block runs. Each holds the lock in a shared way as long as it lives.

    `rules`: the folder of the operator's rules; None: those of the package.
    """
    if count == 1:
        yield _Here()
        return
    starting = (os.getpid(), lock, registry_url, rules)
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_begin, initargs=starting)
    try:
        yield _Processes(pool)
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(parent: int, lock: Path, registry_url: str, rules: Path | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the rebuild, which ends its workers
    held = os.open(lock, os.O_RDWR)
    fcntl.flock(held, fcntl.LOCK_SH)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    use_registry(registry_url)
    use_rules(rules)


def _end_with(parent: int) -> None:
    """End this process as soon as its parent is gone."""
    while os.getppid() == parent:
        time.sleep(_POLL_S)
    os._exit(1)
