"""`sijill dlq`: the records that could not be taken, why, and what becomes of them."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

import typer

from operations.dead_letter_texts import (
    decided_document,
    letter_document,
    show_decided,
    show_groups,
    show_letter,
    show_letters,
)
from operations.options import MOST_LISTED, AsJson, DryRun
from operations.output import emit_json, progress
from operations.problems import UsageProblem
from register.letters import ATTEMPTS, LetterChoice, LetterId, LetterState
from runtime.settings import load
from services.dead_letters import dead_letters, decided_places, letter_counts, publishers, require, whole_letter
from services.deciding_letters import DEFAULT_LIMIT, LettersAsked, decide
from services.open_register import reading

app = typer.Typer(help="Dead letters: records that could not be taken, byte for byte, and why.", no_args_is_help=True)

_LONG = 2**63 - 1
_INT = 2**31 - 1

PublisherArgument = Annotated[str, typer.Argument(help=f"One of {', '.join(publishers())}.")]
PartitionArgument = Annotated[int, typer.Argument(help="Its partition, as listed.", min=0, max=_INT)]
OffsetArgument = Annotated[int, typer.Argument(help="Its offset, as listed.", min=0, max=_LONG)]
OnePublisher = Annotated[str | None, typer.Argument(help="The publisher of one letter, in place of a group.")]
OnePartition = Annotated[int | None, typer.Argument(help="Its partition, as listed.", min=0, max=_INT)]
OneOffset = Annotated[int | None, typer.Argument(help="Its offset, as listed.", min=0, max=_LONG)]
OfPublisher = Annotated[str | None, typer.Option("--publisher", help=f"One of {', '.join(publishers())}.")]
OfCode = Annotated[str | None, typer.Option("--code", help="Only those refused with this code.")]
OfSchema = Annotated[int | None, typer.Option("--schema", help="Only those with this schema id.", min=0, max=2**32 - 1)]
DecidedBy = Annotated[str, typer.Option("--by", help="Who decides; else SIJILL_PRINCIPAL, else the login name.")]
Most = Annotated[int, typer.Option("--limit", help="The most letters of this command.", min=1, max=MOST_LISTED)]


@app.command("list")
def list_(
    publisher: OfPublisher = None,
    code: OfCode = None,
    schema: OfSchema = None,
    one_by_one: Annotated[bool, typer.Option("--letters", help="One by one, the latest first.")] = False,
    also_decided: Annotated[
        bool, typer.Option("--all", help="Also those that were redriven or discarded: all that there ever were.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=MOST_LISTED, help="The most to list one by one.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Count the open dead letters by code, publisher and schema; with --letters list them one by one.

    Example: sijill dlq list --publisher sa --code malformed_number
    """
    settings = load()
    choice = LetterChoice(publisher=publisher, code=code, schema_id=schema)
    require(choice)
    with reading(settings) as register:
        without = frozenset() if also_decided else decided_places(settings)
        groups = [] if one_by_one else letter_counts(register, choice, without=without)
        letters = dead_letters(register, choice, limit=limit, without=without) if one_by_one else []
    if as_json and one_by_one:
        emit_json({"dead_letters": [asdict(one) for one in letters]})
    elif as_json:
        emit_json({"groups": [asdict(one) for one in groups], "count": sum(one.count for one in groups)})
    elif one_by_one:
        show_letters(letters)
    else:
        show_groups(groups)


@app.command()
def show(
    publisher: PublisherArgument, partition: PartitionArgument, offset: OffsetArgument, as_json: AsJson = False
) -> None:
    """Show one dead letter whole: its state, the reason, what can be read of it, and its bytes.

    It names the byte at which the reading fails, and the field that it had reached.

    Example: sijill dlq show sa 3 17
    """
    letter = asyncio.run(whole_letter(load(), LetterId(publisher, partition, offset)))
    if as_json:
        emit_json(letter_document(letter))
    else:
        show_letter(letter)


@app.command()
def redrive(
    one_publisher: OnePublisher = None,
    partition: OnePartition = None,
    offset: OneOffset = None,
    publisher: OfPublisher = None,
    code: OfCode = None,
    schema: OfSchema = None,
    attempts: Annotated[
        int, typer.Option("--attempts", help="The most redrives of one record; then it stays.", min=1, max=1_000)
    ] = ATTEMPTS,
    limit: Most = DEFAULT_LIMIT,
    by: DecidedBy = "",
    why: Annotated[str, typer.Option("--why", help="Why they can be taken now.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Write records of open dead letters to their origin again, byte for byte: one letter, or a group.

    A letter is redriven once. A record that is refused again makes another letter, which counts the attempts.
    After a kill give the command again: nothing is redriven twice. Look at a group with --dry-run first.

    Example: sijill dlq redrive --code unknown_schema --schema 1003 --dry-run
    """
    choice = _choice(one_publisher, partition, offset, publisher, code, schema)
    _decide(
        LettersAsked(choice=choice, state=LetterState.REDRIVEN, by=by, why=why, limit=limit, attempts=attempts),
        dry_run,
        as_json,
    )


@app.command()
def discard(
    one_publisher: OnePublisher = None,
    partition: OnePartition = None,
    offset: OneOffset = None,
    publisher: OfPublisher = None,
    code: OfCode = None,
    schema: OfSchema = None,
    limit: Most = DEFAULT_LIMIT,
    by: DecidedBy = "",
    why: Annotated[str, typer.Option("--why", help="Why they are not to be taken in.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Close open dead letters without taking their records in; the letters stay in their topic.

    Example: sijill dlq discard bh 0 4 --why "a test of another system; the registry knows"
    """
    if not why.strip():
        raise UsageProblem("a letter is discarded for a reason: say it with --why")
    choice = _choice(one_publisher, partition, offset, publisher, code, schema)
    _decide(LettersAsked(choice=choice, state=LetterState.DISCARDED, by=by, why=why, limit=limit), dry_run, as_json)


def _decide(asked: LettersAsked, dry_run: bool, as_json: bool) -> None:
    with progress("dead letters") as report:
        made = asyncio.run(decide(load(), asked, dry_run=dry_run, report=report))
    if as_json:
        emit_json(decided_document(made))
    else:
        show_decided(made)


def _choice(
    one_publisher: str | None,
    partition: int | None,
    offset: int | None,
    publisher: str | None,
    code: str | None,
    schema: int | None,
) -> LetterChoice:
    """Choose one letter, or a group. Raises UsageProblem."""
    group: dict[str, Any] = {"publisher": publisher, "code": code, "schema_id": schema}
    is_group = any(value is not None for value in group.values())
    if one_publisher is None and is_group:
        return LetterChoice(**group)
    if one_publisher is None or partition is None or offset is None or is_group:
        raise UsageProblem(
            "say which letters: PUBLISHER PARTITION OFFSET of one, or a group by --publisher, --code or --schema"
        )
    return LetterChoice(letter=LetterId(one_publisher, partition, offset))
