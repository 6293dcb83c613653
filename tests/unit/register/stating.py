"""Short makers of events, properties and registrations for the tests of the register."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from register.authority_words import Words
from register.events import EventKind, RegistrationEvent
from register.ids import EventId, RegistrationId
from register.legal_forms import LegalForm, legal_form_word
from register.registration import Registration, empty, fold
from register.status import EntityStatus

NOOR = RegistrationId("KW.MOCI.12345")
NOOR_IN_RIYADH = RegistrationId("SA.MC.7001775498")
NOOR_AT_GLEIF = RegistrationId("XG.LEI.21380011VBTSTZCFBT87")

DAY_ONE = date(2020, 1, 1)
WORDS = Words(
    status={"نشط": EntityStatus.ACTIVE, "مشطوب": EntityStatus.STRUCK_OFF, "suspended": EntityStatus.SUSPENDED},
    legal_forms={legal_form_word("ذ.م.م"): LegalForm.LLC, legal_form_word("K.S.C.C."): LegalForm.CLOSED_JSC},
)


def event(
    sequence: int,
    kind: EventKind = EventKind.AMENDED,
    *,
    of: RegistrationId = NOOR,
    event_id: str | None = None,
    replaces: str | None = None,
    cleared: Iterable[str] = (),
    on: date | None = None,
    **stated: Any,
) -> RegistrationEvent:
    """Make an event; its id is e1, e2, … after its sequence, and it takes effect on that day after DAY_ONE."""
    day = on or DAY_ONE + timedelta(days=min(sequence, 20_000))
    return RegistrationEvent(
        event_id=EventId(f"e{sequence}" if event_id is None else event_id),
        registration_id=of,
        sequence=sequence,
        kind=kind,
        effective_date=day,
        recorded_at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
        replaces=None if replaces is None else EventId(replaces),
        stated=stated,
        cleared=tuple(cleared),
    )


def registered(sequence: int = 1, name: str = "Noor", **stated: Any) -> RegistrationEvent:
    """The entry of a company of that name."""
    return event(sequence, EventKind.REGISTERED, **{"legal_name": named(name), **stated})


def corrected(sequence: int, replaces: str, **stated: Any) -> RegistrationEvent:
    """A correction of the event of that id."""
    return event(sequence, EventKind.CORRECTED, replaces=replaces, **stated)


def withdrawn(sequence: int, replaces: str) -> RegistrationEvent:
    """The withdrawal of the event of that id."""
    return event(sequence, EventKind.WITHDRAWN, replaces=replaces)


def named(*texts: str, language: str = "en") -> list[dict[str, str]]:
    """A legal name, once per text."""
    return [{"text": text, "language": language} for text in texts]


def address(city: str) -> list[dict[str, Any]]:
    """An address of which only the city matters here."""
    return [
        {"language": "en", "lines": ["1 Main St"], "city": city, "region": None, "postal_code": None, "country": None}
    ]


def activity(code: str, scheme: str = "ISIC4") -> dict[str, Any]:
    """A business activity."""
    return {"scheme": scheme, "version": "", "code": code, "label": []}


def identifier(scheme: str, value: str, begins: date | None = None, ends: date | None = None) -> dict[str, Any]:
    """An identifier, with the days on which it holds."""
    return {"scheme": scheme, "value": value, "valid_from": begins, "valid_to": ends}


def folded(*events: RegistrationEvent, words: Words = WORDS) -> Registration:
    """Fold these events of one registration."""
    return fold(empty(events[0].registration_id), events, words)
