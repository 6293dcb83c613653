"""Say which companies really differ. What is on its way through the live processors does not count.

A difference is real if it stands when the shadow has read past what the live processors had read. So no event that
concerns the company may lie between the two.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiokafka import TopicPartition

from bus.topic_inspection import Offsets
from register.company import Company
from register.differences import CompanyDifference, differing_fields
from register.ids import CompanyId, own_registration
from runtime.settings import Settings
from schemas.facts.topics import Topics
from services.rebuilding.comparing import live_company, newest_records
from services.rebuilding.damage_finding import Differing, attributed
from services.rebuilding.live_topics import JUDGEMENTS_PARTITION, judgements_between, registration_topics
from services.rebuilding.rebuild_problems import LiveRegisterBehind
from services.rebuilding.rebuild_values import RebuildProgress, RebuildStep, ReportRebuild
from services.rebuilding.record_buckets import bucket_of
from services.rebuilding.shadow import Shadow
from services.rebuilding.topic_reading import companies_reading, events_reading, read_on
from services.topic_ends import ends_of
from services.waiting import Progress as StageProgress
from services.waiting import wait_until_caught_up

ROUNDS_MOST: Final = 50  # a company whose events never pause that long is given as unsettled
STAGES: Final = ("admit", "resolve", "assign", "unify")
"""The stages that decide the record of a company."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Which companies really differ, and which are unsettled: their events came too fast to know."""

    differences: tuple[CompanyDifference, ...]
    unsettled: tuple[CompanyId, ...]


class SettlingReader:
    """Reads on behind the live register. `read`: up to where the shadow has read events and judgements."""

    def __init__(self, settings: Settings, shadow: Shadow, read: Offsets, timeout_s: float) -> None:
        self._settings = settings
        self._topics = Topics(settings.topic_prefix)
        self._shadow = shadow
        self._directory = shadow.directory
        self._read = dict(read)
        self._timeout_s = timeout_s

    def settle(self, candidates: Iterable[CompanyId], report: ReportRebuild) -> Settled:
        """Say which of these companies, and of those that events concerned since, really differ."""
        return asyncio.run(self._settled(set(candidates), report))

    def follow(self, report: ReportRebuild) -> set[CompanyId]:
        """Let the live register work off what is there now, and read on to there; returns the companies concerned."""
        return asyncio.run(self._follow(report))

    def read_on(self) -> set[CompanyId]:
        """Read on to where the topics end now; returns the companies concerned."""
        return asyncio.run(self._up_to_now())

    async def _up_to_now(self) -> set[CompanyId]:
        return await self._read_on(await self._ends())

    async def _settled(self, pending: set[CompanyId], report: ReportRebuild) -> Settled:
        found: list[CompanyDifference] = []
        for turn in range(ROUNDS_MOST):
            report(RebuildProgress(step=RebuildStep.SETTLE, done=0, total=len(pending)))
            concerned = await self._follow(report)
            differing = self._differing(pending | concerned if turn == 0 else pending)
            if not differing:
                return Settled(differences=tuple(found), unsettled=())
            overtaken = await self._read_on(await self._ends())
            real = [one for one in differing if one.company_id not in overtaken]
            damaged = await attributed(self._settings, self._shadow, real)
            overtaken |= await self._read_on(await self._ends())  # a later event would be blamed on a state
            found += (one for one in damaged if one.company_id not in overtaken)
            pending = {one.company_id for one in differing} & overtaken
            if not pending:
                return Settled(differences=tuple(found), unsettled=())
        return Settled(differences=tuple(found), unsettled=tuple(sorted(pending)))

    async def _follow(self, report: ReportRebuild) -> set[CompanyId]:
        """Read on to where the topics end now, and let the live register do so.

        Returns the companies that events concern, and those that the live register wrote. A damaged state may have
        spoilt them after the first comparison.
        """
        ends = await self._ends()

        def tell(stage: StageProgress) -> None:
            report(RebuildProgress(step=RebuildStep.SETTLE, done=0, total=stage.behind))

        waited = await wait_until_caught_up(self._settings, self._timeout_s, tell, STAGES)
        if not waited.caught_up:
            raise LiveRegisterBehind(behind=waited.behind, idle=waited.idle, after_s=waited.seconds)
        concerned, written = await self._read_on(ends), set[bytes]()
        for tp, end in (await ends_of(self._settings, [self._topics.companies])).items():
            reading = companies_reading(self._settings, self._directory, tp.partition, {tp.topic: end})
            await read_on(reading, written.add)
        return concerned | {CompanyId(key.decode()) for key in written}

    async def _read_on(self, ends: Offsets) -> set[CompanyId]:
        """Read events and judgements on, and fold again; returns the companies concerned."""
        keys = dict[bytes, None]()
        for number in range(self._directory.manifest.registration_partitions):
            places = [TopicPartition(topic, number) for topic in registration_topics(self._settings)]
            if any(ends[tp] > self._read[tp] for tp in places):
                now = {tp.topic: ends[tp] for tp in places}
                reading = events_reading(self._settings, self._directory, number, now)
                await read_on(reading, lambda key: keys.update({key: None}))
        judgements = TopicPartition(self._topics.judgements, JUDGEMENTS_PARTITION)
        judged = await judgements_between(self._settings, self._read[judgements], ends[judgements])
        self._read |= ends
        return self._shadow.read_again(keys, judged)

    async def _ends(self) -> Offsets:
        return await ends_of(self._settings, [*registration_topics(self._settings), self._topics.judgements])

    def _differing(self, companies: Iterable[CompanyId]) -> list[Differing]:
        wanted = sorted(companies)
        live, found = self._live(wanted), list[Differing]()
        for one in wanted:
            rebuilt = self._shadow.company(one)
            fields = differing_fields(live.get(one), rebuilt)
            if fields:
                found.append(Differing(company_id=one, live=live.get(one), rebuilt=rebuilt, fields=fields))
        return found

    def _live(self, companies: Sequence[CompanyId]) -> Mapping[CompanyId, Company | None]:
        """Read the newest live records of companies, as far as they were read."""
        by_bucket: dict[int, set[bytes]] = {}
        for one in companies:
            bucket = bucket_of(own_registration(one).encode(), self._directory.manifest.buckets)
            by_bucket.setdefault(bucket, set()).add(one.encode())
        return {
            CompanyId(key.decode()): live_company(value)
            for bucket, keys in by_bucket.items()
            for key, value in newest_records(self._directory, bucket, frozenset(keys)).items()
        }
