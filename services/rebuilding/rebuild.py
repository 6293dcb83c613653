"""Rebuild the register beside the live one, and say what really differs.

First all events up to the ends at the start are read and folded, and all companies compared. What differs then may be
on its way: it is settled (`services.rebuilding.settling`).
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from aiokafka import TopicPartition

from bus.topic_inspection import Offsets
from register.ids import CompanyId
from register.register_digest import hexdigest_of
from runtime.settings import Settings
from schemas.facts.rules_digest import rules_digest
from schemas.facts.rules_folder import use_rules
from schemas.facts.topics import Topics, publishers
from services.error_mapping import named
from services.rebuilding.comparing import ComparedBucket, compare_bucket, compared_before
from services.rebuilding.folding import fold_bucket
from services.rebuilding.live_topics import JUDGEMENTS_PARTITION, judgements_between, registration_topics
from services.rebuilding.rebuild_directory import (
    Manifest,
    RebuildDirectory,
    directory_of,
    new_rebuild_id,
    parts_in,
    versions_and,
)
from services.rebuilding.rebuild_values import (
    RebuildOptions,
    RebuildProgress,
    RebuildResult,
    RebuildStep,
    ReportRebuild,
)
from services.rebuilding.record_buckets import CHECKPOINT_RECORDS, checkpoint_of
from services.rebuilding.settling import Settled, SettlingReader
from services.rebuilding.shadow import Shadow
from services.rebuilding.topic_reading import companies_reading, events_reading, read_partition, read_so_far
from services.rebuilding.workers import Workers, workers
from services.topic_ends import ends_of

RECORDS_A_BUCKET: Final = 4_000
MOST_BUCKETS: Final = 512
LEAST_PARTS: Final = 32  # so that little is done twice after a kill


@contextmanager
def opened(settings: Settings, options: RebuildOptions) -> Iterator["Rebuild"]:
    """Open the folder of the rebuild, and start its workers. Raises RebuildRuns, and faults of Kafka."""
    directory, count = directory_of(settings), options.processes or os.cpu_count() or 1
    with named(settings):
        use_rules(settings.rules)
    with (
        named(settings),
        directory.alone(),
        workers(count, directory.workers_lock, settings.schema_registry_url, settings.rules) as pool,
    ):
        yield Rebuild(settings, options, directory, pool)


class Rebuild:
    """One rebuild. Run it once. Then its shadow can be asked, and companies settled again."""

    def __init__(self, settings: Settings, options: RebuildOptions, directory: RebuildDirectory, pool: Workers) -> None:
        self.shadow = Shadow(directory)
        self._settings = settings
        self._options = options
        self._directory = directory
        self._pool = pool
        self._topics = Topics(settings.topic_prefix)
        self._settling: SettlingReader | None = None

    def run(self, report: ReportRebuild) -> RebuildResult:
        """Rebuild and compare; returns what really differs."""
        began, continued = time.monotonic(), self._begin()
        events = self._read_topics(report)
        self._fold(report)
        report(RebuildProgress(step=RebuildStep.RESOLVE, done=0, total=1))
        self._resolve()
        compared = self._compare(report)
        self._settling = SettlingReader(self._settings, self.shadow, self._ends_at_start(), self._options.timeout_s)
        settled = self.settle((one for part in compared for one in part.candidates), report)
        self._directory.finished()
        return RebuildResult(
            rebuild_id=self._directory.manifest.rebuild_id,
            events=events,
            companies=sum(part.companies for part in compared),
            digest=hexdigest_of(sum(part.total for part in compared)),
            rules=rules_digest(),
            offsets={f"{tp.topic}-{tp.partition}": end for tp, end in sorted(self._ends_at_start().items())},
            differences=settled.differences,
            unsettled=settled.unsettled,
            seconds=time.monotonic() - began,
            continued=continued,
        )

    def settle(self, companies: Iterable[CompanyId], report: ReportRebuild) -> Settled:
        """Read on, and compare these companies again, with all that events concerned since."""
        return self._read_on().settle(companies, report)

    def follow(self, report: ReportRebuild) -> set[CompanyId]:
        """Wait until the live processors have worked off what is there now, and read on to there.

        Returns the companies that events concerned since. Raises LiveRegisterBehind.
        """
        return self._read_on().follow(report)

    def read_on(self) -> set[CompanyId]:
        """Read on to where the topics end now; returns the companies that events concerned since."""
        return self._read_on().read_on()

    def _read_on(self) -> SettlingReader:
        if self._settling is None:
            raise RuntimeError("the rebuild has not run")
        return self._settling

    def _begin(self) -> bool:
        """Go on where a killed rebuild was, or start with an empty folder; returns whether it goes on."""
        made_by = versions_and(rules_digest())
        continued = not self._options.fresh and self._directory.can_go_on(made_by)
        if not continued:
            self._directory.begin(asyncio.run(self._manifest(made_by)))
        return continued

    async def _manifest(self, made_by: str) -> Manifest:
        events, companies = registration_topics(self._settings), self._topics.companies
        ends = await ends_of(self._settings, [*events, self._topics.judgements, companies])
        by_topic: dict[str, dict[str, int]] = {}
        for tp, end in ends.items():
            by_topic.setdefault(tp.topic, {})[str(tp.partition)] = end
        records = sum(end for topic in events for end in by_topic[topic].values())
        return Manifest(
            rebuild_id=new_rebuild_id(),
            made_by=made_by,
            publishers=publishers(),
            registration_partitions=len(by_topic[events[0]]),
            company_partitions=len(by_topic[companies]),
            buckets=min(MOST_BUCKETS, max(LEAST_PARTS, records // RECORDS_A_BUCKET)),
            checkpoint_records=min(CHECKPOINT_RECORDS, records // LEAST_PARTS + 1),
            ends=by_topic,
        )

    def _ends_at_start(self) -> Offsets:
        manifest = self._directory.manifest
        return {
            TopicPartition(topic, int(number)): end
            for topic, ends in manifest.ends.items()
            for number, end in ends.items()
        }

    def _read_topics(self, report: ReportRebuild) -> int:
        """Read all events and live records up to the ends at the start; returns how many events there were."""
        manifest = self._directory.manifest
        of_events = [
            events_reading(self._settings, self._directory, number)
            for number in range(manifest.registration_partitions)
        ]
        of_companies = [
            companies_reading(self._settings, self._directory, number) for number in range(manifest.company_partitions)
        ]
        total = sum(sum(one.ends.values()) for one in (*of_events, *of_companies))
        done = sum(map(read_so_far, (*of_events, *of_companies)))
        report(RebuildProgress(step=RebuildStep.READ, done=done, total=total))

        def count(one: int) -> None:
            nonlocal done
            done += one
            report(RebuildProgress(step=RebuildStep.READ, done=done, total=total))

        self._pool.run(read_partition, [(one,) for one in (*of_events, *of_companies)], count)
        return sum(checkpoint_of(self._directory.events, one.partition)[""] for one in of_events)

    def _fold(self, report: ReportRebuild) -> None:
        finished = parts_in(self._directory.index(0).parent, ".index")
        report(RebuildProgress(step=RebuildStep.FOLD, done=len(finished), total=self._directory.manifest.buckets))
        left = [(self._directory, number) for number in self._buckets() if number not in finished]
        self._pool.run(fold_bucket, left, self._counting(report, RebuildStep.FOLD, len(finished)))

    def _resolve(self) -> None:
        end = self._directory.manifest.end(self._topics.judgements, JUDGEMENTS_PARTITION)
        judged = asyncio.run(judgements_between(self._settings, 0, end))
        self.shadow.load(judged, with_cases=self._options.with_cases)

    def _compare(self, report: ReportRebuild) -> list[ComparedBucket]:
        finished = parts_in(self._directory.compared(0).parent, ".json")
        report(RebuildProgress(step=RebuildStep.COMPARE, done=len(finished), total=self._directory.manifest.buckets))
        compared = [compared_before(self._directory, number) for number in sorted(finished)]
        moved = self.shadow.moved_by_bucket()
        left = [(self._directory, one, moved.get(one, {})) for one in self._buckets() if one not in finished]
        counted = self._counting(report, RebuildStep.COMPARE, len(finished))

        def keep(one: ComparedBucket) -> None:
            compared.append(one)
            counted(one)

        self._pool.run(compare_bucket, left, keep)
        return compared

    def _buckets(self) -> range:
        return range(self._directory.manifest.buckets)

    def _counting(self, report: ReportRebuild, step: RebuildStep, before: int) -> Callable[[object], None]:
        done, total = before, self._directory.manifest.buckets

        def count(_: object) -> None:
            nonlocal done
            done += 1
            report(RebuildProgress(step=step, done=done, total=total))

        return count
