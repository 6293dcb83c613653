"""Logs: one line per event, ours and the libraries' in the same shape, on the stream that was given."""

import io
import json
import logging
import threading
import time
import warnings
from collections.abc import Iterator
from typing import Any, Literal

import pytest
import structlog

from runtime.logs import Folding, configure
from runtime.settings import Settings
from tests.unit.runtime.test_safe_text import acts


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers, root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_names_event_process_time_and_facts(stream: io.StringIO) -> None:
    configure(Settings(log_format="json"), process="admit", stream=stream)
    structlog.get_logger("streams.processors.admit").info("slice.committed", records=2000, name="شركة")
    (line,) = _lines(stream)
    assert list(line)[:4] == ["timestamp", "level", "process", "event"]
    assert (line["level"], line["process"], line["event"]) == ("info", "admit", "slice.committed")
    assert (line["records"], line["name"]) == (2000, "شركة")
    assert line["timestamp"].endswith("Z")
    assert "شركة" in stream.getvalue()  # as it is read, not as \u escapes


def test_what_a_library_logs_has_the_same_shape(stream: io.StringIO) -> None:
    configure(Settings(log_format="json"), process="admit", stream=stream)
    logging.getLogger("somebody").warning("disk %s is full", "sda")
    (line,) = _lines(stream)
    assert (line["event"], line["logger"], line["process"]) == ("disk sda is full", "somebody", "admit")


def test_talkative_libraries_are_heard_from_warnings_on(stream: io.StringIO) -> None:
    configure(Settings(log_format="json"), process="admit", stream=stream)
    logging.getLogger("aiokafka.consumer").info("rebalancing")
    logging.getLogger("aiokafka.consumer").error("gone")
    assert [line["event"] for line in _lines(stream)] == ["gone"]


def test_an_exception_is_kept_with_its_traceback(stream: io.StringIO) -> None:
    configure(Settings(log_format="json"), process="admit", stream=stream)
    try:
        raise ValueError("no such partition")
    except ValueError:
        structlog.get_logger().exception("task.failed")
        logging.getLogger("somebody").exception("theirs")
    for line in _lines(stream):
        assert line["exception"][0]["exc_value"] == "no such partition"


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_traceback_does_not_tell_what_the_variables_held(
    stream: io.StringIO, log_format: Literal["json", "console"]
) -> None:
    configure(Settings(log_format=log_format), process="admit", stream=stream)
    secret = "".join(("tower", "-", "of", "-", "sand"))
    try:
        raise ValueError(f"{len(secret)} letters were not taken")
    except ValueError:
        structlog.get_logger().exception("task.failed")
    assert "13 letters" in stream.getvalue()
    assert "tower-of-sand" not in stream.getvalue()


def test_lines_below_the_level_are_not_written(stream: io.StringIO) -> None:
    configure(Settings(log_format="json", log_level="warning"), process="admit", stream=stream)
    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("heard")
    assert [line["event"] for line in _lines(stream)] == ["heard"]


def test_the_console_shape_is_for_people(stream: io.StringIO) -> None:
    configure(Settings(log_format="console"), process="admit", stream=stream)
    structlog.get_logger().info("slice.committed", records=7)
    assert "slice.committed" in stream.getvalue()
    assert "records=7" in stream.getvalue()
    assert "{" not in stream.getvalue()


def test_a_list_and_a_mapping_stand_in_the_console_as_python_writes_them(stream: io.StringIO) -> None:
    configure(Settings(log_format="console"), process="admit", stream=stream)
    structlog.get_logger().info("worker_ready", partitions=[0, 1], offsets={"in": 5, "a\x1b": 0}, why="two words")
    line = stream.getvalue()
    assert "partitions=[0, 1] " in line
    assert "offsets={'in': 5, 'a\\x1b': 0} " in line
    assert "why='two words'" in line


def test_what_is_not_a_terminal_gets_json_by_default(stream: io.StringIO) -> None:
    configure(Settings(), process="admit", stream=stream)
    structlog.get_logger().info("started")
    assert _lines(stream)[0]["event"] == "started"


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_what_is_logged_does_not_act_on_the_terminal(
    stream: io.StringIO, log_format: Literal["json", "console"]
) -> None:
    nasty = "\x1b[2J\x9b31m\u202egnidarT\nforged line \udce9"
    configure(Settings(log_format=log_format), process="admit", stream=stream)
    structlog.get_logger().warning("record.refused", name=nasty, many=[nasty], **{nasty: 1})
    logging.getLogger("somebody").warning("cannot read %s", nasty)
    try:
        raise ValueError(nasty)
    except ValueError:
        structlog.get_logger().exception("task.failed")

    written = stream.getvalue()
    assert [one for one in written.replace("\n", "") if acts(one)] == []
    assert not any(line.startswith("forged") for line in written.splitlines())


def test_a_warning_of_python_is_a_line_like_the_others(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)  # it is put back
    configure(Settings(log_format="json"), process="admit", stream=stream)
    warnings.showwarning("never awaited", RuntimeWarning, "conn.py", 1)
    (line,) = _lines(stream)
    assert (line["logger"], line["level"]) == ("py.warnings", "warning")
    assert "never awaited" in line["event"]


def test_a_line_from_another_thread_names_the_process(stream: io.StringIO) -> None:
    configure(Settings(log_format="json"), process="admit", stream=stream)
    thread = threading.Thread(target=logging.getLogger("aiokafka.consumer").error, args=("from the consumer's thread",))
    thread.start()
    thread.join()
    assert [line["process"] for line in _lines(stream)] == ["admit"]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _folding(stream: io.StringIO, clock: Clock) -> Folding:
    configure(Settings(log_format="json"), process="admit", stream=stream)
    folding = Folding(("aiokafka", "faust"), a_minute=2, seconds=60, clock=clock)
    (handler,) = logging.getLogger().handlers
    handler.filters[:] = [folding]
    return folding


def test_what_a_library_repeats_is_folded_and_counted(stream: io.StringIO) -> None:
    clock = Clock()
    folding = _folding(stream, clock)
    for node in range(100):
        logging.getLogger("aiokafka").error("Unable connect to node with id %s", node)
        logging.getLogger("aiokafka.consumer").error("no coordinator")
        logging.getLogger("faust.app").error("one too many")
    folding.log_folded()
    first, second, folded = _lines(stream)
    assert (first["event"], second["event"]) == ("Unable connect to node with id 0", "no coordinator")
    assert (folded["event"], folded["lines"]) == ("library_lines_folded", 99 + 99 + 100)
    assert {(one["logger"], one["said"], one["times"]) for one in folded["folded"]} == {
        ("aiokafka", "Unable connect to node with id %s", 99),
        ("aiokafka.consumer", "no coordinator", 99),
        ("faust.app", "one too many", 100),
    }
    folding.log_folded()
    assert len(_lines(stream)) == 3  # nothing is said twice


def test_ours_and_other_libraries_are_never_folded(stream: io.StringIO) -> None:
    _folding(stream, Clock())
    for _ in range(50):
        structlog.get_logger("streams.tasks.task").warning("ours")
        logging.getLogger("psycopg").warning("theirs")
    assert len(_lines(stream)) == 100


def test_a_traceback_comes_through_though_the_share_is_used_up(stream: io.StringIO) -> None:
    _folding(stream, Clock())
    for number in range(5):
        logging.getLogger("aiokafka").error(str(number))
    for kind in (ValueError, KeyError, ValueError):
        try:
            raise kind("lost")
        except (ValueError, KeyError):
            logging.getLogger("faust").exception("crashed")
    assert [one["exception"][0]["exc_type"] for one in _lines(stream)[2:]] == ["ValueError", "KeyError"]


def test_after_a_quiet_minute_a_library_is_heard_again(stream: io.StringIO) -> None:
    clock = Clock()
    _folding(stream, clock)
    for _ in range(3):
        logging.getLogger("aiokafka").error("gone")
        clock.now += 61
    assert [line["event"] for line in _lines(stream)] == ["gone"] * 3


def test_folded_lines_are_told_by_themselves_when_the_minute_is_over(stream: io.StringIO) -> None:
    configure(Settings(log_format="json"), process="admit", stream=stream)
    (handler,) = logging.getLogger().handlers
    handler.filters[:] = [Folding(("aiokafka",), a_minute=1, seconds=0.05)]
    deadline = time.monotonic() + 30
    while "library_lines_folded" not in stream.getvalue():
        assert time.monotonic() < deadline
        logging.getLogger("aiokafka").error("gone")
