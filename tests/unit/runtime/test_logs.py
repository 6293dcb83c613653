"""Logs: one line per event, ours and the libraries' in the same shape, on the stream that was given."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any, Literal

import pytest
import structlog

from runtime.logs import configure
from runtime.settings import Settings
from tests.unit.runtime.test_terminal import acts


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_names_event_process_time_and_facts(stream: io.StringIO) -> None:
    configure(Settings(log_format="json"), process="admit", stream=stream)
    structlog.get_logger("streams.admit").info("slice.committed", records=2000, name="شركة")
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
