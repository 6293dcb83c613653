"""The `sijill` command, and the one place that turns an error into a sentence and an exit code.

Libraries that only some commands need are imported late: `sijill --help` must not wait for Kafka's library.
"""

import io
import os
import sys
from typing import NoReturn

from operations.exit_codes import DONE, FOUND_SOMETHING
from operations.missing_library import extra_to_install


def main() -> NoReturn:
    """Run the command line; exit code 0 done, 1 found something wrong, 2 wrong usage."""
    _write_whatever_the_encoding()
    try:
        from operations.lazy_commands import CommandLine

        ended = CommandLine()(standalone_mode=False)  # the code of a typer.Exit, and None after a command's end
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of the answer, such as `head`, has closed the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FOUND_SOMETHING)
    except ModuleNotFoundError as missing:  # perhaps of the library that shows sentences: write without it
        advice = extra_to_install(missing)
        if advice is None:
            raise
        sys.exit(f"sijill: {advice}")
    except BaseException as fault:
        code = _report_ending(fault)
        if code is None:
            raise
        sys.exit(code)
    sys.exit(ended if isinstance(ended, int) else DONE)


def _report_ending(fault: BaseException) -> int | None:
    """Write why a command ended; returns its exit code. None: the error is a bug and is raised."""
    from operations.error_exit import ending
    from operations.output import complain

    ends = ending(fault)
    if ends is not None and ends.sentences:
        complain(*ends.sentences)
    return ends and ends.code


def _write_whatever_the_encoding() -> None:
    """Write an escape for a character that the terminal's encoding does not have, instead of raising."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
