"""Where two records of one company differ, and which live state is damaged."""

from dataclasses import replace

from register.company import Company, company_of
from register.differences import (
    ALIAS_OF,
    PROVENANCE,
    REGISTRATIONS,
    LiveState,
    RegistrationStates,
    damage,
    differing_fields,
    registrations_behind,
)
from register.ids import CompanyId, RegistrationId, company_id
from register.resolution.evidence import evidence_of
from register.resolution.resolution_state import ResolutionState
from schemas.facts.precedence import precedence
from tests.unit.register.companies import NOOR_GROUP, members, registration
from tests.unit.register.history_fixture import Books
from tests.unit.register.stating import NOOR, NOOR_IN_RIYADH, event, registered

TABLE = precedence()
HOME = registration(NOOR, website="noor.kw")
BRANCH = registration(NOOR_IN_RIYADH, is_branch=True, home_registration=str(NOOR), website="noor.sa")
RIYADH_GROUP = company_id(NOOR_IN_RIYADH)
ELSEWHERE = CompanyId("GCC.KW.MOCI.999")


def company(*of: object, alias_of: CompanyId | None = None, version: int = 1) -> Company:
    return company_of(NOOR_GROUP, members(*of), TABLE, version=version, alias_of=alias_of)  # type: ignore[arg-type]


def test_versions_do_not_count() -> None:
    assert differing_fields(company(HOME, BRANCH, version=7), company(HOME, BRANCH)) == ()


def test_a_value_that_differs_names_its_field() -> None:
    assert differing_fields(company(registration(NOOR, website="nour.kw")), company(HOME)) == ("website",)


def test_a_value_that_lost_counts_too() -> None:
    other = replace(BRANCH, properties={**BRANCH.properties, "website": "nour.sa"})
    live = company(HOME, other)
    assert live.properties["website"] == company(HOME, BRANCH).properties["website"]
    assert differing_fields(live, company(HOME, BRANCH)) == ("website",)


def test_a_registration_too_many_is_named_as_such() -> None:
    fields = differing_fields(company(HOME), company(HOME, BRANCH))
    assert REGISTRATIONS in fields
    assert "website" in fields


def test_equal_values_of_other_events_are_a_difference_of_provenance() -> None:
    later = registration(NOOR, event(2, website=None), event(3, website="noor.kw"))
    assert differing_fields(company(later), company(HOME)) == (PROVENANCE,)


def test_a_missing_record_differs_in_all_that_it_would_state() -> None:
    fields = differing_fields(None, company(HOME))
    assert {"legal_name", "website", REGISTRATIONS} <= set(fields)
    assert differing_fields(company(HOME), None) == fields


def test_an_id_that_merged_away_must_lead_to_its_company() -> None:
    led = company(alias_of=RIYADH_GROUP)
    assert differing_fields(led, led) == ()
    assert differing_fields(company(alias_of=ELSEWHERE), led) == (ALIAS_OF,)
    assert differing_fields(None, led) == (ALIAS_OF,)


def test_the_old_alias_of_a_registration_that_states_nothing_is_no_difference() -> None:
    assert differing_fields(company(alias_of=RIYADH_GROUP), None) == ()
    assert differing_fields(company(), company()) == ()


def test_the_registrations_of_both_records_are_behind_a_company() -> None:
    assert registrations_behind(company(HOME), company(BRANCH)) == (NOOR, NOOR_IN_RIYADH)


def states(of: RegistrationId = NOOR) -> RegistrationStates:
    history = Books(registration=of).take(registered(of=of)).history
    resolution = ResolutionState(evidence=evidence_of(history.registration, {}))
    return RegistrationStates(
        registration_id=of,
        live_history=history,
        rebuilt_history=history,
        live_resolution=resolution,
        rebuilt_resolution=resolution,
    )


def test_where_no_state_of_a_registration_is_damaged_the_record_of_the_company_is() -> None:
    assert damage({NOOR: states()}) == (LiveState.UNIFY, ())


def test_another_history_is_damage_of_admit() -> None:
    known = states()
    other = Books().take(registered(name="Nour")).history
    assert damage({NOOR: replace(known, live_history=other)}) == (LiveState.ADMIT, (NOOR,))
    assert damage({NOOR: replace(known, live_history=None)}) == (LiveState.ADMIT, (NOOR,))


def test_the_company_that_resolve_assigned_in_error_is_damage_of_resolve_alone() -> None:
    known = states()
    assert known.live_history is not None
    assert known.live_resolution is not None
    moved = replace(
        known,
        live_history=replace(known.live_history, company_id=ELSEWHERE),
        live_resolution=replace(known.live_resolution, company_id=ELSEWHERE),
    )
    assert damage({NOOR: moved, NOOR_IN_RIYADH: states(NOOR_IN_RIYADH)}) == (LiveState.RESOLVE, (NOOR,))


def test_a_company_that_resolve_never_assigned_is_damage_of_admit() -> None:
    known = states()
    assert known.live_history is not None
    moved = replace(known, live_history=replace(known.live_history, company_id=ELSEWHERE))
    assert damage({NOOR: moved}) == (LiveState.ADMIT, (NOOR,))


def test_evidence_from_another_event_with_equal_values_is_no_damage() -> None:
    known = states()
    later = evidence_of(registration(NOOR, event(2, is_branch=False)), {})
    assert later is not None
    assert known.rebuilt_resolution is not None
    resent = replace(known, rebuilt_resolution=ResolutionState(evidence=later))
    assert damage({NOOR: resent}) == (LiveState.UNIFY, ())
    renamed = replace(later, home=NOOR_IN_RIYADH)
    assert damage({NOOR: replace(known, live_resolution=ResolutionState(evidence=renamed))})[0] is LiveState.RESOLVE
