"""The load: simulations one after the other, in bursts, until it is stopped."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from runtime.settings import Settings
from schemas.codec.records import event_datum
from schemas.codec.wire import encode
from schemas.partitioning import partition_of
from simulation import Delivery, Simulation

COMPANIES: Final = 60  # of one simulation: about 800 events
KNOBS: Final = {"invalid_share": 0.06, "void_share": 0.03, "branches": 0.3, "lei": 0.3, "renumbered": 0.3}
BURSTS: Final = (1, 5, 20, 60, 120)  # events sent at once
PAUSE_S: Final = (0.05, 0.8)  # between two bursts: the pace of the load, some hundred events/s on the whole
AGAIN_S: Final = 0.5
SENT_S: Final = 30.0


@dataclass(slots=True)
class Load:
    """Sends simulations, and remembers the expected result."""

    settings: Settings
    seed: str
    enough: bool = False
    astray: bool = False
    """Whether a second publisher, with another partitioner, sends copies of the good events to wrong partitions."""
    simulations: list[Simulation] = field(default_factory=list)
    refusals: dict[bytes, str] = field(default_factory=dict)
    """Value to the code of its refusal."""
    sent: dict[tuple[str, bytes], int] = field(default_factory=dict)
    """Topic and value to how often it was sent."""

    async def run(self) -> None:
        """Send whole simulations until there was enough: what was begun is finished, so that its truth holds."""
        dice = Random(f"{self.seed}:pace")
        for simulation in self._simulations():
            self.simulations.append(simulation)
            deliveries = list(simulation.deliveries())
            while deliveries:
                size = dice.choice(BURSTS)
                await self._burst(deliveries[:size])
                del deliveries[:size]
                await asyncio.sleep(dice.uniform(*PAUSE_S))
            if self.enough:
                return

    def _simulations(self) -> Iterator[Simulation]:
        """Give simulations that share no registration: each has its own truth."""
        taken: set[str] = set()
        number = 0
        while True:
            number += 1
            one = Simulation(f"{self.seed}-{number}", COMPANIES, **KNOBS)
            registrations = {truth.registration_id for truth in one.truths()}
            if taken.isdisjoint(registrations):
                taken |= registrations
                yield one

    async def _burst(self, deliveries: Sequence[Delivery]) -> None:
        prefix = f"{self.settings.topic_prefix}registrations."
        records: list[_Placed] = []
        for one in deliveries:
            topic, key, value = _record(prefix, one)
            right = partition_of(key, self.settings.partitions)
            if one.rejected is not None:
                self.refusals[value] = one.rejected
            elif self.astray:
                records.append((topic, key, value, (right + 1) % self.settings.partitions))
            records.append((topic, key, value, right))
        for topic, _, value, _ in records:
            self.sent[topic, value] = self.sent.get((topic, value), 0) + 1
        while True:
            if await self._sent(records):
                return
            await asyncio.sleep(AGAIN_S)  # the broker is away; a second copy is answered as a duplicate

    async def _sent(self, records: Sequence["_Placed"]) -> bool:
        producer = AIOKafkaProducer(bootstrap_servers=self.settings.bootstrap_servers, enable_idempotence=True)
        try:
            async with asyncio.timeout(SENT_S):
                await producer.start()
                futures = [
                    await producer.send(topic, value, key, partition=partition)
                    for topic, key, value, partition in records
                ]
                await asyncio.gather(*futures)
        except (KafkaError, TimeoutError):
            return False
        finally:
            await producer.stop()
        return True


_Placed = tuple[str, bytes, bytes, int]
"""Topic, key, value and partition."""


def _record(prefix: str, one: Delivery) -> tuple[str, bytes, bytes]:
    return prefix + one.publisher, one.key.encode(), encode("RegistrationEvent", event_datum(one.event))
