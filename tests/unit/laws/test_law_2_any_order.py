"""Law 2: any order of arrival gives the same register."""

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from register.codes import Outcome
from register.events import RegistrationEvent
from register.ids import CompanyId
from tests.unit.laws.histories import histories, several, shuffled_with_repeats
from tests.unit.laws.pure_register import PureRegister, registration_bytes
from tests.unit.register.stating import NOOR, folded

TOGETHER = CompanyId("GCC.KW.MOCI.12345")


@given(histories(), st.data())
def test_any_order_with_any_repeats_gives_the_same_bytes(events: list[RegistrationEvent], data: st.DataObject) -> None:
    register = PureRegister().take(data.draw(shuffled_with_repeats(events)))
    in_order = PureRegister().take(events)
    assert register.history_bytes() == in_order.history_bytes()
    assert register.stated_bytes() == in_order.stated_bytes()


@settings(max_examples=settings().max_examples // 5)  # each has 24 orders
@given(histories(least=4, most=4))
def test_all_orders_of_four_events_give_the_same_bytes(events: list[RegistrationEvent]) -> None:
    results = [PureRegister().take(order) for order in permutations(events)]
    assert len({tuple(register.history_bytes().values()) for register in results}) == 1
    assert len({tuple(register.stated_bytes().values()) for register in results}) == 1


@given(histories(), st.data())
def test_admitting_step_by_step_gives_the_fold_of_the_set(events: list[RegistrationEvent], data: st.DataObject) -> None:
    arriving = data.draw(st.permutations(events))
    register = PureRegister()
    for count, event in enumerate(arriving, start=1):
        register.take([event])
        assert register.answers[-1].outcome is Outcome.ACCEPTED
        stepped = register.histories[NOOR].registration
        assert registration_bytes(stepped) == registration_bytes(folded(*arriving[:count]))


@given(several(), st.data())
def test_any_order_over_several_registers_gives_one_company_the_same_bytes(
    drawn: list[list[RegistrationEvent]], data: st.DataObject
) -> None:
    events = [event for history in drawn for event in history]
    register = PureRegister(TOGETHER).take(data.draw(shuffled_with_repeats(events)))
    in_order = PureRegister(TOGETHER).take(events)
    assert register.history_bytes() == in_order.history_bytes()
    assert register.stated_bytes() == in_order.stated_bytes()
