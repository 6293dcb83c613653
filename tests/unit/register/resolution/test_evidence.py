"""What is read off a registration as evidence, and what is not."""

from typing import Any

import pytest

from register.events import EventKind
from register.ids import RegistrationId
from register.registration import empty, fold
from register.resolution.evidence import Evidence, Numbering, evidence_of
from tests.unit.register.stating import NOOR, NOOR_AT_GLEIF, WORDS, event, registered

SAUDI = RegistrationId("SA.MC.7001775498")
NUMBERINGS = {
    "SA.MC": Numbering(schemes=("SA.UNN", "SA.CR")),
    "BH.SIJILAT": Numbering(stem="-"),
    "XG.LEI": Numbering(unique_scheme="LEI"),
}
LEI = "21380011VBTSTZCFBT87"


def evidence(of: RegistrationId = NOOR, **stated: Any) -> Evidence:
    folded = fold(empty(of), [event(1, EventKind.REGISTERED, of=of, legal_name=[], **stated)], WORDS)
    found = evidence_of(folded, NUMBERINGS)
    assert found is not None
    return found


def carried(scheme: str, value: str) -> list[dict[str, Any]]:
    return [{"scheme": scheme, "value": value, "valid_from": None, "valid_to": None}]


def test_an_entry_of_which_all_was_withdrawn_says_nothing() -> None:
    assert evidence_of(empty(NOOR), NUMBERINGS) is None


def test_the_home_is_the_registration_that_is_named_and_not_oneself() -> None:
    assert evidence(home_registration=SAUDI).home == SAUDI
    assert evidence(home_registration=NOOR).home is None


def test_an_lei_identifies_however_it_is_written() -> None:
    assert evidence(identifiers=carried("LEI", f" {LEI.lower()} ")).identifiers == (f"LEI:{LEI}",)


@pytest.mark.parametrize("value", ["N/A", "00000000000000000000", "21380011VBTSTZCFBT88"])
def test_a_placeholder_or_a_malformed_lei_links_nothing_and_is_told(value: str) -> None:
    found = evidence(identifiers=carried("LEI", value))
    assert (found.identifiers, len(found.malformed)) == ((), 1)


def test_a_malformed_lei_of_any_length_names_a_short_case() -> None:
    found = evidence(identifiers=carried("LEI", "X1" * 100_000))
    assert found.malformed == ("LEI:" + "X1" * 32,)


def test_a_home_that_is_a_placeholder_is_none() -> None:
    assert evidence(home_registration="KW.MOCI.NAN").home is None


def test_an_entry_of_gleif_carries_its_own_number() -> None:
    assert evidence(NOOR_AT_GLEIF).identifiers == (f"LEI:{LEI}",)


def test_identifiers_that_are_not_unique_in_the_world_link_nothing() -> None:
    assert evidence(identifiers=carried("KW.CR", "12345")).identifiers == ()


def test_a_saudi_entry_is_the_same_as_that_under_its_other_number() -> None:
    found = evidence(SAUDI, identifiers=[*carried("SA.CR", "1010307349"), *carried("SA.UNN", "7001775498")])
    assert found.renumbered == ("SA.MC.1010307349",)
    assert not found.outdated_number
    assert evidence(RegistrationId("SA.MC.1010307349")).outdated_number
    assert evidence(NOOR, identifiers=carried("SA.CR", "1010307349")).renumbered == ()


def test_a_bahraini_number_has_a_stem() -> None:
    assert evidence(RegistrationId("BH.SIJILAT.9-1")).stem == "BH.SIJILAT.9"
    assert evidence(NOOR).stem is None


def test_a_branch_says_nothing_of_the_form_of_its_company() -> None:
    assert evidence(legal_form_as_stated="ذ.م.م").legal_class == "LIMITED"
    assert evidence(legal_form_as_stated="ذ.م.م", is_branch=True).legal_class is None
    assert evidence(legal_form_as_stated="whatever").legal_class is None


def test_evidence_names_the_newest_event_behind_it() -> None:
    events = [registered(1), event(2, home_registration=SAUDI), event(3, website="noor.kw")]
    found = evidence_of(fold(empty(NOOR), events, WORDS), NUMBERINGS)
    assert found is not None
    assert found.event.event_id == "e2"


def test_evidence_that_comes_from_another_event_says_the_same() -> None:
    one, other = evidence(home_registration=SAUDI), evidence(home_registration=SAUDI, website="noor.kw")
    assert one.states_the_same_as(other)
    assert not one.states_the_same_as(evidence())
    assert not one.states_the_same_as(None)
