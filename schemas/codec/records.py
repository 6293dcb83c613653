"""Between Avro data and the register's values, both ways: the only place that knows both."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from register.changes import Cause, Change, Trigger
from register.company import Company
from register.events import EventKind, EventRef, RegistrationEvent
from register.history import HeldEvent, History
from register.ids import AgencyId, CompanyId, EventId, RegistrationId
from register.merge import Statement
from register.properties import PROPERTIES, Properties
from register.registration import Registration, Written, events_behind
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
    """Keep what is stated."""
    return {name: value for name, value in datum.items() if value is not None}


def registration_from(datum: Datum, written: Written | None = None) -> Registration:
    """Read a Registration; `written` is how it stands in what it was read from, if that is known."""
    sources = [ref_from(source) for source in datum["sources"]]
    return Registration(
        registration_id=RegistrationId(datum["registration_id"]),
        properties=properties_from(datum["properties"]),
        provenance={name: sources[position] for name, position in datum["provenance"].items()},
        written=written,
    )


def registration_datum(registration: Registration, properties: bytes | None = None) -> Datum:
    """Write a Registration; equal registrations give equal bytes. `properties` are its own as written, if they are."""
    sources = events_behind(registration)
    positions = {ref.event_id: position for position, ref in enumerate(sources)}
    held = registration.provenance
    return {
        "registration_id": registration.registration_id,
        "properties": properties or registration.properties,
        "sources": [ref_bytes(ref) for ref in sources],
        "provenance": {name: positions[held[name].event_id] for name in PROPERTIES if name in held},
    }


def history_from(datum: Datum) -> History:
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


def history_datum(history: History, registration: bytes | None = None) -> Datum:
    """Write the state of a registration; `registration` is it as written before, if it was."""
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


def statement_from(datum: Datum, written: Written | None = None, trigger: bytes | None = None) -> Statement:
    """Read a Statement; `written` and `trigger` are how its registration and its trigger stand in it, if known."""
    stated = datum["registration"]
    return Statement(
        company_id=CompanyId(datum["company_id"]),
        registration_id=RegistrationId(datum["registration_id"]),
        cause=Cause(datum["cause"]),
        trigger=trigger_from(datum["trigger"], trigger),
        registration=None if stated is None else registration_from(stated, written),
        other=None if datum["other"] is None else CompanyId(datum["other"]),
        told_by_both=datum["told_by_both"],
    )


def statement_datum(statement: Statement, registration: bytes | None = None) -> Datum:
    """Write a Statement; `registration` is what it states as written before, if it was."""
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


def company_from(datum: Datum) -> Company:
    """Read a Company."""
    return Company(
        company_id=CompanyId(datum["company_id"]),
        version=datum["version"],
        anchor=RegistrationId(datum["anchor"]),
        registrations=tuple(registration_from(one) for one in datum["registrations"]),
        properties=properties_from(datum["properties"]),
        sources=datum["sources"],
        alias_of=datum["alias_of"],
    )


def company_datum(company: Company) -> Datum:
    """Write a Company. The properties of a single registration are the company's: they are written once."""
    registrations, properties = _written(company)
    return {
        "company_id": company.company_id,
        "version": company.version,
        "anchor": company.anchor,
        "registrations": registrations,
        "properties": properties,
        "sources": company.sources,
        "alias_of": company.alias_of,
    }


def _written(company: Company) -> tuple[list[Datum | bytes], Properties | bytes]:
    """Write as few parts of a company as need be: the registrations, and the properties of all."""
    if len(company.registrations) != 1 or company.registrations[0].properties is not company.properties:
        return [_part(one) for one in company.registrations], company.properties
    (only,) = company.registrations
    if only.written is not None:
        return [only.written.registration], only.written.properties
    properties = encode_part("Properties", only.properties)
    return [registration_datum(only, properties)], properties


def _part(registration: Registration) -> Datum | bytes:
    return registration_datum(registration) if registration.written is None else registration.written.registration


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
    """Read of a Change what agencies filter on."""
    return Filtered(
        CompanyId(datum["company_id"]),
        datum["follows"],
        tuple(datum["fields_changed"]),
        tuple(datum["registrations"]),
        tuple(datum["related"]),
        tuple(datum["jurisdictions"]),
        tuple(datum["isic4_classes"]),
    )


def change_datum(change: Change) -> Datum:
    """Write a Change."""
    return {
        "company_id": change.company_id,
        "version": change.version,
        "cause": change.cause,
        "fields_changed": change.fields_changed,
        "before": change.before,
        "after": change.after,
        "effective_date": change.effective_date,
        "recorded_at": change.recorded_at,
        "triggers": [one.written or trigger_datum(one) for one in change.triggers],
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
        **{wish: tuple(datum[wish]) for wish in ("states", "activities", "companies", "fields")},
    )


def subscription_datum(subscription: Subscription) -> Datum:
    """Write a Subscription."""
    wishes = ("agency", "states", "activities", "companies", "fields", "it_only")
    return {wish: getattr(subscription, wish) for wish in wishes}


def trigger_from(datum: Datum, written: bytes | None = None) -> Trigger:
    """Read a Trigger; `written` is how it stands in what it was read from, if that is known."""
    return Trigger(
        registration_id=RegistrationId(datum["registration_id"]),
        event=ref_from(datum["event"]),
        judgement=datum["judgement"],
        written=written,
    )


def trigger_datum(trigger: Trigger) -> Datum:
    """Write a Trigger."""
    return {
        "registration_id": trigger.registration_id,
        "event": ref_bytes(trigger.event),
        "judgement": trigger.judgement,
    }


def ref_from(datum: Mapping[str, Any] | EventRef) -> EventRef:
    """Read an EventRef, which may have been made when it was read (`REFS_MADE`)."""
    if isinstance(datum, EventRef):
        return datum
    return _ref(datum["event_id"], datum["sequence"], datum["kind"], datum["effective_date"], datum["recorded_at"])


def _ref(event_id: EventId, sequence: int, kind: str, effective_date: date, recorded_at: datetime) -> EventRef:
    return EventRef(event_id, sequence, _KINDS[kind], effective_date, recorded_at)


REFS_MADE: Final = (("EventRef", _ref),)
"""For `schemas.codec.reader.read_with_parts`: an EventRef that comes again in the next value is not made again."""


@lru_cache(maxsize=REFS_REMEMBERED)
def ref_bytes(ref: EventRef) -> bytes:
    """Write an EventRef as a part of other records: what an event stated names it as long as that holds."""
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
