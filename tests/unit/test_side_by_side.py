"""The run of all tests fails when two workers prepare the same file."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.side_by_side import OneWorkerEach


def _report(nodeid: str, worker: str) -> Any:
    return SimpleNamespace(nodeid=nodeid, node=SimpleNamespace(gateway=SimpleNamespace(id=worker)))


@pytest.mark.parametrize(
    ("second_worker", "crash", "status", "lines"),
    [("gw0", None, 0, 0), ("gw1", None, pytest.ExitCode.TESTS_FAILED, 1), ("gw1", "worker gw0 crashed", 0, 0)],
)
def test_a_file_that_two_workers_ran_fails_the_run(
    second_worker: str, crash: str | None, status: int, lines: int
) -> None:
    said: list[str] = []
    terminal = SimpleNamespace(write_line=said.append)
    config = SimpleNamespace(pluginmanager=SimpleNamespace(get_plugin=lambda name: terminal))
    session: Any = SimpleNamespace(config=config, exitstatus=0)
    check = OneWorkerEach()
    check.pytest_runtest_logreport(_report("tests/acceptance/test_a.py::test_1", "gw0"))
    check.pytest_runtest_logreport(_report("tests/acceptance/test_a.py::test_2", second_worker))
    check.pytest_testnodedown(None, crash)
    check.pytest_sessionfinish(session)
    assert (session.exitstatus, len(said)) == (status, lines)
