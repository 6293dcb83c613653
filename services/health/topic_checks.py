"""Check the topics: their settings and partitions against the contract, and that no record was deleted from them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bus.topic_inspection import Offsets, topic_reader
from runtime.settings import Settings
from schemas.facts.topics import TopicContract, Topics
from services import topics
from services.error_mapping import named
from services.health.findings import Bad, Doubtful, Good, HealthFinding
from services.topic_differences import Aspect, Difference


@dataclass(frozen=True, kw_only=True)
class TopicsAsAgreed(Good):
    """All topics are as the contract has them."""

    topics: int


@dataclass(frozen=True, kw_only=True)
class TopicDiffers(Bad):
    """A topic is missing, or has other partitions or another setting than the contract says."""

    difference: Difference


@dataclass(frozen=True, kw_only=True)
class ReplicasFew(Doubtful):
    """A topic has fewer replicas than the cluster could keep."""

    difference: Difference


@dataclass(frozen=True, kw_only=True)
class RecordsKept(Good):
    """No topic that keeps its records for ever, or its newest ones, has lost any."""

    topics: int


@dataclass(frozen=True, kw_only=True)
class RecordsDeleted(Bad):
    """Records of a topic were deleted that the contract keeps: all before the first offsets of some partitions.

    `state` says whether the topic is a processor's state, which its local stores still have.
    """

    topic: str
    partitions: tuple[int, ...]
    deleted: int
    state: bool


async def check_topics(settings: Settings) -> Sequence[HealthFinding]:
    """Compare the topics of the cluster with the contract."""
    return topic_findings(await topics.check(settings), len(Topics(settings.topic_prefix).standing()))


def topic_findings(differences: Sequence[Difference], count: int) -> Sequence[HealthFinding]:
    """Judge what differs between the contract and the cluster."""
    found = [
        ReplicasFew(difference=one) if one.aspect is Aspect.REPLICAS else TopicDiffers(difference=one)
        for one in differences
    ]
    return found or [TopicsAsAgreed(topics=count)]


async def check_records(settings: Settings) -> Sequence[HealthFinding]:
    """Look for records that were deleted from topics that keep them: their first offset is not 0 then."""
    kept = {name: contract for name, contract in Topics(settings.topic_prefix).standing().items() if not contract.ages}
    with named(settings):
        async with topic_reader(settings) as reader:
            present = await reader.topics()
            begins = await reader.begins(await reader.ends(set(kept) & present))
    return record_findings(kept, begins)


def record_findings(kept: Mapping[str, TopicContract], begins: Offsets) -> Sequence[HealthFinding]:
    """Judge the first offsets of the topics that keep their records. Compaction leaves a topic's first offset at 0."""
    deleted: dict[str, dict[int, int]] = defaultdict(dict)
    for tp, begin in begins.items():
        if begin > 0:
            deleted[tp.topic][tp.partition] = begin
    found = [
        RecordsDeleted(
            topic=topic,
            partitions=tuple(sorted(firsts)),
            deleted=sum(firsts.values()),
            state=kept[topic].compacted and kept[topic].owner == "sijill",
        )
        for topic, firsts in sorted(deleted.items())
    ]
    return found or [RecordsKept(topics=len(kept))]
