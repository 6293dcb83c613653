"""Activities are kept as stated; the ISIC Rev. 4 class is only for filters."""

import pytest

from register.activities import activity_words, is_it, isic4_class, isic4_classes
from register.authorities import Authority
from register.authority_kinds import AuthorityKind
from register.codes import Oddity
from register.event_checks import validate
from schemas.facts.it_companies import it_companies
from tests.unit.register.stating import WORDS, activity, named, registered


@pytest.mark.parametrize(
    ("scheme", "code", "found"),
    [
        ("ISIC4", "6201", "6201"),
        ("SA.ISIC4", "620101", "6201"),
        ("BH.ISIC4", "71209-1", "7120"),
        ("ISIC4", "0111", "0111"),
        ("KW.ISIC4", "٦٢٠١٠١", "6201"),
        ("SA.ISIC4", "6201", "6201"),
        ("BH.ISIC4", "5224-1", "5224"),
        ("BH.ISIC4", "5229021", "5229"),
        ("OM.ISIC4", "6201.01", "6201"),
        ("SA.ISIC4", "14101", None),  # 014101 without its zero: not 1410, the making of clothes
        ("SA.ISIC4", "6201011", None),
        ("ISIC4", "620101", None),
        ("ISIC4", "6201-1", None),
        ("ISIC4", "9999", None),
        ("SA.ISIC4", "999999", None),
        ("BH.ISIC4", "521-1", None),
        ("KW.ISIC4", "6201 x", None),
        ("KW.ISIC4", "6" * 100_000, None),
        ("\u200fkw.isic4 ", "\u200f6201", "6201"),
        ("ISIC4" * 100_000, "6201", None),
        ("ISIC4", "620", None),
        ("ISIC4", "J62", None),
        ("ISIC4", "", None),
        ("ISIC5", "6201", None),
        ("NACE2", "6201", None),
    ],
)
def test_a_code_is_reduced_to_its_class_only_where_its_scheme_extends_isic(
    scheme: str, code: str, found: str | None
) -> None:
    assert isic4_class(scheme, code) == found


def test_the_classes_of_a_company_leave_out_what_cannot_be_reduced() -> None:
    stated = [activity("6201"), activity("630", "NACE2"), activity("631101", "SA.ISIC4")]
    assert list(isic4_classes({"activities": stated})) == ["6201", "6311"]
    assert list(isic4_classes({})) == []


@pytest.mark.parametrize(
    ("classes", "found"), [((), False), (("6201",), True), (("4711", "6311"), True), (("4651", "4741", "6110"), False)]
)
def test_one_activity_of_information_technology_makes_an_it_company(classes: tuple[str, ...], found: bool) -> None:
    assert is_it(classes, it_companies().classes) is found


def test_an_activity_without_a_code_is_named_by_its_words() -> None:
    words = {
        "scheme": "AE.NER",
        "version": "",
        "code": "",
        "label": [*named("Trading"), *named("تجارة", language="ar")],
    }
    assert activity_words(words) == "AE.NER Trading / تجارة"


def test_a_code_that_leads_to_no_class_is_kept_and_is_a_warning() -> None:
    moci = Authority(
        authority="KW.MOCI",
        publisher="kw",
        kind=AuthorityKind.STATE_REGISTER,
        jurisdiction="KW",
        name_en="MOCI",
        name_ar="وزارة",
        words=WORDS,
    )
    stated = registered(activities=[activity("6201"), activity("9999"), activity("9999", "KW.ISIC4")])
    found = validate(stated, {"KW.MOCI": moci})
    assert isinstance(found, tuple)
    assert [(one.code, one.field, one.word) for one in found] == [
        (Oddity.UNMAPPED_ACTIVITY, "activities", "ISIC4 9999"),
        (Oddity.UNMAPPED_ACTIVITY, "activities", "KW.ISIC4 9999"),
    ]
