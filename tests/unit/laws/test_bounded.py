"""The laws for histories that outgrow their bound, which is set to four events here.

What was accepted is folded, held or not, and a repeat of it changes nothing. What is too late is stale: a bounded
history cannot be independent of order, it can only say so in the receipt.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register import history as bounded
from register.codes import Outcome
from register.events import RegistrationEvent
from register.registration import empty, fold
from tests.unit.laws.histories import histories
from tests.unit.laws.pure_register import PureRegister, read, registration_bytes
from tests.unit.register.stating import NOOR, WORDS

BOUND = 4


@contextmanager
def small_bound() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bounded, "HELD_EVENTS", BOUND)
        yield


@pytest.mark.slow
@given(histories(least=6, most=14), st.data())
def test_the_registration_is_the_fold_of_all_that_was_accepted(
    events: list[RegistrationEvent], data: st.DataObject
) -> None:
    arriving = data.draw(st.permutations(events))
    with small_bound():
        register = PureRegister().take(arriving)
    kept = [event for event, answer in zip(arriving, register.answers, strict=True) if answer.history is not None]
    history = register.histories[NOOR]
    assert len(history.events) <= BOUND
    assert {answer.outcome for answer in register.answers} <= {Outcome.ACCEPTED, Outcome.STALE}
    assert registration_bytes(history.registration) == registration_bytes(fold(empty(NOOR), kept, WORDS))
    refolded = fold(history.base or empty(NOOR), (read(held.body) for held in history.events), WORDS)
    assert registration_bytes(history.registration) == registration_bytes(refolded)


@pytest.mark.slow
@given(histories(least=6, most=14), st.data())
def test_a_repeat_of_what_was_accepted_is_a_duplicate_or_stale_and_changes_nothing(
    events: list[RegistrationEvent], data: st.DataObject
) -> None:
    arriving = data.draw(st.permutations(events))
    with small_bound():
        register = PureRegister().take(arriving)
        kept = [event for event, answer in zip(arriving, register.answers, strict=True) if answer.history is not None]
        held = register.history_bytes()
        register.take(data.draw(st.permutations(kept)))
    assert {answer.outcome for answer in register.answers[len(arriving) :]} <= {Outcome.DUPLICATE, Outcome.STALE}
    assert register.history_bytes() == held
