"""The rules that an event must keep by itself, and what is only odd about it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from register.authorities import Authorities, Authority
from register.authority_kinds import AuthorityKind
from register.codes import Code, Oddity, Rejected
from register.event_checks import in_its_topic, validate
from register.events import EventKind, RegistrationEvent
from register.ids import RegistrationId
from register.limits import ID_LENGTH
from register.properties import MANDATORY, PROPERTIES
from register.resolution.evidence import Numbering
from tests.unit.register.stating import (
    NOOR,
    NOOR_AT_GLEIF,
    NOOR_IN_RIYADH,
    WORDS,
    corrected,
    event,
    identifier,
    named,
    registered,
    withdrawn,
)

LEI = "21380011VBTSTZCFBT87"
AUTHORITIES: Authorities = {
    one.authority: one
    for one in (
        Authority(
            authority="KW.MOCI",
            publisher="kw",
            kind=AuthorityKind.STATE_REGISTER,
            jurisdiction="KW",
            name_en="MOCI",
            name_ar="وزارة",
            words=WORDS,
        ),
        Authority(
            authority="SA.MC",
            publisher="sa",
            kind=AuthorityKind.STATE_REGISTER,
            jurisdiction="SA",
            name_en="MC",
            name_ar="وزارة",
            number=re.compile("[0-9]{10}"),
            number_in_words="ten digits",
        ),
        Authority(
            authority="XG.LEI",
            publisher="gleif",
            kind=AuthorityKind.REFERENCE,
            jurisdiction=None,
            name_en="GLEIF",
            name_ar="المؤسسة",
            number=re.compile("[0-9A-Z]{18}[0-9]{2}"),
            number_in_words="twenty characters",
            numbering=Numbering(unique_scheme="LEI"),
        ),
    )
}

BROKEN: dict[str, tuple[RegistrationEvent, Code, str]] = {
    "an id of two parts": (event(1, of=RegistrationId("KW-12345")), Code.MALFORMED_REGISTRATION_ID, "registration_id"),
    "an id with a space": (
        event(1, of=RegistrationId("KW.MOCI.1 2")),
        Code.MALFORMED_REGISTRATION_ID,
        "registration_id",
    ),
    "an id with a NUL": (
        event(1, of=RegistrationId("KW.MOCI.1\x002")),
        Code.MALFORMED_REGISTRATION_ID,
        "registration_id",
    ),
    "a register nobody knows": (event(1, of=RegistrationId("KW.PAI.1")), Code.UNKNOWN_AUTHORITY, "registration_id"),
    "a number of nine digits": (
        event(1, of=RegistrationId("SA.MC.700177549")),
        Code.MALFORMED_NUMBER,
        "registration_id",
    ),
    "an LEI of letters only": (
        event(1, of=RegistrationId("XG.LEI.ABCDEFGHIJKLMNOPQRST")),
        Code.MALFORMED_NUMBER,
        "registration_id",
    ),
    "no event id": (event(1, event_id=" "), Code.MISSING_EVENT_ID, "event_id"),
    "an endless event id": (event(1, event_id="e" * (ID_LENGTH + 1)), Code.TOO_LARGE, "event_id"),
    "an endless target": (corrected(2, "e" * (ID_LENGTH + 1)), Code.TOO_LARGE, "replaces"),
    "sequence 0": (event(0), Code.INVALID_SEQUENCE, "sequence"),
    "a negative sequence": (event(-1, on=date(2020, 1, 1)), Code.INVALID_SEQUENCE, "sequence"),
    "a kind of a newer contract": (event(1, EventKind.UNKNOWN), Code.UNKNOWN_KIND, "kind"),
    "a correction of nothing": (event(2, EventKind.CORRECTED), Code.MISSING_TARGET, "replaces"),
    "a withdrawal of an empty id": (withdrawn(2, ""), Code.MISSING_TARGET, "replaces"),
    "a correction of itself": (corrected(2, "e2"), Code.SELF_REPLACEMENT, "replaces"),
    "an amendment that replaces": (event(2, replaces="e1"), Code.UNEXPECTED_TARGET, "replaces"),
    "an entry without a name": (event(1, EventKind.REGISTERED), Code.MISSING_NAME, "legal_name"),
    "a snapshot without a name": (event(1, EventKind.SNAPSHOT, website="a"), Code.MISSING_NAME, "legal_name"),
    "an amendment to no name": (event(2, legal_name=[]), Code.MISSING_NAME, "legal_name"),
    "a name of blanks": (registered(name="  "), Code.MISSING_NAME, "legal_name"),
    "a name that is blank in one language": (
        registered(legal_name=[*named("Noor"), *named("", language="ar")]),
        Code.MISSING_NAME,
        "legal_name",
    ),
    "a name that says nothing": (registered(name="#REF!"), Code.MISSING_NAME, "legal_name"),
    "a name that says nothing in one language": (
        registered(legal_name=[*named("Noor"), *named("غير محدد", language="ar")]),
        Code.MISSING_NAME,
        "legal_name",
    ),
    "a name that shows nothing": (registered(name="\u200b\u3164"), Code.MISSING_NAME, "legal_name"),
    "clearing what does not exist": (event(2, cleared=["colour"]), Code.UNKNOWN_PROPERTY, "cleared"),
    "clearing the name": (event(2, cleared=["legal_name"]), Code.MANDATORY_CLEARED, "legal_name"),
    "stating and clearing at once": (event(2, website="a", cleared=["website"]), Code.STATED_AND_CLEARED, "website"),
    "an empty text": (event(2, website=""), Code.EMPTY_VALUE, "website"),
    "an empty list": (event(2, activities=[]), Code.EMPTY_VALUE, "activities"),
    "an empty map": (event(2, particulars={}), Code.EMPTY_VALUE, "particulars"),
    "an end before the beginning": (
        event(2, registration_date=date(2024, 1, 2), expiry_date=date(2024, 1, 1)),
        Code.DATES_CONTRADICT,
        "expiry_date",
    ),
    "an identifier that ends before it begins": (
        event(2, identifiers=[identifier("SA.CR", "1010101010", date(2025, 4, 2), date(2025, 4, 1))]),
        Code.DATES_CONTRADICT,
        "identifiers",
    ),
    "a home that is no id": (event(2, home_registration="7001775498"), Code.MALFORMED_REFERENCE, "home_registration"),
    "a home that is itself": (event(2, home_registration=str(NOOR)), Code.MALFORMED_REFERENCE, "home_registration"),
    "a home whose number is a placeholder": (
        event(2, home_registration="KW.MOCI.NAN"),
        Code.MALFORMED_REFERENCE,
        "home_registration",
    ),
    "a home that is not in its one spelling": (
        event(2, home_registration="SA.MC.700177549\u0668"),
        Code.MALFORMED_REFERENCE,
        "home_registration",
    ),
    "a successor whose number is a placeholder": (
        event(2, successor_registration="QA.MOCI.0000"),
        Code.MALFORMED_REFERENCE,
        "successor_registration",
    ),
    "a successor that is no id": (
        event(2, successor_registration="Nour"),
        Code.MALFORMED_REFERENCE,
        "successor_registration",
    ),
}


@pytest.mark.parametrize(("broken", "code", "field"), BROKEN.values(), ids=BROKEN)
def test_an_event_that_breaks_a_rule_is_refused(broken: RegistrationEvent, code: Code, field: str) -> None:
    rejected = validate(broken, AUTHORITIES)
    assert isinstance(rejected, Rejected)
    assert (rejected.code, rejected.field) == (code, field)
    assert len(rejected.message) > 20


@pytest.mark.parametrize("number", ["nan", "NaN", "NULL", "0000", "#REF!", "غير\u200fمحدد", "undefined", "-", "9999"])
@pytest.mark.parametrize("authority", ["KW.MOCI", "SA.MC"])
def test_no_authority_has_a_number_that_stands_for_nothing(authority: str, number: str) -> None:
    rejected = validate(registered_as(f"{authority}.{number}"), AUTHORITIES)
    assert isinstance(rejected, Rejected)
    assert (rejected.code, rejected.field) == (Code.MALFORMED_NUMBER, "registration_id")


@pytest.mark.parametrize(
    ("number", "compact"),
    [
        ("cn-12", "CN-12"),
        ("12\u200b345", "12345"),
        ("١٢٣٤٥", "12345"),
        ("۱۲۳۴۵", "12345"),
        ("１２３４５", "12345"),
        ("12\u20113", "12-3"),
        ("1\u03012345", "12345"),
        ("①2345", "12345"),
    ],
)
def test_a_number_is_taken_in_its_one_spelling_only(number: str, compact: str) -> None:
    rejected = validate(registered_as(f"KW.MOCI.{number}"), AUTHORITIES)
    assert isinstance(rejected, Rejected)
    assert (rejected.code, rejected.field) == (Code.MALFORMED_NUMBER, "registration_id")
    assert repr(compact) in rejected.message
    assert validate(registered_as(f"KW.MOCI.{compact}"), AUTHORITIES) == ()


def registered_as(registration: str) -> RegistrationEvent:
    return replace(registered(), registration_id=RegistrationId(registration))


@pytest.mark.parametrize(
    "fine",
    [
        registered(),
        event(1, of=NOOR_IN_RIYADH),
        event(2, is_branch=False),
        event(2, registration_date=date(2024, 1, 1), expiry_date=date(2024, 1, 1)),
        event(2, home_registration=str(NOOR_IN_RIYADH)),
        event(2, cleared=["website"], trading_names=named("Noor")),
        corrected(2, "e1"),
        withdrawn(2, "e1"),
        event(2**40),
    ],
    ids=lambda one: f"{one.kind.value} {sorted(one.stated)}",
)
def test_an_event_that_breaks_no_rule_is_fine(fine: RegistrationEvent) -> None:
    assert validate(fine, AUTHORITIES) == ()


@pytest.mark.parametrize("name", sorted(set(PROPERTIES) - MANDATORY))
def test_all_that_is_not_mandatory_can_be_cleared(name: str) -> None:
    assert validate(event(2, cleared=[name]), AUTHORITIES) == ()


@pytest.mark.parametrize("name", sorted(MANDATORY))
def test_nothing_that_is_mandatory_can_be_cleared(name: str) -> None:
    rejected = validate(event(2, cleared=[name]), AUTHORITIES)
    assert isinstance(rejected, Rejected)
    assert rejected.code is Code.MANDATORY_CLEARED


def test_an_event_is_refused_in_the_topic_of_another_state() -> None:
    rejected = in_its_topic(registered(), AUTHORITIES, "sa")
    assert rejected is not None
    assert rejected.code is Code.WRONG_TOPIC
    assert "registrations.kw" in rejected.message
    assert "registrations.sa" in rejected.message


def test_an_event_is_welcome_in_the_topic_of_its_state() -> None:
    assert in_its_topic(registered(), AUTHORITIES, "kw") is None


ODD: dict[str, tuple[RegistrationEvent, list[Oddity]]] = {
    "an LEI whose check digits fail": (
        event(2, identifiers=[identifier("LEI", "558600FM4JX57HZ3B116")]),
        [Oddity.INVALID_IDENTIFIER],
    ),
    "a scheme that is not known": (event(2, identifiers=[identifier("TIN", "1")]), [Oddity.UNKNOWN_SCHEME]),
    "a registration under an LEI whose check digits fail": (
        event(2, of=RegistrationId("XG.LEI.558600FM4JX57HZ3B116")),
        [Oddity.INVALID_IDENTIFIER],
    ),
    "a word that is not mapped": (event(2, status_as_stated="under the sea"), [Oddity.UNMAPPED_STATUS]),
    "effect after the record of it": (
        replace(event(2), effective_date=date(2030, 1, 1)),
        [Oddity.EFFECTIVE_AFTER_RECORDED],
    ),
    "two odd things at once": (
        event(2, identifiers=[identifier("TIN", "1")], status_as_stated="?"),
        [Oddity.UNKNOWN_SCHEME, Oddity.UNMAPPED_STATUS],
    ),
    "a Hijri year": (replace(event(2), effective_date=date(1447, 1, 1)), [Oddity.IMPLAUSIBLE_DATE]),
    "the zero of a spreadsheet": (event(2, registration_date=date(1899, 12, 30)), [Oddity.IMPLAUSIBLE_DATE]),
    "the zero of Unix": (event(2, expiry_date=date(1970, 1, 1)), [Oddity.IMPLAUSIBLE_DATE]),
    "the last day that there is": (event(2, expiry_date=date.max), [Oddity.IMPLAUSIBLE_DATE]),
    "the first day that there is": (event(2, last_confirmed_date=date.min), [Oddity.IMPLAUSIBLE_DATE]),
    "an identifier of no day": (
        event(2, identifiers=[identifier("LEI", LEI, date(1900, 1, 1), date.max)]),
        [Oddity.IMPLAUSIBLE_DATE] * 2,
    ),
    "milliseconds where microseconds are meant": (
        replace(event(2), effective_date=date(1970, 1, 20), recorded_at=datetime(1970, 1, 21, 9, tzinfo=UTC)),
        [Oddity.IMPLAUSIBLE_DATE],
    ),
    "a decimal comma": (event(2, share_capital={"amount": "1500,50", "currency": "KWD"}), [Oddity.IMPLAUSIBLE_AMOUNT]),
    "an exponent": (event(2, share_capital={"amount": "1E+400000", "currency": "KWD"}), [Oddity.IMPLAUSIBLE_AMOUNT]),
    "Arabic digits": (event(2, share_capital={"amount": "١٥٠٠", "currency": "KWD"}), [Oddity.IMPLAUSIBLE_AMOUNT]),
    "an endless amount": (
        event(2, share_capital={"amount": "9" * 4_400, "currency": "KWD"}),
        [Oddity.IMPLAUSIBLE_AMOUNT],
    ),
    "an amount": (event(2, share_capital={"amount": "250000.500", "currency": "KWD"}), []),
    "days that may be meant": (event(2, registration_date=date(1866, 5, 1), expiry_date=date(2124, 1, 1)), []),
    "nothing": (event(2, of=NOOR_AT_GLEIF, identifiers=[identifier("LEI", LEI)]), []),
    "a word that is mapped": (event(2, status_as_stated=" نشط "), []),
}


@pytest.mark.parametrize(("odd", "oddities"), ODD.values(), ids=ODD)
def test_what_is_only_odd_is_a_warning(odd: RegistrationEvent, oddities: list[Oddity]) -> None:
    warnings = validate(odd, AUTHORITIES)
    assert not isinstance(warnings, Rejected)
    assert [warning.code for warning in warnings] == oddities
    assert all(warning.message and warning.field for warning in warnings)


def test_the_first_broken_rule_is_named_and_no_warning() -> None:
    rejected = validate(event(0, identifiers=[identifier("TIN", "1")]), AUTHORITIES)
    assert isinstance(rejected, Rejected)
    assert rejected.code is Code.INVALID_SEQUENCE
