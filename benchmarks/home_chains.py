"""`resolve` alone on homes that lead to homes: a chain, a ring and a star of very many. How long its transactions take.

Its bound is the law: no shape that a publisher writes may hold up the others for longer than a second.
"""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from random import Random
from typing import Any, Final
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from benchmarks.event_file import Frame
from benchmarks.machine import conditions
from benchmarks.merges import stage
from benchmarks.output_rate import gauge, watch
from benchmarks.servers import servers
from benchmarks.topics import fresh_topics, preload, receipts, registrations
from benchmarks.workers import running
from runtime.embedded import free_ports
from runtime.metrics import TRANSACTION
from runtime.settings import Settings
from schemas.codec.wire import encode
from schemas.facts.topics import Topics
from services.processes import metrics_endpoint

Report = Callable[[str], None]

HOMES: Final = 10_000
LIMIT_S: Final = 1.0
SHAPES: Final = {
    "chain": "a chain: each names the next as its home",
    "ring": "a ring: the last names the first",
    "star": "a star: all name one home",
}
_MOMENT: Final = datetime(2026, 3, 1, 8, tzinfo=UTC)


def homes(count: int, report: Report) -> dict[str, Any]:
    """Measure; gives the section `homes` of the results."""
    found: dict[str, Any] = {}
    with servers(report, postgres=False) as settings:
        facts = conditions(settings.java, homes=count)
        for shape in SHAPES:
            report(f"{shape} of {count:,} homes")
            found[shape] = asyncio.run(_measured(settings, shape, count))
    return {"homes": {"homes": count, "limit_s": LIMIT_S, "shapes": found, "conditions": facts}}


async def _measured(settings: Settings, shape: str, count: int) -> dict[str, float]:
    prefix = f"{shape}."
    async with fresh_topics(settings, prefix) as fresh, gauge(fresh) as seen:
        mine = fresh.model_copy(update={"metrics_port": free_ports(1)[0]})
        topics = Topics(prefix)
        await preload(mine, list(frames(shape, count)), lambda sent: None)
        await stage(mine, seen, "admit", registrations(topics), receipts(topics), count)
        with running(mine, "resolve") as workers:
            timeline = await watch(
                lambda: seen.total([topics.assignments, topics.cases]),
                lambda: seen.caught_up(prefix + "resolve", [topics.links, topics.judgements]),
                workers,
            )
            slowest = await asyncio.to_thread(_slowest, mine)
        run = timeline.run(count)
    return {"slowest_s": slowest, "per_second": round(run.events_per_s), "cpu_us": round(run.cpu_us)}


def frames(shape: str, count: int) -> Iterator[Frame]:
    """Make an event of each registration, in any order but for the one that closes the ring, which comes last."""
    own = [f"KW.MOCI.{number}" if number % 2 else f"OM.MOCIIP.{1_000_000 + number}" for number in range(1, count + 1)]
    named: dict[str, list[str | None]] = {
        "chain": [*own[1:], None],
        "ring": [*own[1:], own[0]],
        "star": [None, *[own[0]] * (count - 1)],
    }
    pairs = list(zip(own, named[shape], strict=True))
    last = pairs.pop()
    Random(shape).shuffle(pairs)
    for one, home in (*pairs, last):
        stated: dict[str, Any] = {"legal_name": [{"text": one, "language": "en"}]}
        if home is not None:
            stated |= {"is_branch": True, "home_registration": home}
        yield Frame(one[:2].lower(), one.encode(), encode("RegistrationEvent", _event(one, stated)))


def _event(own: str, stated: dict[str, Any]) -> dict[str, Any]:
    return {
        "event_id": f"{own}-1",
        "registration_id": own,
        "sequence": 1,
        "kind": "REGISTERED",
        "effective_date": date(2026, 3, 1),
        "recorded_at": _MOMENT,
        "replaces": None,
        "stated": stated,
        "cleared": [],
    }


def _slowest(settings: Settings) -> float:
    """Ask the process: the upper bound, in seconds, of the bucket in which its slowest transaction is."""
    endpoint = metrics_endpoint("resolve", settings)
    assert endpoint is not None
    with urlopen(f"http://{endpoint.host}:{endpoint.port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    buckets = [
        (float(sample.labels["le"]), sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == f"{TRANSACTION.name}_bucket"
    ]
    total = max(value for _, value in buckets)
    return min(bound for bound, value in buckets if value == total)
