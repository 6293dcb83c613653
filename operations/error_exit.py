"""The ending of a command that cannot do its work: sentences for a person, and an exit code."""

import os
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import typer
from typer._click.exceptions import ClickException  # Typer brings a click of its own and re-exports only part of it

from operations.exit_codes import FOUND_SOMETHING, WRONG_USAGE
from operations.problem_texts import sentence
from operations.problems import CommandProblem, UsageProblem
from runtime.problems import RuntimeProblem, SettingsProblem
from runtime.settings import load
from services.error_mapping import problem_of
from services.problems import ServiceProblem, WronglyAsked


class Ending(NamedTuple):
    """An exit code, and the reason in one or more sentences."""

    code: int
    sentences: tuple[str, ...]


def ending(fault: BaseException) -> Ending | None:
    """Give the ending for an error. None: the error is a bug of ours, and its traceback must be shown."""
    for kind, code, describe in _OURS:
        if isinstance(fault, kind):
            return Ending(code, describe(fault))
    problem = fault if isinstance(fault, ServiceProblem) else problem_of(fault, load())
    return None if problem is None else Ending(_code(problem), (sentence(problem),))


def _code(problem: ServiceProblem) -> int:
    return WRONG_USAGE if isinstance(problem, WronglyAsked) else FOUND_SOMETHING


def _as_it_says(fault: BaseException) -> tuple[str, ...]:
    return (str(fault),)


def _of_settings(fault: BaseException) -> tuple[str, ...]:
    """Give the ending for settings and servers; it may have several lines, such as the end of a log."""
    return tuple(str(fault).split("\n"))


def _of_words(fault: BaseException) -> tuple[str, ...]:
    assert isinstance(fault, ClickException)
    message = fault.format_message()
    if not message:  # a group without a command: its help is the answer
        return ()
    context = getattr(fault, "ctx", None)
    return (message,) if context is None else (message, f"`{context.command_path} --help` says how it is used")


def _of_the_system(fault: BaseException) -> tuple[str, ...]:
    assert isinstance(fault, OSError)
    message = fault.strerror or str(fault) or type(fault).__name__
    return (message if fault.filename is None else f"{os.fsdecode(fault.filename)}: {message}",)


def _interrupted(fault: BaseException) -> tuple[str, ...]:
    return ("interrupted",)


_Kind = type[BaseException] | tuple[type[BaseException], ...]
_Line = tuple[_Kind, int, Callable[[Any], tuple[str, ...]]]

_OURS: Final[tuple[_Line, ...]] = (
    (SettingsProblem, WRONG_USAGE, _of_settings),
    (UsageProblem, WRONG_USAGE, _as_it_says),
    (ClickException, WRONG_USAGE, _of_words),
    (RuntimeProblem, FOUND_SOMETHING, _of_settings),
    (CommandProblem, FOUND_SOMETHING, _as_it_says),
    (OSError, FOUND_SOMETHING, _of_the_system),
    ((typer.Abort, KeyboardInterrupt), FOUND_SOMETHING, _interrupted),
)  # the first that fits
