"""The `sijill` command, and the one place where an error becomes a sentence and a code.

What only some commands need is imported when it is needed: `sijill --help` must not wait for Kafka's library.
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
        from operations.command_line import CommandLine

        ended = CommandLine()(standalone_mode=False)  # the code of a typer.Exit, and None after a command's end
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the answer, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FOUND_SOMETHING)
    except ModuleNotFoundError as missing:  # of what shows sentences, perhaps: it is said without
        advice = extra_to_install(missing)
        if advice is None:
            raise
        sys.exit(f"sijill: {advice}")
    except BaseException as fault:
        code = _told(fault)
        if code is None:
            raise
        sys.exit(code)
    sys.exit(ended if isinstance(ended, int) else DONE)


def _told(fault: BaseException) -> int | None:
    """Say why a command ended, and give its code. None: no command may end so, it is a bug and is raised."""
    from operations.endings import ending
    from operations.output import complain

    ends = ending(fault)
    if ends is not None and ends.sentences:
        complain(*ends.sentences)
    return ends and ends.code


def _write_whatever_the_encoding() -> None:
    """Show as an escape what a terminal's encoding does not have, instead of ending by it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
