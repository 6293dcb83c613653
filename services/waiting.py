"""Wait until each stage has read what its topics hold, in the order in which a record passes them."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from bus.topic_inspection import TopicReader, topic_reader
from runtime.settings import Settings
from services import topics
from services.error_mapping import named
from services.lags import projected_offsets
from services.pipeline_stages import Stage, stages

POLL_S: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a stage is, while waiting for it."""

    stage: str
    behind: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """How the waiting ended. `idle` names processes that have no running member."""

    caught_up: bool
    seconds: float
    behind: Mapping[str, int]
    idle: tuple[str, ...]


async def wait_until_caught_up(
    settings: Settings, timeout_s: float, report: Callable[[Progress], None], only: Collection[str] = ()
) -> Waited:
    """Wait for one stage after the other. What a stage wrote before it caught up is there for the next one.

    `only` names the stages to wait for; empty: all of them.

    Raises TopicsMissing when topics of the contract are missing: nothing could be said of what reads them.
    """
    with named(settings):
        return await _waited(settings, time.monotonic(), timeout_s, report, only)


async def _waited(
    settings: Settings, began: float, timeout_s: float, report: Callable[[Progress], None], only: Collection[str]
) -> Waited:
    async with topic_reader(settings) as reader:
        topics.require(await reader.topics(), settings)
        for stage in stages(settings, lambda: projected_offsets(settings)):
            if only and stage.name not in only:
                continue
            behind = await _wait_for(stage, reader, began + timeout_s, report)
            if behind:
                return Waited(
                    caught_up=False,
                    seconds=time.monotonic() - began,
                    behind={stage.name: behind},
                    idle=await _idle(stage, reader, settings),
                )
    return Waited(caught_up=True, seconds=time.monotonic() - began, behind={}, idle=())


async def _wait_for(stage: Stage, reader: TopicReader, deadline: float, report: Callable[[Progress], None]) -> int:
    """Wait until a stage has reached where its topics end now; returns how far it is behind at the deadline."""
    present = await reader.topics()
    ends = await reader.ends(set(stage.topics(present)) & present)
    while True:
        behind = sum((await reader.lag(ends, await stage.reached(reader))).values())
        if not behind or time.monotonic() > deadline:
            return behind
        report(Progress(stage=stage.name, behind=behind))
        await asyncio.sleep(POLL_S)


async def _idle(stage: Stage, reader: TopicReader, settings: Settings) -> tuple[str, ...]:
    if stage.process == "projection" or await reader.members(settings.topic_prefix + stage.process):
        return ()
    return (stage.process,)
