"""What a command ends with when it cannot do its work: sentences for a person, and an exit code."""

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import typer
from typer._click.exceptions import ClickException  # Typer brings a click of its own and re-exports only part of it

from consumers.agency.problems import FollowerProblem, KafkaUnreachable, NoTopic
from consumers.projection.problems import ProjectionProblem
from operations.exit_codes import FOUND_SOMETHING, WRONG_USAGE
from producers.problems import PublisherProblem, UnknownFeed
from readmodel.problems import DatabaseAway, ReadModelProblem
from runtime.problems import RuntimeProblem, SettingsProblem
from schemas.problems import ContractProblem, RegistryProblem
from services.problems import CommandProblem, UsageProblem


class Ending(NamedTuple):
    """An exit code, and why, in one sentence or several."""

    code: int
    sentences: tuple[str, ...]


_START: Final = "start one with `sijill up`, or say in"


def ending(fault: BaseException) -> Ending | None:
    """Say how a command ends that ran into this. None: it is a bug of ours, whose traceback is wanted."""
    for kind, code, told in (*_of_kafka(), *_of_postgresql(), *_OURS):
        if isinstance(fault, kind):
            return Ending(code, told(fault))
    return None


def _as_it_says(fault: BaseException) -> tuple[str, ...]:
    return (str(fault),)


def _of_settings(fault: BaseException) -> tuple[str, ...]:
    """What is said of settings and servers may have lines: one a setting, or the end of a server's log."""
    return tuple(str(fault).split("\n"))


def _of_words(fault: BaseException) -> tuple[str, ...]:
    assert isinstance(fault, ClickException)
    said = fault.format_message()
    if not said:  # a group without a command: its help is the answer
        return ()
    context = getattr(fault, "ctx", None)
    return (said,) if context is None else (said, f"`{context.command_path} --help` says how it is used")


def _no_kafka(fault: BaseException) -> tuple[str, ...]:
    return (f"no Kafka answers at {_kafka_servers()}: {_START} SIJILL_KAFKA where it is",)


def _slow_kafka(fault: BaseException) -> tuple[str, ...]:
    if not _kafka_answers():  # it may go in the middle of a command
        return _no_kafka(fault)
    return (f"Kafka at {_kafka_servers()} did not answer in time: {_named(fault)}. Try it again",)


def _kafka_servers() -> str:
    from runtime.settings import load

    return load().bootstrap_servers


def _kafka_answers() -> bool:
    from bus.presence import one_answers

    return one_answers(_kafka_servers())


def _no_topic(fault: BaseException) -> tuple[str, ...]:
    return (f"a topic does not exist at {_kafka_servers()}: run `sijill topics apply`",)


def _no_notices(fault: BaseException) -> tuple[str, ...]:
    assert isinstance(fault, NoTopic)
    return (
        f"agency {fault.agency} has no topic of notices: subscribe it (sijill subscribe {fault.agency}). "
        "If it was deleted, the next notice makes it again",
    )


def _kafka_refuses(fault: BaseException) -> tuple[str, ...]:
    if not _kafka_answers():
        return _no_kafka(fault)
    return (f"Kafka at {_kafka_servers()} answers, and this cannot be done: {_named(fault)}",)


def _no_database(fault: BaseException) -> tuple[str, ...]:
    return (f"{str(fault).partition(chr(10))[0]}: {_START} SIJILL_DATABASE_URL where it is",)


def _database_breaks_off(fault: Any) -> tuple[str, ...]:
    return (f"PostgreSQL does not answer as it should: {str(fault.orig).strip()}. Is it running? (sijill up)",)


def _database_refuses(fault: Any) -> tuple[str, ...]:
    return (f"PostgreSQL answers, and this cannot be done: {str(fault.orig).strip().partition(chr(10))[0]}",)


def _of_the_system(fault: BaseException) -> tuple[str, ...]:
    assert isinstance(fault, OSError)
    said = fault.strerror or str(fault) or type(fault).__name__
    return (said if fault.filename is None else f"{os.fsdecode(fault.filename)}: {said}",)


def _interrupted(fault: BaseException) -> tuple[str, ...]:
    return ("interrupted",)


def _named(fault: BaseException) -> str:
    said = str(fault)
    name = type(fault).__name__
    return said if name in said else f"{name}: {said}" if said else name


_Kind = type[BaseException] | tuple[type[BaseException], ...]
_Line = tuple[_Kind, int, Callable[[Any], tuple[str, ...]]]


def _of_kafka() -> Iterator[_Line]:
    if "aiokafka" not in sys.modules:  # what was never loaded has raised nothing, and takes a second to load
        return
    from aiokafka import errors

    yield (errors.KafkaConnectionError, errors.NodeNotReadyError), FOUND_SOMETHING, _no_kafka
    yield errors.UnknownTopicOrPartitionError, FOUND_SOMETHING, _no_topic
    yield (errors.KafkaTimeoutError, errors.RequestTimedOutError), FOUND_SOMETHING, _slow_kafka
    yield errors.KafkaError, FOUND_SOMETHING, _kafka_refuses


def _of_postgresql() -> Iterator[_Line]:
    yield DatabaseAway, FOUND_SOMETHING, _no_database
    if "sqlalchemy" not in sys.modules:
        return
    from sqlalchemy.exc import DBAPIError, OperationalError

    yield OperationalError, FOUND_SOMETHING, _database_breaks_off
    yield DBAPIError, FOUND_SOMETHING, _database_refuses


_OURS: Final[tuple[_Line, ...]] = (
    (SettingsProblem, WRONG_USAGE, _of_settings),
    ((UsageProblem, UnknownFeed), WRONG_USAGE, _as_it_says),
    (ClickException, WRONG_USAGE, _of_words),
    (RuntimeProblem, FOUND_SOMETHING, _of_settings),
    (KafkaUnreachable, FOUND_SOMETHING, _no_kafka),
    (NoTopic, FOUND_SOMETHING, _no_notices),
    (
        (
            CommandProblem,
            ContractProblem,
            FollowerProblem,
            RegistryProblem,
            PublisherProblem,
            ProjectionProblem,
            ReadModelProblem,
        ),
        FOUND_SOMETHING,
        _as_it_says,
    ),
    (OSError, FOUND_SOMETHING, _of_the_system),
    ((typer.Abort, KeyboardInterrupt), FOUND_SOMETHING, _interrupted),
)  # the first that fits
