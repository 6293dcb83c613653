"""Compare the companies of two instances, field by field. Versions do not count."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from register.company import Company
from register.differences import differing_fields
from register.ids import CompanyId
from runtime.settings import Settings
from schemas.codec.company_records import company_from
from schemas.codec.reader import read
from schemas.facts.topics import Topics
from services.error_mapping import named
from services.rebuilding.record_buckets import CHECKPOINT_RECORDS, records_in
from services.rebuilding.topic_reading import PartitionReading, read_on
from services.topic_ends import ends_of

BUCKETS: Final = 64  # of a million companies, 16,000 records are in memory at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferingCompany:
    """A company that the two instances hold differently. None: that instance has no such record."""

    company_id: CompanyId
    fields: tuple[str, ...]
    one: Company | None
    other: Company | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceComparison:
    """What a comparison of two instances found. `first`: the first companies that differ, by id."""

    companies: int
    other_companies: int
    different: int
    by_field: Mapping[str, int]
    first: tuple[DifferingCompany, ...]


def compare_instances(settings: Settings, other: Settings, most: int) -> InstanceComparison:
    """Compare all companies that two instances hold now; at most so many differing ones are kept.

    Raises TopicsMissing, and faults of Kafka.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix="compare-", dir=settings.data_dir))
    try:
        partitions = [asyncio.run(_read(one, folder / name)) for one, name in ((settings, "one"), (other, "other"))]
        return _compared(folder, partitions[0], partitions[1], most)
    finally:
        shutil.rmtree(folder)


def _compared(folder: Path, partitions: int, other_partitions: int, most: int) -> InstanceComparison:
    found, fields, counts, different = list[DifferingCompany](), Counter[str](), [0, 0], 0
    for bucket in range(BUCKETS):
        ours = dict(_newest(folder / "one", partitions, bucket))
        theirs = dict(_newest(folder / "other", other_partitions, bucket))
        counts[0] += sum(bool(one.registrations) for one in ours.values())
        counts[1] += sum(bool(one.registrations) for one in theirs.values())
        for company in {**ours, **theirs}:
            one, other = ours.get(company), theirs.get(company)
            differing = differing_fields(one, other)
            if differing and differing_fields(other, one):  # else an old alias, of a registration that states nothing
                different += 1
                fields.update(differing)
                found.append(DifferingCompany(company_id=company, fields=differing, one=one, other=other))
        found = sorted(found, key=lambda one: one.company_id)[:most]
    return InstanceComparison(
        companies=counts[0],
        other_companies=counts[1],
        different=different,
        by_field=dict(fields.most_common()),
        first=tuple(found),
    )


async def _read(settings: Settings, folder: Path) -> int:
    """Read the companies of an instance into buckets; returns the number of partitions."""
    topic = Topics(settings.topic_prefix).companies
    with named(settings):
        ends = await ends_of(settings, [topic])
        for tp, end in ends.items():
            wanted = PartitionReading(
                bootstrap_servers=settings.bootstrap_servers,
                folder=folder,
                partition=tp.partition,
                topics=(topic,),
                ends={topic: end},
                buckets=BUCKETS,
                checkpoint_records=CHECKPOINT_RECORDS,
                with_tombstones=True,
            )
            await read_on(wanted)
    return len(ends)


def _newest(folder: Path, partitions: int, bucket: int) -> Iterator[tuple[CompanyId, Company]]:
    """Give the newest record of each company of a bucket."""
    for partition in range(partitions):
        newest = {record.key: record.value for record in records_in(folder, partition, bucket)}
        for key, value in newest.items():
            if value is not None:
                yield CompanyId(key.decode()), company_from(read(value, "Company"))
