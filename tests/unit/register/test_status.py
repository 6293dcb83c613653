"""Our status: from the kind of event, from what is stated, from the registry's word, in this order."""

import pytest

from register.events import EventKind
from register.status import status_word
from tests.unit.register.stating import event, folded, registered


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (EventKind.SUSPENDED, "SUSPENDED"),
        (EventKind.REINSTATED, "ACTIVE"),
        (EventKind.LIQUIDATION_OPENED, "IN_LIQUIDATION"),
        (EventKind.STRUCK_OFF, "STRUCK_OFF"),
        (EventKind.MERGED_INTO, "TRANSFERRED"),
    ],
)
def test_the_kind_of_event_decides(kind: EventKind, status: str) -> None:
    noor = folded(registered(entity_status="PENDING"), event(2, kind, entity_status="EXPIRED", status_as_stated="نشط"))
    assert noor.properties["entity_status"] == status
    assert noor.properties["status_as_stated"] == "نشط"


def test_a_stated_status_comes_before_the_registrys_word() -> None:
    noor = folded(registered(entity_status="EXPIRED", status_as_stated="نشط"))
    assert noor.properties["entity_status"] == "EXPIRED"


@pytest.mark.parametrize("word", ["مشطوب", "  مشطوب ", "SUSPENDED", "Suspended"])
def test_the_registrys_word_is_mapped_however_it_is_spaced_or_cased(word: str) -> None:
    noor = folded(registered(status_as_stated=word))
    assert noor.properties["entity_status"] == {"مشطوب": "STRUCK_OFF", "suspended": "SUSPENDED"}[status_word(word)]


@pytest.mark.parametrize(
    "word",
    ["مـشـطـوب", "\u200fمشطوب\u200e", "مَشْطُوبٌ", "\ufee3\ufeb8\ufec4\ufeee\ufe8f", "\ufeffمشطوب.",
     "م\u00adشطوب\ufe0f", "المشطوب"],
    ids=["tatweel", "marks of direction", "vowels", "presentation forms", "byte order mark", "soft hyphen", "article"],
)  # fmt: skip
def test_a_status_word_means_the_same_however_it_is_decorated(word: str) -> None:
    noor = folded(registered(status_as_stated=word))
    assert (noor.properties["entity_status"], noor.properties["status_as_stated"]) == ("STRUCK_OFF", word)


@pytest.mark.parametrize(
    "word", ["Ｓuspended", "SUS\u200bPENDED", "suspended\U000e0041", "Sus\u034fpended", "(suspended)"]
)
def test_a_latin_status_word_means_the_same_however_it_is_decorated(word: str) -> None:
    assert folded(registered(status_as_stated=word)).properties["entity_status"] == "SUSPENDED"


@pytest.mark.parametrize("word", ["غير مشطوب", "not suspended", "مشطوب جزئيا"])
def test_a_word_more_is_another_word(word: str) -> None:
    assert folded(registered(status_as_stated=word)).properties["entity_status"] == "UNKNOWN"


def test_a_word_that_is_not_mapped_makes_the_status_unknown_and_is_kept() -> None:
    noor = folded(registered(status_as_stated="under the sea"))
    assert (noor.properties["entity_status"], noor.properties["status_as_stated"]) == ("UNKNOWN", "under the sea")


def test_a_company_is_active_when_it_is_registered_and_nothing_says_otherwise() -> None:
    assert folded(registered()).properties["entity_status"] == "ACTIVE"


def test_a_company_first_heard_of_by_an_amendment_has_an_unknown_status() -> None:
    assert folded(event(7, website="a")).properties["entity_status"] == "UNKNOWN"


def test_the_late_registration_of_a_company_heard_of_before_makes_it_active() -> None:
    noor = folded(event(7, website="a"), registered())
    assert noor.properties["entity_status"] == "ACTIVE"
    assert noor.provenance["entity_status"].event_id == "e1"


def test_an_amendment_that_says_nothing_of_the_status_leaves_it() -> None:
    noor = folded(registered(), event(2, EventKind.SUSPENDED), event(3, website="a"), event(4, EventKind.RENEWED))
    assert noor.properties["entity_status"] == "SUSPENDED"


def test_a_suspended_company_that_is_registered_anew_is_active() -> None:
    assert folded(registered(), event(2, EventKind.STRUCK_OFF), registered(3)).properties["entity_status"] == "ACTIVE"
