"""TCP ports on this machine: whether one is free, who holds it, and free ones for tests."""

import errno
import fcntl
import random
import socket
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final

import psutil

from runtime.problems import PortOccupied

LOOPBACK: Final = "127.0.0.1"
_TEST_PORTS: Final = range(20_000, 32_000)  # below what Linux hands to outgoing connections (from 32768 on)

_locks: list[IO[str]] = []
"""The locks of the ports that this process reserved, until it ends."""


def require_free(port: int, *, what: str, setting: str) -> None:
    """Raise `PortOccupied` if something listens on the port already."""
    with socket.socket() as probe:
        if not _bound(probe, port):
            raise PortOccupied(
                f"{what} cannot listen on {LOOPBACK}:{port} because {_holder(port)} does already: "
                f"stop it, or set {setting} to a free port."
            )


def free_ports(count: int) -> tuple[int, ...]:
    """Reserve so many ports on which nothing listens, and that no other process can reserve.

    Each is reserved by a lock until this process ends.
    """
    with ExitStack() as held:
        found: list[int] = []
        for port in random.sample(_TEST_PORTS, len(_TEST_PORTS)):
            if _bound(held.enter_context(socket.socket()), port) and _reserved(port):
                found.append(port)
            if len(found) == count:
                return tuple(found)
    raise PortOccupied(f"No {count} free ports are left between {_TEST_PORTS.start} and {_TEST_PORTS.stop}.")


def _bound(probe: socket.socket, port: int) -> bool:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((LOOPBACK, port))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return False
    return True


def _reserved(port: int) -> bool:
    folder = Path(tempfile.gettempdir()) / "sijill-ports"
    folder.mkdir(exist_ok=True)
    lock = (folder / str(port)).open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return False
    _locks.append(lock)
    return True


def _holder(port: int) -> str:
    try:
        listening = [found for found in psutil.net_connections("tcp") if found.status == psutil.CONN_LISTEN]
        pid = next(found.pid for found in listening if found.laddr and found.laddr.port == port and found.pid)
        return f"{psutil.Process(pid).name()} (pid {pid})"
    except (StopIteration, psutil.Error):  # not ours to look at, or gone meanwhile
        return "another program"
