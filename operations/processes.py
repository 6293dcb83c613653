"""The processes of the register by name, and a supervisor that starts again the ones that end."""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from consumers.projection import service as projection
from runtime.logs import configure
from runtime.settings import Settings
from runtime.supervisor import Child, Supervisor
from schemas.registry import use_registry
from schemas.topic_contracts import Topics
from streams import admit, notify, unify, worker
from streams.global_table import GlobalTable


def _admit(settings: Settings) -> int:
    return worker.run(admit.processor(Topics(settings.topic_prefix)), settings)


def _unify(settings: Settings) -> int:
    return worker.run(unify.processor(Topics(settings.topic_prefix)), settings)


def _notify(settings: Settings) -> int:
    topics = Topics(settings.topic_prefix)
    subscriptions = GlobalTable(topics.subscriptions, settings.bootstrap_servers)
    return worker.run(notify.processor(topics, subscriptions), settings)


_RUN: Final[Mapping[str, Callable[[Settings], int]]] = {
    "admit": _admit,
    "unify": _unify,
    "notify": _notify,
    "projection": projection.run,
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
