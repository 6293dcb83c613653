"""What a supervisor imports before it forks a process."""

import subprocess
import sys

import pytest

from services.processes import PROCESSES, load

LOADED = """
import sys
from services.processes import load
load({name!r})
before = set(sys.modules)
from {module} import {name_of_module}
print(*sorted(set(sys.modules) - before), end="")
"""


@pytest.mark.parametrize("name", PROCESSES)
def test_a_supervisor_loads_what_each_process_runs(name: str) -> None:
    run = load(name)
    assert callable(run)
    module = "consumers.projection.projector" if name == "projection" else f"streams.processors.{name}"
    assert sys.modules[module].__doc__


@pytest.mark.slow
def test_what_is_loaded_leaves_nothing_to_import() -> None:
    asked = LOADED.format(name="notify", module="streams.tasks", name_of_module="worker, global_table")
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ran.stdout == ""
