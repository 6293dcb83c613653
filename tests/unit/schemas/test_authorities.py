"""The facts in schemas/authorities are well-formed, and a fact that is not says where it stands."""

import re
from pathlib import Path

import pytest

from register.authorities import Authority
from register.authority_kinds import AuthorityKind
from register.ids import MEMBER_STATES, RegistrationId, authority_of, is_registration_id, member_state_of, number_of
from register.status import EntityStatus, status_word
from schemas.facts.authorities import authorities, read_folder
from schemas.facts.reading import MalformedFacts
from schemas.facts.topics import publishers

SUBDIVISIONS_OF_AE = {"AE-AJ", "AE-AZ", "AE-DU", "AE-FU", "AE-RK", "AE-SH", "AE-UQ"}  # ISO 3166-2:AE

REAL_NUMBERS = [
    "SA.MC.7001775498",
    "SA.MC.1010307349",
    "BH.SIJILAT.9-1",
    "BH.SIJILAT.1256-1",
    "AE.NER.11085461",
    "OM.MOCIIP.1234567",
    "XG.LEI.21380011VBTSTZCFBT87",
]
WRONG_NUMBERS = [
    "SA.MC.700177549",
    "SA.MC.70017754980",
    "SA.MC.٧٠٠١٧٧٥٤٩٨",  # Arabic-Indic digits: as a key they would be another company
    "BH.SIJILAT.9",
    "BH.SIJILAT.1234567-1",
    "AE.NER.CN-1065923",
    "OM.MOCIIP.123456",
    "XG.LEI.21380011VBTSTZCFBT8",
]


@pytest.mark.parametrize("authority", authorities().values(), ids=list(authorities()))
def test_every_fact_of_an_authority_is_well_formed(authority: Authority) -> None:
    assert is_registration_id(f"{authority.authority}.1")
    member_state = authority.authority.split(".")[0]
    assert authority.publisher in publishers()
    if authority.kind is AuthorityKind.REFERENCE:
        assert (member_state, authority.publisher, authority.jurisdiction) == ("XG", "gleif", None)
    else:
        assert member_state in MEMBER_STATES
        assert authority.publisher == member_state.lower()
        assert authority.jurisdiction in {member_state, *(SUBDIVISIONS_OF_AE if member_state == "AE" else ())}
    assert re.search("[a-z]", authority.name_en)
    assert re.search("[\u0620-\u064a]", authority.name_ar)
    assert not re.search("[\u0620-\u064a]", authority.name_en)
    assert (authority.number is None) == (authority.number_in_words == "")
    assert set(authority.languages) == {"ar", "en"}
    assert all(word == status_word(word) for word in authority.words.status)
    assert EntityStatus.ACTIVE in authority.words.status.values()


def test_every_state_has_a_register_and_so_has_the_reference_source() -> None:
    assert {code.split(".")[0] for code in authorities()} == {*MEMBER_STATES, "XG"}
    assert {one.publisher for one in authorities().values()} == set(publishers())


@pytest.mark.parametrize("text", REAL_NUMBERS)
def test_real_numbers_are_numbers_of_their_authority(text: str) -> None:
    registration = RegistrationId(text)
    pattern = authorities()[authority_of(registration)].number
    assert pattern is not None
    assert pattern.fullmatch(number_of(registration))


@pytest.mark.parametrize("text", WRONG_NUMBERS)
def test_what_is_no_number_of_the_authority_does_not_pass(text: str) -> None:
    registration = RegistrationId(text)
    pattern = authorities()[authority_of(registration)].number
    assert pattern is not None
    assert not pattern.fullmatch(number_of(registration))


@pytest.mark.parametrize(
    ("authority", "word", "status"),
    [
        ("SA.MC", "نشط", EntityStatus.ACTIVE),
        ("SA.MC", "مشطوب", EntityStatus.STRUCK_OFF),
        ("SA.MC", "تحت  التصفية", EntityStatus.IN_LIQUIDATION),
        ("BH.SIJILAT", "ACTIVE", EntityStatus.ACTIVE),
        ("BH.SIJILAT", "SOLD OR LEGAL STATUS CHANGED", EntityStatus.TRANSFERRED),
        ("BH.SIJILAT", "DELETED BY LAW", EntityStatus.STRUCK_OFF),
        ("AE.NER", "Active", EntityStatus.ACTIVE),
        ("AE.NER", "منتهية", EntityStatus.EXPIRED),
        ("KW.MOCI", "معلق", EntityStatus.SUSPENDED),
    ],
)
def test_the_words_of_a_registry_have_a_meaning(authority: str, word: str, status: EntityStatus) -> None:
    assert authorities()[authority].words.status[status_word(word)] is status


def test_a_register_in_a_free_zone_stands_under_its_emirate_and_writes_to_the_state_s_topic() -> None:
    difc = authorities()["AE.DIFC"]
    assert (difc.jurisdiction, difc.publisher) == ("AE-DU", "ae")
    assert member_state_of(RegistrationId("AE.DIFC.1234")) == "AE"


GOOD = (
    "authorities: {KW.MOCI: {publisher: kw, kind: state_register, jurisdiction: KW, "
    "name: {en: Ministry, ar: وزارة}, languages: [ar]}}"
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "expected names with values"),
        ("authorities: [KW.MOCI]", "authorities: expected names with values"),
        ("authorities: {a: b", "while parsing"),
        ("authorities: {}", "no authority is described"),
        (GOOD.replace("publisher: kw", "publisher: KW"), "kw.yaml, KW.MOCI, publisher: 'KW' is not of the form"),
        (GOOD.replace("publisher: kw, ", ""), "publisher is missing"),
        (GOOD.replace("kind: state_register, ", ""), "kw.yaml, KW.MOCI: kind is missing"),
        (
            GOOD.replace("state_register", "register"),
            "'register' is no kind of authority, use one of state_register, ref",
        ),
        (GOOD.replace("state_register", "[reference]"), "['reference'] is no kind of authority"),
        (GOOD.replace("state_register", "reference"), "a reference stands above them; the member states are AE, BH"),
        (GOOD.replace("publisher", "Publisher"), "unknown Publisher"),
        (GOOD.replace("KW.MOCI", "SA.MC"), "called KW.REGISTER"),
        (GOOD.replace("jurisdiction: KW", "jurisdiction: SA"), "does not lie in KW"),
        (GOOD.replace("jurisdiction: KW", "jurisdiction: null"), "a state_register needs a jurisdiction"),
        (GOOD.replace("en: Ministry, ", ""), "en is missing"),
        (GOOD.replace("[ar]", "[]"), "at least one entry"),
        (GOOD.replace("[ar]", "[no]"), "quote it?"),
        (GOOD.replace("[ar]", "[ar], number: '[0-9'"), "number_in_words"),
        (GOOD.replace("[ar]", "[ar], number: '[0-9', number_in_words: digits"), "no regular expression"),
        (GOOD.replace("[ar]", "[ar], unique_scheme: SA.CR"), "'SA.CR' is not unique in the world, LEI is"),
        (GOOD + "\nstatus_words: {ALIVE: [active]}", "'ALIVE' is no status"),
        (GOOD + "\nstatus_words: {ACTIVE: [active, Active]}", "stands twice"),
    ],
)
def test_a_fact_that_does_not_fit_says_where_it_stands(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "kw.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(MalformedFacts, match=re.escape(said)):
        read_folder(tmp_path)


def test_words_of_an_authority_come_before_those_of_its_state(tmp_path: Path) -> None:
    own = GOOD.replace("[ar]", "[ar], status_words: {EXPIRED: [active]}") + "\nstatus_words: {ACTIVE: [active, valid]}"
    (tmp_path / "kw.yaml").write_text(own, encoding="utf-8")
    words = read_folder(tmp_path)["KW.MOCI"].words.status
    assert words == {"active": EntityStatus.EXPIRED, "valid": EntityStatus.ACTIVE}
