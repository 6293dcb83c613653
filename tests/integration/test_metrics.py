"""The endpoints of real processes, from their start until a few events are through."""

import asyncio
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka import AIOKafkaProducer
from prometheus_client.parser import text_string_to_metric_families

from runtime.embedded import free_ports
from runtime.settings import Settings
from schemas.facts.topics import Topics
from services import topics
from services.processes import metrics_endpoint
from tests.forking import Program, start
from tests.unit.register.stating import registered
from tests.unit.streams.sample_events import GARBAGE, value_of

WITHIN_S = 90.0
POLL_S = 0.05


@contextmanager
def process(name: str, settings: Settings) -> Iterator[Program]:
    environment = {**os.environ, **settings.environment()}
    with (settings.data_dir / f"{name}.log").open("ab") as log:
        running = start("operations", ("run", name), environment=environment, output=log)
    try:
        yield running
    finally:
        running.kill()
        running.wait()


async def asked(name: str, settings: Settings, path: str) -> tuple[int, str]:
    """The status and the text; 0 while nobody listens."""
    endpoint = metrics_endpoint(name, settings)
    assert endpoint is not None
    try:
        request = f"http://{endpoint.host}:{endpoint.port}{path}"
        with await asyncio.to_thread(urllib.request.urlopen, request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()
    except OSError:
        return 0, ""


async def ready(name: str, settings: Settings) -> list[tuple[int, str]]:
    """Ask whether it is ready until it is; gives the different answers in turn."""
    answers: list[tuple[int, str]] = []
    deadline = time.monotonic() + WITHIN_S
    while not answers or answers[-1][0] != 200:
        answer = await asked(name, settings, "/ready")
        if answer[0] and answer not in answers[-1:]:
            answers.append(answer)
            assert (await asked(name, settings, "/live"))[0] == 200
        log = settings.data_dir / f"{name}.log"
        assert time.monotonic() < deadline, f"{answers}\n{log.read_text()[-3000:]}"
        await asyncio.sleep(POLL_S)
    return answers


async def open_once_asked(name: str, settings: Settings, door: int) -> asyncio.Server:
    """Let a process reach Kafka through a port of its own, once it has answered and a second has passed."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
        writer.close()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, _, port = settings.bootstrap_servers.rpartition(":")
        to_kafka = await asyncio.open_connection(host, int(port))
        await asyncio.gather(carry(reader, to_kafka[1]), carry(to_kafka[0], writer), return_exceptions=True)

    deadline, status = time.monotonic() + WITHIN_S, 0
    while not status:
        assert time.monotonic() < deadline, f"{name} does not answer"
        status, _ = await asked(name, settings, "/ready")
        await asyncio.sleep(POLL_S)
    await asyncio.sleep(1)
    return await asyncio.start_server(forward, "127.0.0.1", door)


async def shows(name: str, settings: Settings, expected: dict[tuple[str, ...], float]) -> None:
    """Wait until the metrics have these values, by name and the values of the labels in alphabetical order."""
    deadline = time.monotonic() + WITHIN_S
    while True:
        _, text = await asked(name, settings, "/metrics")
        samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
        found = {(one.name, *one.labels.values()): one.value for one in samples}
        if all(found.get(key) == value for key, value in expected.items()):
            return
        assert time.monotonic() < deadline, {key: found.get(key) for key in expected}
        await asyncio.sleep(POLL_S)


async def publish_three(settings: Settings) -> None:
    """A good event, the same again, and garbage."""
    event = registered()
    key, topic = event.registration_id.encode(), Topics(settings.topic_prefix).registrations("kw")
    async with AIOKafkaProducer(bootstrap_servers=settings.bootstrap_servers) as producer:
        for value in (value_of(event), value_of(event), GARBAGE):
            await producer.send_and_wait(topic, key=key, value=value)


async def test_processes_tell_when_they_are_ready_and_count_what_they_did(settings: Settings) -> None:
    settings = settings.model_copy(update={"metrics_port": free_ports(1)[0], "session_timeout_s": 3})
    names = Topics(settings.topic_prefix)
    await topics.apply(settings)
    door = free_ports(1)[0]  # nobody listens there until admit has said that Kafka is away
    behind = settings.model_copy(update={"kafka": f"127.0.0.1:{door}"})
    with process("admit", behind) as worker, process("projection", settings):
        opening = asyncio.create_task(open_once_asked("admit", settings, door))
        admit, projection = await asyncio.gather(*(ready(name, settings) for name in ("admit", "projection")))
        (await opening).close()
        assert (admit[0], admit[-1]) == ((503, f"Kafka at {behind.kafka} does not answer\n"), (200, "ready\n"))
        assert projection[0] == (503, "connecting to PostgreSQL and Kafka\n")
        await publish_three(settings)
        outcomes = {("sijill_receipts_total", one, "kw"): 1.0 for one in ("ACCEPTED", "DUPLICATE", "REJECTED")}
        opened = {("sijill_tasks", "reading"): float(settings.partitions), ("sijill_fences_total", "0"): 1.0}
        told = {("sijill_dead_letters_total", "unreadable", "kw"): 1.0, ("sijill_records_total",): 3.0}
        lag = {("sijill_lag_records", str(one), names.registrations("kw")): 0.0 for one in range(settings.partitions)}
        await shows("admit", settings, outcomes | opened | told | lag)
        rows = {("sijill_projection_rows_total", "receipts"): 3.0, ("sijill_projection_rows_total", "dead_letters"): 1}
        await shows("projection", settings, rows | {("sijill_ready",): 1.0})
        worker.terminate()
        assert await asyncio.to_thread(worker.wait, 20) == 0
