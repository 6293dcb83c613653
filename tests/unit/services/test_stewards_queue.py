"""What settles a case of the stewards' queue."""

import pytest

from readmodel.stewards import Party
from register.ids import CompanyId, RegistrationId, company_id
from register.resolution.cases import Case, CaseKind
from register.resolution.judgements import Verdict
from services.stewards_queue import MOST_PAIRS, Settling, settling
from tests.unit.register.resolution.resolver_fixture import judged

ONE, TWO, THREE = (RegistrationId(f"BH.SIJILAT.9-{number}") for number in (1, 3, 4))


def case(kind: CaseKind, *registrations: RegistrationId, reason: str = "") -> Case:
    return Case(case_id="a case", kind=kind, registrations=registrations, about="", reason=reason)


def parties(*registrations: RegistrationId, together: CompanyId | None = None) -> dict[str, Party]:
    return {
        one: Party(registration_id=one, company_id=together or company_id(one), legal_name=()) for one in registrations
    }


@pytest.mark.parametrize("kind", [CaseKind.LINK_REFUSED, CaseKind.SHARED_STEM, CaseKind.SIMILAR_NAME])
def test_two_that_may_be_one_are_judged(kind: CaseKind) -> None:
    assert settling(case(kind, TWO, ONE), parties(ONE, TWO), []) == Settling(pairs=((ONE, TWO),))


def test_of_several_each_pair_that_is_not_one_company_yet_is_judged() -> None:
    known = {**parties(ONE, TWO, together=company_id(ONE)), **parties(THREE)}
    found = settling(case(CaseKind.SHARED_STEM, ONE, TWO, THREE), known, [])
    assert found == Settling(pairs=((ONE, THREE), (TWO, THREE)))


def test_a_case_of_very_many_pairs_is_settled_in_turns() -> None:
    many = [RegistrationId(f"BH.SIJILAT.9-{number}") for number in range(20)]
    assert len(settling(case(CaseKind.SHARED_STEM, *many), parties(*many), []).pairs) == MOST_PAIRS


def test_a_contradiction_ends_when_the_judgement_that_it_tells_of_is_revoked() -> None:
    known = [judged(1, ONE, TWO, Verdict.DIFFERENT), judged(2, ONE, THREE, Verdict.DIFFERENT)]
    told = case(CaseKind.CONTRADICTION, ONE, TWO, reason="they are judged different by noor (judgement j1)")
    assert settling(told, {}, known) == Settling(revocations=("j1",))
    assert settling(told, {}, [*known, judged(3, ONE, TWO, Verdict.DIFFERENT, revokes=1)]) == Settling()


@pytest.mark.parametrize("kind", [CaseKind.MALFORMED, CaseKind.SHARED_TOO_WIDELY, CaseKind.UNKNOWN])
def test_some_cases_no_judgement_settles(kind: CaseKind) -> None:
    assert settling(case(kind, ONE), parties(ONE), []) == Settling()
