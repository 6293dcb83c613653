"""`sijill queue`: what stewards should look at, and how each case is settled."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Any, Final

import typer

from operations.case_texts import MEANING, commands
from operations.judgement_texts import judgement_document, show_judgements
from operations.options import MOST_LISTED, AsJson, among
from operations.output import emit_json, note, say
from operations.value_texts import BETWEEN, NOTHING, counted, names_as_text
from register.ids import MEMBER_STATES
from register.resolution.cases import Case, CaseKind
from register.resolution.judgements import JudgementStanding
from runtime.settings import load
from services.member_states import member_state_named
from services.open_register import RegisterReader, reading
from services.stewards_queue import CaseToSettle, Queued, case, cases

app = typer.Typer()

_DEFAULT_LIMIT: Final = 20
_WORDS: Final = 3  # reasons of a score that the list names; `queue show` names all
_THOUSANDTHS: Final = 1_000  # in which a case has its score and its weights
_NAMED: Final = 5  # registrations of a case that the list names; `queue show` names all
_KINDS: Final = tuple(kind.value for kind in CaseKind if kind is not CaseKind.UNKNOWN)


@app.callback(invoke_without_command=True)
def queue(
    context: typer.Context,
    kind: Annotated[str | None, typer.Option("--kind", help=f"One of {', '.join(_KINDS)}.")] = None,
    member_state: Annotated[
        str | None,
        typer.Option("--member-state", help=f"Only with a registration in one of {', '.join(MEMBER_STATES)}."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", help="The most to list.", min=1, max=MOST_LISTED)] = _DEFAULT_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List the cases of the stewards' queue, the surest first, with the commands that settle them.

    A case of similar names says how probable it is that they are one company. Cases without that come behind.

    A case closes when its cause is gone.

    Example: sijill queue --kind SHARED_STEM --member-state BH
    """
    if context.invoked_subcommand is not None:
        return
    chosen = None if kind is None else CaseKind(among("kind", (kind.upper(),), _KINDS)[0])
    member_state = None if member_state is None else member_state_named(member_state)
    with reading(load()) as register:
        rows = cases(register, kind=chosen, member_state=member_state, limit=limit)
    if as_json:
        emit_json({"cases": [_document(row) for row in rows]})
        return
    first = "the first " if len(rows) == limit else ""
    say(first + counted(len(rows), "case") + ("" if rows else ": nothing waits for a steward"))
    _show_rows(rows)
    if len(rows) == limit:
        note(f"there may be more than {limit}: ask for less, or raise --limit")


@app.command()
def show(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="Its id, as listed.")],
    as_json: AsJson = False,
) -> None:
    """Show one case whole: what it means, every registration, the judgements on them, and what settles it.

    Example: sijill queue show stem/BH.SIJILAT.9
    """
    with reading(load()) as register:
        whole = case(register, case_id)
    row = whole.open_case
    if as_json:
        judgements = [judgement_document(one) for one in whole.judged]
        emit_json({**_document(row), "meaning": MEANING[row.queued.case.kind], "judgements": judgements})
    else:
        _show_whole(row, whole.judged)


def show_likeliest(register: RegisterReader, most: int) -> None:
    """Show the cases of similar names with the highest scores."""
    _show_rows(cases(register, kind=CaseKind.SIMILAR_NAME, limit=most))


def case_document(queued: Queued) -> dict[str, Any]:
    """Make the `--json` document of a case."""
    return {**asdict(queued.case), "since": queued.since}


def _document(row: CaseToSettle) -> dict[str, Any]:
    registrations = [
        asdict(row.parties[one]) if one in row.parties else {"registration_id": one, "company_id": None}
        for one in row.queued.case.registrations
    ]
    return {**case_document(row.queued), "registrations": registrations, "commands": commands(row.settling)}


def _show_rows(rows: Iterable[CaseToSettle]) -> None:
    for row in rows:
        _show_row(row)


def _show_row(row: CaseToSettle) -> None:
    case, settled_by = row.queued.case, commands(row.settling)
    say()
    say(_headline(row.queued))
    _show_registrations(row, _NAMED)
    _show_words(case, _WORDS)
    say(f"  {case.reason}")
    say(f"  {settled_by[0] if settled_by else MEANING[case.kind]}")
    if len(settled_by) > 1:
        say(f"  and so for the other pairs: sijill queue show {case.case_id}")


def _show_whole(row: CaseToSettle, judged: tuple[JudgementStanding, ...]) -> None:
    case, settled_by = row.queued.case, commands(row.settling)
    say(_headline(row.queued))
    say(f"  {case.reason}")
    say(f"  {MEANING[case.kind]}")
    say()
    say("Registrations")
    _show_registrations(row, len(case.registrations))
    if case.words:
        say()
        say("Word by word, the weightiest first")
        _show_words(case, len(case.words))
    if judged:
        show_judgements(judged[::-1], "Judgements on them")
    if settled_by:
        say()
        say("What settles it")
    for command in settled_by:
        say(f"  {command}")


def _headline(queued: Queued) -> str:
    score = "" if queued.case.score is None else f"  probability {queued.case.score / _THOUSANDTHS:.2f}"
    return f"{queued.case.kind}  {queued.case.case_id}{score}  since {queued.since[:16]}"


def _show_words(case: Case, most: int) -> None:
    """Show why two names are similar: which words belong together, and their weights."""
    for one in case.words[:most]:
        pair = (f"«{one.left or NOTHING}»", "  ", f"«{one.right or NOTHING}»")
        say(*pair, f"  {one.how}, weight {one.weight / _THOUSANDTHS:.2f}", indent=4)


def _show_registrations(row: CaseToSettle, most: int) -> None:
    registrations = row.queued.case.registrations
    for one in registrations[:most]:
        party = row.parties.get(one)
        case = (
            ("not in the register",) if party is None else (names_as_text(party.legal_name), BETWEEN, party.company_id)
        )
        say(one, "  ", *case, indent=2)
    if len(registrations) > most:
        say(f"  and {len(registrations) - most} more")
