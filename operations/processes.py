"""The processes of the register by name, and a supervisor that starts again the ones that end.

Each imports what it runs when it runs: Faust and the projection's migrations would cost every command a second.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from runtime.logs import configure
from runtime.settings import Settings
from runtime.supervisor import Child, Supervisor
from schemas.registry import use_registry
from schemas.topic_contracts import Topics


def _admit(settings: Settings) -> int:
    from streams import admit, worker

    return worker.run(admit.processor(Topics(settings.topic_prefix)), settings)


def _unify(settings: Settings) -> int:
    from streams import unify, worker

    return worker.run(unify.processor(Topics(settings.topic_prefix)), settings)


def _notify(settings: Settings) -> int:
    from streams import notify, worker
    from streams.global_table import GlobalTable

    topics = Topics(settings.topic_prefix)
    subscriptions = GlobalTable(topics.subscriptions, settings.bootstrap_servers)
    return worker.run(notify.processor(topics, subscriptions), settings)


def _projection(settings: Settings) -> int:
    from consumers.projection import service

    return service.run(settings)


_RUN: Final[Mapping[str, Callable[[Settings], int]]] = {
    "admit": _admit,
    "unify": _unify,
    "notify": _notify,
    "projection": _projection,
}
PROCESSES: Final = tuple(_RUN)


def run_process(name: str, settings: Settings) -> int:
    """Run one process in this one until it is told to stop; returns its exit code."""
    configure(settings, process=name)
    use_registry(settings.schema_registry_url)
    return _RUN[name](settings)


def supervise(names: Sequence[str], settings: Settings) -> None:
    """Run processes as children until told to stop."""
    configure(settings, process="supervisor")
    Supervisor([Child(name, (sys.executable, "-m", "operations", "run", name)) for name in names], settings).run()
