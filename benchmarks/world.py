"""A register of any size without simulating it: some hundred real histories, cloned under other numbers.

Folding the eight million events of a million companies would take longer than all measurements together. A clone has
the bytes of its template but for the registration number, which has as many digits as the other.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.peers.merging import MergeJob, Origin
from producers.simulation import Simulation
from register.ids import RegistrationId, company_id
from runtime.settings import Settings
from schemas.records import event_datum
from schemas.wire import encode

SEED: Final = 2026
SIMULATED: Final = 600  # companies, of which the Saudi ones become templates
TEMPLATES: Final = 100
PUBLISHER: Final = "sa"
STEADY: Final = {
    "branches": 0.0, "corrected": 0.0, "phantoms": 0.0, "late": 0.0, "repeated": 0.0, "decoys": 0.0, "lei": 0.0
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One registration as the register holds it, and the event that comes next."""

    registration: bytes
    company: bytes
    history: bytes
    record: bytes
    following: bytes


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
            following=template.following.replace(old, new),
        )

    def spread(self, count: int) -> Iterator[Held]:
        """Give so many different ones from all over the world."""
        step = max(1, self.size // count)
        return (self.held(number) for number in range(0, min(self.size, step * count), step))


def _templates() -> Iterator[Held]:
    job = MergeJob(Settings(topic_prefix=""))
    topic = next(name for name in job.inputs if name.endswith(f".{PUBLISHER}"))
    stories: dict[str, list[bytes]] = defaultdict(list)
    for one in Simulation(SEED, SIMULATED, **STEADY).deliveries():
        if one.publisher == PUBLISHER:
            stories[one.key].append(encode("RegistrationEvent", event_datum(one.event)))
    long_enough = [(key, events) for key, events in stories.items() if len(events) >= 4]
    for key, events in long_enough[:TEMPLATES]:
        history: bytes | None = None
        company: bytes | None = None
        for offset, value in enumerate(events[:-1]):
            step = job.step(Origin(topic, 0, offset, value), history, company)
            history, company = step.history or history, step.company or company
        assert history is not None, key
        assert company is not None, key
        yield Held(
            registration=key.encode(),
            company=company_id(RegistrationId(key)).encode(),
            history=history,
            record=company,
            following=events[-1],
        )
