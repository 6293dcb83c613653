"""The HTTP endpoint of a process: /metrics for Prometheus, /live and /ready for a supervisor.

It answers from its own threads. So it still answers, and reports the fault, when the event loop stalls.
"""

import asyncio
import errno
import socket
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Protocol

import structlog
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder

from runtime.metrics import Collector, MetricValue
from runtime.problems import PortOccupied

BEAT_S: Final = 1.0
LOOP_S: Final = 10.0  # the event loop moves more often than that: no step takes seconds
REQUEST_S: Final = 10.0  # a client that says nothing for so long is hung up on
_PLAIN: Final = "text/plain; charset=utf-8"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address of the endpoint. Port 0: any free port (for tests)."""

    host: str
    port: int


class ProcessReport(Protocol):
    """The report of a process on itself. Called from any thread: it must neither block nor raise."""

    def readings(self) -> Iterable[MetricValue]:
        """Give its metrics now."""

    def unwell(self) -> str | None:
        """Say why it must be restarted; None if all is well."""

    def unready(self) -> str | None:
        """Say what it waits for before it can work; None if it works."""


class Pulse:
    """Measures whether an event loop runs."""

    def __init__(self) -> None:
        self._beaten: float | None = None

    async def beat(self) -> None:
        """Record the time again and again, as a task of the loop."""
        while True:
            self._beaten = time.monotonic()
            await asyncio.sleep(BEAT_S)

    def age(self) -> float:
        """Give the seconds since the loop last ran; 0 before it began."""
        return 0.0 if self._beaten is None else time.monotonic() - self._beaten

    def fault(self) -> str | None:
        age = self.age()
        return f"the event loop has not moved for {age:.0f} s" if age > LOOP_S else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, endpoint: Endpoint, report: ProcessReport) -> None:
        self.report = report
        self.registry = CollectorRegistry()
        self.registry.register(Collector(report.readings))
        ProcessCollector(registry=self.registry)  # memory, CPU, open files: process_…
        super().__init__((endpoint.host, endpoint.port), _Handler)

    def server_bind(self) -> None:
        """Bind without looking up this machine's name, which may take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = REQUEST_S

    def do_GET(self) -> None:
        report = self.server.report
        match self.path.partition("?")[0]:
            case "/metrics":
                encode, kind = choose_encoder(self.headers.get("Accept", ""))
                self._answer(HTTPStatus.OK, encode(self.server.registry), kind)
            case "/live":
                self._say(report.unwell(), "live")
            case "/ready":
                self._say(report.unready(), "ready")
            case _:
                self._answer(HTTPStatus.NOT_FOUND, b"there are /metrics, /live and /ready\n")

    def _say(self, fault: str | None, well: str) -> None:
        status = HTTPStatus.OK if fault is None else HTTPStatus.SERVICE_UNAVAILABLE
        self._answer(status, f"{fault or well}\n".encode())

    def _answer(self, status: HTTPStatus, body: bytes, kind: str = _PLAIN) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log no requests: there are many."""


def serve(endpoint: Endpoint, report: ProcessReport) -> int:
    """Serve the endpoint until the process ends; returns the port. Raises PortOccupied."""
    try:
        server = _Server(endpoint, report)
    except OSError as fault:
        if fault.errno != errno.EADDRINUSE:
            raise
        raise PortOccupied(
            f"the metrics cannot be had on {endpoint.host}:{endpoint.port}, where another program listens: set "
            "SIJILL_METRICS_PORT to another number for this process, or to 0 for none"
        ) from fault
    port = int(server.server_address[1])
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    log.info("metrics_served", host=endpoint.host, port=port)
    return port
