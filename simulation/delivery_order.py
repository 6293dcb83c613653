"""The order of delivery: mostly in order, some events late, some twice; a correction may come before its target."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from register.events import RegistrationEvent
from simulation.simulation_settings import SimulationSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One record as it reaches a topic: `registrations.<publisher>`, under `key`.

    `rejected` is the code of the refusal that it must get. None: it must be accepted, or be a duplicate. `after_others`
    tells that this holds only if it comes after the registration's other events.
    """

    publisher: str
    key: str
    event: RegistrationEvent
    rejected: str | None = None
    after_others: bool = False


def in_order_of_arrival(
    rng: Random, events: Sequence[RegistrationEvent], settings: SimulationSettings
) -> Iterator[RegistrationEvent]:
    """Give the events in the order of their arrival, repeats included."""
    due: list[tuple[float, int]] = []
    for number in range(len(events)):
        at = number + rng.random() * 0.5
        if rng.random() < settings.late:
            at += 1 + rng.random() * (6 if rng.random() < 0.7 else len(events))
        due.append((at, number))
        if rng.random() < settings.repeated:
            due.append((at + rng.random() * (3 if rng.random() < 0.7 else len(events)), number))
    due.sort()
    return (events[number] for _, number in due)
