"""Stewards' decisions about the registrations that the laws' histories are of."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from register.ids import RegistrationId
from register.resolution.judgements import Judgement, Verdict
from tests.unit.laws.histories import REGISTRATIONS

NOON = datetime(2025, 4, 1, 12, tzinfo=UTC)


def judgement(
    number: int, left: RegistrationId, right: RegistrationId, verdict: Verdict, revokes: int | None = None
) -> Judgement:
    """Make a decision; the number says which is later."""
    return Judgement(
        judgement_id=f"j{number}",
        left=left,
        right=right,
        verdict=verdict,
        by="noor",
        why="seen the deeds",
        decided_at=NOON + timedelta(minutes=number),
        revokes=None if revokes is None else f"j{revokes}",
    )


@st.composite
def judgements(draw: st.DrawFn, among: Sequence[RegistrationId] = REGISTRATIONS, most: int = 4) -> list[Judgement]:
    """Draw decisions, some of which revoke an earlier one."""
    made: list[Judgement] = []
    for number in range(draw(st.integers(0, most))):
        left, right = draw(st.permutations(among))[:2]
        revoked = draw(st.none() | st.sampled_from(made)) if made else None
        if revoked is not None:
            left, right = revoked.left, revoked.right
        verdict = draw(st.sampled_from([Verdict.SAME, Verdict.SAME, Verdict.DIFFERENT, Verdict.UNDECIDED]))
        number_revoked = None if revoked is None else int(revoked.judgement_id[1:])
        made.append(judgement(number, left, right, verdict, number_revoked))
    return made
