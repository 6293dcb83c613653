"""`sijill subscribe`, `unsubscribe` and `follow`: what an agency wants to hear of, and what it hears."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from operations.exit_codes import FOUND_SOMETHING
from operations.notice_texts import missing_document, missing_in_words, notice_document, show_notice
from operations.options import AsJson, DryRun
from operations.output import emit_json, emit_json_line, facts, note
from operations.problem_texts import AN_ID
from operations.problems import UsageProblem
from operations.value_texts import as_text
from register.ids import AgencyId
from register.subscriptions import Subscription
from runtime.settings import load
from services import contract_json, subscribing
from services.following import Follower, NotGivenYet, NumbersMissing, NumbersSkipped
from services.subscribing import agency_named, is_id

app = typer.Typer()

SHOWN: Final = 10  # values of a wish; the others are counted
STDIN: Final = Path("-")
LARGEST_NUMBER: Final = 2**63 - 1  # a long of Avro

Agency = Annotated[str, typer.Argument(help="The agency: lower-case letters, digits and hyphens.")]
MemberStatesWanted = Annotated[
    list[str], typer.Option("--member-state", help="Only companies of this member state. Repeat for more.")
]
FieldsWanted = Annotated[
    list[str],
    typer.Option(
        "--field",
        help="Only changes of this property; `registrations`: merges and unmerges; `home_status`: what befell the "
        "home entry of branches. Repeat for more.",
    ),
]
ActivitiesWanted = Annotated[list[str], typer.Option("--activity", help="Only ISIC Rev. 4 classes that begin so.")]
CompaniesWanted = Annotated[
    list[str],
    typer.Option("--company", help="Only the company of this id, wherever it merged to. Repeat for more."),
]
CompaniesFrom = Annotated[
    Path | None,
    typer.Option(
        "--companies-from",
        help="Only the companies of the ids in this file, one a line; blank lines and # comments are passed over.",
        exists=True,
        dir_okay=False,
        readable=True,
        allow_dash=True,
    ),
]
ItOnly = Annotated[bool, typer.Option("--it", help="Only IT companies, by their activities.")]


@app.command()
def subscribe(
    agency: Agency,
    member_state: MemberStatesWanted = [],  # noqa: B006
    field: FieldsWanted = [],  # noqa: B006
    activity: ActivitiesWanted = [],  # noqa: B006
    company: CompaniesWanted = [],  # noqa: B006
    companies_from: CompaniesFrom = None,
    it_only: ItOnly = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say what an agency wants to hear of; it replaces what the agency said before. All that is given must hold.

    A long list of companies, 100,000 or more, is given in a file with --companies-from.

    With `--field registrations` it hears when a registration joins or leaves a company: one notice each, with both ids.
    With `--field home_status` it hears of the home entry of a company with branches in other member states. One notice
    each says that this entry is suspended, in liquidation or struck off.

    Example: sijill subscribe kw-procurement --member-state SA --field legal_name --field entity_status
    """
    subscription = Subscription(
        agency=agency_named(agency),
        member_states=tuple(one.upper() for one in member_state),
        fields=tuple(field),
        activities=tuple(activity),
        companies=tuple(dict.fromkeys((*company, *_listed(companies_from)))),
        it_only=it_only,
    )
    asyncio.run(subscribing.subscribe(load(), subscription, dry_run=dry_run))
    if as_json:
        emit_json({**contract_json.subscription_document(subscription), "dry_run": dry_run})
        return
    facts(f"{agency} {'would follow' if dry_run else 'follows'}", _wishes(subscription))


@app.command()
def unsubscribe(agency: Agency, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """End an agency's subscription. Notices that were given stay readable.

    Example: sijill unsubscribe kw-procurement
    """
    if not dry_run:
        asyncio.run(subscribing.unsubscribe(load(), agency_named(agency)))
    if as_json:
        emit_json({"agency": agency, "unsubscribed": not dry_run})
    else:
        note(f"{agency} {'would get' if dry_run else 'gets'} no more notices")


@app.command()
def follow(
    agency: Agency,
    start: Annotated[
        int | None,
        typer.Option(
            "--from",
            help="The number of the first notice to show; else the first that is kept.",
            min=1,
            max=LARGEST_NUMBER,
        ),
    ] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", "-f", help="Wait for further notices; Ctrl-C ends.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show an agency's notices, in the order of their numbers; with --json one document a line.

    Where numbers are kept no longer, or are not given yet, standard error says so. With --json a line with a `kind`
    says so. Exit code 1 when one that --from asks for is not there, or when numbers have a gap.

    Example: sijill follow kw-procurement --from 120 --json
    """
    try:
        followed = asyncio.run(_follow(agency_named(agency), start, keep_going, as_json))
    except KeyboardInterrupt:
        return
    if not as_json and followed.next is not None:
        note(f"go on later with: sijill follow {agency} --from {followed.next}")
    if followed.misses:
        raise typer.Exit(FOUND_SOMETHING)


@dataclass(slots=True)
class _Followed:
    """The result of following: the next number, and whether requested notices are missing."""

    next: int | None
    misses: bool = False


async def _follow(agency: AgencyId, start: int | None, keep_going: bool, as_json: bool) -> _Followed:
    followed = _Followed(start or 1)
    async with Follower(load(), agency, after=(start or 1) - 1, wait=keep_going) as notices:
        while True:
            try:
                notice = await anext(notices)
            except StopAsyncIteration:
                return followed
            except NumbersMissing as missing:
                followed.misses |= start is not None or isinstance(missing, NumbersSkipped)
                followed.next = missing.first if isinstance(missing, NotGivenYet) else None
                _report_missing(missing, start or 1, as_json)
                continue
            followed.next = notice.number + 1
            if as_json:
                emit_json_line(notice_document(notice))
            else:
                show_notice(notice)


def _report_missing(missing: NumbersMissing, start: int, as_json: bool) -> None:
    note(missing_in_words(missing, start))
    if as_json:
        emit_json_line(missing_document(missing, start))


def _wishes(subscription: Subscription) -> dict[str, str]:
    lists = ("member_states", "activities", "companies", "fields")
    wishes = {name: _shortened(getattr(subscription, name)) or "all" for name in lists}
    return {**wishes, "it_only": as_text(subscription.it_only)}


def _shortened(values: Sequence[str]) -> str:
    more = len(values) - SHOWN
    return ", ".join(values[:SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def _listed(file: Path | None) -> Iterator[str]:
    """Read the ids in a file; UsageProblem, with the line, for what is no id or no text."""
    if file is None:
        return
    try:
        text = (sys.stdin.buffer.read() if file == STDIN else file.read_bytes()).decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise UsageProblem(f"{file} is no UTF-8 text: byte {fault.start:,} cannot be read") from fault
    if not any(ids := [line.partition("#")[0].strip() for line in text.splitlines()]):
        raise UsageProblem(f"{file} names no company, and a subscription without companies follows all of them")
    for number, one in enumerate(ids, start=1):
        if one and not is_id(one):
            raise UsageProblem(f"{file}, line {number}: {one} is no id: {AN_ID}")
        if one:
            yield one
