"""`sijill show` and `sijill search`: a company with its provenance, and companies by name, number and activity."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from consumers.projection.reading import reading
from consumers.projection.searching import DEFAULT_LIMIT
from operations.commands.explaining import explanation_document, show_explanation
from operations.explaining import company_in, explain
from operations.options import AsJson, among
from operations.output import emit_json, facts, notes, screen, table
from operations.problems import CommandProblem
from operations.texts import as_text
from operations.views import company_view
from register.ids import STATES
from register.properties import PROPERTIES
from register.status import EntityStatus
from runtime.settings import load
from schemas.authorities import authorities as known_authorities

app = typer.Typer()


@app.command()
def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="A company id, or the id of one of its registrations.")],
    why: Annotated[
        str | None, typer.Option("--why", metavar="PROPERTY", help="Only why it has its value of this property.")
    ] = None,
    history: Annotated[bool, typer.Option("--history", help="Also what changed, version by version.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show a company: each value with the registration and the event that stated it, and what others state.

    With --why, show instead who stated one property, what others state, and by which rule they lost.

    Example: sijill show SA.MC.7001775498 --why legal_name
    """
    if why is not None:
        among("why", (why,), PROPERTIES)
    with reading(load()) as register:
        record = register.company(id_)
        if record is None:
            raise CommandProblem(f"no company or registration {id_}: `sijill search` finds one by name or number")
        changes = register.history(record["company_id"]) if history and why is None else None
    if why is not None:
        _explain(record, why, as_json)
        return
    view = {**company_view(record), "aliases": record["aliases"]}
    if changes is not None:
        view["history"] = changes
    if as_json:
        emit_json(view)
    else:
        show_company(id_, view)


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="A name in either script, an identifier, or a registration number.")] = "",
    state: Annotated[str | None, typer.Option("--state", help=f"One of {', '.join(STATES)}.")] = None,
    activity: Annotated[str | None, typer.Option("--activity", help="An ISIC Rev. 4 class or its beginning.")] = None,
    status: Annotated[
        str | None, typer.Option("--status", help=f"One of {', '.join(one.value for one in EntityStatus)}.")
    ] = None,
    it_only: Annotated[bool, typer.Option("--it", help="Only IT companies, by their activities.")] = False,
    limit: Annotated[int, typer.Option("--limit", help="The most to show.", min=1, max=1000)] = DEFAULT_LIMIT,
    as_json: AsJson = False,
) -> None:
    """Find companies; hamza, article, diacritics and capitals make no difference.

    Example: sijill search "عنوان القهوه" --state SA
    """
    state = None if state is None else among("state", (state.upper(),), STATES)[0]
    status = None if status is None else among("status", (status.upper(),), tuple(EntityStatus))[0]
    with reading(load()) as register:
        found = register.search(text, state=state, activity=activity, status=status, it_only=it_only, limit=limit)
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
        notes.print(f"there may be more than {limit}: narrow it down, or raise --limit")


def _explain(record: Mapping[str, Any], name: str, as_json: bool) -> None:
    explanation = explain(company_in(record), name)
    if as_json:
        emit_json(explanation_document(explanation))
    else:
        show_explanation(explanation)


def show_company(asked: str, view: Mapping[str, Any]) -> None:
    """Show a company as a person reads it; `asked` is the id that was asked for."""
    facts(
        f"[bold]{view['company_id']}[/]",
        {"version": view["version"], "registrations": ", ".join(view["registrations"]), **_meanings(view)},
    )
    if asked not in (view["company_id"], *view["registrations"]):
        screen.print(f"{asked} merged into {view['company_id']}")
    numbers = _numbered(view["properties"])
    rows = _rows(view["properties"], numbers)
    table("What it is; by number, who says so", ("property", "value", "by"), rows, numbers=("by",))
    for source, number in numbers.items():
        screen.print(f"  {number}  {source}", highlight=False, soft_wrap=True)
    if "history" in view:
        _show_history(view["history"])


def _meanings(view: Mapping[str, Any]) -> dict[str, object]:
    """Say what codes mean, each language on a line of its own."""
    shown: dict[str, object] = {}
    if view["legal_form_name"] is not None:
        shown["legal form"] = "\n".join(view["legal_form_name"].values())
    shown["IT company"] = view["is_it"]
    for one in view["isic4_classes"]:
        shown[f"activity {one['code']}"] = f"{one['name_en']}\n{one['name_ar']}"
    return shown


def _numbered(properties: Mapping[str, Any]) -> dict[str, int]:
    """Number the events behind the values, in the order of their dates."""
    held = [one for name in properties.values() for one in (name, *name["others"])]
    events = sorted((one["source"] for one in held), key=lambda event: (event["recorded_at"], event["event_id"]))
    return {source: number for number, source in enumerate(dict.fromkeys(map(_source, events)), 1)}


def _rows(properties: Mapping[str, Any], numbers: Mapping[str, int]) -> list[tuple[str, str, int]]:
    rows = []
    for name, held in properties.items():
        rows.append((name, as_text(held["value"]), numbers[_source(held["source"])]))
        rows += [
            (f"  not: {name}", as_text(other["value"]), numbers[_source(other["source"])]) for other in held["others"]
        ]
    return rows


def _source(event: Mapping[str, Any]) -> str:
    kind = event["kind"].lower().replace("_", " ")
    return f"{event['registration_id']} event {event['event_id']}: {kind}, in law {event['effective_date']}"


def _show_history(changes: Sequence[Mapping[str, Any]]) -> None:
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


@app.command()
def authorities(as_json: AsJson = False) -> None:
    """List the registration authorities, the topic that each publishes to, and what its numbers look like.

    Example: sijill authorities --json
    """
    known = known_authorities().values()
    if as_json:
        emit_json([{**asdict(one), "number": one.number and one.number.pattern} for one in known])
        return
    rows = (
        (one.authority, one.publisher, one.number_in_words or "not verified", one.name_en, one.name_ar) for one in known
    )
    table("Registration authorities", ("authority", "publisher", "number", "name", "الاسم"), rows)
