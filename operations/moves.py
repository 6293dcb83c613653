"""Says who came to a company and who left it, and why."""

from collections.abc import Callable, Mapping
from typing import Final

from operations.texts import lowered
from register.resolution.judgements import Verdict
from services.finding import Told
from services.moves import Link, LinkKind, Move, MoveKind

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


def told_in_words(told: Told) -> str | None:
    """Say who moved, from where to where, and why; None for a change that is about no move."""
    if told.move is None or told.link is None:
        return None
    return f"{move_in_words(told.move)}, because {link_in_words(told.link)}"


def move_in_words(move: Move) -> str:
    """Say who moved, from where to where."""
    return _MOVED[move.kind].format(one=move.registration_id, other=move.other, cause=move.cause.lower())


def link_in_words(link: Link) -> str:
    """Say why a registration moved.

    >>> link_in_words(Link(kind=LinkKind.RENUMBERED, other="SA.MC.7001775498"))
    'it is SA.MC.7001775498 under another number'
    """
    return _LINKS[link.kind](link)


def _judged(link: Link) -> str:
    one = link.judgement
    assert one is not None
    pair = " and ".join(one.pair)
    return f"{one.by} judged {pair} {_VERDICTS[one.verdict]}: {one.why} (judgement {link.judgement_id})"


def _revoked(link: Link) -> str:
    one = link.judgement
    assert one is not None
    return f"{one.by} took judgement {one.revokes} back: {one.why} (judgement {link.judgement_id})"


def _event(did: str) -> Callable[[Link], str]:
    """Name the event that a change names, and say what it did."""
    return lambda link: f"event {link.event_id} of {link.registration_id} ({lowered(str(link.event_kind))}) {did}"


_LINKS: Final[Mapping[LinkKind, Callable[[Link], str]]] = {
    LinkKind.JUDGED: _judged,
    LinkKind.REVOKED: _revoked,
    LinkKind.UNKNOWN_JUDGEMENT: lambda link: f"of judgement {link.judgement_id}",
    LinkKind.UNLINKED: _event("ended what linked them"),
    LinkKind.LINKED: _event("linked them"),
    LinkKind.RENUMBERED: lambda link: f"it is {link.other} under another number",
    LinkKind.NAMES_HOME: lambda link: f"its event {link.event_id} names {link.other} as its home",
    LinkKind.NAMED_AS_HOME: lambda link: f"event {link.event_id} of {link.other} names it as its home",
    LinkKind.SHARED_IDENTIFIER: lambda link: f"it and {link.other} both carry {link.identifier}",
}
