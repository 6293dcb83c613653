"""A company as `sijill show` gives it: beside its codes, what they mean in both languages."""

from operations.views import company_words
from tests.unit.register.stating import activity


def test_a_legal_form_is_named_in_both_languages() -> None:
    words = company_words({"legal_form": "LLC"})
    assert words["legal_form_name"] == {"en": "Limited liability company", "ar": "شركة ذات مسؤولية محدودة"}


def test_the_classes_of_the_activities_are_named_once_each() -> None:
    stated = [activity("620101", "SA.ISIC4"), activity("6201"), activity("9999"), activity("4651")]
    words = company_words({"activities": stated})
    assert [(one["code"], one["name_ar"]) for one in words["isic4_classes"]] == [
        ("6201", "أنشطة البرمجة الحاسوبية"),
        ("4651", "بيع الحواسيب والمعدات الطرفية للحواسيب والبرمجيات بالجملة"),
    ]
    assert words["is_it"] is True


def test_a_company_that_states_nothing_is_no_it_company_and_has_no_form() -> None:
    assert company_words({}) == {"legal_form_name": None, "is_it": False, "isic4_classes": []}
