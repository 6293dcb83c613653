"""States altered behind the backs of the processors: bytes in the topic of states, while no process runs."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from tests.acceptance.instance import Instance, Processes
from tests.acceptance.plain_kafka import Sent, framed, read, send, unframed

NOON: Final = datetime(2025, 9, 1, 12, tzinfo=UTC)

Alter = Callable[[Any], Any]
"""Gets a state as plain data and gives the altered one; None removes it."""


def alter(instance: Instance, topic: str, record: str, key: str, change: Alter) -> None:
    """Write an altered state into its topic, and remove the local copies of all states."""
    settings = instance.settings
    held = [one for one in read(settings.bootstrap_servers, settings.topic_prefix)[topic] if one.key == key.encode()]
    assert held, f"{topic} has no {key}"
    altered = change(unframed(held[-1].value or b""))
    value = None if altered is None else framed(record, altered)
    send(settings.bootstrap_servers, settings.topic_prefix + topic, [Sent(key=key.encode(), value=value)])
    shutil.rmtree(settings.state_dir, ignore_errors=True)


@contextmanager
def running(instance: Instance) -> Iterator[Processes]:
    """Run the processes that decide what agencies are told."""
    with instance.running("admit", "resolve", "unify", "notify") as processes:
        yield processes


def with_website(website: str) -> Alter:
    """State another website, in a history or in the record of a company."""

    def change(state: Any) -> Any:
        registrations = state["registrations"] if "registrations" in state else [state["registration"]]
        for one in registrations:
            one["properties"]["website"] = website
        if "properties" in state:
            state["properties"]["website"] = website
        return state

    return change


def without_identifiers(state: Any) -> Any:
    """Forget what links a registration, and its company."""
    state["evidence"]["identifiers"] = []
    return {**state, "company_id": None}


class Registries:
    """What the registries have published so far."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._sequences: Counter[str] = Counter()

    def publish(self, own: str, kind: str = "AMENDED", **stated: Any) -> None:
        """Publish the next event of a registration."""
        self._sequences[own] += 1
        sequence = self._sequences[own]
        datum = {
            "event_id": f"{own}-{sequence}",
            "registration_id": own,
            "sequence": sequence,
            "kind": kind,
            "effective_date": date(2025, 9, 1),
            "recorded_at": NOON + timedelta(seconds=self._sequences.total()),
            "replaces": None,
            "stated": stated,
            "cleared": [],
        }
        settings, value = self._instance.settings, framed("RegistrationEvent", datum)
        topic = f"{settings.topic_prefix}registrations.{own[:2].lower()}"
        send(settings.bootstrap_servers, topic, [Sent(key=own.encode(), value=value)])


def rebuilt(instance: Instance, *words: str, code: int = 0) -> Any:
    """Run a rebuild; returns its result."""
    return instance.sijill("rebuild", "--json", "--processes", "1", *words, code=code).lines()[-1]
