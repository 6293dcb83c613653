"""The sections of the reference page, each from its part of the results."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from benchmarks.contenders import COUNTING, MERGING
from benchmarks.disturbances import backlog, poison, rebalance
from benchmarks.home_chains import SHAPES
from benchmarks.markdown import Results, numbers, picture, table
from benchmarks.name_sections import many_companies, names
from benchmarks.subscriptions import MATCHING
from benchmarks.subscriptions import TITLES as SUBSCRIBED

MERGE_ROWS: Final = {
    "together": "events, `admit` and `unify` at once, two processes",
    "in_turn": "events, `admit` then `unify`, one process at a time",
    "memory": "events, the same functions in memory, one process",
    "admit": "`admit` alone: events",
    "unify": "`unify` alone: statements",
    "notify": "`notify` alone: changes, against three subscriptions",
    "projection": "`projection` alone: records into PostgreSQL",
    "memory_admit": "`admit` in memory: events",
    "memory_unify": "`unify` in memory: statements",
}
MERGE_TITLES: Final = {
    "ours": "Sijill, exactly once: `admit`, then `unify`, times added",
    "memory": "the same functions in memory, without Kafka and disk",
    **{one.name: one.title for one in MERGING},
}
COUNT_TITLES: Final = {one.name: one.title for one in COUNTING}


def peers(results: Results) -> Iterator[str]:
    """The comparison with the peers."""
    section = results["peers"]
    yield "## Beside its peers: the merge job"
    yield ""
    yield from _MERGE_JOB
    yield ""
    yield from picture("merge", "Events per second of the merge job, by runtime")
    yield contenders(MERGE_TITLES, section["merge"], results["ratios"])
    yield ""
    yield "## Beside its peers: the runtime alone"
    yield ""
    yield from _COUNT_JOB
    yield ""
    yield from picture("count", "Events per second of the count, by runtime")
    yield contenders(COUNT_TITLES, section["count"], section["count_ratios"])


_MERGE_JOB: Final = (
    "One worker process each, in turn, on the same events and the same broker, with the same outputs: a receipt for",
    "each event, the company's state, and its change. All use the register's own functions. Sijill does it with two",
    "processors and a topic between them, because registrations will move between companies; its peers do it in one",
    "keyed step, which is less work, and park nothing. Where a peer has defaults, they stand. *Ratio* is ours divided",
    "by theirs. Quix Streams commits every five seconds when exactly once: it is taken at what it has written and not",
    "yet committed.",
)
_COUNT_JOB: Final = (
    "A stateful count per key: 200-byte values of 10,000 keys; each event's new count goes to a topic, the counts to",
    "RocksDB and to a changelog topic. One worker process each.",
)


def contenders(titles: Mapping[str, str], runs: Mapping[str, Any], ratios: Mapping[str, float]) -> str:
    """Write the table of a comparison."""
    rows = [
        (title, *numbers(runs[name]["events_per_s"]), runs[name]["cpu_us"]["median"], ratios.get(name, "1"))
        for name, title in titles.items()
        if name in runs
    ]
    return table(("runtime", "events/s", "lowest", "highest", "CPU µs", "ratio"), rows)


def merge(results: Results) -> Iterator[str]:
    """The merge job and its stages."""
    section = results["merge"]
    rates, cpu = section["per_second"], section.get("cpu_us", {})
    yield "## The merge job and its stages, exactly once"
    yield ""
    yield "Events of the registries become one record per company: `admit` judges an event, writes its receipt, its"
    yield "registration's state and a statement; `unify` merges the statement into the company and tells the change."
    yield "*In memory* are the same steps on the same bytes in one process, without Kafka and without a disk."
    yield ""
    rows = [
        (meaning, *numbers(rates[name]), cpu[name]["median"] if name in cpu else "")
        for name, meaning in MERGE_ROWS.items()
        if name in rates
    ]
    yield table(("what", "per second", "lowest", "highest", "CPU µs"), rows)
    yield ""
    of_memory = section["of_memory"]
    yield f"Of the functions in memory: {of_memory['in_turn']:.2f} with one process at a time (the times of `admit` and"
    yield f"`unify` added), {of_memory['together']:.2f} with both at once."


def latency(results: Results) -> Iterator[str]:
    """From event to notice."""
    yield "## From an event to the notice of it"
    yield ""
    yield "Events at a steady rate through `admit`, `unify` and `notify`, one process each, to a reader of the notices"
    yield "of an agency that wants everything. An event counts from the moment at which it was due."
    yield ""
    yield from picture("latency", "Latency from event to notice, by percentile")
    by_rate = sorted(results["latency_ms"].items(), key=lambda item: int(item[0]))
    rows = [(f"{int(rate):,}", one["p50"], one["p99"], one["max"]) for rate, one in by_rate]
    yield table(("events/s", "p50 ms", "p99 ms", "longest ms"), rows)


def sizes(results: Results) -> Iterator[str]:
    """What the size of the register costs."""
    yield "## What size costs"
    yield ""
    yield "The states of so many registrations and companies are in the topics and on the disk of the worker; then a"
    yield "backlog of events of registrations from all over the register is worked off. *Restart* is from the start of"
    yield "the process to its first committed output; *restored* is the rate at which an empty disk is filled."
    yield ""
    yield from picture("sizes", "Events per second against the number of companies")
    rows = [
        (f"{int(size):,}", stage, *(f"{one[name]['median']:,}" for name in _SIZE_COLUMNS))
        for size, stages in results["sizes"]["companies"].items()
        for stage, one in stages.items()
    ]
    yield table(("companies", "stage", *_SIZE_COLUMNS.values()), rows)


_SIZE_COLUMNS: Final = {
    "events_per_s": "events/s",
    "restart_s": "restart s",
    "restored_per_s": "restored/s",
    "rss_mb": "memory MB",
    "disk_mb": "disk MB",
}


def takeover(results: Results) -> Iterator[str]:
    """How long partitions stand still."""
    facts = results["takeover"]["conditions"]["sizes"]
    yield "## Takeover"
    yield ""
    yield f"Two workers of `admit`, one is killed or frozen (session timeout {facts['session_timeout_s']} s): seconds"
    yield "until every partition gives something again."
    yield ""
    rows = [(way, *numbers(one)) for way, one in results["takeover"]["seconds"].items()]
    yield table(("worker", "seconds", "lowest", "highest"), rows)


def scaling(results: Results) -> Iterator[str]:
    """One and two workers."""
    yield "## One and two worker processes"
    yield ""
    yield "On two cores, which the broker shares."
    yield ""
    rows = [
        (stage, many, *numbers(one))
        for stage, found in results["scaling"]["per_second"].items()
        for many, one in found.items()
    ]
    yield table(("stage", "workers", "per second", "lowest", "highest"), rows)


def rebuild(results: Results) -> Iterator[str]:
    """A rebuild beside the live job."""
    section = results["rebuild"]
    yield "## Rebuilding the register"
    yield ""
    yield f"`sijill rebuild` on all cores has {section['of_live']:g} times the rate of the live job on the same events."
    seconds, memory = section["seconds"]["median"], section["memory_mb"]["median"]
    yield f"It took {seconds:g} s, and {memory:,} MB of memory at most, its workers included."
    yield ""
    titles = {
        "live": "the live merge job, `admit` and `unify` at once",
        "rebuild": "`sijill rebuild`, with its comparison",
    }
    rows = [
        (title, *numbers(section["per_second"][name]), f"{section['cpu_us'][name]['median']:g}")
        for name, title in titles.items()
    ]
    yield table(("what", "events/s", "lowest", "highest", "CPU µs"), rows)


def matching(results: Results) -> Iterator[str]:
    """Subscriptions of several sizes."""
    section = results["subscriptions"]
    yield "## Matching changes with subscriptions"
    yield ""
    yield f"`notify`'s step in memory: one change in {MATCHING} is one that somebody wants. *Of one* is the rate"
    yield "divided by that with a single criterion; what is told costs its own writing, once for each agency."
    yield ""
    rows = [
        (title, *numbers(section["per_second"][name]), section["of_one"].get(name, "1"))
        for name, title in SUBSCRIBED.items()
    ]
    yield table(("subscriptions", "changes/s", "lowest", "highest", "of one"), rows)


def resolving(results: Results) -> Iterator[str]:
    """Homes that lead to homes."""
    section = results["homes"]
    yield "## Resolving homes of homes"
    yield ""
    yield f"`resolve` alone on {section['homes']:,} registrations that name one another as their home, in any order."
    yield f"No transaction may take more than {section['limit_s']:g} s. The slowest took no more than the time shown."
    yield ""
    rows = [
        (title, f"{found['slowest_s']:g}", f"{found['per_second']:,}", f"{found['cpu_us']:,}")
        for title, found in ((title, section["shapes"][shape]) for shape, title in SHAPES.items())
    ]
    yield table(("shape", "slowest transaction, s", "registrations/s", "CPU µs"), rows)


ALL: Final[Mapping[str, Callable[[Results], Iterator[str]]]] = {
    "peers": peers,
    "merge": merge,
    "latency": latency,
    "sizes": sizes,
    "takeover": takeover,
    "scaling": scaling,
    "poison": poison,
    "backlog": backlog,
    "rebalance": rebalance,
    "rebuild": rebuild,
    "names": names,
    "subscriptions": matching,
    "homes": resolving,
    "many_companies": many_companies,
}
"""By the section of the results that each needs, in the order of the page."""
