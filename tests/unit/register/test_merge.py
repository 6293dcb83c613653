"""A statement arrives at its company: versions, changes, merging and taking apart."""

from dataclasses import replace

from register.changes import Cause
from register.ids import RegistrationId
from register.merge import Merged
from tests.unit.register.companies import NOOR_GROUP, Register, registration, statement
from tests.unit.register.stating import NOOR, NOOR_AT_GLEIF, NOOR_IN_RIYADH, event, named

HOME = registration(NOOR, website="noor.kw")
BRANCH = registration(NOOR_IN_RIYADH, name="Noor SA", trading_names=named("Noor"))


def test_the_first_statement_makes_the_first_version() -> None:
    register = Register().take(statement(HOME))
    assert (register.company.version, register.company.properties) == (1, HOME.properties)
    assert [change.version for change in register.changes] == [1]
    assert register.changes[0].before == {}
    assert register.changes[0].after == HOME.properties


def test_a_statement_that_comes_again_leads_to_nothing() -> None:
    assert Register().take(statement(HOME)).answer(statement(HOME)) == Merged()


def test_a_change_of_a_property_makes_the_next_version() -> None:
    register = Register().take(statement(HOME), statement(registration(NOOR, website="noor.com")))
    assert register.company.version == 2
    assert register.changes[1].fields_changed == ("website",)


def test_a_value_that_only_got_another_source_is_kept_without_a_new_version() -> None:
    elsewhere = registration(NOOR, event(2, cleared=["website"]), event(3, website="noor.kw"))
    register = Register().take(statement(HOME))
    merged = register.answer(statement(elsewhere))
    assert merged.change is None
    assert merged.company is not None
    assert merged.company.version == 1
    assert merged.company.source_of("website")[1].sequence == 3


def test_a_losing_value_that_changes_is_kept_without_a_new_version() -> None:
    register = Register().take(statement(HOME), statement(BRANCH))
    other = registration(NOOR_IN_RIYADH, name="Noor Saudi", trading_names=named("Noor"))
    merged = register.answer(statement(other))
    assert merged.change is None
    assert merged.company is not None
    assert merged.company.members()[NOOR_IN_RIYADH] == other


def test_a_second_registration_adds_what_the_first_does_not_state() -> None:
    register = Register().take(statement(HOME), statement(BRANCH, cause=Cause.MERGE))
    assert register.company.version == 2
    assert register.changes[1].cause is Cause.MERGE
    assert register.changes[1].fields_changed == ("trading_names",)


def test_a_registration_that_leaves_takes_along_what_it_stated() -> None:
    register = Register().take(statement(HOME))
    before = register.company
    register.take(statement(BRANCH, cause=Cause.MERGE), statement(NOOR_IN_RIYADH, cause=Cause.UNMERGE))
    assert replace(register.company, version=1) == before
    assert register.changes[2].after == {}
    assert register.changes[2].before == {"trading_names": named("Noor")}


def test_a_company_whose_last_registration_leaves_states_nothing_and_keeps_its_versions() -> None:
    register = Register().take(statement(HOME), statement(NOOR, cause=Cause.UNMERGE))
    assert (register.company.version, register.company.properties, register.company.registrations) == (2, {}, ())
    assert register.take(statement(HOME, cause=Cause.MERGE)).company.version == 3


def test_a_registration_that_leaves_a_company_nobody_heard_of_makes_no_company() -> None:
    assert Register().answer(statement(NOOR, cause=Cause.UNMERGE)) == Merged()


def test_a_registration_that_states_nothing_makes_no_company() -> None:
    nothing = replace(HOME, properties={}, provenance={})
    assert Register().answer(statement(nothing)) == Merged()


def test_a_registration_whose_every_event_was_withdrawn_is_no_member_and_no_anchor() -> None:
    smaller = registration(RegistrationId("AE.NER.10000001"))
    register = Register().take(statement(HOME))
    before = register.company
    register.take(statement(smaller, cause=Cause.MERGE))
    register.take(statement(replace(smaller, properties={}, provenance={}), cause=Cause.CORRECTION))
    assert replace(register.company, version=1) == before


def test_a_member_that_states_nothing_any_more_makes_a_version_though_no_property_changed() -> None:
    silent = registration(NOOR_IN_RIYADH, name="Noor SA")
    register = Register().take(statement(HOME), statement(silent, cause=Cause.MERGE))
    assert register.company.version == 2
    register.take(statement(replace(silent, properties={}, provenance={}), cause=Cause.CORRECTION))
    assert (register.company.version, register.company.registrations) == (3, (HOME,))
    assert register.changes[2].fields_changed == ()
    assert register.changes[2].registrations == (NOOR, NOOR_IN_RIYADH)


def test_a_registration_that_leaves_a_company_it_is_not_in_leads_to_nothing() -> None:
    assert Register().take(statement(HOME)).answer(statement(NOOR_AT_GLEIF, cause=Cause.UNMERGE)) == Merged()


def test_the_registration_that_a_company_is_named_for_is_its_anchor() -> None:
    smaller = registration(RegistrationId("AE.NER.10000001"), website="noor.ae")
    register = Register().take(statement(HOME), statement(smaller, cause=Cause.MERGE))
    assert (register.company.company_id, register.company.anchor) == (NOOR_GROUP, NOOR)
