"""Order the files of tests for workers that run side by side, and check that each file has one worker.

What a file prepares once, such as a filled register, costs a minute. A file that is shared out prepares it in each
worker. So `make test` gives whole files to workers (`--dist loadfile`), the long ones first.
"""

from collections import defaultdict
from typing import Any, Final

import pytest

LONG_FIRST: Final = ("faults", "acceptance", "integration", "contract", "replay", "unit")  # by folder of tests


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the folders with long files first, so that no worker begins with one when the others are done."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: LONG_FIRST.index(item.nodeid.split("/")[1]))


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("dist", "no") == "loadfile" and not hasattr(config, "workerinput"):
        config.pluginmanager.register(OneWorkerEach())


class OneWorkerEach:
    """Fails the run when two workers had tests of one file."""

    def __init__(self) -> None:
        self.workers: dict[str, set[str]] = defaultdict(set)
        self.crashed = False

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.workers[report.nodeid.split("::")[0]].add(report.node.gateway.id)

    def pytest_testnodedown(self, node: Any, error: Any) -> None:
        self.crashed |= error is not None  # then another worker gets the rest of its file

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        shared = sorted(file for file, workers in self.workers.items() if len(workers) > 1)
        if shared and not self.crashed:
            terminal: Any = session.config.pluginmanager.get_plugin("terminalreporter")
            terminal.write_line(f"several workers ran tests of one file, and each prepared it: {', '.join(shared)}")
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
