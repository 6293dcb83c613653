"""The keys under which an event may link its registration to others: what to look up before anything is folded."""

from register.events import RegistrationEvent, ref_of
from register.registration import Registration
from register.resolution.clusters import keys_of
from register.resolution.evidence import READ, Numberings, evidence_of


def stated_keys(event: RegistrationEvent, numberings: Numberings) -> set[str]:
    """Give the keys of all evidence that an event alone can bring: `home/…`, `identifier/…` and `number/…`.

    A value reaches a folded registration whole, from one event. So a registration has evidence under a key only if one
    of its events has this key. The event need not stand, nor be accepted.

    >>> from register.ids import EventId, RegistrationId
    >>> from datetime import UTC, date, datetime
    >>> from register.events import EventKind
    >>> event = RegistrationEvent(
    ...     event_id=EventId("1"), registration_id=RegistrationId("AE.NER.10000001"), sequence=1,
    ...     kind=EventKind.AMENDED, effective_date=date(2024, 1, 1), recorded_at=datetime(2024, 1, 1, tzinfo=UTC),
    ...     stated={"home_registration": "KW.MOCI.417733"},
    ... )
    >>> stated_keys(event, {})
    {'home/KW.MOCI.417733'}
    """
    ref = ref_of(event)
    properties = {name: event.stated[name] for name in READ if name in event.stated}
    properties["entity_status"] = None  # of some value: evidence may follow from the registration's number alone
    alone = Registration(
        registration_id=event.registration_id, properties=properties, provenance=dict.fromkeys(properties, ref)
    )
    found = evidence_of(alone, numberings)
    return set() if found is None else {key for key in keys_of(found) if not key.startswith("stem/")}
