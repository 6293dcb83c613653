"""`sijill judge` and `sijill judgements`: a steward's decisions, and what became of them."""

import asyncio
from typing import Annotated, Any, Final

import typer

from operations.judgement_texts import effect_in_words, judgement_document, show_judgements
from operations.options import MOST_LISTED, AsJson, DryRun
from operations.output import emit_json, facts, note
from operations.problems import UsageProblem
from operations.value_texts import counted, names_as_text
from register.resolution.judgements import Verdict
from runtime.clock import SystemClock
from runtime.settings import load
from services import contract_json, judging
from services.judgement_drafts import Draft, signed
from services.open_register import reading

app = typer.Typer()

_DEFAULT_LIMIT: Final = 50

OneJudged = Annotated[str, typer.Argument(metavar="A", help="A registration id, or the id of a company of one.")]
OtherJudged = Annotated[str, typer.Argument(metavar="B", help="The other one.")]
JudgedSame = Annotated[bool, typer.Option("--same", help="They are one company.")]
JudgedDifferent = Annotated[bool, typer.Option("--different", help="They are two companies.")]
JudgedUndecided = Annotated[bool, typer.Option("--undecided", help="Nobody can tell: the evidence decides.")]
JudgementRevoked = Annotated[
    str | None, typer.Option("--revoke", metavar="JUDGEMENT", help="Take this judgement back, in place of A and B.")
]
JudgedBy = Annotated[str, typer.Option("--by", help="Who decides; else SIJILL_PRINCIPAL, where it is set.")]
JudgedBecause = Annotated[str, typer.Option("--why", help="Why, in that person's words.")]
JudgedOn = Annotated[
    list[str], typer.Option("--evidence", help="What it rests on: a document, an address. Repeat for more.")
]


@app.command()
def judge(
    one: OneJudged = "",
    two: OtherJudged = "",
    same: JudgedSame = False,
    different: JudgedDifferent = False,
    undecided: JudgedUndecided = False,
    revoke: JudgementRevoked = None,
    by: JudgedBy = "",
    why: JudgedBecause = "",
    evidence: JudgedOn = [],  # noqa: B006
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Decide that two registrations are one company, or are not; a later judgement overtakes an earlier one.

    Nothing is lost by it: --revoke takes a judgement back, and the register is as it would be without it.

    Example: sijill judge BH.SIJILAT.9-1 BH.SIJILAT.9-3 --same --by "Noor Al Sabah" --why "one licence, one owner"
    """
    chosen = {Verdict.SAME: same, Verdict.DIFFERENT: different, Verdict.UNDECIDED: undecided}
    verdicts = [verdict for verdict, is_chosen in chosen.items() if is_chosen]
    _require(one, two, verdicts, revoke)
    settings = load()
    words = signed(by or settings.principal, why, tuple(evidence), SystemClock().now())
    made = asyncio.run(
        judging.judge(settings, one, two, verdicts[0], words, dry_run=dry_run)
        if revoke is None
        else judging.revoke(settings, revoke, words, dry_run=dry_run)
    )
    if as_json:
        emit_json(_document(made, dry_run))
    else:
        _show(made, dry_run)


@app.command()
def judgements(
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="Only those on this registration, or on those of this company.")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", help="The most to list.", min=1, max=MOST_LISTED)] = _DEFAULT_LIMIT,
    as_json: AsJson = False,
) -> None:
    """List judgements, the latest first: which of them hold, and which were revoked or overtaken, and by which.

    Example: sijill judgements BH.SIJILAT.9-1
    """
    with reading(load()) as register:
        found = judging.judgements(register, id_ or None)
    listed = found[::-1][:limit]
    if as_json:
        emit_json({"judgements": [judgement_document(one) for one in listed]})
        return
    show_judgements(listed, counted(len(found), "judgement") + (f" on {id_}" if id_ else ""))
    if len(found) > limit:
        note(f"the latest {limit}: raise --limit for more")


def _require(one: str, two: str, verdicts: list[Verdict], revoke: str | None) -> None:
    if revoke is not None:
        if not revoke:
            raise UsageProblem("--revoke names no judgement: `sijill judgements` lists them")
        if one or verdicts:
            raise UsageProblem("--revoke names the judgement that is taken back: leave A, B and the verdict out")
    elif not (one and two):
        raise UsageProblem("two registrations are judged: sijill judge A B --same, or --different, or --undecided")
    elif len(verdicts) != 1:
        raise UsageProblem("say what is decided: one of --same, --different and --undecided")


def _document(made: Draft, dry_run: bool) -> dict[str, Any]:
    return {
        "judgement": contract_json.judgement_document(made.judgement),
        "companies": sorted({party.company_id for party in made.parties}),
        "follows": [effect_in_words(one) for one in made.follows],
        "dry_run": dry_run,
    }


def _show(made: Draft, dry_run: bool) -> None:
    judgement = made.judgement
    parties: dict[str, object] = {
        party.registration_id: f"{names_as_text(party.legal_name)} · now in {party.company_id}"
        for party in made.parties
    }
    verdict = f"{judgement.verdict.lower()}" if judgement.revokes is None else f"revokes {judgement.revokes}"
    title = "Dry run, nothing was written:" if dry_run else "Judged:"
    decided = {"by": judgement.by, "why": judgement.why, "evidence": ", ".join(judgement.evidence) or "none"}
    facts(f"{title} {judgement.judgement_id}", {**parties, "verdict": verdict, **decided})
    for one in made.follows:
        note(f"{'would follow' if dry_run else 'follows'}: {effect_in_words(one)}")
    if not dry_run:
        first = judgement.left
        note(f"see it: sijill wait && sijill show {first} --history")
