"""Law 1: redelivery changes nothing."""

from hypothesis import given
from hypothesis import strategies as st

from register.codes import Outcome
from register.events import RegistrationEvent
from tests.unit.laws.histories import histories, shuffled_with_repeats
from tests.unit.laws.pure_register import PureRegister


@given(histories(), st.data())
def test_all_events_once_more_are_duplicates_and_no_byte_changes(
    events: list[RegistrationEvent], data: st.DataObject
) -> None:
    register = PureRegister().take(data.draw(st.permutations(events)))
    held, companies, changes = register.history_bytes(), register.company_bytes(), register.change_bytes()
    answered = len(register.answers)
    register.take(data.draw(shuffled_with_repeats(events)))
    assert {answer.outcome for answer in register.answers[answered:]} == {Outcome.DUPLICATE}
    assert (register.history_bytes(), register.company_bytes(), register.change_bytes()) == (held, companies, changes)


@given(histories(), st.data())
def test_an_event_that_comes_again_between_others_leaves_no_trace(
    events: list[RegistrationEvent], data: st.DataObject
) -> None:
    arriving = data.draw(shuffled_with_repeats(events))
    once = list({event.event_id: event for event in reversed(arriving)}.values())[::-1]
    first_time = sorted(once, key=lambda event: arriving.index(event))
    with_repeats, without = PureRegister().take(arriving), PureRegister().take(first_time)
    assert with_repeats.history_bytes() == without.history_bytes()
    assert with_repeats.company_bytes() == without.company_bytes()
    assert with_repeats.change_bytes() == without.change_bytes()
