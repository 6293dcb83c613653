"""A child that is forked from a supervisor that has already imported what it runs.

An import of Faust, aiokafka and SQLAlchemy takes two seconds of processor time, and each process needs its own. A
forked child has them at once, and shares their memory. On systems where a fork is not safe (macOS) a child is executed
instead.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

# The title may then not outgrow the command line of the supervisor; its environment stays readable from outside.
os.environ.setdefault("SPT_NOENV", "1")
import setproctitle

CAN_FORK: Final = sys.platform == "linux"
FAILED: Final = 1
_POLL_S: Final = 0.02
_FIRST_FD: Final = 3  # after standard input, output and error
_HEARD_ELSEWHERE: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class ForkedProcess:
    """A forked child, with the methods of `subprocess.Popen` that its supervisor calls."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Give its exit code, or minus the signal that ended it; None while it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def wait(self) -> int:
        """Wait for its end; returns as `poll`."""
        while (code := self.poll()) is None:
            time.sleep(_POLL_S)
        return code


def fork(
    run: Callable[[], int], *, title: Sequence[str], environment: Mapping[str, str], log: Path | None
) -> ForkedProcess:
    """Run a function in a child with a session and a title of its own. For the main thread only.

    `environment` is added to ours.

    Returns when the child has its title, so that whoever looks at its command line sees the right one. The child
    closes our open files: a lock that it held would outlive us. Without `log` it writes where we write.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    ready, ready_pipe = os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_the_child(run, title, environment, log, ready_pipe)
    os.close(ready_pipe)
    os.read(ready, 1)  # nothing, if the child has ended before
    os.close(ready)
    return ForkedProcess(pid)


def _be_the_child(
    run: Callable[[], int], title: Sequence[str], environment: Mapping[str, str], log: Path | None, ready_pipe: int
) -> None:
    code = FAILED
    try:
        os.setsid()  # Ctrl-C reaches the supervisor alone: it passes it on
        for number in _HEARD_ELSEWHERE:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL)
        setproctitle.setproctitle(" ".join(title))
        os.environ.update(environment)
        os.write(ready_pipe, b".")
        _redirect(log)
        os.closerange(_FIRST_FD, os.sysconf("SC_OPEN_MAX"))
        code = run()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    except BaseException:  # noqa: BLE001  (the edge of the process: what is raised here is said, and ends it)
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _redirect(log: Path | None) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    if log is not None:
        output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.dup2(output, 1)
        os.dup2(output, 2)
