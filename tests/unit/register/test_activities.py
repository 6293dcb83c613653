"""Activities are kept as stated; the ISIC Rev. 4 class is only for filters."""

import pytest

from register.activities import isic4_class, isic4_classes
from tests.unit.register.stating import activity


@pytest.mark.parametrize(
    ("scheme", "code", "found"),
    [
        ("ISIC4", "6201", "6201"),
        ("SA.ISIC4", "620101", "6201"),
        ("BH.ISIC4", "71209-1", "7120"),
        ("ISIC4", "0111", "0111"),
        ("KW.ISIC4", "٦٢٠١٠١", "6201"),
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
