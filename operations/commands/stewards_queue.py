"""`sijill queue`: what stewards should look at, and how each case is settled."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Final

import typer

from operations.judgement_tables import judgement_document, show_judgements
from operations.options import MOST_LISTED, AsJson, among
from operations.output import emit_json, note, say
from operations.texts import BETWEEN, NOTHING, counted, names_as_text
from readmodel.reading import RegisterReader, reading
from readmodel.stewards import Party, Queued
from register.ids import STATES
from register.resolution.cases import Case, CaseKind
from register.resolution.judgements import Stood, stood
from runtime.settings import load
from services.problems import CommandProblem
from services.settling import MEANING, commands

app = typer.Typer()

_DEFAULT_LIMIT: Final = 20
_WORDS: Final = 3  # reasons of a score that the list names; `queue show` names all
_THOUSANDTHS: Final = 1_000  # in which a case has its score and its weights
_NAMED: Final = 5  # registrations of a case that the list names; `queue show` names all
_KINDS: Final = tuple(kind.value for kind in CaseKind if kind is not CaseKind.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A case with all that a steward needs to settle it."""

    queued: Queued
    parties: Mapping[str, Party]
    commands: Sequence[str]


@app.callback(invoke_without_command=True)
def queue(
    context: typer.Context,
    kind: Annotated[str | None, typer.Option("--kind", help=f"One of {', '.join(_KINDS)}.")] = None,
    state: Annotated[
        str | None, typer.Option("--state", help=f"Only with a registration in one of {', '.join(STATES)}.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", help="The most to list.", min=1, max=MOST_LISTED)] = _DEFAULT_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List the cases of the stewards' queue, the surest first, with the commands that settle them.

    A case of similar names says how probable it is that they are one company. Cases without that come behind.

    A case closes when its cause is gone.

    Example: sijill queue --kind SHARED_STEM --state BH
    """
    if context.invoked_subcommand is not None:
        return
    chosen = None if kind is None else CaseKind(among("kind", (kind.upper(),), _KINDS)[0])
    state = None if state is None else among("state", (state.upper(),), STATES)[0]
    with reading(load()) as register:
        rows = _rows(register, register.queue(kind=chosen, state=state, limit=limit))
    if as_json:
        emit_json({"cases": [_document(row) for row in rows]})
        return
    first = "the first " if len(rows) == limit else ""
    say(first + counted(len(rows), "case") + ("" if rows else ": nothing waits for a steward"))
    _show_rows(rows)
    if len(rows) == limit:
        note(f"there may be more than {limit}: narrow it down, or raise --limit")


@app.command()
def show(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="Its id, as listed.")],
    as_json: AsJson = False,
) -> None:
    """Show one case whole: what it means, every registration, the judgements on them, and what settles it.

    Example: sijill queue show stem/BH.SIJILAT.9
    """
    with reading(load()) as register:
        found = register.case(case_id)
        if found is None:
            raise CommandProblem(f"no case {case_id} is open: `sijill queue` lists those that are")
        [row] = _rows(register, [found])
        judged = stood(register.judgements(found.case.registrations))
    if as_json:
        judgements = [judgement_document(one) for one in judged]
        emit_json({**_document(row), "meaning": MEANING[found.case.kind], "judgements": judgements})
    else:
        _show_whole(row, judged)


def show_likeliest(register: RegisterReader, most: int) -> None:
    """Show the cases of similar names that are most probably right."""
    _show_rows(_rows(register, register.queue(kind=CaseKind.SIMILAR_NAME, state=None, limit=most)))


def case_document(queued: Queued) -> dict[str, Any]:
    """Bring a case into the form that `--json` answers with."""
    return {**asdict(queued.case), "since": queued.since}


def _rows(register: RegisterReader, cases: Sequence[Queued]) -> list[Row]:
    mentioned = {one for queued in cases for one in queued.case.registrations}
    parties = register.parties(mentioned) if mentioned else {}
    judgements = register.judgements(mentioned) if mentioned else []
    return [Row(queued=one, parties=parties, commands=commands(one.case, parties, judgements)) for one in cases]


def _document(row: Row) -> dict[str, Any]:
    registrations = [
        asdict(row.parties[one]) if one in row.parties else {"registration_id": one, "company_id": None}
        for one in row.queued.case.registrations
    ]
    return {**case_document(row.queued), "registrations": registrations, "commands": list(row.commands)}


def _show_rows(rows: Iterable[Row]) -> None:
    for row in rows:
        _show_row(row)


def _show_row(row: Row) -> None:
    case = row.queued.case
    say()
    say(_headline(row.queued))
    _say_registrations(row, _NAMED)
    _say_words(case, _WORDS)
    say(f"  {case.reason}")
    say(f"  {row.commands[0] if row.commands else MEANING[case.kind]}")
    if len(row.commands) > 1:
        say(f"  and so for the other pairs: sijill queue show {case.case_id}")


def _show_whole(row: Row, judged: tuple[Stood, ...]) -> None:
    case = row.queued.case
    say(_headline(row.queued))
    say(f"  {case.reason}")
    say(f"  {MEANING[case.kind]}")
    say()
    say("Registrations")
    _say_registrations(row, len(case.registrations))
    if case.words:
        say()
        say("Word by word, the weightiest first")
        _say_words(case, len(case.words))
    if judged:
        show_judgements(judged[::-1], "Judgements on them")
    if row.commands:
        say()
        say("What settles it")
    for command in row.commands:
        say(f"  {command}")


def _headline(queued: Queued) -> str:
    score = "" if queued.case.score is None else f"  probability {queued.case.score / _THOUSANDTHS:.2f}"
    return f"{queued.case.kind}  {queued.case.case_id}{score}  since {queued.since[:16]}"


def _say_words(case: Case, most: int) -> None:
    """Say why two names are alike: which words belong together, and how much each tells."""
    for one in case.words[:most]:
        pair = (f"«{one.left or NOTHING}»", "  ", f"«{one.right or NOTHING}»")
        say(*pair, f"  {one.how}, weight {one.weight / _THOUSANDTHS:.2f}", indent=4)


def _say_registrations(row: Row, most: int) -> None:
    registrations = row.queued.case.registrations
    for one in registrations[:most]:
        party = row.parties.get(one)
        told = (
            ("not in the register",) if party is None else (names_as_text(party.legal_name), BETWEEN, party.company_id)
        )
        say(one, "  ", *told, indent=2)
    if len(registrations) > most:
        say(f"  and {len(registrations) - most} more")
