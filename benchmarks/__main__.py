"""`python -m benchmarks`: measure on this machine, show tables, and write results.json and the reference page."""

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks import (
    backlog,
    home_chains,
    latency,
    many_companies,
    merge_job,
    names,
    page,
    peer_comparison,
    poison,
    rebalance,
    rebuilds,
    register_size,
    results,
    scaling,
    subscriptions,
    takeover,
    terminal_tables,
)
from benchmarks.contenders import COUNTING, PEERS_PYTHON
from benchmarks.problems import BenchmarkFailed
from operations.output import complain, emit_json, note, waiting
from runtime.signals import interrupt_on_termination

app = typer.Typer(help="Measure the register on this machine.", add_completion=False, pretty_exceptions_enable=False)

Companies = Annotated[int, typer.Option("--companies", min=200, help="Simulated companies; about 11 events each.")]
Rounds = Annotated[int, typer.Option("--rounds", min=1, help="Rounds of each measurement; the median counts.")]
Counted = Annotated[int, typer.Option("--counted", min=20_000, help="Events of the count.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON on standard output.")]
Write = Annotated[bool, typer.Option("--write/--no-write", help="Keep the numbers in results.json and the page.")]
SIZES = (10_000, 100_000, 1_000_000)  # companies; the last takes some GB of disk
ALL_SIZES = ",".join(map(str, SIZES))
Bilingual = Annotated[
    Path | None,
    typer.Option(
        "--bilingual",
        envvar=names.LIST_VARIABLE,
        exists=True,
        dir_okay=False,
        help="A CSV file of names in both scripts (country, source, local_id, name_ar, name_en).",
    ),
]

Report = Callable[[str], None]
Section = Callable[[Report], dict[str, Any]]


@app.callback(invoke_without_command=True)
def everything(context: typer.Context, bilingual: Bilingual = None, as_json: AsJson = False) -> None:
    """Measure all that there is; or one thing, by its command."""
    if context.invoked_subcommand is not None:
        return
    sections: list[Section] = [
        lambda report: peer_comparison.peers(
            peer_comparison.Sizes(companies=3_000, counted_events=1_000_000, rounds=3), report
        ),
        lambda report: merge_job.merge_job(3_000, 3, report),
        lambda report: latency.event_to_notice(latency.RATES, 20, report),
        lambda report: takeover.takeovers(3, report),
        lambda report: scaling.workers(3_000, 3, report),
        lambda report: poison.poisoned(100_000, 10_000, 3, report),
        lambda report: backlog.backlog(backlog.RECORDS, report),
        lambda report: rebalance.rebalances(2, report),
        lambda report: rebuilds.rebuilds(rebuilds.COMPANIES, 1, report),
        lambda report: register_size.against_size(SIZES, 30_000, 3, report),
        lambda report: subscriptions.matched(subscriptions.CHANGES, 5, report),
        lambda report: home_chains.homes(home_chains.HOMES, report),
        lambda report: many_companies.many_companies(many_companies.COMPANIES, report),
    ]
    if bilingual is None:
        note(f"names: left out, {names.LIST_VARIABLE} names no bilingual list")
    else:
        sections.append(lambda report: names.suggestions(bilingual, names.KNOWN, 3, report))
    for section in sections:
        _measure(section, as_json=as_json, write=True)


@app.command()
def quick(companies: Companies = 700, counted: Counted = 150_000, rounds: Rounds = 2, as_json: AsJson = False) -> None:
    """The ratios alone, in under five minutes; keeps nothing."""
    brief = [one for one in COUNTING if one.name in ("ours", "kafka_streams")]
    asked = peer_comparison.Sizes(companies=companies, counted_events=counted, rounds=rounds, counting=brief)
    _measure(lambda report: peer_comparison.peers(asked, report), as_json=as_json, write=False)


@app.command()
def peers(
    companies: Companies = 3_000,
    counted: Counted = 1_000_000,
    rounds: Rounds = 3,
    as_json: AsJson = False,
    write: Write = True,
) -> None:
    """The merge job and the count, beside Quix Streams, Faust, aiokafka and Kafka Streams."""
    asked = peer_comparison.Sizes(companies=companies, counted_events=counted, rounds=rounds)
    _measure(lambda report: peer_comparison.peers(asked, report), as_json=as_json, write=write)


@app.command()
def merge(companies: Companies = 3_000, rounds: Rounds = 3, as_json: AsJson = False, write: Write = True) -> None:
    """The merge job and each stage, exactly once, against the same functions in memory."""
    _measure(lambda report: merge_job.merge_job(companies, rounds, report), as_json=as_json, write=write)


@app.command("latency")
def event_to_notice(
    rates: Annotated[str, typer.Option("--rates", help="Events per second, with commas between.")] = "100,500,2000",
    seconds: Annotated[float, typer.Option("--seconds", min=2, help="How long each rate is held.")] = 20,
    as_json: AsJson = False,
    write: Write = True,
) -> None:
    """From an event to the notice that an agency reads."""
    asked = [int(rate) for rate in rates.split(",")]
    _measure(lambda report: latency.event_to_notice(asked, seconds, report), as_json=as_json, write=write)


@app.command("sizes")
def against_size(
    companies: Annotated[str, typer.Option("--companies", help="Sizes, with commas between.")] = ALL_SIZES,
    events: Annotated[int, typer.Option("--events", min=15_000, help="Events worked off beside each size.")] = 30_000,
    rounds: Rounds = 3,
    as_json: AsJson = False,
    write: Write = True,
) -> None:
    """Throughput, memory, restart and restore against the number of companies."""
    asked = [int(size) for size in companies.split(",")]
    _measure(lambda report: register_size.against_size(asked, events, rounds, report), as_json=as_json, write=write)


@app.command("takeover")
def takeovers(rounds: Rounds = 3, as_json: AsJson = False, write: Write = True) -> None:
    """How long the partitions of a killed or frozen worker stand still."""
    _measure(lambda report: takeover.takeovers(rounds, report), as_json=as_json, write=write)


@app.command("scaling")
def workers(companies: Companies = 3_000, rounds: Rounds = 3, as_json: AsJson = False, write: Write = True) -> None:
    """One and two worker processes."""
    _measure(lambda report: scaling.workers(companies, rounds, report), as_json=as_json, write=write)


@app.command("poison")
def poisoned(
    good: Annotated[int, typer.Option("--good", min=5_000, help="Good records.")] = 100_000,
    bad: Annotated[int, typer.Option("--bad", min=1, help="Bad records among them.")] = 10_000,
    rounds: Rounds = 3,
    as_json: AsJson = False,
    write: Write = True,
) -> None:
    """What bad records cost, and whether each is answered and parked."""
    _measure(lambda report: poison.poisoned(good, bad, rounds, report), as_json=as_json, write=write)


@app.command("backlog")
def worked_off(
    records: Annotated[int, typer.Option("--records", min=100_000, help="Records of the backlog.")] = backlog.RECORDS,
    as_json: AsJson = False,
    write: Write = True,
) -> None:
    """Memory of a worker on a large backlog, and on half of it with a slow broker."""
    _measure(lambda report: backlog.backlog(records, report), as_json=as_json, write=write)


@app.command("rebalance")
def rebalances(
    rounds: Annotated[int, typer.Option("--rounds", min=1, help="Rounds of about 75 s each.")] = 2,
    as_json: AsJson = False,
    write: Write = True,
) -> None:
    """What comes out, and when, while workers join, leave and are killed."""
    _measure(lambda report: rebalance.rebalances(rounds, report), as_json=as_json, write=write)


@app.command("rebuild")
def rebuilt(
    companies: Annotated[
        int, typer.Option("--companies", min=200, help="Simulated companies; about 11 events each.")
    ] = rebuilds.COMPANIES,
    rounds: Rounds = 1,
    as_json: AsJson = False,
    write: Write = True,
) -> None:
    """`sijill rebuild` beside the live merge job: events per second, processor time and memory."""
    _measure(lambda report: rebuilds.rebuilds(companies, rounds, report), as_json=as_json, write=write)


@app.command("names")
def name_suggestions(
    bilingual: Bilingual = None,
    known: Annotated[int, typer.Option("--known", min=1_000, help="Names known when speed is measured.")] = names.KNOWN,
    rounds: Rounds = 3,
    as_json: AsJson = False,
    write: Write = True,
) -> None:
    """The name suggester: recall and precision on a bilingual list, and names per second."""
    if bilingual is None:
        raise BenchmarkFailed(f"no bilingual list to measure: name one with --bilingual or {names.LIST_VARIABLE}")
    _measure(lambda report: names.suggestions(bilingual, known, rounds, report), as_json=as_json, write=write)


@app.command("subscriptions")
def matched(
    changes: Annotated[int, typer.Option("--changes", min=1_000, help="Changes to match.")] = subscriptions.CHANGES,
    rounds: Rounds = 5,
    as_json: AsJson = False,
    write: Write = True,
) -> None:
    """The step of `notify` against one criterion, 100,000 companies and 1,000 subscriptions."""
    _measure(lambda report: subscriptions.matched(changes, rounds, report), as_json=as_json, write=write)


@app.command("homes")
def homes_of_homes(
    count: Annotated[int, typer.Option("--homes", min=100, help="Registrations of each shape.")] = home_chains.HOMES,
    as_json: AsJson = False,
    write: Write = True,
) -> None:
    """The transactions of `resolve` on a chain, a ring and a star of homes."""
    _measure(lambda report: home_chains.homes(count, report), as_json=as_json, write=write)


@app.command("many-companies")
def many_companies_known(
    companies: Annotated[
        int, typer.Option("--companies", min=1_000, help="Companies, with two names each.")
    ] = many_companies.COMPANIES,
    as_json: AsJson = False,
    write: Write = True,
) -> None:
    """Memory, restart and speed of `suggest` with very many companies: some 15 minutes."""
    _measure(lambda report: many_companies.many_companies(companies, report), as_json=as_json, write=write)


@app.command("page")
def write_page() -> None:
    """Write the reference page and its pictures again from results.json."""
    _write(results.read())


def _measure(section: Section, *, as_json: bool, write: bool) -> None:
    with _reporting() as report:
        measured = section(report)
    if as_json:
        emit_json(measured)
    else:
        terminal_tables.show(measured)
    if write:
        _write(results.merge(measured))
        note(f"written: {results.FILE}, {page.PAGE}")


def _write(found: Mapping[str, Any]) -> None:
    if PEERS_PYTHON.exists():
        subprocess.run([str(PEERS_PYTHON), "-m", "benchmarks.pictures"], check=True)
    page.write(found)


@contextmanager
def _reporting() -> Iterator[Report]:
    """One line that changes on a terminal, one line per step elsewhere."""
    if sys.stderr.isatty():
        with waiting("starting") as tell:
            yield tell
        return
    last = ""

    def line(text: str) -> None:
        nonlocal last
        step = text.partition("loading")[0] + "loading" if "loading" in text else text
        if step != last:
            note(step)
        last = step

    yield line


if __name__ == "__main__":
    interrupt_on_termination()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it tells of every partition whose leader is just chosen
    try:
        app()
    except BenchmarkFailed as fault:
        complain(str(fault))
        sys.exit(1)
