"""`sijill up` and `sijill down` on a machine where nothing runs yet."""

from collections.abc import Iterator

import pytest

from tests.acceptance.instance import Instance
from tests.conftest import SettingsFactory


@pytest.fixture
def machine(settings_factory: SettingsFactory) -> Iterator[Instance]:
    """A data directory and ports of its own."""
    instance = Instance(settings_factory())
    yield instance
    instance.begin("down").answer()


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
