"""The processes of the register by name, and a supervisor that starts again the ones that end.

Each imports what it runs when it runs: Faust and the projection's migrations would cost every command a second.
"""

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from runtime.exposition import Endpoint
from runtime.forked_process import CAN_FORK
from runtime.logs import configure
from runtime.settings import Settings
from runtime.supervisor import Child, Supervisor
from schemas.codec.schema_registry import use_registry
from schemas.facts.rules_digest import rules_digest
from schemas.facts.rules_folder import use_rules
from schemas.facts.topics import Topics
from services.problems import UnknownProcess

if TYPE_CHECKING:
    from streams.tasks.processor import Processor


Run = Callable[[Settings, Endpoint | None], int]
"""Runs a process in this one until it is told to stop; returns its exit code."""


def _admit() -> Run:
    from streams.processors import admit

    return _worker(lambda settings: admit.processor(Topics(settings.topic_prefix)))


def _resolve() -> Run:
    from streams.processors import resolve

    return _worker(lambda settings: resolve.processor(Topics(settings.topic_prefix)))


def _suggest() -> Run:
    from streams.processors import suggest

    def described(settings: Settings) -> "Processor":
        index = settings.state_dir / f"{settings.topic_prefix}suggest" / "names.index"
        return suggest.processor(Topics(settings.topic_prefix), index)

    return _worker(described)


def _unify() -> Run:
    from streams.processors import unify

    return _worker(lambda settings: unify.processor(Topics(settings.topic_prefix)))


def _notify() -> Run:
    from services.topics import ensure_agency
    from streams.processors import notify
    from streams.tasks.global_table import GlobalTable

    def described(settings: Settings) -> "Processor":
        topics = Topics(settings.topic_prefix)
        subscriptions = GlobalTable(topics.subscriptions, settings.bootstrap_servers)
        return notify.processor(topics, subscriptions, partial(ensure_agency, settings))

    return _worker(described)


def _projection() -> Run:
    from consumers.projection import projector

    return projector.run


def _worker(described: "Callable[[Settings], Processor]") -> Run:
    from streams.tasks import worker

    return lambda settings, endpoint: worker.run(
        replace(described(settings), rules=rules_digest()), settings, endpoint=endpoint
    )


class _Process(NamedTuple):
    """How a process is loaded, which imports what it runs; and what is added to the port of the metrics."""

    load: Callable[[], Run]
    port: int


_PROCESSES: Final[Mapping[str, _Process]] = {
    "admit": _Process(_admit, 0),
    "resolve": _Process(_resolve, 1),
    "suggest": _Process(_suggest, 2),
    "unify": _Process(_unify, 3),
    "notify": _Process(_notify, 4),
    "projection": _Process(_projection, 5),
}
PROCESSES: Final = tuple(_PROCESSES)
ALL: Final = "all"
PORTS: Final[Mapping[str, int]] = {name: one.port for name, one in _PROCESSES.items()}
"""By process, what is added to the base port of the metrics. A number once given stays: dashboards name it."""


def run_process(name: str, settings: Settings) -> int:
    """Run one process in this one until it is told to stop; returns its exit code."""
    configure(settings, process=name)
    use_registry(settings.schema_registry_url)
    use_rules(settings.rules)
    return load(name)(settings, metrics_endpoint(name, settings))


def load(name: str) -> Run:
    """Import what a process runs, and give what runs it."""
    return _PROCESSES[name].load()


def metrics_endpoint(name: str, settings: Settings) -> Endpoint | None:
    """Say where a process serves its metrics: each has a port of its own."""
    if settings.metrics_port == 0:
        return None
    return Endpoint(settings.metrics_host, settings.metrics_port + PORTS[name])


def chosen(names: Sequence[str]) -> tuple[str, ...]:
    """Take names of processes, each once; `all` means each of them. Raises UnknownProcess."""
    if ALL in names:
        return PROCESSES
    unknown = tuple(name for name in dict.fromkeys(names) if name not in PROCESSES)
    if unknown:
        raise UnknownProcess(names=unknown, known=PROCESSES)
    return tuple(dict.fromkeys(names))


def supervise(names: Sequence[str], settings: Settings, command: Sequence[str]) -> None:
    """Run processes as children until told to stop; `command`, with a name behind it, runs one."""
    configure(settings, process="supervisor")
    use_rules(settings.rules)
    if CAN_FORK:
        _import_what_they_run(names)
    Supervisor([_child(name, settings, command) for name in names], settings).run()


def _child(name: str, settings: Settings, command: Sequence[str]) -> Child:
    run = partial(run_process, name, settings) if CAN_FORK else None
    return Child(name, (*command, name), run=run)


def _import_what_they_run(names: Sequence[str]) -> None:
    """Import once, before the children are forked, what each would import for itself."""
    for name in names:
        load(name)
    gc.collect()
    gc.freeze()  # the collector of a child leaves these objects alone, so that their pages stay shared
