"""The endpoint of a process, asked over HTTP."""

import asyncio
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from runtime import exposition
from runtime.exposition import Endpoint, Pulse, serve
from runtime.metrics import READY, MetricValue
from runtime.problems import PortOccupied

ANY_PORT = Endpoint("127.0.0.1", 0)


@dataclass
class Said:
    """A report that says what it is told to."""

    fault: str | None = None
    waits_for: str | None = None
    ready: list[float] = field(default_factory=lambda: [1.0])

    def readings(self) -> Iterator[MetricValue]:
        yield MetricValue(READY, self.ready[-1])

    def unwell(self) -> str | None:
        return self.fault

    def unready(self) -> str | None:
        return self.waits_for


def asked(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def test_a_process_that_is_well_and_ready_says_so_and_gives_its_metrics() -> None:
    port = serve(ANY_PORT, Said())
    assert asked(port, "/live") == (200, "live\n")
    assert asked(port, "/ready") == (200, "ready\n")
    status, text = asked(port, "/metrics")
    assert status == 200
    assert "\nsijill_ready 1.0\n" in text
    assert "process_resident_memory_bytes" in text
    assert asked(port, "/")[0] == 404


def test_what_is_wrong_is_said_with_503() -> None:
    port = serve(ANY_PORT, Said(fault="it hangs", waits_for="restoring partition 3"))
    assert asked(port, "/live") == (503, "it hangs\n")
    assert asked(port, "/ready") == (503, "restoring partition 3\n")


def test_a_port_that_is_taken_is_named_with_what_to_do() -> None:
    port = serve(ANY_PORT, Said())
    with pytest.raises(PortOccupied, match=rf"127\.0\.0\.1:{port}, .*SIJILL_METRICS_PORT"):
        serve(Endpoint("127.0.0.1", port), Said())


async def test_a_loop_that_stands_still_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    pulse = Pulse()
    assert pulse.fault() is None  # it has not begun
    beating = asyncio.create_task(pulse.beat())
    await asyncio.sleep(0)
    assert pulse.fault() is None
    monkeypatch.setattr(exposition, "LOOP_S", -1.0)
    assert pulse.fault() == "the event loop has not moved for 0 s"
    beating.cancel()
