"""A company as `sijill show` gives it: beside its codes, what they mean in both languages."""

from readmodel.documents import restored, stored
from register.company import company_of
from schemas.codec.company_records import company_datum
from schemas.codec.wire import decode, encode
from schemas.facts.precedence import precedence
from services.company_json import company_view, company_words
from tests.unit.register.companies import NOOR_GROUP, members, registration
from tests.unit.register.stating import NOOR, NOOR_IN_RIYADH, activity


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


def test_what_follows_from_a_status_names_the_event_of_that_status() -> None:
    home, branch = registration(NOOR, entity_status="SUSPENDED"), registration(NOOR_IN_RIYADH, is_branch=True)
    company = company_of(NOOR_GROUP, members(home, branch), precedence(), version=1)
    record = restored(stored(decode(encode("Company", company_datum(company)), "Company")))
    said = company_view(record)["properties"]["home_status"]
    assert (said["value"], said["source"]["registration_id"], said["others"]) == ("SUSPENDED", NOOR, [])
