"""One round of the register on real Kafka: each stage alone on a backlog, then admit and unify together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import psycopg
from aiokafka import AIOKafkaProducer

from benchmarks.event_file import Spool
from benchmarks.merges import admit_then_unify, in_turn, stage
from benchmarks.output_rate import Gauge, Run, gauge, watch
from benchmarks.topic_contents import count
from benchmarks.topics import fresh_topics, preload, receipts, registrations
from benchmarks.workers import running
from register.ids import AgencyId
from register.subscriptions import Subscription
from runtime.settings import Settings
from schemas.codec.records import subscription_datum
from schemas.codec.wire import encode
from schemas.facts.topics import Topics
from services.topics import ensure_agency

Report = Callable[[str], None]

SUBSCRIPTIONS: Final = (  # one agency that wants everything, one that wants a state, one that wants two fields
    Subscription(agency=AgencyId("everything")),
    Subscription(agency=AgencyId("saudi"), member_states=("SA",)),
    Subscription(agency=AgencyId("names"), fields=("legal_name", "entity_status")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Each stage, and the whole job: records per second, processor time per record."""

    admit: Run
    """Events."""
    unify: Run
    """Statements."""
    notify: Run
    """Changes, matched with three subscriptions, and the notices numbered."""
    projection: Run
    """Records of companies, changes, receipts and events."""
    in_turn: Run
    """Events through admit, then unify, each process alone: their times added."""
    together: Run
    """Events through admit and unify at the same time, two processes."""


async def one_round(settings: Settings, load: Spool, prefix: str, report: Report) -> Round:
    """Measure each stage alone, one after the other on what the stage before it left; then the first two together."""
    async with fresh_topics(settings, prefix) as mine, gauge(mine) as seen:
        await preload(mine, load, lambda sent: report(f"loading {sent:,} of {load.events:,} events"))
        alone = await _alone(mine, seen, load, report)
    async with fresh_topics(settings, f"{prefix}t.") as mine, gauge(mine) as seen:
        await preload(mine, load, lambda sent: report(f"loading {sent:,} of {load.events:,} events"))
        together = await _together(mine, seen, load, report)
    return Round(**alone, together=together)


async def _alone(settings: Settings, seen: Gauge, load: Spool, report: Report) -> dict[str, Run]:
    topics = Topics(settings.topic_prefix)
    admit, unify, statements = await admit_then_unify(settings, seen, load, report)
    changes = await count(settings, [topics.changes])
    await subscribe(settings)
    report("notify")
    notices = [topics.notices(one.agency) for one in SUBSCRIPTIONS]
    notify = await stage(settings, seen, "notify", [topics.changes, topics.matches], notices, changes)
    report("projection")
    return {
        "admit": admit,
        "unify": unify,
        "notify": notify,
        "projection": await _projection(settings, seen),
        "in_turn": in_turn(load.events, admit, statements, unify),
    }


async def _together(settings: Settings, seen: Gauge, load: Spool, report: Report) -> Run:
    """From the first receipt to the last change. The fraction is that of the receipts: both end together."""
    topics = Topics(settings.topic_prefix)
    report("admit and unify together")

    async def done() -> bool:
        admitted = await seen.caught_up(settings.topic_prefix + "admit", registrations(topics))
        return admitted and await seen.caught_up(settings.topic_prefix + "unify", [topics.statements])

    with running(settings, "admit", "unify") as workers:
        timeline = await watch(lambda: seen.total([*receipts(topics), topics.changes]), done, workers)
    return timeline.run(load.events)


async def _projection(settings: Settings, seen: Gauge) -> Run:
    topics = Topics(settings.topic_prefix)
    inputs = [topics.companies, topics.changes, *receipts(topics), *registrations(topics)]
    schema = f"bench_{settings.topic_prefix.strip('.').replace('.', '_')}"
    mine = settings.model_copy(update={"database_schema": schema})
    ends = await seen.total(inputs)
    records = await count(settings, inputs)

    async def reached() -> int:
        return _projected(mine, inputs)

    async def done() -> bool:
        return _projected(mine, inputs) >= ends

    with running(mine, "projection") as workers:
        timeline = await watch(reached, done, workers)
    return timeline.run(records)


def _projected(settings: Settings, topics: Sequence[str]) -> int:
    """The sum of the offsets that the projection has stored; 0 before its tables are there."""
    query = "SELECT coalesce(sum(next), 0) FROM offsets WHERE topic = ANY(%s)"
    with psycopg.connect(settings.postgres_url, options=f"-c search_path={settings.database_schema}") as connection:
        try:
            row = connection.execute(query, [list(topics)]).fetchone()
        except psycopg.errors.UndefinedTable:
            return 0
    return int(row[0]) if row else 0


async def subscribe(settings: Settings) -> None:
    """Publish the subscriptions, and make their agencies' topics."""
    topic = Topics(settings.topic_prefix).subscriptions
    async with AIOKafkaProducer(bootstrap_servers=settings.bootstrap_servers) as producer:
        for one in SUBSCRIPTIONS:
            await ensure_agency(settings, one.agency)
            value = encode("Subscription", subscription_datum(one))
            await producer.send_and_wait(topic, key=one.agency.encode(), value=value)
