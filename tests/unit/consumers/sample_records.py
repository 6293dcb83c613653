"""Records as the register writes them, for the tests of its consumers: companies, changes, receipts, notices."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from register.changes import Cause, Change, Transition, Trigger, change_between
from register.company import Company, company_of
from register.events import EventKind, EventRef
from register.ids import CompanyId, EventId, RegistrationId, company_id
from register.registration import Registration
from schemas.codec.company_records import company_datum
from schemas.codec.records import change_datum
from schemas.codec.wire import decode, encode
from schemas.facts.precedence import precedence

NOW_MS = 1_764_000_000_000
NAJM = RegistrationId("SA.MC.7001775498")
NAJM_NAMES = {"ar": "شركة نجم الأفق لتقنية المعلومات", "en": "Najm Al Ofoq Information Technology Company"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A consumed record."""

    topic: str
    value: bytes | None
    key: bytes | None = b"key"
    partition: int = 0
    offset: int = 0
    timestamp: int = NOW_MS
    headers: tuple[tuple[str, bytes | None], ...] = ()


def event(number: int = 1, kind: EventKind = EventKind.REGISTERED) -> EventRef:
    return EventRef(
        event_id=EventId(f"MC-2025-{number:06d}"),
        sequence=number,
        kind=kind,
        effective_date=date(2025, 4, number),
        recorded_at=datetime(2025, 4, number, 9, 30, tzinfo=UTC),
    )


def registration(id_: RegistrationId = NAJM, *, by: EventRef | None = None, **stated: Any) -> Registration:
    """One registration with example properties and those of `by`; None leaves a property out."""
    properties: dict[str, Any] = {
        "jurisdiction": id_[:2],
        "legal_name": [{"text": text, "language": language} for language, text in NAJM_NAMES.items()],
        "entity_status": "ACTIVE",
        "identifiers": [{"scheme": "SA.CR", "value": "1010-123456", "valid_from": date(2015, 1, 2), "valid_to": None}],
        "activities": [{"scheme": "SA.ISIC4", "version": "4", "code": "620101", "label": []}],
        "registration_date": date(2015, 1, 2),
        **stated,
    }
    kept = {name: value for name, value in properties.items() if value is not None}
    return Registration(registration_id=id_, properties=kept, provenance=dict.fromkeys(kept, by or event()))


def company(*registrations: Registration, version: int = 1, id_: CompanyId | None = None) -> Company:
    members = {one.registration_id: one for one in registrations or (registration(),)}
    return company_of(id_ or company_id(next(iter(members))), members, precedence(), version=version)


def alias(of: CompanyId, id_: str) -> Company:
    """An id that merged away."""
    return replace(company_of(CompanyId(id_), {}, precedence(), version=9), alias_of=of)


def change(after: Company, before: Company | None = None, cause: Cause = Cause.SOURCE) -> Change:
    trigger = Trigger(registration_id=after.anchor, event=event(2, EventKind.AMENDED))
    found = change_between(before, after, Transition(cause=cause, trigger=trigger))
    assert found is not None
    return found


def receipt(offset: int, outcome: str = "ACCEPTED", **stated: Any) -> dict[str, Any]:
    return {
        "event_id": f"MC-2025-{offset:06d}",
        "registration_id": str(NAJM),
        "sequence": offset,
        "outcome": outcome,
        "code": None,
        "message": "",
        "field": None,
        "warnings": [],
        "topic": "registrations.sa",
        "partition": 0,
        "offset": offset,
        **stated,
    }


def notice(number: int, told: Change, agency: str = "kw-procurement") -> dict[str, Any]:
    return {"agency": agency, "number": number, "change": change_datum(told)}


def company_bytes(made: Company) -> bytes:
    return encode("Company", company_datum(made))


def change_bytes(made: Change) -> bytes:
    return encode("Change", change_datum(made))


def datum_of(made: Company) -> Mapping[str, Any]:
    """A company as it is read from the topic."""
    return decode(company_bytes(made), "Company")
