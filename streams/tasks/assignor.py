"""Assign partitions to workers: equal numbers of all inputs together, and where their state already is.

Kafka's own assignors either keep the equal-numbered partitions of several topics together (range) or leave them
where they were (sticky). A task needs both: a partition that moves has its state restored somewhere else first.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from aiokafka.cluster import ClusterMetadata
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment, ConsumerProtocolMemberMetadata

NAME = "sijill-copartitioned"  # the group's protocol: all members must know it


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a worker reports when it joins the group."""

    generation: int = -1  # of the group, when it last got an assignment
    held: frozenset[int] = frozenset()  # partitions whose tasks are open
    kept: frozenset[int] = frozenset()  # partitions whose state is on its disk, however old
    rules: str = ""  # the digest of the rules that it uses; "" where it does not say

    def encode(self) -> bytes:
        claim = {"generation": self.generation, "held": sorted(self.held), "kept": sorted(self.kept)}
        return json.dumps({**claim, "rules": self.rules}).encode()

    @classmethod
    def decode(cls, data: bytes) -> Self:
        claim = json.loads(data or b"{}")
        return cls(
            generation=claim.get("generation", -1),
            held=frozenset(claim.get("held", ())),
            kept=frozenset(claim.get("kept", ())),
            rules=claim.get("rules", ""),
        )


def share(partitions: Iterable[int], claims: Mapping[str, Claim]) -> dict[str, list[int]]:
    """Divide the partitions evenly, and move as few as possible. Pure; the order of the members does not matter.

    Two workers may both claim a partition. The later assignment is right: the other worker was away. A worker that must
    give some up keeps those that nobody else has.
    """
    free = sorted(partitions)
    shares: dict[str, list[int]] = {member: [] for member in sorted(claims)}
    least, larger = divmod(len(free), len(shares))

    def room(member: str) -> bool:
        size = len(shares[member])
        return size < least or (size == least and sum(len(own) > least for own in shares.values()) < larger)

    def give(wanted: Callable[[Claim], frozenset[int]]) -> None:
        scarce_first = sorted(
            free, key=lambda n: (sum(n in c.kept for c in claims.values()), sum(n in c.held for c in claims.values()))
        )
        for number in scarce_first:
            claimants = [member for member in shares if number in wanted(claims[member]) and room(member)]
            if claimants:
                shares[max(claimants, key=lambda member: claims[member].generation)].append(number)
                free.remove(number)

    give(lambda claim: claim.held)
    give(lambda claim: claim.kept)
    for number in free:
        shares[min(shares, key=lambda member: len(shares[member]))].append(number)
    return {member: sorted(own) for member, own in shares.items()}


class CopartitionedAssignor:
    """Lets aiokafka's coordinator call `share`. Each consumer has its own instance: it has the claim of one worker."""

    name = NAME
    version = 0

    def __init__(self, claim: Callable[[], Claim]) -> None:
        self._claim = claim

    def metadata(self, topics: Iterable[str]) -> ConsumerProtocolMemberMetadata:
        return ConsumerProtocolMemberMetadata(self.version, list(topics), self._claim().encode())

    def assign(
        self, cluster: ClusterMetadata, members: Mapping[str, ConsumerProtocolMemberMetadata]
    ) -> dict[str, ConsumerProtocolMemberAssignment]:
        topics = sorted({topic for metadata in members.values() for topic in metadata.subscription})
        held_by = {topic: cluster.partitions_for_topic(topic) or set() for topic in topics}
        shares = share(
            set().union(*held_by.values()),
            {member: Claim.decode(metadata.user_data) for member, metadata in members.items()},
        )
        return {
            member: ConsumerProtocolMemberAssignment(
                self.version, [(topic, [n for n in own if n in held_by[topic]]) for topic in topics], b""
            )
            for member, own in shares.items()
        }

    def on_assignment(self, assignment: ConsumerProtocolMemberAssignment) -> None:
        """Do nothing: the tasks know their partitions."""
