"""The state that `admit` must hold of a registration: its events admitted one by one, in the order of arrival."""

from collections.abc import Iterable

from register.authorities import Authority
from register.codes import Outcome
from register.history import History, admit, empty_history
from register.ids import RegistrationId
from register.limits import LARGE_EVENT_BYTES, STATE_BYTES, registration_fault
from schemas.codec.reader import read
from schemas.codec.records import event_from, history_datum, registration_datum
from schemas.codec.wire import encode, encode_part
from services.rebuilding.valid_events import ValidEvent


def admitted_history(own: RegistrationId, events: Iterable[ValidEvent], authority: Authority) -> History[bytes] | None:
    """Admit valid events; None where none of them was accepted. It has no assigned company."""
    history: History[bytes] = empty_history(own)
    for event, record in events:
        body = record.value or b""
        admission = admit(
            history, event, body, lambda held: event_from(read(held, "RegistrationEvent")), authority.words
        )
        after = admission.history
        if admission.outcome is Outcome.ACCEPTED and after is not None and not _is_too_large(after, body):
            history = after
    return history if history.events or history.base is not None else None


def _is_too_large(history: History[bytes], body: bytes) -> bool:
    """Tell whether `admit` refuses an event for what the register would hold of its registration."""
    stated = encode_part("Registration", registration_datum(history.registration))
    if registration_fault(len(stated)) is not None:
        return True
    if len(body) <= LARGE_EVENT_BYTES:
        return False
    return (
        registration_fault(len(encode("RegistrationHistory", history_datum(history, stated))), STATE_BYTES) is not None
    )
