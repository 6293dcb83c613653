"""Converts Avro data to the register's values and back: the only module that knows both."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from register.changes import Cause, Change, Trigger
from register.events import EventKind, EventRef, RegistrationEvent
from register.history import HeldEvent, History
from register.ids import AgencyId, CompanyId, EventId, RegistrationId
from register.merge import Statement
from register.properties import PROPERTIES, Properties
from register.registration import Registration, events_behind
from register.subscriptions import Filtered, Subscription
from schemas.codec.wire import encode_part

Datum = dict[str, Any]
REFS_REMEMBERED: Final = 8_192  # EventRefs as written, some 200 bytes each with what they are found by
_KINDS: Final = {kind.value: kind for kind in EventKind}  # a lookup costs a fifth of the enum's call


def event_from(datum: Datum) -> RegistrationEvent:
    """Read a RegistrationEvent."""
    return RegistrationEvent(
        event_id=EventId(datum["event_id"]),
        registration_id=RegistrationId(datum["registration_id"]),
        sequence=datum["sequence"],
        kind=_KINDS[datum["kind"]],
        effective_date=datum["effective_date"],
        recorded_at=datum["recorded_at"],
        replaces=datum["replaces"],
        stated=properties_from(datum["stated"]),
        cleared=tuple(datum["cleared"]),
    )


def event_datum(event: RegistrationEvent) -> Datum:
    """Write a RegistrationEvent."""
    return {**ref_datum(event), "registration_id": event.registration_id, "replaces": event.replaces,
            "stated": event.stated, "cleared": event.cleared}  # fmt: skip


def properties_from(datum: Datum) -> Properties:
    """Keep the properties that are stated."""
    return {name: value for name, value in datum.items() if value is not None}


def registration_from(datum: Datum) -> Registration:
    """Read a Registration."""
    sources = [ref_from(source) for source in datum["sources"]]
    return Registration(
        registration_id=RegistrationId(datum["registration_id"]),
        properties=properties_from(datum["properties"]),
        provenance={name: sources[position] for name, position in datum["provenance"].items()},
    )


def registration_datum(registration: Registration, properties: bytes | None = None) -> Datum:
    """Write a Registration; equal registrations give equal bytes. `properties`: their bytes, if already written."""
    sources = events_behind(registration)
    positions = {ref.event_id: position for position, ref in enumerate(sources)}
    held = registration.provenance
    return {
        "registration_id": registration.registration_id,
        "properties": properties or registration.properties,
        "sources": [ref_bytes(ref) for ref in sources],
        "provenance": {name: positions[held[name].event_id] for name in PROPERTIES if name in held},
    }


def history_from(datum: Datum) -> History[bytes]:
    """Read the state of a registration."""
    return History(
        registration=registration_from(datum["registration"]),
        base=None if datum["base"] is None else registration_from(datum["base"]),
        base_sequence=datum["base_sequence"],
        events=tuple(
            HeldEvent(held["event_id"], held["sequence"], held["replaces"], held["body"]) for held in datum["events"]
        ),
        company_id=datum["company_id"],
    )


def history_datum(history: History[bytes], registration: bytes | None = None) -> Datum:
    """Write the state of a registration. `registration`: its bytes, if already written."""
    return {
        "registration": registration or registration_datum(history.registration),
        "base": None if history.base is None else registration_datum(history.base),
        "base_sequence": history.base_sequence,
        "events": [
            {"event_id": held.event_id, "sequence": held.sequence, "replaces": held.replaces, "body": held.body}
            for held in history.events
        ],
        "company_id": history.company_id,
    }


def statement_from(datum: Datum) -> Statement:
    """Read a Statement."""
    stated = datum["registration"]
    return Statement(
        company_id=CompanyId(datum["company_id"]),
        registration_id=RegistrationId(datum["registration_id"]),
        cause=Cause(datum["cause"]),
        trigger=trigger_from(datum["trigger"]),
        registration=None if stated is None else registration_from(stated),
        other=None if datum["other"] is None else CompanyId(datum["other"]),
        told_by_both=datum["told_by_both"],
    )


def statement_datum(statement: Statement, registration: bytes | None = None) -> Datum:
    """Write a Statement. `registration`: the bytes of its registration, if already written."""
    stated = statement.registration
    return {
        "company_id": statement.company_id,
        "registration_id": statement.registration_id,
        "cause": statement.cause,
        "trigger": trigger_datum(statement.trigger),
        "registration": None if stated is None else registration or registration_datum(stated),
        "other": statement.other,
        "told_by_both": statement.told_by_both,
    }


def change_from(datum: Datum) -> Change:
    """Read a Change."""
    return Change(
        company_id=CompanyId(datum["company_id"]),
        version=datum["version"],
        cause=Cause(datum["cause"]),
        fields_changed=tuple(datum["fields_changed"]),
        before=properties_from(datum["before"]),
        after=properties_from(datum["after"]),
        effective_date=datum["effective_date"],
        recorded_at=datum["recorded_at"],
        triggers=tuple(trigger_from(one) for one in datum["triggers"]),
        registrations=tuple(datum["registrations"]),
        jurisdictions=tuple(datum["jurisdictions"]),
        isic4_classes=tuple(datum["isic4_classes"]),
        related=tuple(datum["related"]),
        alias_of=datum["alias_of"],
        follows=datum["follows"],
        joined=datum["joined"],
        left=datum["left"],
    )


def filtered_from(datum: Datum) -> Filtered:
    """Read the parts of a Change on which agencies filter."""
    return Filtered(
        CompanyId(datum["company_id"]),
        datum["follows"],
        tuple(datum["fields_changed"]),
        tuple(datum["registrations"]),
        tuple(datum["related"]),
        tuple(datum["jurisdictions"]),
        tuple(datum["isic4_classes"]),
    )


def change_datum(change: Change, trigger: bytes | None = None) -> Datum:
    """Write a Change. `trigger`: the bytes of its only trigger, if already written."""
    return {
        "company_id": change.company_id,
        "version": change.version,
        "cause": change.cause,
        "fields_changed": change.fields_changed,
        "before": change.before,
        "after": change.after,
        "effective_date": change.effective_date,
        "recorded_at": change.recorded_at,
        "triggers": [trigger] if trigger else [trigger_datum(one) for one in change.triggers],
        "registrations": change.registrations,
        "jurisdictions": change.jurisdictions,
        "isic4_classes": change.isic4_classes,
        "related": change.related,
        "alias_of": change.alias_of,
        "follows": change.follows,
        "joined": change.joined,
        "left": change.left,
    }


def subscription_from(datum: Datum) -> Subscription:
    """Read a Subscription."""
    return Subscription(
        agency=AgencyId(datum["agency"]),
        it_only=datum["it_only"],
        **{wish: tuple(datum[wish]) for wish in ("member_states", "activities", "companies", "fields")},
    )


def subscription_datum(subscription: Subscription) -> Datum:
    """Write a Subscription."""
    wishes = ("agency", "member_states", "activities", "companies", "fields", "it_only")
    return {wish: getattr(subscription, wish) for wish in wishes}


def trigger_from(datum: Datum) -> Trigger:
    """Read a Trigger."""
    return Trigger(
        registration_id=RegistrationId(datum["registration_id"]),
        event=ref_from(datum["event"]),
        judgement=datum["judgement"],
    )


def trigger_datum(trigger: Trigger) -> Datum:
    """Write a Trigger."""
    return {
        "registration_id": trigger.registration_id,
        "event": ref_bytes(trigger.event),
        "judgement": trigger.judgement,
    }


def ref_from(datum: Mapping[str, Any] | EventRef) -> EventRef:
    """Read an EventRef; with `REFS_MADE` the reader has already made it."""
    if isinstance(datum, EventRef):
        return datum
    return _ref(datum["event_id"], datum["sequence"], datum["kind"], datum["effective_date"], datum["recorded_at"])


def _ref(event_id: EventId, sequence: int, kind: str, effective_date: date, recorded_at: datetime) -> EventRef:
    return EventRef(event_id, sequence, _KINDS[kind], effective_date, recorded_at)


REFS_MADE: Final = (("EventRef", _ref),)
"""For `schemas.codec.reader.read_with_parts`: an EventRef that repeats in the next value is made once."""


@lru_cache(maxsize=REFS_REMEMBERED)
def ref_bytes(ref: EventRef) -> bytes:
    """Write an EventRef as a part of other records: the provenance repeats it in each of them."""
    return encode_part("EventRef", ref_datum(ref))


def ref_datum(ref: EventRef | RegistrationEvent) -> Datum:
    """Write an EventRef."""
    return {
        "event_id": ref.event_id,
        "sequence": ref.sequence,
        "kind": ref.kind,
        "effective_date": ref.effective_date,
        "recorded_at": ref.recorded_at,
    }
