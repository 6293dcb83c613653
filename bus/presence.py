"""Kafka as a process sees it: there, or away. While it is away, whatever wants to connect waits at one door.

Each part of aiokafka (fetcher, coordinator, one sender per task) retries a lost connection ten times a second. It logs
each attempt. Here they wait in silence. One thread asks the servers now and then. It says one sentence when they are
gone, and one when they are back. Then it lets everybody connect at once.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final

import aiokafka.client
import structlog
from aiokafka.errors import KafkaConnectionError

from runtime.kafka_probe import broker_answers

FIRST_PAUSE_S: Final = 0.1  # between two questions while it is away; grows by half up to the longest
LONGEST_PAUSE_S: Final = 1.0  # a refused connection costs 0.2 ms; nobody waits longer than this once Kafka is back
AFTERMATH_S: Final = 60.0  # what was under way when Kafka went may fail as long after its return
_KNOWN_S: Final = 0.5  # an answer holds so long: with one broker of many gone, each part asks ten times a second

_connect = aiokafka.client.create_conn
log = structlog.get_logger(__name__)


class KafkaPresence:
    """Whether any of the servers answers. Its methods may be called from any thread and any event loop."""

    def __init__(self, servers: str, answers: Callable[[str], bool] | None = None) -> None:
        """`servers`: `host:port`, with commas between; `answers`: asks one of them (for tests)."""
        self.servers = servers
        self.outages = 0
        self._answers = answers or answers_at
        self._lock = threading.Lock()
        self._back: Future[None] | None = None  # what everybody waits for; None while it is there
        self._answered = -_KNOWN_S
        self._returned = float("-inf")
        # When it was found away (None while it is there), and how long it was away before: one value, so that
        # `clock` needs no lock, which is held while the servers are asked.
        self._absent: tuple[float | None, float] = (None, 0.0)

    @property
    def away(self) -> bool:
        """Whether it is away now, as far as known: it is noticed when something wants to connect."""
        return self._back is not None

    def was_away_recently(self) -> bool:
        """Whether it is away, or was until a moment ago: what fails now may have failed of that."""
        return self.away or time.monotonic() - self._returned < AFTERMATH_S

    def clock(self) -> float:
        """Seconds, as `time.monotonic`, that stand still while it is away: for deadlines of what needs it."""
        gone, away_s = self._absent
        return (time.monotonic() if gone is None else gone) - away_s

    def fault(self) -> str | None:
        """Say that it is away; None while it is there."""
        return f"Kafka at {self.servers} does not answer" if self.away else None

    def install(self) -> None:
        """Put the door before every connection that aiokafka makes in this process."""
        aiokafka.client.create_conn = self._connected

    def ask_servers(self) -> bool:
        """Ask now, and say whether it is away. It may block for two seconds a server."""
        return self._absence() is not None

    def wait(self) -> None:
        """Block until it is there."""
        back = self._absence()
        if back is not None:
            back.result()

    async def _connected(self, host: str, port: int, **options: Any) -> Any:
        """As aiokafka's `create_conn`. Raises what that raises, but only while another server answers."""
        while True:
            try:
                return await _connect(host, port, **options)
            except (OSError, TimeoutError, KafkaConnectionError):
                back = await asyncio.to_thread(self._absence)
                if back is None:
                    raise
            await asyncio.wrap_future(back)

    def _absence(self) -> "Future[None] | None":
        """Ask whether it is there; gives what to wait for if it is not."""
        with self._lock:
            if self._back is not None or time.monotonic() - self._answered < _KNOWN_S:
                return self._back
            if self._one_answers():
                self._answered = time.monotonic()
                return None
            back: Future[None] = Future()
            back.set_running_or_notify_cancel()  # one that gives up waiting must not cancel it for the others
            self._back, self._absent = back, (time.monotonic(), self._absent[1])
            self.outages += 1
        log.warning(
            "kafka_away",
            servers=self.servers,
            message=f"Kafka at {self.servers} does not answer: waiting until it does. "
            "Start it with `sijill up`, or set SIJILL_KAFKA",
        )
        threading.Thread(target=self._wait_for_return, name="kafka-presence", daemon=True).start()
        return back

    def _wait_for_return(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._one_answers():
            time.sleep(pause_s)
            pause_s = min(1.5 * pause_s, LONGEST_PAUSE_S)
        with self._lock:
            back, now = self._back, time.monotonic()
            gone, away_s = self._absent
            assert back is not None
            assert gone is not None
            self._back, self._returned, self._answered = None, now, now
            self._absent = (None, away_s + now - gone)
        log.info(
            "kafka_back", servers=self.servers, seconds=round(now - gone, 1), message="Kafka answers again: going on"
        )
        back.set_result(None)

    def _one_answers(self) -> bool:
        return _any_of(self.servers, self._answers)


def any_server_answers(servers: str) -> bool:
    """Whether any of the servers answers now: `host:port`, with commas between."""
    return _any_of(servers, answers_at)


def _any_of(servers: str, answers: Callable[[str], bool]) -> bool:
    return any(answers(server.strip()) for server in servers.split(","))


def was_cancelled_by_us() -> bool:
    """Whether the running task was cancelled by one of ours: aiokafka also cancels what waits on a lost connection."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def answers_at(server: str) -> bool:
    """Whether the broker at `host:port` takes part in a cluster."""
    host, _, port = server.rpartition(":")
    return port.isdecimal() and broker_answers(host.strip("[]"), int(port))
