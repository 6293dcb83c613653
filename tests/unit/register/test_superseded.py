"""An accepted event that has no effect is told so in its receipt, with the event that stands above it."""

import pytest

from register.codes import Oddity, Outcome
from register.events import EventKind, RegistrationEvent
from tests.unit.register.history_fixture import Books
from tests.unit.register.stating import corrected, event, named, registered, withdrawn

OF_A_FILE = 20_251_001

SUPERSEDED: dict[str, tuple[list[RegistrationEvent], RegistrationEvent, str]] = {
    "an amendment by an API, below the file of a day": (
        [registered(OF_A_FILE, name="Noor")],
        event(1, legal_name=named("Nour")),
        f"event 'e{OF_A_FILE}' with sequence {OF_A_FILE}",
    ),
    "all that it states is stated later": (
        [registered(), event(5, website="a"), event(7, share_capital={"amount": "1", "currency": "KWD"})],
        event(3, website="b", share_capital={"amount": "2", "currency": "KWD"}),
        "event 'e7' with sequence 7",
    ),
    "what it clears is stated later": (
        [registered(), event(5, website="a")],
        event(3, cleared=["website"]),
        "event 'e5' with sequence 5",
    ),
    "what it states is cleared later": (
        [registered(), event(5, cleared=["website"])],
        event(3, website="b"),
        "event 'e5' with sequence 5",
    ),
    "a snapshot above it leaves out what it states": (
        [registered(), event(9, EventKind.SNAPSHOT, legal_name=named("Noor"))],
        event(3, website="b"),
        "event 'e9' with sequence 9",
    ),
    "a status that another one follows": (
        [registered(), event(5, EventKind.STRUCK_OFF)],
        event(3, EventKind.SUSPENDED),
        "event 'e5' with sequence 5",
    ),
    "a correction of what was amended since": (
        [registered(), event(2, website="a"), event(3, website="b")],
        corrected(4, "e2", website="c"),
        "event 'e3' with sequence 3",
    ),
}
IN_EFFECT: dict[str, tuple[list[RegistrationEvent], RegistrationEvent]] = {
    "the first": ([], registered(5)),
    "the last": ([registered()], event(2, website="a")),
    "the last, which states what is stated": ([registered()], event(2, legal_name=named("Noor"))),
    "late, with one thing that nothing overrides": (
        [registered(), event(5, website="a")],
        event(3, website="b", trading_names=named("N")),
    ),
    "late, and it clears what an earlier one stated": (
        [registered(website="a"), event(5, trading_names=named("N"))],
        event(3, cleared=["website"]),
    ),
    "late, and it strikes off": ([registered(), event(5, website="a")], event(3, EventKind.STRUCK_OFF)),
    "late, and it confirms": ([registered(), event(5, website="a")], event(3, EventKind.CONFIRMED)),
    "late, and it says the same": ([registered(), event(5, website="a")], event(3, website="a")),
    "a withdrawal": ([registered(), event(2, website="a"), event(3, website="b")], withdrawn(4, "e2")),
    "a correction that says the same": ([registered(), event(2, website="a")], corrected(3, "e2", website="a")),
    "a correction that counts": ([registered(), event(2, website="a")], corrected(3, "e2", website="b")),
}


def oddities(held: list[RegistrationEvent], late: RegistrationEvent) -> list[tuple[Oddity, str]]:
    """What the receipt of the last event warns of."""
    books = Books().take(*held, late)
    assert books.outcome is Outcome.ACCEPTED
    return [(warning.code, warning.message) for warning in books.answers[-1].warnings]


@pytest.mark.parametrize(("held", "late", "by"), SUPERSEDED.values(), ids=SUPERSEDED)
def test_an_event_without_effect_is_told_which_one_overrides_it(
    held: list[RegistrationEvent], late: RegistrationEvent, by: str
) -> None:
    ((code, message),) = oddities(held, late)
    assert code is Oddity.SUPERSEDED
    assert by in message


@pytest.mark.parametrize(("held", "last"), IN_EFFECT.values(), ids=IN_EFFECT)
def test_an_event_with_an_effect_has_no_such_warning(held: list[RegistrationEvent], last: RegistrationEvent) -> None:
    assert oddities(held, last) == []


def test_a_correction_that_waits_has_the_warning_of_that_alone() -> None:
    assert [code for code, _ in oddities([registered(5)], corrected(3, "e2", website="a"))] == [
        Oddity.TARGET_NOT_YET_KNOWN
    ]
