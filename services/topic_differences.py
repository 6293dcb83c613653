"""What differs between a topic as the contract has it and as the cluster has it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bus.damaged_batches import DECODERS

_COMPRESSION: Final = "compression.type"
_ANY: Final = "producer"  # who writes chooses
_READABLE: Final = (_ANY, "uncompressed", *DECODERS)  # an operator may choose among them


class Aspect(StrEnum):
    """What differs."""

    MISSING = "missing"
    CONFIG = "config"
    PARTITIONS = "partitions"
    REPLICAS = "replicas"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a topic is."""

    partitions: int
    replicas: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as the contract has it. `apply` mends it unless it is about partitions or replicas.

    A topic that is missing has the `size` that it should have, and neither a setting nor its values.
    """

    topic: str
    aspect: Aspect
    setting: str = ""
    wanted: str = ""
    found: str = ""
    size: Size | None = None

    @property
    def can_be_applied(self) -> bool:
        """Whether `apply` mends it."""
        return self.aspect in (Aspect.MISSING, Aspect.CONFIG)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedTopic:
    """A topic as it should be on this cluster."""

    partitions: int
    replicas: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTopic:
    """A topic as it is. `own` are the values set on the topic itself, `config` all that hold."""

    partitions: int
    replicas: int
    config: Mapping[str, str]
    own: Mapping[str, str]


def differences(wanted: Mapping[str, WantedTopic], found: Mapping[str, FoundTopic]) -> tuple[Difference, ...]:
    """Compare topics as they should be with those that there are; empty when nothing differs."""
    every: list[Difference] = []
    for name, topic in wanted.items():
        every += differences_of(name, topic, found[name]) if name in found else [_missing(name, topic)]
    return tuple(every)


def _missing(name: str, topic: WantedTopic) -> Difference:
    size = Size(partitions=topic.partitions, replicas=topic.replicas)
    return Difference(topic=name, aspect=Aspect.MISSING, size=size)


def differences_of(name: str, wanted: WantedTopic, found: FoundTopic) -> Iterable[Difference]:
    """Compare one topic as it should be with how it is."""
    if wanted.partitions != found.partitions:
        yield _difference(name, Aspect.PARTITIONS, "partitions", str(wanted.partitions), str(found.partitions))
    if found.replicas < wanted.replicas:
        yield _difference(name, Aspect.REPLICAS, "replicas", str(wanted.replicas), str(found.replicas))
    for setting, value in wanted.config.items():
        if found.config.get(setting) != value:
            yield _difference(name, Aspect.CONFIG, setting, value, found.config.get(setting, ""))
    if found.config.get(_COMPRESSION, _ANY) not in _READABLE:
        yield _difference(name, Aspect.CONFIG, _COMPRESSION, _ANY, found.config[_COMPRESSION])


def _difference(topic: str, aspect: Aspect, setting: str, wanted: str, found: str) -> Difference:
    return Difference(topic=topic, aspect=aspect, setting=setting, wanted=wanted, found=found)
