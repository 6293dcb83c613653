"""The `sijill` command: its parts put together, and the one place where an error becomes a sentence and a code."""

import logging
import sys
from typing import Final, NoReturn

import typer
from aiokafka.errors import KafkaConnectionError, KafkaError, UnknownTopicOrPartitionError
from rich.markup import escape
from sqlalchemy.exc import OperationalError
from typer._click.exceptions import ClickException  # Typer brings a click of its own and re-exports only part of it

from consumers.projection.problems import DatabaseAway, ProjectionProblem
from operations.commands import (
    agencies,
    comparing,
    dead_letters,
    demonstration,
    environment,
    judging,
    looking,
    names,
    publishing,
    running,
    status,
    stewards_queue,
    topics,
)
from operations.output import DONE, FOUND_SOMETHING, WRONG_USAGE, notes
from operations.problems import CommandProblem, UsageProblem
from producers.problems import PublisherProblem, UnknownFeed
from runtime.kafka_presence import one_answers
from runtime.problems import RuntimeProblem, SettingsProblem
from runtime.settings import load
from schemas.problems import ContractProblem

app = typer.Typer(
    name="sijill",
    help="Sijill (سجل): the unified register of the IT companies of the GCC states.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for commands in (
    environment, running, publishing, status, looking, judging, agencies, comparing, demonstration,
):  # fmt: skip
    for command in commands.app.registered_commands:
        app.registered_commands.append(command)
app.add_typer(topics.app, name="topics")
app.add_typer(dead_letters.app, name="dlq")
app.add_typer(names.app, name="names")
app.add_typer(stewards_queue.app, name="queue")

_START: Final = "start one with `sijill up`, or say in"


def main() -> NoReturn:
    """Run the command line; exit code 0 done, 1 found something wrong, 2 wrong usage."""
    logging.getLogger().addHandler(logging.NullHandler())  # what a library logs is said below in our own words
    try:
        ended = app(standalone_mode=False)  # gives the code of a typer.Exit, and None after a command's end
    except (UsageProblem, SettingsProblem, UnknownFeed) as fault:
        _end(str(fault), WRONG_USAGE)
    except ClickException as fault:
        fault.show()
        sys.exit(WRONG_USAGE)
    except DatabaseAway as fault:
        said = str(fault).partition("\n")[0]
        _end(f"{said}: {_START} SIJILL_DATABASE_URL where it is", FOUND_SOMETHING)
    except (CommandProblem, RuntimeProblem, ContractProblem, PublisherProblem, ProjectionProblem) as fault:
        _end(str(fault), FOUND_SOMETHING)
    except UnknownTopicOrPartitionError:
        _end(f"a topic does not exist at {load().bootstrap_servers}: run `sijill topics apply`", FOUND_SOMETHING)
    except KafkaError as fault:
        _end(_of_kafka(fault, load().bootstrap_servers), FOUND_SOMETHING)
    except OperationalError as fault:
        _end(f"PostgreSQL does not answer as it should: {fault.orig}. Is it running? (sijill up)", FOUND_SOMETHING)
    except (typer.Abort, KeyboardInterrupt):
        _end("interrupted", FOUND_SOMETHING)
    sys.exit(ended if isinstance(ended, int) else DONE)


def _of_kafka(fault: KafkaError, servers: str) -> str:
    if isinstance(fault, KafkaConnectionError) or not one_answers(servers):  # it may go in the middle of a command
        return f"no Kafka answers at {servers}: {_START} SIJILL_KAFKA where it is"
    return f"Kafka does not answer as it should: {fault!r}. Is it running? (sijill up)"


def _end(message: str, code: int) -> NoReturn:
    notes.print(f"[bold red]sijill:[/] {escape(message)}", highlight=False)
    sys.exit(code)
