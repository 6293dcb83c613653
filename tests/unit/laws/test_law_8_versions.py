"""Law 8: changes of a company have versions 1, 2, 3 … without gap or repeat, and applied in turn give the record."""

from hypothesis import given
from hypothesis import strategies as st

from register.changes import replayed
from register.company import FOLLOWING_FROM
from register.ids import CompanyId
from tests.unit.laws.histories import several, shuffled_with_repeats
from tests.unit.laws.pure_register import PureRegister

TOGETHER = CompanyId("GCC.KW.MOCI.12345")


@st.composite
def registers(draw: st.DrawFn) -> PureRegister:
    """Draw a register after the events of several registries, in any order and with repeats."""
    events = [event for history in draw(several()) for event in history]
    together = draw(st.sampled_from([None, TOGETHER]))
    return PureRegister(together).take(draw(shuffled_with_repeats(events)))


@given(registers())
def test_versions_are_numbered_without_gap_or_repeat(register: PureRegister) -> None:
    for company, record in register.companies.items():
        versions = [change.version for change in register.changes[company]]
        assert versions == list(range(1, record.version + 1))


@given(registers())
def test_changes_applied_in_turn_give_the_record(register: PureRegister) -> None:
    for company, record in register.companies.items():
        assert replayed(register.changes[company]) == record.properties


@given(registers())
def test_each_change_begins_where_the_one_before_ended_and_names_just_what_differs(register: PureRegister) -> None:
    for told in register.changes.values():
        for position, change in enumerate(told):
            before = replayed(told[:position])
            assert change.before == {name: before[name] for name in change.fields_changed if name in before}
            assert change.fields_changed or len(change.registrations) > 1  # who belongs to it is news as well
            assert all(change.before.get(name) != change.after.get(name) for name in change.fields_changed)


@given(registers())
def test_every_value_of_a_record_names_a_registration_and_an_event_that_stated_it(register: PureRegister) -> None:
    for record in register.companies.values():
        for name, value in record.properties.items():
            source, ref = record.source_of(name)
            stated = FOLLOWING_FROM.get(name, name)
            assert record.members()[source].properties[stated] == value
            assert record.members()[source].provenance[stated] == ref
