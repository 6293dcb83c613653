"""Take the digest of the register: from its topic, or from PostgreSQL. Equal digests prove equal registers."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from aiokafka import TopicPartition

from bus.newest_values import newest_values
from register.register_digest import RegisterDigest
from runtime.settings import Settings
from schemas.codec.company_records import company_from
from schemas.codec.reader import read
from schemas.facts.rules_digest import rules_digest
from schemas.facts.rules_folder import use_rules
from schemas.facts.topics import Topics
from services.error_mapping import named
from services.explaining import company_in
from services.open_register import reading
from services.topic_ends import ends_of


class DigestSource(StrEnum):
    """Where the records come from."""

    TOPICS = "topics"
    """The topic of the companies, which is `unify`'s state."""
    POSTGRES = "postgres"
    """The tables that the projection writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenDigest:
    """The digest of all companies at some offsets.

    `digest` and `rules` have 64 hexadecimal digits. `offsets`: per partition of the topic of the companies
    (`TOPIC-PARTITION`), the offset behind the last record that counts. Digests can be compared where offsets and rules
    are equal, or where all processes have caught up.
    """

    source: DigestSource
    digest: str
    companies: int
    rules: str
    offsets: Mapping[str, int]


def digest_of(settings: Settings, source: DigestSource) -> TakenDigest:
    """Take the digest of all that there is now. Raises a fault of Kafka or PostgreSQL."""
    with named(settings):
        use_rules(settings.rules)
    if source is DigestSource.POSTGRES:
        return _of_postgres(settings)
    return asyncio.run(_of_topics(settings))


async def _of_topics(settings: Settings) -> TakenDigest:
    topic, taken = Topics(settings.topic_prefix).companies, RegisterDigest()
    with named(settings):
        ends = await ends_of(settings, [topic])
        for tp, end in ends.items():
            for value in (await newest_values(settings.bootstrap_servers, {tp: end})).values():
                taken.add(company_from(read(value, "Company")))
    return _taken(DigestSource.TOPICS, taken, ends)


def _of_postgres(settings: Settings) -> TakenDigest:
    topic, taken = Topics(settings.topic_prefix).companies, RegisterDigest()
    with reading(settings) as register, register.snapshot() as snapshot:
        for document in snapshot.records():
            taken.add(company_in(document))
        offsets = {TopicPartition(*place): offset for place, offset in snapshot.offsets().items() if place[0] == topic}
    return _taken(DigestSource.POSTGRES, taken, offsets)


def _taken(source: DigestSource, taken: RegisterDigest, offsets: Mapping[TopicPartition, int]) -> TakenDigest:
    return TakenDigest(
        source=source,
        digest=taken.hexdigest,
        companies=taken.companies,
        rules=rules_digest(),
        offsets={f"{tp.topic}-{tp.partition}": offsets[tp] for tp in sorted(offsets)},
    )
