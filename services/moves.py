"""How registrations came to a company and left it: which one, from or to where, and why.

A change says which registration moved and what led to it: a judgement, or an event. What the registrations state now
shows the evidence by which that event linked them. Where that has changed since, only the event is named.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from register.changes import Cause
from register.company import Members
from register.events import EventKind
from register.ids import CompanyId, RegistrationId, company_id, own_registration
from register.resolution.evidence import Evidence, Numberings, evidence_of
from register.resolution.judgements import Judgement
from schemas.facts.authorities import authorities
from services.company_json import JsonObject


class MoveKind(StrEnum):
    """How a registration moved, as the company sees it that the change is about."""

    JOINED = "joined"
    LEFT = "left"
    CAME_BACK = "came_back"
    """It returned to the company that is named for it."""
    WENT_ON = "went_on"
    """It left the company that this one had merged into, for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyMove:
    """Who moved, and from or to which company. `registration_id` is None where a registration went on."""

    kind: MoveKind
    registration_id: RegistrationId | None
    other: CompanyId
    cause: Cause


class MoveReasonKind(StrEnum):
    """Why a registration moved."""

    JUDGED = "judged"
    """A steward decided it: `judgement`."""
    REVOKED = "revoked"
    """A steward took a judgement back: `judgement` revokes it."""
    UNKNOWN_JUDGEMENT = "unknown_judgement"
    """A steward decided it, and only the judgement's id is known."""
    UNLINKED = "unlinked"
    """The event ended what linked the registrations."""
    LINKED = "linked"
    """The event linked the registrations, by evidence that is there no longer."""
    RENUMBERED = "renumbered"
    """It is the entry `other` under another number."""
    NAMES_HOME = "names_home"
    """Its event names `other` as its home."""
    NAMED_AS_HOME = "named_as_home"
    """The event of `other` names it as its home."""
    SHARED_IDENTIFIER = "shared_identifier"
    """It and `other` carry the same `identifier`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveReason:
    """Why a registration moved; its kind says which of the facts there are.

    `event_id` is an event of `registration_id`, and `event_kind` its kind where the change itself names the event.
    """

    kind: MoveReasonKind
    judgement_id: str | None = None
    judgement: Judgement | None = None
    registration_id: RegistrationId | None = None
    event_id: str | None = None
    event_kind: EventKind | None = None
    other: RegistrationId | None = None
    identifier: str | None = None
    """`SCHEME:VALUE`, unique in the world."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedChange:
    """A change, who moved by it, and why; both are None where nobody did."""

    change: JsonObject
    move: CompanyMove | None
    reason: MoveReason | None


def involved(changes: Iterable[JsonObject]) -> Iterator[RegistrationId]:
    """Name the registrations that moved in some changes, and those that the other companies are named for."""
    for change in changes:
        yield from _mover(change)
        yield from (own_registration(CompanyId(one)) for one in change["related"])


def move_in(change: JsonObject) -> CompanyMove | None:
    """Say who moved, from where to where; None for a change that is about no move.

    The change is as the projection has it or as a notice carries it.

    >>> move_in({"company_id": "GCC.SA.MC.7", "cause": "MERGE", "related": ["GCC.KW.MOCI.5"],
    ...          "joined": "KW.MOCI.5", "left": None}).kind.value
    'joined'
    """
    if not change["related"]:
        return None
    moved = change["left"] or change["joined"]
    return CompanyMove(
        kind=_kind(change),
        registration_id=None if moved is None else RegistrationId(moved),
        other=CompanyId(change["related"][0]),
        cause=Cause(change["cause"]),
    )


class MoveReasons:
    """Says why registrations moved, from what is known of them now and from the judgements."""

    def __init__(self, members: Members, judgements: Iterable[Judgement]) -> None:
        numberings: Numberings = {code: one.numbering for code, one in authorities().items()}
        found = {one: evidence_of(registration, numberings) for one, registration in members.items()}
        self._members = members
        self._evidence = {one: evidence for one, evidence in found.items() if evidence is not None}
        self._judgements = {one.judgement_id: one for one in judgements}

    def behind(self, change: JsonObject, among: Iterable[str] = ()) -> MoveReason | None:
        """Say why the registration of a change moved; None for what is no move.

        `among` are registrations of the other company.
        """
        if not change["related"]:
            return None
        trigger = change["triggers"][0]
        if trigger.get("judgement") is not None:
            return self._judged(trigger["judgement"])
        if change["cause"] != Cause.MERGE:
            return _of_event(MoveReasonKind.UNLINKED, trigger)
        mover = next(_mover(change), None)
        others = sorted({*change["registrations"], *among, *involved([change])} - {mover})
        return self._evident(mover, others) or _of_event(MoveReasonKind.LINKED, trigger)

    def _judged(self, judgement_id: str) -> MoveReason:
        one = self._judgements.get(judgement_id)
        if one is None:
            return MoveReason(kind=MoveReasonKind.UNKNOWN_JUDGEMENT, judgement_id=judgement_id)
        kind = MoveReasonKind.JUDGED if one.revokes is None else MoveReasonKind.REVOKED
        return MoveReason(kind=kind, judgement_id=judgement_id, judgement=one)

    def _evident(self, mover: RegistrationId | None, others: Iterable[str]) -> MoveReason | None:
        """Say by which evidence a registration belongs with others, the surest kind first."""
        own = None if mover is None else self._evidence.get(mover)
        named = (RegistrationId(one) for one in others)
        known = {one: self._evidence[one] for one in named if one in self._evidence}
        if own is None:
            return None
        found = (*_renumbered(own, known), *self._homes(own, known), *_identifiers(own, known))
        return next(iter(found), None)

    def _homes(self, own: Evidence, known: Mapping[RegistrationId, Evidence]) -> Iterator[MoveReason]:
        if own.home in known:
            yield self._of_home(MoveReasonKind.NAMES_HOME, own, own.home)
        for one, evidence in known.items():
            if evidence.home == own.registration_id:
                yield self._of_home(MoveReasonKind.NAMED_AS_HOME, evidence, one)

    def _of_home(self, kind: MoveReasonKind, naming: Evidence, other: RegistrationId | None) -> MoveReason:
        event = self._members[naming.registration_id].provenance["home_registration"]
        return MoveReason(kind=kind, registration_id=naming.registration_id, event_id=event.event_id, other=other)


def _kind(change: JsonObject) -> MoveKind:
    joined, left = change["joined"], change["left"]
    if joined is None and left is None:
        return MoveKind.WENT_ON
    if left is not None:
        return MoveKind.LEFT
    if change["company_id"] == company_id(joined) and change["cause"] == Cause.UNMERGE:
        return MoveKind.CAME_BACK
    return MoveKind.JOINED


def _mover(change: JsonObject) -> Iterator[RegistrationId]:
    for name in ("joined", "left"):
        if change[name] is not None:
            yield RegistrationId(change[name])


def _of_event(kind: MoveReasonKind, trigger: JsonObject) -> MoveReason:
    event = trigger["event"]
    return MoveReason(
        kind=kind,
        registration_id=RegistrationId(trigger["registration_id"]),
        event_id=event["event_id"],
        event_kind=EventKind(event["kind"]),
    )


def _renumbered(own: Evidence, known: Mapping[RegistrationId, Evidence]) -> Iterator[MoveReason]:
    for one, evidence in known.items():
        if one in own.renumbered or own.registration_id in evidence.renumbered:
            yield MoveReason(kind=MoveReasonKind.RENUMBERED, registration_id=own.registration_id, other=one)


def _identifiers(own: Evidence, known: Mapping[RegistrationId, Evidence]) -> Iterator[MoveReason]:
    for one, evidence in known.items():
        for shared in sorted(set(own.identifiers) & set(evidence.identifiers)):
            yield MoveReason(
                kind=MoveReasonKind.SHARED_IDENTIFIER, registration_id=own.registration_id, other=one, identifier=shared
            )
