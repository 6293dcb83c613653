"""What a change says: the fields before and after, why, by which event, and what agencies filter on."""

from dataclasses import replace
from datetime import UTC, date, datetime

from register.changes import Cause, replayed
from tests.unit.register.companies import NOOR_GROUP, Register, registration, statement
from tests.unit.register.stating import NOOR, NOOR_AT_GLEIF, NOOR_IN_RIYADH, activity, event, named, withdrawn


def test_a_change_holds_only_the_fields_that_changed_before_and_after() -> None:
    register = Register().take(
        statement(registration(NOOR, website="a", trading_names=named("N"))),
        statement(
            registration(NOOR, event(2, website="b", cleared=["trading_names"]), website="a", trading_names=named("N"))
        ),
    )
    change = register.changes[1]
    assert change.fields_changed == ("trading_names", "website")
    assert change.before == {"website": "a", "trading_names": named("N")}
    assert change.after == {"website": "b"}


def test_a_change_names_its_cause_and_the_event_behind_it() -> None:
    behind = event(7, on=date(2024, 3, 1))
    register = Register().take(statement(registration(NOOR), cause=Cause.CORRECTION, trigger=behind))
    change = register.changes[0]
    assert (change.company_id, change.cause) == (NOOR_GROUP, Cause.CORRECTION)
    assert (change.effective_date, change.recorded_at) == (date(2024, 3, 1), datetime(2024, 3, 1, 9, tzinfo=UTC))
    assert [(one.registration_id, one.event.event_id) for one in change.triggers] == [(NOOR, "e7")]


def test_a_change_names_all_registrations_before_and_after() -> None:
    register = Register().take(
        statement(registration(NOOR)),
        statement(registration(NOOR_IN_RIYADH, website="a"), cause=Cause.MERGE),
        statement(NOOR_IN_RIYADH, cause=Cause.UNMERGE),
    )
    assert register.changes[2].registrations == (NOOR, NOOR_IN_RIYADH)


def test_a_change_names_the_states_of_law_and_of_registers_but_no_reference_source() -> None:
    register = Register().take(
        statement(registration(NOOR, jurisdiction="AE-DU")), statement(registration(NOOR_AT_GLEIF, website="a"))
    )
    assert register.changes[1].jurisdictions == ("AE", "KW")


def test_a_change_names_the_activities_before_and_after() -> None:
    before = registration(NOOR, activities=[activity("6201")])
    after = registration(NOOR, event(2, activities=[activity("620900", "KW.ISIC4")]), activities=[activity("6201")])
    assert Register().take(statement(before), statement(after)).changes[1].isic4_classes == ("6201", "6209")


def test_changes_applied_in_turn_give_the_record() -> None:
    register = Register().take(
        statement(registration(NOOR, website="a")),
        statement(registration(NOOR, event(2, cleared=["website"]), website="a")),
        statement(registration(NOOR_IN_RIYADH, website="b"), cause=Cause.MERGE),
        statement(NOOR_IN_RIYADH, cause=Cause.UNMERGE),
    )
    assert [change.version for change in register.changes] == [1, 2, 3, 4]
    assert replayed(register.changes) == register.company.properties


def test_an_entry_whose_every_event_was_withdrawn_ends_with_a_change_that_takes_all_away() -> None:
    entry = registration(NOOR, website="a")
    gone = registration(NOOR, withdrawn(2, "e1"))
    change = Register().take(statement(entry), statement(gone)).changes[1]
    assert (change.before, change.after) == (entry.properties, {})
    assert change.jurisdictions == ("KW",)


def test_a_flag_that_turns_false_is_a_change() -> None:
    branch = registration(NOOR, is_branch=True)
    none = replace(branch, properties={**branch.properties, "is_branch": False})
    change = Register().take(statement(branch), statement(none)).changes[1]
    assert (change.before, change.after) == ({"is_branch": True}, {"is_branch": False})
