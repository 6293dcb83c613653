"""The first benchmark: the merge job and each stage on real Kafka, against the same functions in memory."""

import asyncio
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from benchmarks.event_file import spool
from benchmarks.in_memory import InMemory, in_memory
from benchmarks.machine import conditions
from benchmarks.rounds import Measured, ratio
from benchmarks.servers import servers
from benchmarks.stages import Round, one_round

Report = Callable[[str], None]


def merge_job(companies: int, rounds: int, report: Report) -> dict[str, Any]:
    """Measure; gives the section `merge` of the results."""
    with servers(report, postgres=True) as settings:
        report(f"simulating {companies:,} companies")
        load = spool(settings.data_dir / "frames", companies)
        facts = conditions(
            settings.java,
            companies=companies,
            events=load.events,
            bytes_per_event=load.value_bytes // load.events,
            partitions=settings.partitions,
            records_per_transaction_at_most=settings.slice_records,
            rounds=rounds,
        )
        measured: list[tuple[InMemory, Round]] = []
        for number in range(1, rounds + 1):
            said = f"round {number} of {rounds}: "
            report(said + "in memory")
            bare = in_memory(load, settings)
            prefix = f"r{number}."
            real = asyncio.run(one_round(settings, load, prefix, lambda what, said=said: report(said + what)))  # type: ignore[misc]
            measured.append((bare, real))
    return section(measured, facts)


def section(measured: list[tuple[InMemory, Round]], facts: dict[str, Any]) -> dict[str, Any]:
    """Put the rounds together."""
    runs = {name.name: [getattr(real, name.name) for _, real in measured] for name in fields(Round)}
    rates = {name: Measured.of(run.events_per_s for run in rounds) for name, rounds in runs.items()} | {
        "memory": Measured.of(bare.events_per_s for bare, _ in measured),
        "memory_admit": Measured.of(bare.events / bare.admit_s for bare, _ in measured),
        "memory_unify": Measured.of(bare.statements / bare.unify_s for bare, _ in measured),
    }
    cpu = {name: Measured.of(run.cpu_us for run in rounds) for name, rounds in runs.items()}
    return {
        "merge": {
            "per_second": {name: rate.document() for name, rate in rates.items()},
            "cpu_us": {name: one.document(1) for name, one in cpu.items()},
            "of_memory": {name: ratio(rates[name], rates["memory"]) for name in ("in_turn", "together")},
            "conditions": facts,
        }
    }
