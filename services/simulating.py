"""Simulate registries: make a world of synthetic companies, and send it."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Final

from producers.batch_sender import TellConfirmed
from runtime.settings import Settings
from services.error_mapping import named
from services.problems import NoSeed, OutOfRange, UnknownKnob
from simulation import sending, simulation, simulation_settings
from simulation.simulation import Simulation
from simulation.simulation_settings import SimulationSettings

__all__ = ["KNOBS", "MOST_COMPANIES", "Simulation", "send", "simulated"]

MOST_COMPANIES: Final = 10_000_000  # more than the six member states have
KNOBS: Final = tuple(one.name for one in fields(SimulationSettings))


def simulated(seed: str, companies: int, knobs: Mapping[str, float]) -> Simulation:
    """Make a world: the same words, the same world. Raises UnknownKnob, NoSeed and OutOfRange."""
    for name in knobs:
        if name not in KNOBS:
            raise UnknownKnob(name=name, known=KNOBS)
    try:
        return Simulation(seed, companies, **knobs)
    except simulation.WrongSeed as fault:
        raise NoSeed(text=seed, longest=simulation.LONGEST_SEED) from fault
    except simulation_settings.NumberOutOfRange as fault:
        raise OutOfRange(name=fault.name, value=fault.value, least=fault.least, most=fault.most) from fault


async def send(
    settings: Settings, world: Simulation, *, shuffle: str | None = None, progress: TellConfirmed | None = None
) -> int:
    """Send a world as its registries would, or in another order; returns how many events the broker has confirmed.

    Raises TopicUnknown, EventsUnconfirmed, or a fault of Kafka.
    """
    deliveries = world.deliveries() if shuffle is None else world.shuffled(shuffle)
    with named(settings):
        return await sending.send(settings, deliveries, world.ce_source, progress)
