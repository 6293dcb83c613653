"""Law 3: registries' events commute. Each may be late, early or away, and the others are not touched by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.events import RegistrationEvent
from register.ids import CompanyId
from tests.unit.laws.histories import interleaved, several
from tests.unit.laws.pure_register import PureRegister

TOGETHER = CompanyId("GCC.KW.MOCI.12345")


@given(several(), st.data())
def test_however_registries_interleave_their_companies_are_the_same_to_the_byte(
    drawn: list[list[RegistrationEvent]], data: st.DataObject
) -> None:
    mixed = PureRegister().take(data.draw(interleaved(drawn)))
    one_by_one = PureRegister().take(event for history in drawn for event in history)
    assert mixed.history_bytes() == one_by_one.history_bytes()
    assert mixed.company_bytes() == one_by_one.company_bytes()
    assert mixed.change_bytes() == one_by_one.change_bytes()


@pytest.mark.slow
@given(several(), st.data())
def test_however_registries_interleave_a_company_of_all_of_them_is_the_same_but_for_versions(
    drawn: list[list[RegistrationEvent]], data: st.DataObject
) -> None:
    mixed = PureRegister(TOGETHER).take(data.draw(interleaved(drawn)))
    one_by_one = PureRegister(TOGETHER).take(event for history in drawn for event in history)
    assert mixed.stated_bytes() == one_by_one.stated_bytes()


@given(several(), st.data())
def test_a_registry_that_is_away_leaves_the_companies_of_the_others_as_they_are(
    drawn: list[list[RegistrationEvent]], data: st.DataObject
) -> None:
    *others, away = drawn
    of_all = PureRegister().take(data.draw(interleaved(drawn))).company_bytes()
    of_others = PureRegister().take(data.draw(interleaved(others))).company_bytes()
    gone = {f"GCC.{event.registration_id}" for event in away}
    assert {company: record for company, record in of_all.items() if company not in gone} == of_others
