"""What a supervisor imports before it forks a process."""

from importlib import import_module

import pytest

from services.processes import MODULES, PROCESSES


def test_a_supervisor_knows_what_each_process_imports() -> None:
    assert set(MODULES) == set(PROCESSES)


@pytest.mark.parametrize("name", PROCESSES)
def test_what_a_supervisor_imports_exists(name: str) -> None:
    assert all(import_module(module).__doc__ for module in MODULES[name])
