"""Shows judgements as a table and as documents, and describes the effect of one."""

from collections.abc import Mapping
from typing import Any, Final

from operations.output import table
from register.resolution.judgements import JudgementStanding, Standing
from services import contract_json
from services.judgement_drafts import Effect, EffectKind


def judgement_document(one: JudgementStanding) -> dict[str, Any]:
    """Make the `--json` document of a judgement: the record of its topic, and its standing."""
    return {**contract_json.judgement_document(one.judgement), "standing": one.standing, "standing_by": one.by}


def show_judgements(listed: tuple[JudgementStanding, ...], title: str) -> None:
    """Show judgements in a table."""
    rows = (
        (
            one.judgement.judgement_id,
            tuple(one.judgement.pair),
            one.judgement.verdict.lower(),
            _standing_in_words(one),
            f"{one.judgement.by}, {one.judgement.decided_at:%Y-%m-%d}: {one.judgement.why}",
        )
        for one in listed
    )
    table(title, ("judgement", "registrations", "verdict", "standing", "by whom and why"), rows)


_BECAME: Final[Mapping[Standing, str]] = {
    Standing.HOLDS: "holds",
    Standing.OVERTAKEN: "overtaken by {}",
    Standing.REVOKED: "revoked by {}",
    Standing.REVOCATION: "revokes {}",
}


def _standing_in_words(one: JudgementStanding) -> str:
    return _BECAME[one.standing].format(one.by)


_EFFECTS: Final[Mapping[EffectKind, str]] = {
    EffectKind.TAKES_BACK: "judgement {id} ({verdict}) is taken back",
    EffectKind.OVERTAKES: "it overtakes judgement {id} ({verdict}, by {by})",
    EffectKind.HOLDS_AS_BEFORE: "judgement {id} ({verdict}, by {by}) holds as before",
    EffectKind.HOLDS_AGAIN: "judgement {id} ({verdict}, by {by}) holds again",
    EffectKind.EVIDENCE_DECIDES: "no judgement decides then: the evidence alone does",
    EffectKind.STAYS_ONE: "{companies} is one company already",
    EffectKind.COMES_APART: "{companies} comes apart: {registrations} will be in two companies",
    EffectKind.STAY_TWO: "{companies} stay two companies",
    EffectKind.BECOME_ONE: "{companies} become one company, unless a later judgement keeps them apart",
    EffectKind.CONCERNS: "concerned {are} {companies}",
}


def effect_in_words(effect: Effect) -> str:
    """Describe an effect of a judgement.

    >>> effect_in_words(Effect(kind=EffectKind.CONCERNS, companies=("GCC.KW.MOCI.5", "GCC.QA.MOCI.7")))
    'concerned are GCC.KW.MOCI.5 and GCC.QA.MOCI.7'
    """
    return _EFFECTS[effect.kind].format(
        id=effect.judgement_id,
        verdict=None if effect.verdict is None else effect.verdict.lower(),
        by=effect.by,
        companies=" and ".join(effect.companies),
        registrations=" and ".join(effect.registrations),
        are="is" if len(effect.companies) == 1 else "are",
    )
