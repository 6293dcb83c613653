"""The group of all commands. It loads only the command in use, so that none waits for another's libraries."""

import logging
import sys
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from operations.argument_text import Readable
from operations.commands import COMMANDS
from operations.help_page import HelpPage

NAME: Final = "sijill"
HELP: Final = "Sijill (سجل): the unified register of the IT companies of the member states of the GCC."


class CommandLine(Readable):
    """All commands by name. A list of them needs only their names and helps."""

    def __init__(self) -> None:
        listed: dict[str, Any] = {name: TyperCommand(name, help=one.help) for name, one in COMMANDS.items()}
        super().__init__(name=NAME, help=HELP, no_args_is_help=True, commands=listed)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Show the names and helps. Typer would load Rich for this, which takes longer than all the rest."""
        helps = {name: one.help for name, one in COMMANDS.items()}
        help_option: Any = self.get_help_option(ctx)
        HelpPage().show(self.get_usage(ctx), HELP, help_option.help, helps)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Find the command that the arguments name, and load it."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, found and load(str(found.name)), rest


def load(name: str) -> Any:
    """Load a command, or a group of commands, with all that it needs."""
    _quiet_the_libraries()
    around = typer.Typer(add_completion=False)
    around.add_typer(import_module(f"operations.commands.{COMMANDS[name].module}").app, name=name)
    part: Any = typer.main.get_command(around)
    group = part.commands[name]
    return group.commands.get(name, group)


def everything() -> TyperGroup:
    """Load all commands: for pages and tests."""
    return TyperGroup(name=NAME, help=HELP, commands={name: load(name) for name in COMMANDS})


def _quiet_the_libraries() -> None:
    """Log warnings and errors only, to standard error: standard output has only the answer."""
    import structlog

    logging.getLogger().addHandler(logging.NullHandler())  # what a library logs is said in our own words
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )
