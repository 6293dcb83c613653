"""The sections of the reference page, each from its part of the results."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from benchmarks.contenders import COUNTING, MERGING
from benchmarks.disturbances import backlog, poison, rebalance
from benchmarks.homes import SHAPES
from benchmarks.subscriptions import MATCHING
from benchmarks.subscriptions import TITLES as SUBSCRIBED
from benchmarks.tables import Results, numbers, picture, table

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


def names(results: Results) -> Iterator[str]:
    """The name suggester."""
    section = results["names"]
    yield "## Name suggestions"
    yield ""
    yield from _NAMES
    yield ""
    named = {
        **section["sources"],
        "in total": section["total"],
        "rows whose failures were looked at": section["halves"]["looked_at"],
        "rows held out": section["halves"]["held_out"],
    }
    rows: list[tuple[object, ...]] = [(name, *(one[share] for share in _SHARES)) for name, one in named.items()]
    yield table(("list", *_SHARES.values()), rows)
    yield ""
    judged = section["folds"]
    yield f"The queue's threshold is {section['threshold']}. With a threshold taken from four fifths of the rows"
    yield "instead (the lowest with a precision of 0.9) and judged by the fifth, over five such divisions:"
    yield ""
    yield table(("measure", "median", "lowest", "highest"), ((name, *numbers(one)) for name, one in judged.items()))
    yield ""
    yield f"With the right name taken out of the list, {section['absent']:.0%} of the names still get a suggestion at"
    yield "the threshold: a sister, a branch or a stranger. That is why a suggestion is never a merge."
    yield ""
    yield from _among_strangers(section["strangers"])
    yield ""
    yield from _among_many(section["crowd"])


def _among_strangers(strangers: Mapping[str, Any]) -> Iterator[str]:
    listed, others = strangers["listed"], strangers["legal_names"]
    yield f"In a register most names have no partner. The {listed} names of the lists and {others:,} names of GLEIF go"
    yield "through the queue as `suggest` takes them; which of them are one company's was found by reading. `crossed`:"
    yield "each half of the list is judged by counts that the other half taught. A row within the list counts as wrong."
    yield "Whoever wrote the rules of comparing had seen what was wrong in both halves."
    yield ""
    rows = [
        (f"{_STATED[asked]}, {_JUDGED[how]}", *(one[share] for share in _AMONG))
        for asked, by_how in strangers["asked"].items()
        for how, one in by_how.items()
    ]
    yield table(("a registration of the list states", *_AMONG.values()), rows)
    yield ""
    yield "The score is a probability. Of each name of the list, in either script, the first suggestion among GLEIF's"
    yield "names (`crossed`), by the tenth in which its score is:"
    yield ""
    tenths = [
        (f"{one['from']:.1f}", one["names"], one["score"], one["right"], _share(one["right"], one["names"]))
        for one in strangers["tenths"]
    ]
    yield table(("score from", "suggestions", "their mean score", "right", "share right"), tenths)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else ""


def _among_many(crowd: Mapping[str, Any]) -> Iterator[str]:
    yield f"The same names among {crowd['known']:,} others (GLEIF's, each with one word replaced, so that every name"
    yield f"has some fourteen near doubles): recall@1 {crowd['recall_at_1']}, recall@5 {crowd['recall_at_5']}. New"
    yield "names of that kind asked there by one process, per second of the processor's time:"
    yield ""
    rates = [
        ("names asked per second", *numbers(crowd["names_per_s"])),
        ("pairs compared word by word per second", *numbers(crowd["pairs_per_s"])),
    ]
    yield table(("what", "per second", "lowest", "highest"), rates)


def many_companies(results: Results) -> Iterator[str]:
    """`suggest` with very many companies."""
    section = results["many_companies"]
    first, again = section["first_start"], section["restart"]
    yield "## Name suggestions among very many companies"
    yield ""
    yield f"The process `suggest` with {section['companies']:,} companies, each with an English and an Arabic name."
    yield f"Less than {section['goal_mb']:,} MB is the goal. A first start reads every name, a restart a file."
    yield "The names asked are those of new companies, two each, per second of the processor's time."
    yield ""
    rows = [(said, f"{first[name]:,}", f"{again[name]:,}") for name, said in _MANY.items()]
    yield table(("what", "first start", "restart"), rows)


_MANY: Final = {
    "rss_mb": "resident memory at the first event, MB",
    "rss_after_questions_mb": "after the questions, MB",
    "base_mb": "before any name, MB",
    "bytes_per_company": "bytes per company",
    "first_event_s": "seconds to the first event",
    "names_per_s": "names asked per second",
    "index_mb": "file of the index, MB",
}
_SHARES: Final = {
    "names": "names",
    "recall_at_1": "recall@1",
    "recall_at_5": "recall@5",
    "precision": "precision",
    "recall": "recall at the threshold",
}
_STATED: Final = {"arabic": "its Arabic name", "both": "both names"}
_JUDGED: Final = {
    "shipped": "counts that ship",
    "crossed": "crossed",
    "crossed_first_half": "crossed, the first half",
    "crossed_second_half": "crossed, the second half",
}
_AMONG: Final = {
    "rows": "rows",
    "right": "right",
    "present": "companies in both",
    "precision": "precision",
    "recall": "recall",
}
_NAMES: Final = (
    "Each Arabic name of a list is asked among the English names of the same list",
    "([how](../explanation/name-suggestions.md)). Nothing is learnt from these rows but some words of the glossary,",
    "which came to mind when every second row was read: the rows held out are the honest figure.",
)


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
    "names": names,
    "subscriptions": matching,
    "homes": resolving,
    "many_companies": many_companies,
}
"""By the section of the results that each needs, in the order of the page."""
