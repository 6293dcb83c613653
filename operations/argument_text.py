"""Refuses arguments that are no text, before any command gets them: bytes that are no UTF-8, and NUL.

PostgreSQL, Kafka's keys and Avro take neither. The name of a file may have other bytes: Linux allows them.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from typer.core import TyperGroup

from operations.problems import UsageProblem

_NO_UTF8: Final = re.compile("[\ud800-\udfff]")  # so Python keeps the bytes of an argument that are no UTF-8


class Readable(TyperGroup):
    """The group of all commands: it checks the arguments first."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raise UsageProblem for an argument that is no text."""
        require_text(args)
        return super().parse_args(ctx, args)


def require_text(arguments: Iterable[str]) -> None:
    """Require text; raises UsageProblem that names the argument."""
    for place, one in enumerate(arguments, 1):
        if "\0" in one:
            raise UsageProblem(f"argument {place} holds the character NUL, which no text has: {one}")
        if _NO_UTF8.search(one) and not _is_file(one):
            raise UsageProblem(f"argument {place} is not UTF-8: {one}. Is the terminal set to UTF-8?")


def _is_file(argument: str) -> bool:
    try:
        return Path(argument).exists()
    except OSError:  # too long for a name
        return False
