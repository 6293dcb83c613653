"""Our legal form: from what is stated, else from the registry's word by its authority's map; it goes with the word."""

from typing import Any

import pytest

from register.authorities import Authority
from register.authority_kinds import AuthorityKind
from register.authority_words import Words
from register.codes import Oddity, Warning
from register.event_checks import validate
from register.events import EventKind
from register.legal_forms import LegalForm, legal_form_word
from tests.unit.register.stating import WORDS, event, folded, registered

AUTHORITIES = {
    "KW.MOCI": Authority(
        authority="KW.MOCI",
        publisher="kw",
        kind=AuthorityKind.STATE_REGISTER,
        jurisdiction="KW",
        name_en="MOCI",
        name_ar="وزارة",
        words=WORDS,
    )
}


@pytest.mark.parametrize("word", ["ذ.م.م", "ذ.م.م.", "(ذ م م)", "ذمم", "شركة ذ.م.م"])
def test_a_word_is_mapped_however_it_is_dotted_or_spaced(word: str) -> None:
    assert folded(registered(legal_form_as_stated=word)).properties["legal_form"] == "LLC"


def test_the_registrys_word_is_kept_beside_our_form() -> None:
    noor = folded(registered(legal_form_as_stated="k.s.c.c"))
    assert (noor.properties["legal_form"], noor.properties["legal_form_as_stated"]) == ("CLOSED_JSC", "k.s.c.c")
    assert noor.provenance["legal_form"] == noor.provenance["legal_form_as_stated"]


def test_a_word_that_is_in_no_map_is_kept_and_makes_the_form_unknown() -> None:
    noor = folded(registered(legal_form_as_stated="guild"))
    assert (noor.properties["legal_form"], noor.properties["legal_form_as_stated"]) == ("UNKNOWN", "guild")


def test_a_form_that_the_registry_states_comes_before_its_word() -> None:
    noor = folded(registered(legal_form="JSC", legal_form_as_stated="ذ.م.م"))
    assert noor.properties["legal_form"] == "JSC"


def test_a_company_of_which_no_form_is_stated_has_none() -> None:
    assert "legal_form" not in folded(registered()).properties


def test_another_word_for_the_same_form_keeps_the_event_that_stated_the_form() -> None:
    noor = folded(registered(legal_form_as_stated="ذ.م.م"), event(2, legal_form_as_stated="ذ م م"))
    assert noor.provenance["legal_form"].event_id == "e1"
    assert noor.provenance["legal_form_as_stated"].event_id == "e2"


def test_the_form_goes_when_the_word_is_cleared() -> None:
    noor = folded(registered(legal_form_as_stated="ذ.م.م"), event(2, cleared=["legal_form_as_stated"]))
    assert "legal_form" not in noor.properties
    assert "legal_form" not in noor.provenance


def test_the_form_goes_with_a_snapshot_that_does_not_state_the_word() -> None:
    again = event(2, EventKind.SNAPSHOT, legal_name=[{"text": "Noor", "language": "en"}])
    assert "legal_form" not in folded(registered(legal_form_as_stated="ذ.م.م"), again).properties


def test_a_snapshot_that_repeats_the_word_leaves_the_form_as_it_was() -> None:
    again = event(2, EventKind.SNAPSHOT, legal_name=[{"text": "Noor", "language": "en"}], legal_form_as_stated="ذ.م.م")
    assert folded(registered(legal_form_as_stated="ذ.م.م"), again).provenance["legal_form"].event_id == "e1"


def test_an_unmapped_word_is_a_warning_that_names_the_word() -> None:
    (warning,) = warnings_of(legal_form_as_stated="guild")
    assert (warning.code, warning.field, warning.word) == (
        Oddity.UNMAPPED_LEGAL_FORM,
        "legal_form_as_stated",
        "guild",
    )
    assert "KW.MOCI" in warning.message


def test_a_mapped_word_is_no_warning() -> None:
    assert warnings_of(legal_form_as_stated="ذ.م.م") == ()


@pytest.mark.parametrize("word", ["\u200fذ.م.م\u200e", "ذ\u00ad.م.م\ufe0f", "ذـ.م.م", "\ufeffذ م م", "\U000e0041ذ.م.م"])
def test_a_word_with_invisible_characters_is_the_word_without_them(word: str) -> None:
    assert warnings_of(legal_form_as_stated=word) == ()


def test_a_word_of_any_length_is_folded_by_its_beginning() -> None:
    assert len(legal_form_word("ش " * 100_000)) <= 200
    assert Words().legal_form_of("x" * 100_000) is LegalForm.UNKNOWN


def warnings_of(**stated: Any) -> tuple[Warning, ...]:
    found = validate(registered(**stated), AUTHORITIES)
    assert isinstance(found, tuple)
    return found
