"""Law 6: a correction withdrawn gives back what was there."""

from hypothesis import given
from hypothesis import strategies as st

from register.events import EventKind, RegistrationEvent
from tests.unit.laws.histories import VALUES, histories
from tests.unit.laws.pure_register import PureRegister, registration_bytes
from tests.unit.register.stating import NOOR, event, folded


@given(histories(), st.data())
def test_a_replacement_of_any_event_and_its_withdrawal_leave_the_registration_as_it_was(
    events: list[RegistrationEvent], data: st.DataObject
) -> None:
    replacement, withdrawal = _taken_back(events, data)
    assert registration_bytes(folded(*events, replacement, withdrawal)) == registration_bytes(folded(*events))


@given(histories(), st.data())
def test_whenever_a_correction_and_its_withdrawal_arrive_the_company_is_as_it_was(
    events: list[RegistrationEvent], data: st.DataObject
) -> None:
    arriving = data.draw(st.permutations([*events, *_taken_back(events, data)]))
    corrected, plain = PureRegister().take(arriving), PureRegister().take(events)
    assert corrected.stated_bytes() == plain.stated_bytes()


@given(histories(), st.integers(1, 5))
def test_withdrawing_to_and_fro_ends_where_the_count_says(events: list[RegistrationEvent], times: int) -> None:
    last = events[-1]
    chain = [
        event(
            last.sequence + step,
            EventKind.WITHDRAWN,
            replaces=last.event_id if step == 1 else f"e{last.sequence + step - 1}",
        )
        for step in range(1, times + 1)
    ]
    expected = folded(*events) if times % 2 == 0 else folded(*events, chain[0])
    assert registration_bytes(folded(*events, *chain)) == registration_bytes(expected)


def _taken_back(events: list[RegistrationEvent], data: st.DataObject) -> tuple[RegistrationEvent, RegistrationEvent]:
    """Draw a correction or withdrawal of any of these events, and the withdrawal of it."""
    last = events[-1].sequence
    target = data.draw(st.sampled_from(events)).event_id
    kind = data.draw(st.sampled_from([EventKind.CORRECTED, EventKind.WITHDRAWN]))
    name = data.draw(st.sampled_from(sorted(VALUES)))
    stated = {} if kind is EventKind.WITHDRAWN or name == "home_registration" else {name: VALUES[name][0]}
    return (
        event(last + 1, kind, of=NOOR, replaces=target, **stated),
        event(last + 2, EventKind.WITHDRAWN, of=NOOR, replaces=f"e{last + 1}"),
    )
