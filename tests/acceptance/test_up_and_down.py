"""`sijill up` and `sijill down` on a machine where nothing runs yet."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from runtime.leftover_processes import processes_of
from tests.acceptance.instance import Instance, until
from tests.conftest import SettingsFactory

WITHIN_S: Final = 60


@pytest.fixture
def machine(settings_factory: SettingsFactory) -> Iterator[Instance]:
    """A data directory and ports of its own."""
    instance = Instance(settings_factory())
    yield instance
    instance.begin("down").answer()


def handles_sigterm(pid: int) -> bool:
    """Tell whether a process has come far enough to end in an orderly way; before, a signal ends it at once."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    [caught] = re.findall(r"^SigCgt:\s*([0-9a-f]+)$", status, re.MULTILINE)
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def test_what_runs_is_found_running_and_stops_with_all_that_was_started(machine: Instance) -> None:
    endpoints = {"kafka": machine.settings.bootstrap_servers, "postgres": machine.settings.postgres_url}
    first = machine.sijill("up", "--json")
    again = machine.sijill("up", "--json")
    assert first.json() == {**endpoints, "started": ["Kafka", "PostgreSQL"]}
    assert again.json() == {**endpoints, "started": []}

    machine.sijill("topics", "apply")
    machine.sijill("run", "all", "--detach")
    assert "are running already" in machine.sijill("run", "all", "--detach").err
    machine.sijill("wait", "--timeout", "120")

    assert machine.sijill("down", "--json").json() == {"stopped": ["processes", "PostgreSQL", "Kafka"]}
    assert machine.sijill("down", "--json").json() == {"stopped": []}
    machine.sijill("topics", "check", code=1)


def test_down_stops_what_was_started_in_other_ways_before_the_servers(machine: Instance) -> None:
    machine.sijill("up")
    machine.sijill("topics", "apply")
    supervised = machine.begin("run", "resolve", "unify")
    alone = machine.begin("run", "admit")
    machine.sijill("run", "notify", "projection", "--detach")
    until(
        lambda: [handles_sigterm(one.pid) for one in processes_of(machine.settings)] == [True] * 7,
        WITHIN_S,
        lambda: str(processes_of(machine.settings)),
    )

    down = machine.sijill("down", "--json")

    assert down.json() == {"stopped": ["processes", "PostgreSQL", "Kafka"]}
    assert processes_of(machine.settings) == []
    alone.answer(timeout_s=5).ends(0)
    ended = supervised.answer(timeout_s=5).ends(0)
    said = down.err
    assert said.index("stopping resolve unify") < said.index("stopping PostgreSQL") < said.index("stopping Kafka")
    assert "kafka_away" not in ended.err
