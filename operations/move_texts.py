"""Says who came to a company and who left it, and why."""

from collections.abc import Callable, Mapping
from typing import Final

from operations.value_texts import lowered
from register.resolution.judgements import Verdict
from services.moves import CompanyMove, ExplainedChange, MoveKind, MoveReason, MoveReasonKind

_MOVED: Final[Mapping[MoveKind, str]] = {
    MoveKind.JOINED: "{one} joined, from {other} ({cause})",
    MoveKind.LEFT: "{one} left, for {other} ({cause})",
    MoveKind.CAME_BACK: "{one} came back, from {other} ({cause})",
    MoveKind.WENT_ON: "its registration went on to {other} ({cause})",
}
_VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.SAME: "the same",
    Verdict.DIFFERENT: "different",
    Verdict.UNDECIDED: "undecided",
    Verdict.UNKNOWN: "in a way that this version does not know",
}


def explained_in_words(explained: ExplainedChange) -> str | None:
    """Say who moved, from where to where, and why; None for a change that is about no move."""
    if explained.move is None or explained.reason is None:
        return None
    return f"{move_in_words(explained.move)}, because {reason_in_words(explained.reason)}"


def move_in_words(move: CompanyMove) -> str:
    """Say who moved, from where to where."""
    return _MOVED[move.kind].format(one=move.registration_id, other=move.other, cause=move.cause.lower())


def reason_in_words(reason: MoveReason) -> str:
    """Say why a registration moved.

    >>> reason_in_words(MoveReason(kind=MoveReasonKind.RENUMBERED, other="SA.MC.7001775498"))
    'it is SA.MC.7001775498 under another number'
    """
    return _REASONS[reason.kind](reason)


def _judged(reason: MoveReason) -> str:
    one = reason.judgement
    assert one is not None
    pair = " and ".join(one.pair)
    return f"{one.by} judged {pair} {_VERDICTS[one.verdict]}: {one.why} (judgement {reason.judgement_id})"


def _revoked(reason: MoveReason) -> str:
    one = reason.judgement
    assert one is not None
    return f"{one.by} took judgement {one.revokes} back: {one.why} (judgement {reason.judgement_id})"


def _event(did: str) -> Callable[[MoveReason], str]:
    """Name the event that a change names, and say what it did."""
    return lambda reason: (
        f"event {reason.event_id} of {reason.registration_id} ({lowered(str(reason.event_kind))}) {did}"
    )


_REASONS: Final[Mapping[MoveReasonKind, Callable[[MoveReason], str]]] = {
    MoveReasonKind.JUDGED: _judged,
    MoveReasonKind.REVOKED: _revoked,
    MoveReasonKind.UNKNOWN_JUDGEMENT: lambda reason: f"of judgement {reason.judgement_id}",
    MoveReasonKind.UNLINKED: _event("ended what linked them"),
    MoveReasonKind.LINKED: _event("linked them"),
    MoveReasonKind.RENUMBERED: lambda reason: f"it is {reason.other} under another number",
    MoveReasonKind.NAMES_HOME: lambda reason: f"its event {reason.event_id} names {reason.other} as its home",
    MoveReasonKind.NAMED_AS_HOME: lambda reason: f"event {reason.event_id} of {reason.other} names it as its home",
    MoveReasonKind.SHARED_IDENTIFIER: lambda reason: f"it and {reason.other} both carry {reason.identifier}",
}
