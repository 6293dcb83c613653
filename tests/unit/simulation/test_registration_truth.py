"""The simulator's truth and the register's fold know nothing of each other, and agree."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import pytest

from register.authorities import Authorities
from register.codes import Rejected
from register.event_checks import in_its_topic, validate
from register.events import RegistrationEvent
from register.history import admit, empty_history
from register.ids import RegistrationId, authority_of
from register.registration import Registration, empty, fold
from schemas.codec.records import event_datum, event_from
from schemas.codec.wire import decode, encode
from schemas.facts.authorities import authorities
from simulation import Delivery, RegistrationTruth, Simulation

TROUBLED = {"corrected": 0.5, "phantoms": 0.4, "late": 0.3, "repeated": 0.2, "acts": 14.0, "unmapped": 0.05}
WORLDS: list[tuple[int | str, int, dict[str, float]]] = [
    (1, 500, {}),
    ("gulf", 300, {"branches": 0.8, "decoys": 0.3, "lei": 0.5}),
    (7, 200, TROUBLED),
    (8, 200, {**TROUBLED, "void_share": 0.1}),
]


@pytest.fixture(scope="module")
def known() -> Authorities:
    return authorities()


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "companies", "settings"), WORLDS)
def test_the_fold_of_what_was_sent_is_the_truth(
    seed: int | str, companies: int, settings: dict[str, Any], known: Authorities
) -> None:
    simulation = Simulation(seed, companies, **settings)
    sent = _by_registration(simulation.events())
    truths = list(simulation.truths())

    assert [
        truth.registration_id for truth in truths if _folded(sent, truth.registration_id, known) != _said(truth)
    ] == []
    assert {truth.registration_id for truth in truths} == set(sent)


@pytest.mark.slow
def test_the_truth_survives_the_wire(known: Authorities) -> None:
    simulation = Simulation("wire", 150)
    sent = _by_registration(event_from(decode(value, "RegistrationEvent")) for _, _, value in simulation.frames())

    assert all(_folded(sent, truth.registration_id, known) == _said(truth) for truth in simulation.truths())


@pytest.mark.slow
@pytest.mark.parametrize("order", ["as sent", "shuffled"])
def test_every_event_is_answered_as_expected(order: str, known: Authorities) -> None:
    simulation = Simulation("answers", 200, invalid_share=0.7, void_share=0.05)
    deliveries = simulation.deliveries() if order == "as sent" else simulation.shuffled(5)
    answers, wrong = Counter[str](), []
    histories = defaultdict[str, Any](lambda: None)
    for one in deliveries:
        answer = _answer(one, histories, known)
        answers[answer if answer in ("ACCEPTED", "DUPLICATE", "STALE") else "REJECTED"] += 1
        if (one.rejected or "") != ("" if answer in ("ACCEPTED", "DUPLICATE") else answer):
            wrong.append((one, answer))
    expected = simulation.expected()

    assert wrong == []
    assert answers == {
        "ACCEPTED": expected.accepted,
        "DUPLICATE": expected.duplicate,
        "REJECTED": expected.rejected,
    }
    assert sum(expected.by_code.values()) == expected.rejected > 100
    for truth in simulation.truths():
        assert _of(histories[truth.registration_id].registration) == _said(truth)


def _by_registration(events: Iterable[RegistrationEvent]) -> dict[RegistrationId, list[RegistrationEvent]]:
    found: dict[RegistrationId, list[RegistrationEvent]] = defaultdict(list)
    for event in events:
        found[event.registration_id].append(event)
    return found


def _folded(
    sent: dict[RegistrationId, list[RegistrationEvent]], registration: RegistrationId, known: Authorities
) -> tuple[Any, Any]:
    return _of(fold(empty(registration), sent[registration], known[authority_of(registration)].words))


def _of(registration: Registration) -> tuple[Any, Any]:
    return registration.properties, {name: ref.event_id for name, ref in registration.provenance.items()}


def _said(truth: RegistrationTruth) -> tuple[Any, Any]:
    return truth.properties, truth.stated_by


def _answer(one: Delivery, histories: dict[str, Any], known: Authorities) -> str:
    """Do what `admit` does, without Kafka: the code of a refusal, else the outcome."""
    fault = validate(one.event, known)
    if isinstance(fault, Rejected):
        return fault.code
    misplaced = in_its_topic(one.event, known, one.publisher)
    if misplaced is not None:
        return misplaced.code
    if one.key != one.event.registration_id:
        return "key_mismatch"
    held = histories[one.key] or empty_history(one.event.registration_id)
    words = known[authority_of(one.event.registration_id)].words
    admission = admit(held, one.event, encode("RegistrationEvent", event_datum(one.event)), _read, words)
    histories[one.key] = admission.history or held
    return admission.outcome if admission.rejected is None else admission.rejected.code


def _read(body: bytes) -> RegistrationEvent:
    return event_from(decode(body, "RegistrationEvent"))
