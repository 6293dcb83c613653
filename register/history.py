"""The accepted events of one registration, and the effect of one more event.

A registration's state is a pure function of the set of its accepted events. The set is bounded. Past `HELD_EVENTS` or
`HELD_BYTES` the older half is folded into a base, and older events are stale. Redelivery is told from reuse by content.
"""

from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass, field, replace
from typing import Final, Generic, NamedTuple, TypeVar

from register.authority_words import Words
from register.codes import Code, Oddity, Outcome, Rejected, Warning
from register.events import REPLACING, EventKind, EventRef, RegistrationEvent
from register.fold_checkpoints import Folds, refold
from register.ids import CompanyId, EventId, RegistrationId, company_id
from register.limits import HELD_BYTES
from register.registration import Registration, apply, empty, fold
from register.status import BY_KIND

_FORMER: Final = "previous_legal_names"  # grows with every late name, and does not tell which name holds
HELD_EVENTS: Final = 256  # events; a real registration has about ten in its life, a state record stays under 100 kB

Body = TypeVar("Body", bound=Sized)
"""The content of an event in the form in which it is kept. This module reads only its length."""
BodyOf = TypeVar("BodyOf", bound=Sized, covariant=True)


class HeldEvent(NamedTuple, Generic[BodyOf]):
    """One accepted event as kept: its ids as values, its content as it was received."""

    event_id: EventId
    sequence: int
    replaces: EventId | None
    body: BodyOf


ReadEvent = Callable[[Body], RegistrationEvent]
"""Reads the content of a held event; equal content always gives an equal event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History(Generic[BodyOf]):
    """The accepted events by sequence, their fold, and the base: the fold of older events that are no longer held."""

    registration: Registration
    base: Registration | None = None
    base_sequence: int = 0
    events: tuple[HeldEvent[BodyOf], ...] = ()
    company_id: CompanyId | None = None
    """The assigned company; None: the company of the registration's own id."""
    folds: Folds[HeldEvent[BodyOf]] | None = field(default=None, compare=False, repr=False)
    """Partial folds, in memory only: they are never written, and None in a history that was read."""

    @property
    def company(self) -> CompanyId:
        """The company that gets the statements of the registration."""
        return self.company_id or company_id(self.registration.registration_id)

    @property
    def never_stated(self) -> bool:
        """Whether no event has had an effect: there is none, or only corrections and withdrawals without targets."""
        return not self.registration.properties and self.base is None and all(held.replaces for held in self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission(Generic[BodyOf]):
    """The outcome of one event. `history` is None when the event is not kept."""

    outcome: Outcome
    history: History[BodyOf] | None = None
    changed: bool = False
    rejected: Rejected | None = None
    message: str = ""
    warnings: tuple[Warning, ...] = ()


def empty_history(registration_id: RegistrationId) -> History[Body]:
    """Make the history of a registration without events."""
    return History(registration=empty(registration_id), folds=Folds())


def admit(
    history: History[Body], event: RegistrationEvent, body: Body, read: ReadEvent[Body], words: Words
) -> Admission[Body]:
    """Add one valid event to a history. Pure; the order in which events arrive does not matter.

    `body` is kept as it is and read back with `read` when the fold needs it.
    """
    known = _repeated_or_reused(history, event, body, read)
    if known is not None:
        return known
    if event.sequence <= history.base_sequence:
        return Admission(
            outcome=Outcome.STALE,
            message=f"sequence {event.sequence} is not above {history.base_sequence}, up to which the history of "
            f"{event.registration_id} is folded: publish a correction or a snapshot with a new sequence",
        )
    warnings: tuple[Warning, ...] = ()
    if event.replaces is not None:
        target = next((held for held in history.events if held.event_id == event.replaces), None)
        if target is None and history.base is not None:
            return Admission(
                outcome=Outcome.STALE,
                message=f"the event {event.replaces!r} that this one replaces is no longer held: publish a snapshot",
            )
        if target is None:
            warnings = (_target_unknown(event),)
        elif target.sequence >= event.sequence:
            return Admission(outcome=Outcome.REJECTED, rejected=_replaces_later(event, target))
    return _added(history, event, body, read, words, warnings)


def _added(
    history: History[Body],
    event: RegistrationEvent,
    body: Body,
    read: ReadEvent[Body],
    words: Words,
    warnings: tuple[Warning, ...],
) -> Admission[Body]:
    held = HeldEvent(event_id=event.event_id, sequence=event.sequence, replaces=event.replaces, body=body)
    if _comes_last(history, event):
        events = (*history.events, held)
        registration = apply(history.registration, event, words)
        folds = None if history.folds is None else history.folds.with_last(held, registration)
    else:
        events = tuple(sorted((*history.events, held), key=_by_sequence))
        known = history.folds or Folds()
        registration, folds = refold(known, _base(history), events, lambda kept: read(kept.body), words)
    grown = replace(history, registration=registration, events=events, folds=folds)
    if not warnings and not _comes_last(history, event):
        warnings = _without_effect(history, registration, event)
    while _is_overfull(grown):
        grown = _with_older_half_folded(grown, read, words)
    return Admission(
        outcome=Outcome.ACCEPTED, history=grown, changed=registration != history.registration, warnings=warnings
    )


def _repeated_or_reused(
    history: History[Body], event: RegistrationEvent, body: Body, read: ReadEvent[Body]
) -> Admission[Body] | None:
    """Recognise a repeat (the same event with the same content), and refuse an id or a sequence used twice."""
    for held in history.events:
        if held.event_id == event.event_id:
            if held.body == body or read(held.body) == event:
                return Admission(outcome=Outcome.DUPLICATE, message="this event was accepted before")
            return _refused(
                Code.EVENT_ID_REUSED,
                f"event id {event.event_id!r} was used before with other content: give every event an id of its own",
                "event_id",
            )
        if held.sequence == event.sequence:
            return _refused(
                Code.SEQUENCE_REUSED,
                f"sequence {event.sequence} of {event.registration_id} was used before by event {held.event_id!r}: "
                "give every event of a registration a sequence of its own, and a correction a new one",
                "sequence",
            )
    return None


def _refused(code: Code, message: str, field: str) -> Admission[Body]:
    return Admission(outcome=Outcome.REJECTED, rejected=Rejected(code=code, message=message, field=field))


def _replaces_later(event: RegistrationEvent, target: HeldEvent[Sized]) -> Rejected:
    return Rejected(
        code=Code.REPLACES_LATER_EVENT,
        message=f"event {event.event_id!r} (sequence {event.sequence}) replaces {target.event_id!r} "
        f"(sequence {target.sequence}): a correction needs a sequence above that of the event it names",
        field="replaces",
    )


def _target_unknown(event: RegistrationEvent) -> Warning:
    return Warning(
        code=Oddity.TARGET_NOT_YET_KNOWN,
        message=f"the event {event.replaces!r} that this one replaces has not arrived: this one waits for it "
        "and has no effect until then",
        field="replaces",
    )


def _without_effect(history: History[Sized], after: Registration, event: RegistrationEvent) -> tuple[Warning, ...]:
    """Warn when no value of an event holds, because events with higher sequences state the same properties."""
    before = history.registration.properties
    holds = any(_is_of(event, after.provenance.get(name)) for name in _stated_properties(event))
    removed = any(name in before and name not in after.properties for name in event.cleared)
    if holds or removed or event.kind is EventKind.WITHDRAWN:
        return ()
    place = next((held.sequence for held in history.events if held.event_id == event.replaces), event.sequence)
    named = (after.provenance[name] for name in (*event.stated, *event.cleared) if name in after.provenance)
    above = [(ref.sequence, ref.event_id) for ref in named if ref.sequence > place]
    above = above or [(held.sequence, held.event_id) for held in history.events[-1:] if held.sequence > place]
    if not above or (event.kind in REPLACING and after != history.registration):
        return ()
    sequence, event_id = max(above)
    return (
        Warning(
            code=Oddity.SUPERSEDED,
            message=f"it has no effect now: event {event_id!r:.200} with sequence {sequence} overrides what it states. "
            "Events count by sequence, not by arrival: number those of all your sources in one series",
            field="sequence",
        ),
    )


def _stated_properties(event: RegistrationEvent) -> set[str]:
    """Name the properties that an event states, also by its kind, without the defaults of a first event."""
    by_kind = {"entity_status"} if event.kind in BY_KIND or event.kind is EventKind.REGISTERED else set()
    return by_kind | {"last_confirmed_date"} | (event.stated.keys() - {_FORMER})


def _is_of(event: RegistrationEvent, ref: EventRef | None) -> bool:
    return ref is not None and ref.event_id == event.event_id


def _comes_last(history: History[Sized], event: RegistrationEvent) -> bool:
    """Tell whether the event comes last and changes no other: then one step equals the whole fold."""
    if event.kind in REPLACING:
        return False
    last = history.events[-1].sequence if history.events else history.base_sequence
    return event.sequence > last


def _is_overfull(history: History[Sized]) -> bool:
    return len(history.events) > HELD_EVENTS or sum(len(held.body) for held in history.events) > HELD_BYTES


def _with_older_half_folded(history: History[Body], read: ReadEvent[Body], words: Words) -> History[Body]:
    """Fold the older half of the events into the base; a replacement goes with the events it settled."""
    half = (len(history.events) + 1) // 2
    old, kept = history.events[:half], history.events[half:]
    settled = _settled(old, kept)
    base = fold(_base(history), (read(held.body) for held in (*old, *settled)), words)
    return replace(
        history,
        base=base,
        base_sequence=old[-1].sequence,
        events=tuple(held for held in kept if held not in settled),
        folds=None,
    )


def _settled(old: Sequence[HeldEvent[Body]], kept: Sequence[HeldEvent[Body]]) -> tuple[HeldEvent[Body], ...]:
    """Find the replacements of old events, and the replacements of those; they come in rising sequence."""
    gone = {held.event_id for held in old}
    settled = []
    for held in kept:
        if held.replaces in gone:
            settled.append(held)
            gone.add(held.event_id)
    return tuple(settled)


def _base(history: History[Sized]) -> Registration:
    return history.base if history.base is not None else empty(history.registration.registration_id)


def _by_sequence(held: HeldEvent[Sized]) -> tuple[int, str]:
    return held.sequence, held.event_id


def accepted(history: History[Body], read: ReadEvent[Body]) -> Sequence[RegistrationEvent]:
    """Read back the events that are held, by sequence."""
    return [read(held.body) for held in history.events]
