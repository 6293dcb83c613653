"""A register of any size without simulating it: some hundred real histories, cloned under other numbers.

Folding the eight million events of a million companies would take longer than all measurements together. A clone has
the bytes of its template but for the registration number, which has as many digits as the other.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from benchmarks.peers.merging import MergeJob, Origin
from register.ids import RegistrationId, company_id
from runtime.settings import Settings
from schemas.codec.records import event_datum
from schemas.codec.wire import encode
from simulation import Simulation

SEED: Final = 2026
SIMULATED: Final = 600  # companies, of which the Saudi ones become templates
TEMPLATES: Final = 100
FOLLOWING: Final = 3  # events of a registration that are still to come
PUBLISHER: Final = "sa"
STEADY: Final = {
    "branches": 0.0, "corrected": 0.0, "phantoms": 0.0, "late": 0.0, "repeated": 0.0, "decoys": 0.0, "lei": 0.0
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One registration as the register holds it, and the events that come next."""

    registration: bytes
    company: bytes
    history: bytes
    record: bytes
    following: tuple[bytes, ...]


class World:
    """A register of `size` registrations."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._templates = list(_templates())

    def __iter__(self) -> Iterator[Held]:
        return (self.held(number) for number in range(self.size))

    def held(self, number: int) -> Held:
        """Give one of them."""
        template = self._templates[number % len(self._templates)]
        old, new = template.registration[-10:], b"7%09d" % number
        return Held(
            registration=template.registration.replace(old, new),
            company=template.company.replace(old, new),
            history=template.history.replace(old, new),
            record=template.record.replace(old, new),
            following=tuple(event.replace(old, new) for event in template.following),
        )

    def events(self, count: int) -> Iterator[tuple[bytes, bytes]]:
        """Give the keys and values of so many events, of registrations from all over the world.

        A second event of one comes after all the others had their first, so that no state is met twice at once.
        """
        step = max(1, self.size // count)
        chosen = [self.held(number) for number in range(0, self.size, step)]
        came = ((one.registration, one.following[turn]) for turn in range(FOLLOWING) for one in chosen)
        return islice(came, count)


def _templates() -> Iterator[Held]:
    job = MergeJob(Settings(topic_prefix=""))
    topic = next(name for name in job.inputs if name.endswith(f".{PUBLISHER}"))
    stories: dict[str, list[bytes]] = defaultdict(list)
    for one in Simulation(SEED, SIMULATED, **STEADY).deliveries():
        if one.publisher == PUBLISHER:
            stories[one.key].append(encode("RegistrationEvent", event_datum(one.event)))
    long_enough = [(key, events) for key, events in stories.items() if len(events) >= 3 + FOLLOWING]
    for key, events in long_enough[:TEMPLATES]:
        history: bytes | None = None
        company: bytes | None = None
        for offset, value in enumerate(events[:-FOLLOWING]):
            step = job.step(Origin(topic, 0, offset, value), history, company)
            history, company = step.history or history, step.company or company
        assert history is not None, key
        assert company is not None, key
        yield Held(
            registration=key.encode(),
            company=company_id(RegistrationId(key)).encode(),
            history=history,
            record=company,
            following=tuple(events[-FOLLOWING:]),
        )
