"""`sijill show` and `sijill search`: a company with its provenance, and companies by name, number and activity."""

import shlex
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from operations.commands.queue import case_document
from operations.judgement_texts import judgement_document, show_judgements
from operations.move_texts import explained_in_words
from operations.options import AsJson, among
from operations.output import emit_json, facts, note, say, table, waiting
from operations.parked_texts import require_no_parked, show_parked
from operations.problems import UsageProblem
from operations.property_table import meanings, show_properties
from operations.then import AsOf, From, KnownAt, document_then, reported, show_then
from operations.value_texts import as_text
from operations.why_table import explanation_document, show_explanation
from register.company import Company
from register.ids import MEMBER_STATES
from register.status import EntityStatus
from runtime.settings import load
from services.as_of import MemorySource, Then, company_then, times
from services.company_json import company_view
from services.explaining import company_in, explain, property_named
from services.finding import DEFAULT_LIMIT, CompanySearch, WholeCompany, find
from services.finding import search as find_many
from services.member_states import member_state_named
from services.moves import ExplainedChange
from services.open_register import reading
from services.parked_events import parked_events
from services.problems import UnknownId

app = typer.Typer()


@app.command()
def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="A company id, or the id of one of its registrations.")],
    why: Annotated[
        str | None, typer.Option("--why", metavar="PROPERTY", help="Only why it has its value of this property.")
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Also what changed, version by version, and which registrations moved.")
    ] = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    source: From = MemorySource.POSTGRES,
    as_json: AsJson = False,
) -> None:
    """Show a company: each value with the registration and the event that stated it, and what others state.

    An id that merged away finds the company that it is part of now, and says when and why. What is in the stewards'
    queue about the company, and how it was judged, is shown as well. So are its parked events.

    With --why, show instead who stated one property, what others state, and by which rule they lost.

    With --as-of, what had taken effect up to a day; with --known-at, what the register knew at a moment.

    Example: sijill show SA.MC.7001775498 --why legal_name
    """
    if why is not None:
        property_named(why)
    if as_of is not None or known_at is not None or source is not MemorySource.POSTGRES:
        if history:
            raise UsageProblem(
                "--history lists all versions of today's record: leave out --as-of, --known-at and --from"
            )
        _show_then(id_, times(as_of, known_at), source, why, as_json)
        return
    settings = load()
    with reading(settings) as register:
        try:
            found = find(register, id_, history=history and why is None)
        except UnknownId:
            require_no_parked(id_, parked_events(settings, register, (id_,)))
            raise
        members = [one["registration_id"] for one in found.record["registrations"]]
        parked = () if why is not None else parked_events(settings, register, (id_, *members))
    if why is not None:
        _explain_company(company_in(found.record), why, as_json)
    elif as_json:
        emit_json({**company_document(found), "parked": [asdict(one) for one in parked]})
    else:
        show_company(id_, found)
        show_parked(parked)


def _show_then(id_: str, then: Then, source: MemorySource, why: str | None, as_json: bool) -> None:
    with waiting("reading") as say_progress:
        found = company_then(load(), id_, then, source, reported(say_progress))
    if why is not None:
        _explain_company(found.company, why, as_json)
    elif as_json:
        emit_json(document_then(found, then))
    else:
        show_then(found, then)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="A name in either script, an identifier, or a registration number.")] = "",
    member_state: Annotated[
        str | None, typer.Option("--member-state", help=f"One of {', '.join(MEMBER_STATES)}.")
    ] = None,
    activity: Annotated[str | None, typer.Option("--activity", help="An ISIC Rev. 4 class or its beginning.")] = None,
    status: Annotated[
        str | None, typer.Option("--status", help=f"One of {', '.join(one.value for one in EntityStatus)}.")
    ] = None,
    it_only: Annotated[bool, typer.Option("--it", help="Only IT companies, by their activities.")] = False,
    limit: Annotated[int, typer.Option("--limit", help="The most to show.", min=1, max=1000)] = DEFAULT_LIMIT,
    as_json: AsJson = False,
) -> None:
    """Find companies; hamza, article, diacritics and capitals make no difference.

    Example: sijill search "عنوان القهوه" --member-state SA
    """
    member_state = None if member_state is None else member_state_named(member_state)
    known = None if status is None else EntityStatus(among("status", (status.upper(),), tuple(EntityStatus))[0])
    wanted = CompanySearch(text=text, member_state=member_state, activity=activity, status=known, it_only=it_only)
    with reading(load()) as register:
        found = find_many(register, wanted, limit)
    if as_json:
        emit_json({"query": text, "results": [asdict(one) for one in found]})
        return
    columns = ("company", "legal name", "الاسم القانوني", "status", "found by")
    rows = (
        (one.company_id, one.legal_name_en, one.legal_name_ar, one.entity_status, f"{one.matched_by}: {one.matched}")
        for one in found
    )
    table(f"{len(found)} found", columns, rows)
    if len(found) == limit:
        note(f"there may be more than {limit}: narrow it down, or raise --limit")


def _explain_company(company: Company, name: str, as_json: bool) -> None:
    explanation = explain(company, name)
    if as_json:
        emit_json(explanation_document(explanation))
    else:
        show_explanation(explanation)


def company_document(found: WholeCompany) -> dict[str, Any]:
    """Make the `--json` document of a company."""
    document = {
        **company_view(found.record),
        "aliases": found.record["aliases"],
        "moved": None if found.moved is None else _explained_change_document(found.moved),
        "cases": [case_document(one) for one in found.cases],
        "judgements": [judgement_document(one) for one in found.judgements],
    }
    if found.history is not None:
        document["history"] = [_explained_change_document(one) for one in found.history]
    return document


def show_company(asked: str, found: WholeCompany) -> None:
    """Show a company as a person reads it; `asked` is the id that was asked for."""
    view = company_view(found.record)
    if found.moved is not None:
        show_move(asked, view["company_id"], found.moved)
    elif {asked, asked.upper()}.isdisjoint((view["company_id"], *view["registrations"])):
        say(f"{asked} is part of {view['company_id']} now")  # the change with the details is still on its way
    registrations = ", ".join(view["registrations"]) or "none"
    aliases = {"aliases": ", ".join(found.record["aliases"])} if found.record["aliases"] else {}
    facts(
        view["company_id"],
        {"version": view["version"], "registrations": registrations, **aliases, **meanings(view)},
        bold=True,
    )
    if not view["registrations"]:
        say(f"{view['company_id']} has no registrations, and merged into no other company: all of it was withdrawn.")
    else:
        show_properties(view)
    if found.history is not None:
        _show_history(found.history)
    _show_stewards(found)


def show_move(asked: str, company: str, moved: ExplainedChange) -> None:
    """Say that an id means another company than the one that it names, since when, and why."""
    when = datetime.fromisoformat(moved.change["written_at"]).astimezone(UTC)
    before = moved.change["company_id"]
    say(f"{asked} is part of {company} since {when:%Y-%m-%d %H:%M} UTC; before, the company was {before}.")
    say(f"  {explained_in_words(moved)}.")


def _explained_change_document(explained: ExplainedChange) -> dict[str, Any]:
    return {**explained.change, "in_words": explained_in_words(explained)}


def _show_history(history: Sequence[ExplainedChange]) -> None:
    changes = [one.change for one in history]
    rows = [
        (
            change["version"],
            change["effective_date"],
            change["cause"].lower(),
            name,
            as_text(change["before"].get(name)),
            as_text(change["after"].get(name)),
        )
        for change in changes
        for name in change["fields_changed"]
    ]
    table("History", ("version", "in law", "cause", "property", "before", "after"), rows, numbers=("version",))
    moves = [one for one in history if one.move is not None]
    if moves:
        say("Registrations that came and went")
    for one in moves:
        say(f"  version {one.change['version']}, in law {one.change['effective_date']}: {explained_in_words(one)}.")


def _show_stewards(found: WholeCompany) -> None:
    if found.cases:
        table(
            "In the stewards' queue", ("case", "what it says"), ((o.case.case_id, o.case.reason) for o in found.cases)
        )
        first = shlex.quote(found.cases[0].case.case_id)
        note(f"one of them whole: sijill queue show {first}")
    if found.judgements:
        show_judgements(found.judgements[::-1], "Judgements")
