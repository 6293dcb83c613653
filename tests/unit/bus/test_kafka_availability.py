"""Kafka's presence: who wants to connect while it is away waits, and connects when it is back."""

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any

import aiokafka.client
import pytest
import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaConnectionError

from bus import kafka_availability as module
from bus.kafka_availability import KafkaPresence, answers_at

SERVERS = "a:1, b:2"


class Cluster:
    """Servers that answer, or do not."""

    def __init__(self) -> None:
        self.up: set[str] = set()
        self.asked = 0

    def answers(self, server: str) -> bool:
        self.asked += 1
        return server in self.up


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


@pytest.fixture
def said() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.fixture
def connecting(monkeypatch: pytest.MonkeyPatch, cluster: Cluster) -> None:
    """Connections of aiokafka reach the server named `a` when it is up."""

    async def connect(host: str, port: int, **_: object) -> str:
        if f"{host}:{port}" not in cluster.up:
            raise KafkaConnectionError("refused")
        return "connected"

    monkeypatch.setattr(module, "_connect", connect)
    monkeypatch.setattr(aiokafka.client, "create_conn", None)  # what `install` sets is put back


@pytest.mark.usefixtures("connecting")
async def test_all_wait_at_one_door_and_each_absence_is_said_once(cluster: Cluster, said: list[Any]) -> None:
    kafka = KafkaPresence(SERVERS, cluster.answers)
    kafka.install()
    connecting = [asyncio.ensure_future(aiokafka.client.create_conn("a", 1)) for _ in range(20)]
    await asyncio.sleep(0)
    given_up = connecting.pop()
    assert await asyncio.to_thread(kafka.ask_servers)
    given_up.cancel()  # one that gives up does not end the waiting of the others
    assert kafka.fault() == "Kafka at a:1, b:2 does not answer"
    assert kafka.was_away_recently()
    assert not any(one.done() for one in connecting)
    cluster.up.add("a:1")
    assert set(await asyncio.gather(*connecting)) == {"connected"}
    assert (kafka.away, kafka.fault(), kafka.outages) == (False, None, 1)
    assert kafka.was_away_recently()
    assert [line["event"] for line in said] == ["kafka_away", "kafka_back"]


@pytest.mark.usefixtures("connecting")
async def test_while_another_server_answers_a_refused_connection_is_an_error(cluster: Cluster, said: list[Any]) -> None:
    cluster.up.add("b:2")
    kafka = KafkaPresence(SERVERS, cluster.answers)
    for _ in range(10):
        with pytest.raises(KafkaConnectionError):
            await kafka._connected("a", 1)
    assert (kafka.away, said) == (False, [])
    assert cluster.asked <= 4  # an answer holds for a while: both servers, once or twice


def test_its_clock_stands_still_while_it_is_away(cluster: Cluster) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def answers(server: str) -> bool:
        if threading.current_thread() is not threading.main_thread():
            asked.set()
            go_on.wait()
        return cluster.answers(server)

    kafka = KafkaPresence("a:1", answers)
    assert kafka.clock() <= time.monotonic()
    assert kafka.ask_servers()
    asked.wait()
    stopped = kafka.clock()
    assert kafka.clock() == stopped
    cluster.up.add("a:1")
    go_on.set()
    kafka.wait()
    assert stopped < kafka.clock() < time.monotonic()


async def test_aiokafka_connects_through_the_door(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aiokafka.client, "create_conn", aiokafka.client.create_conn)
    kafka = KafkaPresence("127.0.0.1:1", cluster.answers)
    kafka.install()
    consumer = AIOKafkaConsumer(bootstrap_servers="127.0.0.1:1")
    starting = asyncio.ensure_future(consumer.start())
    assert await asyncio.to_thread(kafka.ask_servers)
    assert not starting.done()
    starting.cancel()
    await asyncio.wait([starting])
    await consumer.stop()
    cluster.up.add("127.0.0.1:1")
    kafka.wait()


@pytest.mark.parametrize("server", ["127.0.0.1:1", "[::1]:1", "kafka", "kafka:port"])
def test_a_server_that_is_not_there_does_not_answer(server: str) -> None:
    assert not answers_at(server)
