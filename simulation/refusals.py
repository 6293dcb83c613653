"""Makes events that must be refused, each with the code of its refusal, from a good event of a registration.

No other rule refuses them first, and the registration's other events do not suffer.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any, Final

from register.events import EventKind, RegistrationEvent
from register.ids import EventId, RegistrationId, number_of
from simulation.delivery_order import Delivery
from simulation.vocabulary import NationalRegister, pick

Spoil = Callable[[RegistrationEvent, NationalRegister], RegistrationEvent]
_UNVERIFIED: Final = ("KW", "QA")  # no format of their numbers is verified, so that none is malformed
_FAR: Final = 1_000_000  # added to a sequence, so that a refused event never takes that of a good one


def refusal(rng: Random, good: RegistrationEvent, last: RegistrationEvent, register: NationalRegister) -> Delivery:
    """Make one event that must be refused, on the day of `last`, the registration's last event."""
    code = pick(rng, CODES)
    if code == "malformed_number" and register.member_state in _UNVERIFIED:
        code = "malformed_registration_id"
    fresh = replace(
        good,
        event_id=EventId(f"{good.event_id}.refuse"),
        sequence=last.sequence + _FAR,
        kind=EventKind.AMENDED,
        replaces=None,
        cleared=(),
        stated={"website": "https://sim-refused.example"},
        recorded_at=last.recorded_at + timedelta(days=1),
        effective_date=last.effective_date,
    )
    if code == "wrong_topic":
        return _delivery(fresh, code, publisher="om" if register.publisher != "om" else "qa")
    if code == "key_mismatch":
        return _delivery(fresh, code, publisher=register.publisher, key=f"{good.registration_id}9")
    if code == "sequence_reused":
        return _delivery(replace(fresh, sequence=good.sequence), code, publisher=register.publisher, after_others=True)
    if code == "event_id_reused":
        return _delivery(replace(fresh, event_id=good.event_id), code, publisher=register.publisher, after_others=True)
    return _delivery(_SPOILS[code](fresh, register), code, publisher=register.publisher)


def _delivery(
    event: RegistrationEvent, code: str, *, publisher: str, key: str | None = None, after_others: bool = False
) -> Delivery:
    return Delivery(
        publisher=publisher,
        key=event.registration_id if key is None else key,
        event=event,
        rejected=code,
        after_others=after_others,
    )


def _stating(**stated: Any) -> Spoil:
    return lambda event, register: replace(event, stated=stated)


def _with(**changes: Any) -> Spoil:
    return lambda event, register: replace(event, **changes)


def _malformed_number(event: RegistrationEvent, register: NationalRegister) -> RegistrationEvent:
    return replace(event, registration_id=RegistrationId(f"{event.registration_id}X"))


def _dates(event: RegistrationEvent, register: NationalRegister) -> RegistrationEvent:
    day = event.effective_date
    return replace(event, stated={"registration_date": day, "expiry_date": day - timedelta(days=400)})


_SPOILS: Final[Mapping[str, Spoil]] = {
    "malformed_registration_id": lambda event, register: replace(
        event, registration_id=RegistrationId(event.registration_id.replace(".", "-"))
    ),
    "unknown_authority": lambda event, register: replace(
        event, registration_id=RegistrationId(f"{register.member_state}.NOWHERE.{number_of(event.registration_id)}")
    ),
    "malformed_number": _malformed_number,
    "missing_event_id": _with(event_id=EventId(" ")),
    "invalid_sequence": _with(sequence=0),
    "unknown_kind": _with(kind=EventKind.UNKNOWN),
    "missing_name": _with(kind=EventKind.SNAPSHOT),
    "missing_target": _with(kind=EventKind.CORRECTED),
    "self_replacement": lambda event, register: replace(event, kind=EventKind.CORRECTED, replaces=event.event_id),
    "dates_contradict": _dates,
    "unknown_property": _with(cleared=("colour",)),
    "mandatory_cleared": _with(cleared=("legal_name",)),
    "stated_and_cleared": _with(cleared=("website",)),
    "malformed_reference": _stating(home_registration="not an id"),
    "empty_value": _stating(legal_form_as_stated=""),
}
CODES: Final = ("wrong_topic", "key_mismatch", "sequence_reused", "event_id_reused", *_SPOILS)
