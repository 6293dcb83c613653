"""The exit codes of the command line."""

from typing import Final

DONE: Final = 0
FOUND_SOMETHING: Final = 1
WRONG_USAGE: Final = 2
