"""Which kept events the register had accepted, and when: as their receipts say."""

from collections.abc import Iterable, Mapping

from readmodel.kept_events import KeptEvent
from register.as_of import Answered
from register.bounded_history import Received
from register.codes import Outcome, Rejected
from register.event_checks import in_its_topic, validate
from register.events import RegistrationEvent
from register.ids import RegistrationId
from schemas.codec.reader import read
from schemas.codec.records import event_from
from schemas.facts.authorities import authorities
from schemas.problems import ContractProblem

FirstAnswered = Mapping[tuple[str, int], int]
"""By topic and partition of the events: the first offset that has a receipt. Receipts of older events have expired."""


def accepted(kept: Iterable[KeptEvent], first: FirstAnswered) -> dict[RegistrationId, list[Answered]]:
    """Choose the accepted events, by registration, in the order of arrival.

    An event whose receipt has expired was answered long ago. Its own timestamp stands for the moment of its receipt,
    and the checks of today say whether it was accepted. An event behind the last receipt is not answered yet.
    """
    found: dict[RegistrationId, list[Answered]] = {}
    for one in kept:
        if one.outcome == Outcome.ACCEPTED and one.answered_at is not None:
            event, moment = event_from(read(one.body, "RegistrationEvent")), one.answered_at
        elif one.outcome is None and one.offset < first.get((one.topic, one.partition), 0):
            valid = _valid(one)
            if valid is None:
                continue
            event, moment = valid, one.written_at
        else:
            continue
        received = Received(event=event, size=len(one.body))
        found.setdefault(event.registration_id, []).append(Answered(received=received, answered_at=moment))
    return found


def _valid(one: KeptEvent) -> RegistrationEvent | None:
    """Read an event, and check it as `admit` does without the history of its registration."""
    try:
        event = event_from(read(one.body, "RegistrationEvent"))
    except ContractProblem:
        return None
    known, publisher = authorities(), one.topic.rpartition(".")[2]
    if event.registration_id != one.registration_id or isinstance(validate(event, known), Rejected):
        return None
    return event if in_its_topic(event, known, publisher) is None else None
