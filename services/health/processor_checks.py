"""Check the processors: whether they run, how far they are behind, and whether states and offsets belong together."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiokafka import TopicPartition

from bus.committed_records import committed
from bus.topic_inspection import Offsets, TopicReader, topic_reader
from readmodel.problems import NotProjected
from readmodel.register_reader import reading
from runtime.settings import Settings
from schemas.codec.reader import read
from schemas.facts.topics import Topics
from services.error_mapping import named
from services.health.findings import Bad, Doubtful, Good, Health, HealthFinding, worst
from services.lags import projected_offsets
from services.pipeline_stages import Stage, stages

SAMPLE_S: Final = 2.0  # between two looks at a stage that is behind: a task commits several times a second
MANY: Final = 100_000  # records; a worker takes in some thousands a second, so that these are a minute's work
PROJECTION: Final = "projection"


@dataclass(frozen=True, kw_only=True)
class StageProgress:
    """How far a stage is behind, in records, now and some seconds ago. `runs`: its process has a member."""

    stage: str
    process: str
    behind_before: int
    behind: int
    moved: int
    runs: bool


@dataclass(frozen=True, kw_only=True)
class StagesUpToDate(Good):
    """Each stage has read nearly all that its topics hold."""

    behind: int


@dataclass(frozen=True, kw_only=True)
class StageStopped(Bad):
    """A stage has records to read and no process that reads them."""

    stage: str
    process: str
    behind: int


@dataclass(frozen=True, kw_only=True)
class StageStuck(Doubtful):
    """A process runs and has records to read, and took in none for some seconds."""

    stage: str
    process: str
    behind: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class StageBehind(Doubtful):
    """A stage is far behind, and moves. `left_s` is None where it falls behind further."""

    stage: str
    process: str
    behind: int
    per_s: int
    left_s: int | None


@dataclass(frozen=True, kw_only=True)
class ProcessesRun(Good):
    """Each process of the register has a running member."""

    processes: int


@dataclass(frozen=True, kw_only=True)
class ProcessAbsent(Doubtful):
    """No process of this name runs: its consumer group has no member, or its session is gone."""

    process: str


@dataclass(frozen=True, kw_only=True)
class StatesFit(Good):
    """Each processor that has states knows where it goes on."""

    processors: int


@dataclass(frozen=True, kw_only=True)
class GroupOffsetsGone(Doubtful):
    """A consumer group lost its offsets, and the topic of offsets has them: its process finds them when it starts."""

    process: str
    partitions: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class StatesWithoutOffsets(Bad):
    """A processor has states, and neither its group nor the topic of offsets knows where it goes on."""

    process: str
    partitions: tuple[int, ...]
    state_topic: str


@dataclass(frozen=True, kw_only=True)
class StateTopicEmpty(Bad):
    """A processor has read its inputs, and its state topic holds nothing: it was deleted and made anew."""

    process: str
    state_topic: str


@dataclass(frozen=True, kw_only=True)
class ProcessorOffsets:
    """What Kafka knows of a processor.

    `unknown` are the partitions with input and states whose group has no offset. The topic of offsets knows those in
    `recorded`.
    """

    process: str
    state_topic: str
    has_read: bool
    states: int
    unknown: frozenset[int]
    recorded: frozenset[int]


async def check_lag(settings: Settings) -> Sequence[HealthFinding]:
    """Look how far the stages of the processors are; a second time after some seconds where one is behind."""
    return await _lag_of(settings, lambda process: process != PROJECTION)


async def check_projection(settings: Settings) -> Sequence[HealthFinding]:
    """Look whether the projection runs, and how far it is."""
    behind = await _lag_of(settings, lambda process: process == PROJECTION)
    runs = await asyncio.to_thread(_projector_runs, settings)
    return behind if runs or worst(behind) is not Health.OK else member_findings({PROJECTION: False})


async def _lag_of(settings: Settings, chosen: Callable[[str], bool]) -> Sequence[HealthFinding]:
    with named(settings):
        async with topic_reader(settings) as reader:
            every = [one for one in stages(settings, lambda: projected_offsets(settings)) if chosen(one.process)]
            before = {stage.name: await _behind(stage, reader) for stage in every}
            late = [stage for stage in every if before[stage.name][0]]
            running = {stage.process: await process_runs(settings, reader, stage.process) for stage in late}
            if any(running.values()):
                await asyncio.sleep(SAMPLE_S)
            found = [await _progress(stage, reader, before[stage.name], running[stage.process]) for stage in late]
    return lag_findings(found, SAMPLE_S)


def lag_findings(progress: Sequence[StageProgress], seconds: float) -> Sequence[HealthFinding]:
    """Judge the stages that are behind."""
    found = [finding for one in progress if (finding := _lag_finding(one, seconds)) is not None]
    return found or [StagesUpToDate(behind=sum(one.behind for one in progress))]


def _lag_finding(one: StageProgress, seconds: float) -> HealthFinding | None:
    if not one.behind:
        return None
    if not one.runs:
        return StageStopped(stage=one.stage, process=one.process, behind=one.behind)
    if not one.moved:
        return StageStuck(stage=one.stage, process=one.process, behind=one.behind, seconds=seconds)
    if one.behind < MANY:
        return None
    gained = one.behind_before - one.behind
    left_s = int(one.behind * seconds / gained) if gained > 0 else None
    per_s = int(one.moved / seconds)
    return StageBehind(stage=one.stage, process=one.process, behind=one.behind, per_s=per_s, left_s=left_s)


async def check_members(settings: Settings) -> Sequence[HealthFinding]:
    """Look for consumer groups of the processors that have no running member."""
    with named(settings):
        async with topic_reader(settings) as reader:
            names = dict.fromkeys(one.process for one in stages(settings, lambda: projected_offsets(settings)))
            running = {name: await process_runs(settings, reader, name) for name in names if name != PROJECTION}
    return member_findings(running)


def member_findings(running: Mapping[str, bool]) -> Sequence[HealthFinding]:
    """Judge which processes run, by name."""
    absent = [ProcessAbsent(process=name) for name, runs in running.items() if not runs]
    return absent or [ProcessesRun(processes=len(running))]


async def check_states(settings: Settings) -> Sequence[HealthFinding]:
    """Look for states that nobody knows the offsets of, and for offsets whose states are gone."""
    topics = Topics(settings.topic_prefix)
    owners = {
        "admit": topics.registrations_state,
        "resolve": topics.resolution,
        "suggest": topics.suggestions,
        "unify": topics.companies,
        "notify": topics.cursors,
    }
    with named(settings):
        async with topic_reader(settings) as reader:
            found = [await _offsets_of(settings, reader, name, topic) for name, topic in owners.items()]
    return state_findings(found)


def state_findings(processors: Sequence[ProcessorOffsets]) -> Sequence[HealthFinding]:
    """Judge whether states and offsets belong together."""
    found = [finding for one in processors for finding in _state_findings(one)]
    return found or [StatesFit(processors=len(processors))]


def _state_findings(one: ProcessorOffsets) -> Sequence[HealthFinding]:
    if one.has_read and not one.states and one.process != "notify":  # it has states once an agency has a notice
        return [StateTopicEmpty(process=one.process, state_topic=one.state_topic)]
    lost, kept = (tuple(sorted(some)) for some in (one.unknown - one.recorded, one.recorded))
    found: list[HealthFinding] = []
    if lost:
        found.append(StatesWithoutOffsets(process=one.process, partitions=lost, state_topic=one.state_topic))
    if kept:
        found.append(GroupOffsetsGone(process=one.process, partitions=kept))
    return found


async def process_runs(settings: Settings, reader: TopicReader, process: str) -> bool:
    """Tell whether a process of the register has a running member."""
    if process == PROJECTION:
        return await asyncio.to_thread(_projector_runs, settings)
    return await reader.members(settings.topic_prefix + process) > 0


def _projector_runs(settings: Settings) -> bool:
    try:
        with reading(settings) as register:
            return register.projector_runs()
    except NotProjected:
        return False


async def _behind(stage: Stage, reader: TopicReader) -> tuple[int, Offsets]:
    """Count the records that a stage has to read, and give where it is."""
    present = await reader.topics()
    ends = await reader.ends(set(stage.topics(present)) & present)
    reached = await stage.reached(reader)
    return sum((await reader.lag(ends, reached)).values()), reached


async def _progress(stage: Stage, reader: TopicReader, before: tuple[int, Offsets], runs: bool) -> StageProgress:
    behind, reached = await _behind(stage, reader) if runs else before
    moved = sum(max(0, offset - before[1].get(tp, 0)) for tp, offset in reached.items())
    return StageProgress(
        stage=stage.name, process=stage.process, behind_before=before[0], behind=behind, moved=moved, runs=runs
    )


async def _offsets_of(settings: Settings, reader: TopicReader, process: str, state_topic: str) -> ProcessorOffsets:
    present = await reader.topics()
    inputs = [
        topic
        for stage in stages(settings, lambda: projected_offsets(settings))
        if stage.process == process
        for topic in stage.topics(present)
    ]
    group = settings.topic_prefix + process
    ends, known = await reader.ends(set(inputs) & present), await reader.committed(group)
    states = await reader.ends({state_topic} & present)
    unknown = frozenset(
        tp.partition
        for tp, end in ends.items()
        if end and tp not in known and states.get(TopicPartition(state_topic, tp.partition))
    )
    recorded = await _recorded(settings, reader, group) if unknown else frozenset()
    return ProcessorOffsets(
        process=process,
        state_topic=state_topic,
        has_read=any(known.get(tp, 0) for tp in _telling(ends, process, settings)),
        states=sum(states.values()),
        unknown=unknown,
        recorded=unknown & recorded,
    )


def _telling(ends: Offsets, process: str, settings: Settings) -> Collection[TopicPartition]:
    """Give the inputs that leave a state behind; of `admit` none does for certain, as all may have been refused."""
    topics = Topics(settings.topic_prefix)
    sure = {"resolve": topics.links, "suggest": topics.names, "unify": topics.statements, "admit": topics.assignments}
    return [tp for tp, end in ends.items() if end and tp.topic == sure.get(process)]


async def _recorded(settings: Settings, reader: TopicReader, group: str) -> frozenset[int]:
    """Read which tasks of a group stand in the topic of offsets, by partition."""
    ends = await reader.ends({Topics(settings.topic_prefix).offsets} & await reader.topics())
    begins = await reader.begins(ends)
    found: set[int] = set()
    for tp, end in ends.items():
        async for stretch in committed(settings.bootstrap_servers, tp, begins[tp], end):
            for record in stretch.records:
                if record.value is None:
                    continue
                task, _, partition = str(read(record.value, "TaskOffsets")["task"]).rpartition("-")
                if task == group:
                    found.add(int(partition))
    return frozenset(found)
