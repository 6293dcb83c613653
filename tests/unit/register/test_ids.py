"""The names of things."""

import pytest

from register.ids import (
    RegistrationId,
    agency_id,
    authority_of,
    company_id,
    is_registration_id,
    member_state_of,
    number_of,
    registration_id,
)


@pytest.mark.parametrize(
    "text",
    [
        "KW.MOCI.12345",
        "SA.MC.7001775498",
        "BH.SIJILAT.9-1",
        "AE.DED-AUH.CN-1020637-1",
        "XG.LEI.21380011VBTSTZCFBT87",
        "OM.MOCIIP.١٢٣٤٥٦٧",
    ],
)
def test_an_id_falls_into_member_state_register_and_number(text: str) -> None:
    made = registration_id(*text.split("."))
    assert made == text
    assert (member_state_of(made), authority_of(made), number_of(made)) == (
        None if text.startswith("XG.") else text[:2],
        text[: text.rindex(".")],
        text.split(".")[2],
    )
    assert company_id(made) == f"GCC.{text}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "KW",
        "KW.MOCI",
        "KW.MOCI.",
        "KW..1",
        ".MOCI.1",
        "kw.MOCI.1",
        "KW.moci.1",
        "KWT.MOCI.1",
        "KW.MOCI.1.2",
        "KW.MOCI.1/2",
        "KW.MOCI.1 2",
        " KW.MOCI.1",
        "KW.MOCI.1\n",
        "KW.MOCI.\x00",
        "KW.MOCI." + "1" * 65,
        "GCC.KW.MOCI.1",
    ],
)
def test_what_is_no_registration_id_is_told_so(text: str) -> None:
    assert not is_registration_id(text)


def test_parts_that_form_no_id_are_refused_with_words() -> None:
    with pytest.raises(ValueError, match=r"expected CC\.REGISTER\.NUMBER"):
        registration_id("KW", "MOCI", "1/2")


@pytest.mark.parametrize("text", ["zatca", "kw-cma", "a", "1st-agency", "a" * 63])
def test_an_agency_id_can_be_part_of_a_topics_name(text: str) -> None:
    assert agency_id(text) == text


@pytest.mark.parametrize("text", ["", "-zatca", "ZATCA", "zatca.sa", "za tca", "زاتكا", "a" * 64, "zatca\n"])
def test_what_could_not_be_part_of_a_topics_name_is_no_agency_id(text: str) -> None:
    with pytest.raises(ValueError, match="is no agency id"):
        agency_id(text)


def test_the_company_of_a_registration_is_named_after_it() -> None:
    assert company_id(RegistrationId("KW.MOCI.1")) == "GCC.KW.MOCI.1"
