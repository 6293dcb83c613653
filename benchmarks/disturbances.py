"""The sections of the reference page on what disturbs a register: bad records, a backlog, a slow broker, rebalances."""

from collections.abc import Iterator
from typing import Final

from benchmarks.markdown import Results, numbers, picture, ranged, table


def poison(results: Results) -> Iterator[str]:
    """What bad records cost."""
    section = results["poison"]
    facts = section["conditions"]["sizes"]
    good, bad = f"{facts['good_records']:,}", f"{facts['bad_records']:,}"
    names = {"without": f"{good} good records", "with": f"the same, with {bad} bad ones among them"}
    yield "## Poison"
    yield ""
    yield "Through `admit`, one worker: good events alone, and the same ones with bad records among them at random, in"
    yield "turn. After each run every record was looked up: each had exactly one receipt, of the right outcome, and"
    yield "each bad one lay in its dead-letter topic byte for byte. The ratio is that of the speeds per record."
    yield ""
    rows = [
        (name, *numbers(section["per_second"][way]), section["cpu_us"][way]["median"], ratio)
        for (way, name), ratio in zip(names.items(), ("", f"{section['ratio']:.2f}"), strict=True)
    ]
    yield table(("records", "per second", "lowest", "highest", "CPU µs", f"ratio (goal {section['goal']})"), rows)
    yield ""
    yield table(("parked, by reason", "records"), [(f"`{one}`", f"{n:,}") for one, n in section["parked"].items()])


def backlog(results: Results) -> Iterator[str]:
    """Whether memory stays bounded."""
    runs = results["backlog"]["runs"]
    slow, facts = runs["slow_broker"], results["backlog"]["conditions"]["sizes"]
    yield "## Memory under a backlog, and with a slow broker"
    yield ""
    yield "One worker of the count, exactly once, works off a backlog; then another one, while the broker's process is"
    yield f"stopped 80 ms of each 100 ms, for {slow['slow_s']} s. Every result is looked up afterwards: each came out"
    yield "exactly once. Memory rises while the stores' write buffers fill, which are bounded; the values of the first"
    yield f"backlog alone are {facts['records'] * facts['bytes_per_value'] // 10**6:,} MB."
    yield ""
    yield from picture("backlog", "Memory of a worker over time, on a backlog and with a slow broker")
    names = {"backlog": "a backlog", "slow_broker": f"a backlog, the broker slow for {slow['slow_s']} s"}
    rows = [(name, *(f"{runs[run][one]:,}" for one in _BACKLOG_COLUMNS)) for run, name in names.items()]
    yield table(("MB", *_BACKLOG_COLUMNS.values()), rows)


_BACKLOG_COLUMNS: Final = {
    "records": "records",
    "records_per_s": "per second",
    "start_mb": "at the start",
    "first_half_mb": "highest, first half",
    "second_half_mb": "highest, second half",
    "end_mb": "at the end",
}


def rebalance(results: Results) -> Iterator[str]:
    """What eager rebalancing costs."""
    section = results["rebalance"]
    facts = section["conditions"]["sizes"]
    yield "## Rebalances"
    yield ""
    yield f"A steady load of {facts['events_per_s']:,} events/s through `admit` while workers join, leave (SIGTERM) or"
    yield f"are killed (session timeout {facts['session_timeout_s']} s), each with a disk of its own. The seconds are"
    yield "the longest time without any output, the longest without output of some partition, and the time from the"
    yield "change (for one that joins: the start of its process) until the rate was back for a second; medians, with"
    yield "the highest of the rounds. In the end every event had exactly one receipt. The picture is that of the first"
    yield "round."
    yield ""
    yield from picture("rebalance", "Events per second while workers join, leave and are killed")
    columns = {"silence_s": "no output", "standstill_s": "none of a partition", "back_s": "rate back after"}
    rows = [
        (name, *(cell for one in columns for cell in ranged(costs[one]))) for name, costs in section["around"].items()
    ]
    yield table(("seconds", *(cell for title in columns.values() for cell in (title, "highest"))), rows)
    yield ""
    yield table(("tasks, over all rounds", "number"), [(said, section["tasks"][one]) for one, said in _TASKS.items()])


_TASKS: Final = {
    "stayed": "stayed where they were, at each rebalance",
    "opened_again": "of those, opened again",
    "restored_again": "states that those restored (goal: 0)",
    "moved": "opened by a worker that had not had them",
    "restored_moved": "states that those restored",
}
