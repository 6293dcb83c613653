"""While Kafka or PostgreSQL is away the processes wait, say so once, and go on by themselves."""

import json
import os
import signal
from collections.abc import Iterator
from typing import Any, Final

import psutil
import pytest

from runtime.embedded import EmbeddedKafka, EmbeddedPostgres, up
from services.processes import PROCESSES
from tests.acceptance.instance import Command, Instance, Processes, until
from tests.conftest import SettingsFactory

WORLD: Final = ("--companies", "8")
LINES: Final = 10  # the most that a process may log within the first minute of an absence
NOTICED_S: Final = 120


@pytest.fixture(scope="module")
def own(settings_factory: SettingsFactory) -> Instance:
    """An instance with servers that these tests may stop."""
    instance = Instance(settings_factory(log_format="json", session_timeout_s=3))
    up(instance.settings)
    instance.sijill("topics", "apply")
    return instance


def test_every_process_lives_through_an_absence_of_kafka(own: Instance) -> None:
    kafka = EmbeddedKafka(own.settings)
    with own.running() as processes:
        own.sijill("simulate", "--seed", "before", *WORLD)
        own.sijill("wait", "--timeout", "200")
        pids, said = _pids(processes), len(_lines(processes))
        kafka.kill()
        until(lambda: _which_said(processes, "kafka_away") == set(PROCESSES), NOTICED_S, processes.logged)
        waiting = own.sijill("wait", "--timeout", "5", code=1)
        assert "no Kafka answers at" in waiting.err
        lines = _lines(processes)[said:]
        assert all(sum(line["process"] == name for line in lines) <= LINES for name in PROCESSES), lines
        kafka.start()
        until(lambda: _which_said(processes, "kafka_back") == set(PROCESSES), NOTICED_S, processes.logged)
        own.sijill("simulate", "--seed", "after", *WORLD)
        own.sijill("wait", "--timeout", "200")
        assert _pids(processes) == pids, "a process was started again"
        for event in ("kafka_away", "kafka_back"):
            assert sum(line["event"] == event for line in _lines(processes)) == len(PROCESSES)


def test_a_command_whose_kafka_goes_says_so_in_a_sentence(own: Instance) -> None:
    kafka = EmbeddedKafka(own.settings)
    own.sijill("simulate", "--seed", "unread", *WORLD)
    waiting = own.begin("wait", "--timeout", "200")
    try:
        until(lambda: _connected(waiting, own.settings.kafka_port), NOTICED_S, lambda: "it never asked Kafka")
        kafka.kill()
        ended = waiting.answer().ends(1)
        assert ended.err.splitlines()[-1].startswith("sijill: no Kafka answers at"), ended.err
    finally:
        waiting.process.kill()
        kafka.start()


def test_a_worker_that_is_told_to_stop_while_kafka_is_away_ends_at_once_and_in_order(own: Instance) -> None:
    kafka = EmbeddedKafka(own.settings)
    worker = own.begin("run", "unify")
    assert worker.process.stderr is not None
    try:
        _line_with(worker.process.stderr, "worker_ready")
        kafka.kill()
        _line_with(worker.process.stderr, "kafka_away")
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(30) == 0
    finally:
        worker.process.kill()
        kafka.start()


def test_the_projection_says_once_that_postgresql_is_away_and_once_that_it_is_back(own: Instance) -> None:
    postgres = EmbeddedPostgres(own.settings)
    worker = own.begin("run", "projection")
    assert worker.process.stderr is not None
    try:
        _line_with(worker.process.stderr, "projection_ready")
        postgres.kill()
        own.sijill("simulate", "--seed", "meanwhile", *WORLD)
        with own.running("admit") as processes:
            said = len(_lines(processes))
            _line_with(worker.process.stderr, "database_away")
            postgres.start()
            between = _line_with(worker.process.stderr, "database_back")
            assert [line for line in between if "database_away" in line] == []
            until(lambda: _is_ready(processes, said), NOTICED_S, processes.logged)  # a start that is told to stop fails
    finally:
        worker.process.kill()


def _connected(command: Command, port: int) -> bool:
    connections = psutil.Process(command.process.pid).net_connections("tcp")
    return any(one.status == psutil.CONN_ESTABLISHED and one.raddr.port == port for one in connections)


def _pids(processes: Processes) -> dict[str, int | None]:
    return {name: processes.pid(name) for name in PROCESSES}


def _lines(processes: Processes) -> list[dict[str, Any]]:
    """What has been logged, line by line; each is a JSON document."""
    whole = processes.log.read_text(encoding="utf-8").rpartition("\n")[0]
    return [json.loads(line) for line in whole.splitlines()]


def _which_said(processes: Processes, event: str) -> set[str]:
    return {line["process"] for line in _lines(processes) if line["event"] == event}


def _is_ready(processes: Processes, said: int) -> bool:
    return any(line["event"] == "worker_ready" for line in _lines(processes)[said:])


def _line_with(lines: Iterator[str], word: str) -> list[str]:
    """Read on until a line has the word, and give those before it; the lines end when it is not to come."""
    before: list[str] = []
    for line in lines:
        if word in line:
            return before
        before.append(line)
    raise AssertionError(f"it ended without {word!r}: {before[-3:]}{os.linesep}")
