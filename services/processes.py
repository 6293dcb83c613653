"""The processes of the register by name, and a supervisor that starts again the ones that end.

Each imports what it runs when it runs: Faust and the projection's migrations would cost every command a second.
"""

import gc
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Final

from runtime.exposition import Endpoint
from runtime.forked import CAN_FORK
from runtime.logs import configure
from runtime.settings import Settings
from runtime.supervisor import Child, Supervisor
from schemas.codec.registry import use_registry
from schemas.facts.topics import Topics
from services.problems import UnknownProcess


def _admit(settings: Settings, endpoint: Endpoint | None) -> int:
    from streams.processors import admit
    from streams.tasks import worker

    return worker.run(admit.processor(Topics(settings.topic_prefix)), settings, endpoint=endpoint)


def _resolve(settings: Settings, endpoint: Endpoint | None) -> int:
    from streams.processors import resolve
    from streams.tasks import worker

    return worker.run(resolve.processor(Topics(settings.topic_prefix)), settings, endpoint=endpoint)


def _suggest(settings: Settings, endpoint: Endpoint | None) -> int:
    from streams.processors import suggest
    from streams.tasks import worker

    index = settings.state_dir / f"{settings.topic_prefix}suggest" / "names.index"
    return worker.run(suggest.processor(Topics(settings.topic_prefix), index), settings, endpoint=endpoint)


def _unify(settings: Settings, endpoint: Endpoint | None) -> int:
    from streams.processors import unify
    from streams.tasks import worker

    return worker.run(unify.processor(Topics(settings.topic_prefix)), settings, endpoint=endpoint)


def _notify(settings: Settings, endpoint: Endpoint | None) -> int:
    from services.topics import ensure_agency
    from streams.processors import notify
    from streams.tasks import worker
    from streams.tasks.global_table import GlobalTable

    topics = Topics(settings.topic_prefix)
    subscriptions = GlobalTable(topics.subscriptions, settings.bootstrap_servers)
    processor = notify.processor(topics, subscriptions, partial(ensure_agency, settings))
    return worker.run(processor, settings, endpoint=endpoint)


def _projection(settings: Settings, endpoint: Endpoint | None) -> int:
    from consumers.projection import service

    return service.run(settings, endpoint)


_RUN: Final[Mapping[str, Callable[[Settings, Endpoint | None], int]]] = {
    "admit": _admit,
    "resolve": _resolve,
    "suggest": _suggest,
    "unify": _unify,
    "notify": _notify,
    "projection": _projection,
}
_WORKER: Final = "streams.tasks.worker"
MODULES: Final[Mapping[str, Sequence[str]]] = {
    "admit": ("streams.processors.admit", _WORKER),
    "resolve": ("streams.processors.resolve", _WORKER),
    "suggest": ("streams.processors.suggest", _WORKER),
    "unify": ("streams.processors.unify", _WORKER),
    "notify": ("streams.processors.notify", "services.topics", _WORKER),
    "projection": ("consumers.projection.service",),
}
PROCESSES: Final = tuple(_RUN)
ALL: Final = "all"
PORTS: Final[Mapping[str, int]] = {"admit": 0, "resolve": 1, "suggest": 2, "unify": 3, "notify": 4, "projection": 5}
"""By process, what is added to the base port of the metrics. A number once given stays: dashboards name it."""


def run_process(name: str, settings: Settings) -> int:
    """Run one process in this one until it is told to stop; returns its exit code."""
    configure(settings, process=name)
    use_registry(settings.schema_registry_url)
    return _RUN[name](settings, metrics_endpoint(name, settings))


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
    if CAN_FORK:
        _import_what_they_run(names)
    Supervisor([_child(name, settings, command) for name in names], settings).run()


def _child(name: str, settings: Settings, command: Sequence[str]) -> Child:
    run = partial(run_process, name, settings) if CAN_FORK else None
    return Child(name, (*command, name), run=run)


def _import_what_they_run(names: Sequence[str]) -> None:
    """Import once, before the children are forked, what each would import for itself."""
    for name in names:
        for module in MODULES[name]:
            import_module(module)
    gc.collect()
    gc.freeze()  # the collector of a child leaves these objects alone, so that their pages stay shared
