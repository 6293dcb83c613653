"""Which commands settle a case of the stewards' queue."""

import pytest

from readmodel.stewards import Party
from register.ids import CompanyId, RegistrationId, company_id
from register.resolution.cases import Case, CaseKind
from register.resolution.judgements import Verdict
from services.settling import MEANING, MOST_PAIRS, commands
from tests.unit.register.resolution.linking import judged

ONE, TWO, THREE = (RegistrationId(f"BH.SIJILAT.9-{number}") for number in (1, 3, 4))


def case(kind: CaseKind, *registrations: RegistrationId, reason: str = "") -> Case:
    return Case(case_id="a case", kind=kind, registrations=registrations, about="", reason=reason)


def parties(*registrations: RegistrationId, together: CompanyId | None = None) -> dict[str, Party]:
    return {
        one: Party(registration_id=one, company_id=together or company_id(one), legal_name=()) for one in registrations
    }


@pytest.mark.parametrize("kind", [CaseKind.LINK_REFUSED, CaseKind.SHARED_STEM, CaseKind.SIMILAR_NAME])
def test_two_that_may_be_one_are_judged(kind: CaseKind) -> None:
    [command] = commands(case(kind, TWO, ONE), parties(ONE, TWO), [])
    assert command == f"sijill judge {ONE} {TWO} --same --by NAME --why TEXT    # or --different"


def test_of_several_each_pair_that_is_not_one_company_yet_is_judged() -> None:
    known = {**parties(ONE, TWO, together=company_id(ONE)), **parties(THREE)}
    listed = commands(case(CaseKind.SHARED_STEM, ONE, TWO, THREE), known, [])
    assert [command.split()[2:4] for command in listed] == [[ONE, THREE], [TWO, THREE]]


def test_a_case_of_very_many_pairs_is_settled_in_turns() -> None:
    many = [RegistrationId(f"BH.SIJILAT.9-{number}") for number in range(20)]
    assert len(commands(case(CaseKind.SHARED_STEM, *many), parties(*many), [])) == MOST_PAIRS


def test_a_contradiction_ends_when_the_judgement_that_it_tells_of_is_revoked() -> None:
    known = [judged(1, ONE, TWO, Verdict.DIFFERENT), judged(2, ONE, THREE, Verdict.DIFFERENT)]
    told = case(CaseKind.CONTRADICTION, ONE, TWO, reason="they are judged different by noor (judgement j1)")
    assert commands(told, {}, known) == ["sijill judge --revoke j1 --by NAME --why TEXT"]
    assert commands(told, {}, [*known, judged(3, ONE, TWO, Verdict.DIFFERENT, revokes=1)]) == []


@pytest.mark.parametrize("kind", [CaseKind.MALFORMED, CaseKind.SHARED_TOO_WIDELY, CaseKind.UNKNOWN])
def test_what_no_judgement_settles_has_no_command(kind: CaseKind) -> None:
    assert commands(case(kind, ONE), parties(ONE), []) == []


def test_every_kind_of_case_is_explained() -> None:
    assert set(MEANING) == set(CaseKind)
