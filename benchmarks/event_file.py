"""The load: simulated registration events in a file, so that every contender gets the same bytes in the same order."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulation import Simulation

SEED: Final = 2026
_SIZES: Final = struct.Struct("<BHI")  # of the publisher's name, the key and the value, which follow


@dataclass(frozen=True, slots=True)
class Frame:
    """One event as it is sent to `registrations.<publisher>`."""

    publisher: str
    key: bytes
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Spool:
    """The events of a simulated world in a file."""

    path: Path
    events: int
    companies: int
    value_bytes: int

    def __iter__(self) -> Iterator[Frame]:
        return read(self.path)


def spool(path: Path, companies: int) -> Spool:
    """Simulate a world of companies and write its events to a file."""
    events = value_bytes = 0
    with path.open("wb") as out:
        for publisher, key, value in Simulation(SEED, companies).frames():
            name = publisher.encode()
            out.write(_SIZES.pack(len(name), len(key), len(value)) + name + key + value)
            events += 1
            value_bytes += len(value)
    return Spool(path=path, events=events, companies=companies, value_bytes=value_bytes)


def read(path: Path) -> Iterator[Frame]:
    """Read the events back, one after another."""
    with path.open("rb") as source:
        while head := source.read(_SIZES.size):
            name, key, value = _SIZES.unpack(head)
            body = source.read(name + key + value)
            yield Frame(body[:name].decode(), body[name : name + key], body[name + key :])


def first(frames: Iterable[Frame], count: int) -> Iterator[Frame]:
    """Give the first of them."""
    return (frame for _, frame in zip(range(count), frames, strict=False))
