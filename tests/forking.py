"""Programs of the tests as forked processes: one parent imports once what hundreds of them would each import.

`start` is `SCRIPT WORDS` or `python -m MODULE WORDS`, as a process with an environment, a directory and streams of its
own. It shares only the imports. On systems where a fork is not safe, it is executed.
"""

import atexit
import gc
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Final, NoReturn

from runtime.forked_process import CAN_FORK

REPOSITORY: Final = Path(__file__).resolve().parent.parent
LARGEST: Final = 1 << 17  # bytes of a request: words and an environment
PRELOADED: Final = ("operations.error_exit", "operations.output")
"""What a command imports when it is run, beside the commands and the processes themselves."""
ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WIDTH: Final = {"COLUMNS": "200"}
"""Of a line of a command's answer. It is read at the import."""


class ForkedProgram:
    """A forked program, with the methods of `subprocess.Popen` that the tests call."""

    def __init__(self, status: socket.socket, stdout: IO[str] | None = None, stderr: IO[str] | None = None) -> None:
        self.stdout, self.stderr = stdout, stderr
        self.returncode: int | None = None
        self._status = status
        self._said = {stream: bytearray() for stream in (stdout, stderr) if stream is not None}
        self.pid = int(status.recv(LARGEST))

    def poll(self) -> int | None:
        """Its exit code, or minus the signal that ended it; None while it runs."""
        return self._ended_within(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises `subprocess.TimeoutExpired`."""
        code = self._ended_within(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return code

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Read its streams to their ends and wait for its own. After `subprocess.TimeoutExpired`, call it again."""
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        with selectors.DefaultSelector() as reading:
            for stream in self._said:
                reading.register(stream, selectors.EVENT_READ)
            while reading.get_map():
                left = deadline - time.monotonic()
                if left <= 0:
                    raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
                for key, _ in reading.select(None if timeout is None else left):
                    said = os.read(key.fd, LARGEST)
                    self._said[key.fileobj] += said  # type: ignore[index]
                    if not said:
                        reading.unregister(key.fileobj)
        self.wait(None if timeout is None else max(deadline - time.monotonic(), 1))
        out, err = (self._said[one].decode() if one is not None else "" for one in (self.stdout, self.stderr))
        return out, err

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def _ended_within(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            self._status.settimeout(timeout)
            try:
                ended = self._status.recv(LARGEST)
            except (BlockingIOError, TimeoutError):
                return None
            if not ended:
                raise ChildProcessError(f"the parent of process {self.pid} has ended: its exit code is lost")
            self.returncode = int(ended)
            self._status.close()
        return self.returncode


Handlers = Mapping[signal.Signals, Any]
Program = ForkedProgram | subprocess.Popen[str]


def start(
    program: str | Path,
    words: Sequence[str],
    *,
    environment: Mapping[str, str],
    cwd: Path = REPOSITORY,
    output: IO[bytes] | None = None,
) -> Program:
    """Start a script (a path) or a module (its name).

    It writes both its streams to `output`, or else each to a pipe of ours.
    """
    environment = {**environment, **WIDTH}
    if not CAN_FORK:
        return execute(program, words, environment=environment, cwd=cwd, output=output)
    named = ("script", str(program)) if isinstance(program, Path) else ("module", program)
    request = json.dumps({"program": named, "words": list(words), "environment": environment, "cwd": str(cwd)})
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pipes = [] if output is not None else [os.pipe(), os.pipe()]
    written = [output.fileno()] * 2 if output is not None else [write for _, write in pipes]
    with _ONE_PARENT:
        parent = _parent()
    with theirs:
        socket.send_fds(parent, [request.encode()], [theirs.fileno(), *written])
    for _, write in pipes:
        os.close(write)
    streams = [os.fdopen(read, encoding="utf-8") for read, _ in pipes]
    return ForkedProgram(ours, *streams)


def execute(
    program: str | Path,
    words: Sequence[str],
    *,
    environment: Mapping[str, str],
    cwd: Path = REPOSITORY,
    output: IO[bytes] | None = None,
) -> subprocess.Popen[str]:
    """Do as `start`, with a command line that others can find, and with imports of its own."""
    streams = subprocess.PIPE if output is None else output
    return subprocess.Popen(
        [str(program), *words] if isinstance(program, Path) else [sys.executable, "-m", program, *words],
        stdin=subprocess.DEVNULL,
        stdout=streams,
        stderr=streams,
        text=True,
        env={**environment, "PYTHONPATH": str(REPOSITORY)},
        cwd=cwd,
    )


_ONE_PARENT: Final = threading.Lock()  # threads that start programs at once start one parent, not several


@cache
def _parent() -> socket.socket:
    """The socket of the process that forks; it ends when this process ends."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-m", __name__, str(theirs.fileno())]
        environment = {**os.environ, **WIDTH}
        subprocess.Popen(command, stdin=subprocess.DEVNULL, env=environment, cwd=REPOSITORY, pass_fds=[theirs.fileno()])
    return ours


def _serve(requests: socket.socket, heard: Handlers) -> None:
    """Fork for each request. Say the pid on the request's own socket, and at its end the exit code."""
    running: dict[int, tuple[int, socket.socket]] = {}
    with selectors.DefaultSelector() as waiting:
        waiting.register(requests, selectors.EVENT_READ)
        while True:
            for key, _ in waiting.select():
                if key.fileobj is not requests:
                    _tell_end(*running.pop(key.fd))
                    waiting.unregister(key.fd)
                    os.close(key.fd)
                    continue
                request, fds, _, _ = socket.recv_fds(requests, LARGEST, 3)
                if not request:
                    return
                pid = os.fork()
                if pid == 0:
                    _become(json.loads(request), fds[1], fds[2], heard)
                status = socket.socket(fileno=fds[0])
                status.send(str(pid).encode())
                for fd in fds[1:]:
                    os.close(fd)
                end = os.pidfd_open(pid)
                running[end] = pid, status
                waiting.register(end, selectors.EVENT_READ)


def _tell_end(pid: int, status: socket.socket) -> None:
    _, ended = os.waitpid(pid, 0)
    with status:
        try:
            status.send(str(os.waitstatus_to_exitcode(ended)).encode())
        except BrokenPipeError:  # whoever started it is gone
            return


def _become(request: Mapping[str, Any], stdout: int, stderr: int, heard: Handlers) -> NoReturn:
    """Be the program, in the child. It keeps no file of the parent open; its end is that of an executed Python."""
    for number, handler in heard.items():
        signal.signal(number, handler)
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  a descriptor, until the end
    sys.stderr = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["cwd"])
    kind, program = request["program"]
    sys.argv = [program, *request["words"]]
    code, is_interrupted = 1, False
    try:
        if kind == "script":
            runpy.run_path(program, run_name="__main__")
        else:
            runpy.run_module(program, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)  # noqa: T201  as Python does
    except BaseException as fault:  # noqa: BLE001  (the edge of the process: what is raised here is said, and ends it)
        traceback.print_exc()
        is_interrupted = isinstance(fault, KeyboardInterrupt)
    finally:
        getattr(threading, "_shutdown")()  # noqa: B009  waits for threads, as an executed Python does
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        if is_interrupted:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
        os._exit(code)


def _preload() -> None:
    from operations.commands import COMMANDS
    from services.processes import PROCESSES, load

    modules = {f"operations.commands.{one.module}" for one in COMMANDS.values()}
    for module in (*PRELOADED, *sorted(modules)):
        import_module(module)
    for name in PROCESSES:
        load(name)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    # whoever started us hears these too, and may still need us to learn how what it ends has ended
    heard = {number: signal.signal(number, signal.SIG_IGN) for number in ENDING}
    _preload()
    _serve(socket.socket(fileno=int(sys.argv[1])), heard)
