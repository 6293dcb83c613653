"""Runs a simulated world through the real steps of `admit`, `resolve` and `unify`, over topics in memory."""

from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Any

from schemas.codec.records import event_datum
from schemas.codec.wire import decode, encode
from simulation import Delivery
from streams.processors import admit, resolve, unify
from tests.unit.streams.in_memory import InMemoryKafka, tasks_of

PARTITIONS = 2
SLICE = 40


def taken_in(deliveries: Iterable[Delivery], seed: str = "turns", at_once: int = 200) -> InMemoryKafka:
    """Publish in portions and let tasks work in any turn between them, on slices of any size."""
    kafka, dice = InMemoryKafka(partitions=PARTITIONS), Random(seed)
    processors = (admit.processor(kafka.topics), resolve.processor(kafka.topics), unify.processor(kafka.topics))
    tasks = [task for processor in processors for task in tasks_of(kafka, processor)]
    for number, one in enumerate(deliveries):
        value = encode("RegistrationEvent", event_datum(one.event))
        kafka.publish(kafka.topics.registrations(one.publisher), one.key.encode(), value)
        if number % at_once == 0:
            for task in dice.sample(tasks, len(tasks)):
                task.run(dice.randint(1, SLICE))
    while busy := [task for task in tasks if task.queued()]:
        for task in busy:
            task.run(dice.randint(1, SLICE))
    return kafka


def records(kafka: InMemoryKafka) -> Iterator[Mapping[str, Any]]:
    """Give each company's newest record."""
    newest = {one.key: one.value for one in kafka.records(kafka.topics.companies)}
    return (decode(value, "Company") for value in newest.values() if value is not None)
