"""Whether Kafka answers. While it is away, every connection of this process waits in one place.

Each part of aiokafka (fetcher, coordinator, one sender per task) retries a lost connection ten times a second. It logs
each attempt. Here all connections wait without a log. One thread asks the servers now and then. It logs one line when
they are away, and one when they are back. Then all connections go on at once.
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

FIRST_PAUSE_S: Final = 0.1  # between two attempts while it is away; grows by half up to the longest
LONGEST_PAUSE_S: Final = 1.0  # a refused connection costs 0.2 ms; nobody waits longer than this once Kafka is back
AFTERMATH_S: Final = 60.0  # an operation from before the outage may still fail so long after Kafka's return
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
        self._back: Future[None] | None = None  # the future on which connections wait; None while Kafka answers
        self._answered = -_KNOWN_S
        self._returned = float("-inf")
        # When it was found away (None while it is there), and how long it was away before: one value, so that
        # `clock` needs no lock, which is held while the servers are asked.
        self._absent: tuple[float | None, float] = (None, 0.0)

    @property
    def away(self) -> bool:
        """Whether it is away now, as far as known: an attempt to connect notices it."""
        return self._back is not None

    def was_away_recently(self) -> bool:
        """Whether it is away, or was until a moment ago: a failure of now may come from that."""
        return self.away or time.monotonic() - self._returned < AFTERMATH_S

    def clock(self) -> float:
        """Give seconds as `time.monotonic`, without the time in which Kafka was away: for deadlines."""
        gone, away_s = self._absent
        return (time.monotonic() if gone is None else gone) - away_s

    def fault(self) -> str | None:
        """Say that it is away; None while it is there."""
        return f"Kafka at {self.servers} does not answer" if self.away else None

    def install(self) -> None:
        """Make every connection of aiokafka in this process wait while Kafka is away."""
        aiokafka.client.create_conn = self._connected

    def ask_servers(self) -> bool:
        """Ask the servers now; returns whether Kafka is away. May block for two seconds per server."""
        return self._absence() is not None

    def wait(self) -> None:
        """Block until Kafka answers."""
        back = self._absence()
        if back is not None:
            back.result()

    async def _connected(self, host: str, port: int, **options: Any) -> Any:
        """Replace aiokafka's `create_conn`. Raises its errors only while another server answers."""
        while True:
            try:
                return await _connect(host, port, **options)
            except (OSError, TimeoutError, KafkaConnectionError):
                back = await asyncio.to_thread(self._absence)
                if back is None:
                    raise
            await asyncio.wrap_future(back)

    def _absence(self) -> "Future[None] | None":
        """Ask whether Kafka answers; returns the future to wait for if it does not."""
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
    """Tell whether any of the servers answers now: `host:port`, with commas between."""
    return _any_of(servers, answers_at)


def _any_of(servers: str, answers: Callable[[str], bool]) -> bool:
    return any(answers(server.strip()) for server in servers.split(","))


def was_cancelled_by_us() -> bool:
    """Tell whether our code cancelled the running task: aiokafka also cancels tasks that wait on a lost connection."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def answers_at(server: str) -> bool:
    """Tell whether the broker at `host:port` is part of a cluster."""
    host, _, port = server.rpartition(":")
    return port.isdecimal() and broker_answers(host.strip("[]"), int(port))
