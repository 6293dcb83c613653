"""Which commands settle a case of the stewards' queue."""

from operations.case_texts import MEANING, commands
from register.ids import RegistrationId
from register.resolution.cases import CaseKind
from services.stewards_queue import Settling

ONE, TWO, THREE = (RegistrationId(f"BH.SIJILAT.9-{number}") for number in (1, 3, 4))


def test_each_pair_is_judged_and_each_judgement_revoked_by_a_command() -> None:
    assert commands(Settling(pairs=((ONE, TWO), (ONE, THREE)))) == [
        f"sijill judge {ONE} {two} --same --by NAME --why TEXT    # or --different" for two in (TWO, THREE)
    ]
    assert commands(Settling(revocations=("j1",))) == ["sijill judge --revoke j1 --by NAME --why TEXT"]


def test_what_nothing_settles_has_no_command() -> None:
    assert commands(Settling()) == []


def test_what_a_shell_would_read_otherwise_is_quoted() -> None:
    assert commands(Settling(revocations=("j 1; ls",))) == ["sijill judge --revoke 'j 1; ls' --by NAME --why TEXT"]


def test_every_kind_of_case_is_explained() -> None:
    assert set(MEANING) == set(CaseKind)
