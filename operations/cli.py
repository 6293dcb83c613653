"""The `sijill` command: its parts put together, and the one place where an error becomes a sentence and a code."""

import io
import logging
import os
import sys
from typing import NoReturn

import structlog
import typer

from operations.arguments import Readable
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
from operations.endings import FAULTS, ending
from operations.output import DONE, FOUND_SOMETHING, complain

app = typer.Typer(
    name="sijill",
    cls=Readable,
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


def main() -> NoReturn:
    """Run the command line; exit code 0 done, 1 found something wrong, 2 wrong usage."""
    logging.getLogger().addHandler(logging.NullHandler())  # what a library logs is said below in our own words
    # Standard output is the answer's alone: a library of ours that logs does so on standard error.
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )
    _write_whatever_the_encoding()
    try:
        ended = app(standalone_mode=False)  # gives the code of a typer.Exit, and None after a command's end
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the answer, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FOUND_SOMETHING)
    except FAULTS as fault:
        ends = ending(fault)
        complain(*ends.sentences)
        sys.exit(ends.code)
    sys.exit(ended if isinstance(ended, int) else DONE)


def _write_whatever_the_encoding() -> None:
    """Show as an escape what a terminal's encoding does not have, instead of ending by it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
