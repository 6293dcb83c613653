"""The options of questions about a past moment, and their answers: what the register said then."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from operations.output import facts, say
from operations.property_table import meanings, show_properties
from services.as_of import CompanyThen, MemorySource, Then, record_then
from services.company_json import company_view

AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DAY", help="Only what had taken effect in law up to this day (2024-06-30)."),
]
KnownAt = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        metavar="MOMENT",
        help="Only what the register had accepted up to this moment (2024-06-30T12:00:00Z); now where it is left out.",
    ),
]
From = Annotated[
    MemorySource, typer.Option("--from", help="Answer from the tables in PostgreSQL, or from the topics themselves.")
]


def document_then(found: CompanyThen, then: Then) -> dict[str, Any]:
    """Make the `--json` document of a company as it was then: as that of today, without versions."""
    view = company_view({**record_then(found), "version": None, "alias_of": None})
    kept = {name: value for name, value in view.items() if name not in ("version", "alias_of")}
    return {"as_of": _day(then), "known_at": moment_text(then.known_at), **kept, "aliases": list(found.aliases)}


def show_then(found: CompanyThen, then: Then) -> None:
    """Show a company as it was then, as a person reads it."""
    view = company_view({**record_then(found), "version": None, "alias_of": None})
    aliases = {"aliases": ", ".join(found.aliases)} if found.aliases else {}
    times = {"as of": _day(then) or "every day", "known at": moment_text(then.known_at)}
    facts(
        view["company_id"],
        {**times, "registrations": ", ".join(view["registrations"]), **aliases, **meanings(view)},
        bold=True,
    )
    show_properties(view)
    if then.as_of is None:
        say("Events count whatever their day in law: with --as-of DAY, only those of up to that day.")


def reported(show: Callable[[str], None]) -> Callable[[int], None]:
    """Report the progress of reading topics in words."""
    return lambda done: show(f"reading: {done:,} records")


def moment_text(moment: datetime) -> str:
    """Write a moment in UTC, to the millisecond, as Kafka has it.

    >>> moment_text(datetime(2024, 6, 30, 12, tzinfo=UTC))
    '2024-06-30T12:00:00.000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _day(then: Then) -> str | None:
    return None if then.as_of is None else then.as_of.isoformat()
