"""Law 5: merge then unmerge gives back what was there; here for the statements that a company gets and loses.

How a company's id and its aliases follow belongs to the resolver's tests.
"""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from register.changes import Cause
from register.events import RegistrationEvent
from register.ids import CompanyId
from register.merge import Statement
from tests.unit.laws.histories import several
from tests.unit.laws.pure_register import PureRegister

TOGETHER = CompanyId("GCC.KW.MOCI.12345")


@given(several(), st.data())
def test_a_registration_that_joins_and_leaves_gives_back_the_record(
    drawn: list[list[RegistrationEvent]], data: st.DataObject
) -> None:
    *there, guest = drawn
    register = PureRegister(TOGETHER).take(event for history in there for event in history)
    assume(TOGETHER in register.companies)
    before = register.stated_bytes()
    register.take(data.draw(st.permutations(guest)))
    register.send(_leaving(register, guest[-1]))
    assert register.stated_bytes() == before


@given(several(), st.data())
def test_a_registration_that_leaves_and_joins_gives_back_the_record(
    drawn: list[list[RegistrationEvent]], data: st.DataObject
) -> None:
    register = PureRegister(TOGETHER).take(event for history in drawn for event in history)
    assume(TOGETHER in register.companies)
    before = register.stated_bytes()
    last = data.draw(st.sampled_from(drawn))[-1]
    statement = register.statement_of(register.histories[last.registration_id].registration, last)
    register.send(_leaving(register, last))
    register.send(replace(statement, cause=Cause.MERGE))
    assert register.stated_bytes() == before


def _leaving(register: PureRegister, last: RegistrationEvent) -> Statement:
    statement = register.statement_of(register.histories[last.registration_id].registration, last)
    return replace(statement, registration=None, cause=Cause.UNMERGE)
