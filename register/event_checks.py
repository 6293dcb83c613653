"""May this event stand at all? The rules that need nothing but the event and the authorities.

An event that breaks a rule is refused. An event that is only odd is kept, with a warning.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final

from register import identifiers
from register.authorities import Authorities, Authority
from register.codes import Code, Oddity, Rejected, Warning
from register.events import REPLACING, EventKind, RegistrationEvent
from register.identifiers.spelling import is_placeholder, says_nothing, spelled
from register.ids import RegistrationId, authority_of, is_registration_id, number_of
from register.limits import ID_LENGTH
from register.plausibility import odd_amount, odd_days
from register.properties import COMPANY_ONLY, MANDATORY, PROPERTIES
from register.unmapped_words import unmapped_words

NAMING: Final = frozenset({EventKind.REGISTERED, EventKind.SNAPSHOT})
"""Kinds that state an entry anew and so must state its name."""
_KNOWN: Final = frozenset(PROPERTIES)
_REFERENCES: Final = ("home_registration", "successor_registration")

EventRule = Callable[[RegistrationEvent, Authority], Rejected | None]


def validate(event: RegistrationEvent, authorities: Authorities) -> Rejected | tuple[Warning, ...]:
    """Check one event; returns the refusal of the first broken rule, or the warnings (mostly none)."""
    refusal = refused(event, authorities)
    if refusal is not None:
        return refusal
    return tuple(_oddities(event, authorities[authority_of(event.registration_id)]))


def refused(event: RegistrationEvent, authorities: Authorities) -> Rejected | None:
    """Check one event as `validate` does, without its warnings."""
    return refused_id(event.registration_id, authorities) or refused_content(event, authorities)


def refused_content(event: RegistrationEvent, authorities: Authorities) -> Rejected | None:
    """Check an event whose registration id is not refused."""
    authority = authorities[authority_of(event.registration_id)]
    for rule in _RULES:
        broken = rule(event, authority)
        if broken is not None:
            return broken
    return None


def refused_id(registration: RegistrationId, authorities: Authorities) -> Rejected | None:
    """Check the registration id of an event alone."""
    if not is_registration_id(registration):
        return Rejected(
            code=Code.MALFORMED_REGISTRATION_ID,
            message=f"{registration!r} is no registration id: expected CC.REGISTER.NUMBER, as "
            "KW.MOCI.12345, without blanks, slashes or more dots",
            field="registration_id",
        )
    authority = authorities.get(authority_of(registration))
    if authority is None:
        return Rejected(
            code=Code.UNKNOWN_AUTHORITY,
            message=f"no registration authority {authority_of(registration)!r} is known; "
            "`sijill authorities` lists them",
            field="registration_id",
        )
    return _number_fault(registration, authority)


def in_its_topic(event: RegistrationEvent, authorities: Authorities, publisher: str) -> Rejected | None:
    """Check that an event of a known authority came through the topic of its member state."""
    authority = authorities[authority_of(event.registration_id)]
    if authority.publisher == publisher:
        return None
    return Rejected(
        code=Code.WRONG_TOPIC,
        message=f"{authority.authority} publishes to registrations.{authority.publisher}, "
        f"this event came through registrations.{publisher}",
        field="registration_id",
    )


def _number_fault(registration: RegistrationId, authority: Authority) -> Rejected | None:
    number = number_of(registration)
    if is_placeholder(number):
        fault = f"{number!r} stands for a missing number: state the number that {authority.authority} gave"
    elif spelled(number) != number:
        fault = f"{number!r} is not in its one spelling: write {spelled(number)!r}"
    elif authority.number is not None and not authority.number.fullmatch(number):
        fault = f"{number!r} is no number of {authority.authority}: expected {authority.number_in_words}"
    else:
        return None
    return Rejected(code=Code.MALFORMED_NUMBER, message=fault, field="registration_id")


def _identity(event: RegistrationEvent, authority: Authority) -> Rejected | None:
    if not event.event_id.strip():
        return Rejected(
            code=Code.MISSING_EVENT_ID, message="the event has no event id: give every event its own", field="event_id"
        )
    if len(event.event_id) > ID_LENGTH or len(event.replaces or "") > ID_LENGTH:
        return Rejected(
            code=Code.TOO_LARGE,
            message=f"an event id has at most {ID_LENGTH} characters",
            field="event_id" if len(event.event_id) > ID_LENGTH else "replaces",
        )
    if event.sequence < 1:
        return Rejected(
            code=Code.INVALID_SEQUENCE,
            message=f"sequence {event.sequence} is below 1: number a registration's events 1, 2, 3 …",
            field="sequence",
        )
    if event.kind is EventKind.UNKNOWN:
        return Rejected(
            code=Code.UNKNOWN_KIND, message="the kind of the event is not one that this version knows", field="kind"
        )
    return None


def _target(event: RegistrationEvent, authority: Authority) -> Rejected | None:
    if event.kind in REPLACING and not event.replaces:
        return Rejected(
            code=Code.MISSING_TARGET,
            message=f"a {event.kind.value.lower()} event must name the event that it replaces",
            field="replaces",
        )
    if event.replaces is not None and event.replaces == event.event_id:
        return Rejected(code=Code.SELF_REPLACEMENT, message="an event cannot replace itself", field="replaces")
    if event.replaces is not None and event.kind not in REPLACING:
        return Rejected(
            code=Code.UNEXPECTED_TARGET,
            message=f"a {event.kind.value.lower()} event replaces nothing: leave `replaces` empty, "
            "or publish a correction",
            field="replaces",
        )
    return None


def _names(event: RegistrationEvent, authority: Authority) -> Rejected | None:
    name = event.stated.get("legal_name")
    if name is None and event.kind not in NAMING:
        return None
    for text in () if name is None else (text["text"] for text in name):
        if text.strip() and says_nothing(text):
            return _missing_name(f"the legal name {text!r:.80} says nothing")
    if not name or not all(text["text"].strip() for text in name):
        return _missing_name("the legal name is missing or empty")
    return None


def _missing_name(fault: str) -> Rejected:
    return Rejected(code=Code.MISSING_NAME, message=f"{fault}: state it in at least one language", field="legal_name")


def _properties(event: RegistrationEvent, authority: Authority) -> Rejected | None:
    for name in event.cleared:
        if name not in _KNOWN:
            return Rejected(
                code=Code.UNKNOWN_PROPERTY, message=f"{name!r} is no property that can be cleared", field="cleared"
            )
        if name in MANDATORY:
            return Rejected(
                code=Code.MANDATORY_CLEARED, message=f"{name} is mandatory: amend it, do not clear it", field=name
            )
        if name in event.stated:
            return Rejected(
                code=Code.STATED_AND_CLEARED, message=f"{name} is both stated and cleared in one event", field=name
            )
    for name, value in event.stated.items():
        if name in COMPANY_ONLY:
            return Rejected(
                code=Code.UNKNOWN_PROPERTY,
                message=f"{name} follows from the registrations of a company together: leave it out",
                field=name,
            )
        if value in ("", [], {}):
            return Rejected(
                code=Code.EMPTY_VALUE, message=f"{name} is stated as empty: list it in `cleared` instead", field=name
            )
    return None


def _dates(event: RegistrationEvent, authority: Authority) -> Rejected | None:
    registered, expires = event.stated.get("registration_date"), event.stated.get("expiry_date")
    if registered is not None and expires is not None and expires < registered:
        return Rejected(
            code=Code.DATES_CONTRADICT,
            message=f"it expires on {expires}, before its registration on {registered}",
            field="expiry_date",
        )
    for one in event.stated.get("identifiers", ()):
        if one["valid_from"] is not None and one["valid_to"] is not None and one["valid_to"] < one["valid_from"]:
            return Rejected(
                code=Code.DATES_CONTRADICT,
                message=f"the {one['scheme']} {one['value']} ends on {one['valid_to']}, "
                f"before it begins on {one['valid_from']}",
                field="identifiers",
            )
    return None


def _references(event: RegistrationEvent, authority: Authority) -> Rejected | None:
    for name in _REFERENCES:
        named = event.stated.get(name)
        if named is None:
            continue
        fault = _reference_fault(named, event.registration_id)
        if fault is not None:
            return Rejected(
                code=Code.MALFORMED_REFERENCE,
                message=f"{named!r:.200} is not the id of another registration: {fault}",
                field=name,
            )
    return None


def _reference_fault(named: str, own: RegistrationId) -> str | None:
    if not is_registration_id(named):
        return "expected CC.REGISTER.NUMBER"
    if named == own:
        return "it is this one's own"
    number = number_of(RegistrationId(named))
    if is_placeholder(number):
        return f"{number!r} stands for a missing number"
    if spelled(number) != number:
        return f"write {named.removesuffix(number)}{spelled(number)}"
    return None


_RULES: Final[tuple[EventRule, ...]] = (_identity, _target, _names, _properties, _dates, _references)


def _oddities(event: RegistrationEvent, authority: Authority) -> Iterator[Warning]:
    yield from _odd_number(event, authority)
    for one in event.stated.get("identifiers", ()):
        yield from _odd_identifier(one)
    yield from unmapped_words(event, authority)
    yield from odd_days(event)
    amount = odd_amount(event)
    if amount is not None:
        yield amount
    recorded: date = event.recorded_at.date()
    if event.effective_date > recorded:
        yield Warning(
            code=Oddity.EFFECTIVE_AFTER_RECORDED,
            message=f"it takes effect on {event.effective_date}, after it was recorded on {recorded}",
            field="effective_date",
        )


def _odd_number(event: RegistrationEvent, authority: Authority) -> Iterator[Warning]:
    scheme = authority.numbering.unique_scheme
    if scheme is not None:
        fault = identifiers.check(scheme, number_of(event.registration_id))
        if fault is not None:
            yield Warning(code=Oddity.INVALID_IDENTIFIER, message=fault, field="registration_id")


def _odd_identifier(one: dict[str, Any]) -> Iterator[Warning]:
    if one["scheme"] not in identifiers.SCHEMES:
        yield Warning(
            code=Oddity.UNKNOWN_SCHEME,
            message=f"the identifier scheme {one['scheme']!r} is not known: kept as stated",
            field="identifiers",
        )
        return
    fault = identifiers.check(one["scheme"], one["value"])
    if fault is not None:
        yield Warning(code=Oddity.INVALID_IDENTIFIER, message=f"{one['scheme']}: {fault}", field="identifiers")
