"""How registrations came to a company and left it, in words: which one, from or to where, and why.

A change says which registration moved and what led to it: a judgement, or an event. What the registrations state now
shows the evidence by which that event linked them. Where that has changed since, only the event is named.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from register.changes import Cause
from register.company import Members
from register.ids import CompanyId, RegistrationId, company_id, own_registration
from register.resolution.evidence import Evidence, Numberings, evidence_of
from register.resolution.judgements import Judgement, Verdict
from schemas.facts.authorities import authorities
from services.views import JsonObject

"""A change, as the projection has it or as a notice carries it."""

_VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.SAME: "the same",
    Verdict.DIFFERENT: "different",
    Verdict.UNDECIDED: "undecided",
    Verdict.UNKNOWN: "in a way that this version does not know",
}


def is_move(change: JsonObject) -> bool:
    """Tell whether a change is about a registration that came, went, or went on."""
    return bool(change["related"])


def involved(changes: Iterable[JsonObject]) -> Iterator[RegistrationId]:
    """Name the registrations that moved in some changes, and those that the other companies are named for."""
    for change in changes:
        yield from _mover(change)
        yield from (own_registration(CompanyId(one)) for one in change["related"])


def moved_in_words(change: JsonObject) -> str | None:
    """Say who moved, from where to where; None for a change that is about no move.

    >>> moved_in_words({"company_id": "GCC.SA.MC.7", "cause": "MERGE", "related": ["GCC.KW.MOCI.5"],
    ...                 "joined": "KW.MOCI.5", "left": None})
    'KW.MOCI.5 joined, from GCC.KW.MOCI.5 (merge)'
    """
    if not is_move(change):
        return None
    other, cause = change["related"][0], str(change["cause"]).lower()
    joined, left = change["joined"], change["left"]
    if joined is None and left is None:
        return f"its registration went on to {other} ({cause})"
    if left is not None:
        return f"{left} left, for {other} ({cause})"
    if change["company_id"] == company_id(joined) and change["cause"] == Cause.UNMERGE:
        return f"{joined} came back, from {other} ({cause})"
    return f"{joined} joined, from {other} ({cause})"


class Reasons:
    """Says why registrations moved, from what is known of them now and from the judgements."""

    def __init__(self, members: Members, judgements: Iterable[Judgement]) -> None:
        numberings: Numberings = {code: one.numbering for code, one in authorities().items()}
        found = {one: evidence_of(registration, numberings) for one, registration in members.items()}
        self._members = members
        self._evidence = {one: evidence for one, evidence in found.items() if evidence is not None}
        self._judgements = {one.judgement_id: one for one in judgements}

    def told(self, change: JsonObject, among: Iterable[str] = ()) -> str | None:
        """Say who moved and why; `among` are registrations of the other company. None for what is no move."""
        moved = moved_in_words(change)
        return moved and f"{moved}, because {self._because(change, among)}"

    def _because(self, change: JsonObject, among: Iterable[str]) -> str:
        trigger = change["triggers"][0]
        if trigger.get("judgement") is not None:
            return self._judged(trigger["judgement"])
        event = trigger["event"]
        named = f"event {event['event_id']} of {trigger['registration_id']} ({_words(event['kind'])})"
        if change["cause"] != Cause.MERGE:
            return f"{named} ended what linked them"
        mover = next(_mover(change), None)
        others = sorted({*change["registrations"], *among, *involved([change])} - {mover})
        return self._link(mover, others) or f"{named} linked them"

    def _judged(self, judgement_id: str) -> str:
        one = self._judgements.get(judgement_id)
        if one is None:
            return f"of judgement {judgement_id}"
        if one.revokes is not None:
            return f"{one.by} took judgement {one.revokes} back: {one.why} (judgement {judgement_id})"
        pair = " and ".join(one.pair)
        return f"{one.by} judged {pair} {_VERDICTS[one.verdict]}: {one.why} (judgement {judgement_id})"

    def _link(self, mover: RegistrationId | None, others: Iterable[str]) -> str | None:
        """Say by which evidence a registration belongs with others, the surest kind first."""
        own = None if mover is None else self._evidence.get(mover)
        known = {one: self._evidence[RegistrationId(one)] for one in others if one in self._evidence}
        if own is None:
            return None
        said = (*self._renumbered(own, known), *self._homes(own, known), *_identifiers(own, known))
        return next(iter(said), None)

    def _renumbered(self, own: Evidence, known: Mapping[str, Evidence]) -> Iterator[str]:
        for one, evidence in known.items():
            if one in own.renumbered or own.registration_id in evidence.renumbered:
                yield f"it is {one} under another number"

    def _homes(self, own: Evidence, known: Mapping[str, Evidence]) -> Iterator[str]:
        if own.home in known:
            yield f"its event {self._event(own)} names {own.home} as its home"
        for one, evidence in known.items():
            if evidence.home == own.registration_id:
                yield f"event {self._event(evidence)} of {one} names it as its home"

    def _event(self, evidence: Evidence) -> str:
        return self._members[evidence.registration_id].provenance["home_registration"].event_id


def _mover(change: JsonObject) -> Iterator[RegistrationId]:
    for name in ("joined", "left"):
        if change[name] is not None:
            yield RegistrationId(change[name])


def _identifiers(own: Evidence, known: Mapping[str, Evidence]) -> Iterator[str]:
    for one, evidence in known.items():
        for shared in sorted(set(own.identifiers) & set(evidence.identifiers)):
            yield f"it and {one} both carry {shared}"


def _words(kind: str) -> str:
    return kind.lower().replace("_", " ")
