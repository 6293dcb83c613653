"""What people and programs ask of the projected register."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from readmodel.register_reader import RegisterReader, reading
from readmodel.searching import FoundCompany
from readmodel.unmapped_words import Unmapped
from register.changes import Cause
from register.ids import CompanyId, RegistrationId
from register.names.word_match_kind import How
from register.resolution.cases import Case, CaseKind, WordPair
from register.resolution.judgements import Verdict
from runtime.settings import Settings
from tests.integration.projection_fixture import World, world
from tests.unit.consumers.sample_records import (
    NAJM,
    NAJM_NAMES,
    alias,
    change,
    company,
    notice,
    receipt,
    registration,
)
from tests.unit.register.resolution.resolver_fixture import judged

ID = CompanyId(f"GCC.{NAJM}")
BAKERY = RegistrationId("KW.MOCI.417733")
GLEIF = RegistrationId("XG.LEI.21380011VBTSTZCFBT87")

WARNINGS = [
    {"code": "unmapped_legal_form", "message": "is not mapped", "field": "legal_form_as_stated", "word": "نقابة"},
    {"code": "unmapped_activity", "message": "leads to no class", "field": "activities", "word": "SA.ISIC4 999999"},
    {"code": "unknown_scheme", "message": "is not known", "field": "identifiers"},
]

STEM = Case(
    case_id="stem/BH.SIJILAT.9",
    kind=CaseKind.SHARED_STEM,
    registrations=(RegistrationId("BH.SIJILAT.9-1"), RegistrationId("BH.SIJILAT.9-3")),
    about="BH.SIJILAT.9",
    reason="their numbers begin alike",
)
WIDE = Case(
    case_id=f"malformed/{NAJM}/LEI:0000",
    kind=CaseKind.MALFORMED,
    registrations=(NAJM,),
    about="LEI:0000",
    reason="it is a placeholder",
)
ALIKE = Case(
    case_id=f"name/{BAKERY}/{NAJM}",
    kind=CaseKind.SIMILAR_NAME,
    registrations=(BAKERY, NAJM),
    about="مخبز نجم | Najm Bakery",
    reason="their names are alike",
    score=731,
    words=(
        WordPair(left="نجم", right="najm", how=How.TRANSLITERATED, weight=640, share=910),
        WordPair(left="", right='a "b"\\c\t{', how=How.LEFT_OVER, weight=15, share=0),
    ),
)
SURER = replace(ALIKE, case_id=f"name/{BAKERY}/{GLEIF}", registrations=(BAKERY, GLEIF), score=940, words=())
JUDGED = (judged(1, NAJM, BAKERY, Verdict.DIFFERENT), judged(2, NAJM, GLEIF), judged(3, NAJM, GLEIF, revokes=2))
MERGED_AWAY = CompanyId("GCC.SA.MC.7000000001")
MERGED = replace(
    change(company(registration(RegistrationId("SA.MC.7000000001")), version=9), cause=Cause.MERGE),
    alias_of=ID,
    related=(ID,),
    follows=ID,
    left=RegistrationId("SA.MC.7000000001"),
)


@pytest.fixture
async def register(settings: Settings) -> AsyncIterator[World]:
    """An IT company in SA, a struck-off bakery in KW, and one that only GLEIF knows."""
    async with world(settings) as made:
        topics = made.topics
        await made.create(topics.notices("kw-procurement"), partitions=1)
        await made.create(topics.receipts("kw"), topics.receipts("gleif"), topics.dead_letters("kw"))
        najm, before = company(registration(website="https://najm.sa"), version=2), company(version=1)
        bakery = company(
            registration(
                BAKERY,
                legal_name=[
                    {"text": "مخبز أمّ الهيمان", "language": "ar"},
                    {"text": "Umm Al Hayman Bakery", "language": "en"},
                ],
                entity_status="STRUCK_OFF",
                identifiers=[{"scheme": "KW.CR", "value": "417733", "valid_from": None, "valid_to": None}],
                activities=[{"scheme": "KW.ISIC4", "version": "4", "code": "107101", "label": []}],
                trading_names=[{"text": "Najm Bread", "language": "en"}],
            )
        )
        names = [{"text": "NAJMAH LLC", "language": "und"}]
        abroad = company(registration(GLEIF, jurisdiction="AE-DU", legal_name=names, activities=None, identifiers=None))
        await made.send(
            *(made.company(one) for one in (before, najm, bakery, abroad, alias(ID, "GCC.SA.MC.7000000001")))
        )
        told = change(najm, before, Cause.CORRECTION)
        await made.send(*(made.change(one) for one in (change(before), told, change(bakery), change(abroad))))
        await made.send(
            made.receipt("sa", receipt(0)),
            *(made.receipt("sa", receipt(offset, warnings=WARNINGS)) for offset in (1, 2)),
            made.receipt("sa", receipt(3, "DUPLICATE", warnings=WARNINGS)),
            made.receipt("sa", receipt(4, "REJECTED", code="missing_name", message="say its name", field="legal_name")),
            made.receipt(
                "sa", receipt(5, "REJECTED", code="missing_name", message="say its name!", field="legal_name")
            ),
            made.receipt("kw", receipt(0, "STALE", topic="registrations.kw")),
            made.dead_letter("sa", b"{}", reason="missing_name", attempt="1"),
            made.dead_letter("kw", b"garbage", reason="unreadable"),
            made.notice(notice(1, told)),
            made.case(STEM),
            made.case(WIDE),
            made.case(ALIKE),
            made.case(SURER),
            *(made.judgement(one) for one in JUDGED),
            made.change(MERGED),
        )
        await made.project()
        yield made


@pytest.fixture
def answers(register: World) -> Iterator[RegisterReader]:
    with reading(register.settings) as opened:
        yield opened


def ids(found: list[FoundCompany]) -> list[str]:
    return [one.company_id.removeprefix("GCC.") for one in found]


async def test_what_the_register_answers(answers: RegisterReader) -> None:
    """One world for all that only reads it: making it takes two seconds."""
    for question in (
        _names, _numbers, _filters, _records, _histories, _totals, _refusals, _unmapped, _parked, _moves, _queue,
        _judgements, _parties,
    ):  # fmt: skip
        question(answers)


def _names(answers: RegisterReader) -> None:
    """Found in either script, with and without hamza, in any order, by beginnings; the best match first."""
    for asked in (
        "شركة نجم الأفق لتقنية المعلومات",
        "شركه نجم الافق لتقنيه المعلومات",
        "الافق نجم",
        "أفق",
        "NAJM al-ofoq",
        "techn info",
    ):
        assert ids(answers.search(asked))[0] == NAJM, asked
    assert ids(answers.search("ام الهيمان")) == ids(answers.search("أُمّ الهَيمان")) == [BAKERY]
    whole, part = answers.search(NAJM_NAMES["ar"])[0], answers.search("najm")
    assert (whole.rank, whole.matched_by, whole.matched) == (80, "legal name", NAJM_NAMES["ar"])
    assert [(one.company_id, one.matched_by, one.matched) for one in part] == [
        (ID, "legal name", NAJM_NAMES["en"]),
        (f"GCC.{BAKERY}", "trading name", "Najm Bread"),
        (f"GCC.{GLEIF}", "legal name", "NAJMAH LLC"),
    ]
    assert [answers.search(asked) for asked in ("najm bakery", "ofoqq", "'; DROP TABLE names; --", "& | ! :*")] == [
        []
    ] * 4


def _numbers(answers: RegisterReader) -> None:
    """Found by an id, a registration number, an identifier; with or without punctuation, in any digits."""
    asked = {
        str(NAJM): (100, "registration_id"), str(ID): (100, "company_id"), "sa.mc.7001775498": (100, "registration_id"),
        "7001775498": (90, "registration_number"), "٧٠٠١٧٧٥٤٩٨": (85, "registration_number"),
        "1010-123456": (90, "identifier"), "1010123456": (85, "identifier"),
    }  # fmt: skip
    for text, (rank, matched_by) in asked.items():
        found = answers.search(text)
        assert [(one.company_id, one.rank) for one in found][:1] == [(ID, rank)], text
        assert matched_by in (found[0].matched_by, "registration_id"), text
    assert answers.search("417733")[0].company_id == f"GCC.{BAKERY}"
    assert answers.search("7000000001") == []  # merged away: found by its id through `company`, not by search


def _filters(answers: RegisterReader) -> None:
    assert ids(answers.search()) == [BAKERY, NAJM, GLEIF]
    assert ids(answers.search(member_state="sa")) == [NAJM]
    assert ids(answers.search(member_state="AE")) == [GLEIF]
    assert ids(answers.search(activity="62")) == ids(answers.search(it_only=True)) == [NAJM]
    assert ids(answers.search(status="struck_off")) == [BAKERY]
    assert ids(answers.search("najm", member_state="KW", activity="10", status="STRUCK_OFF")) == [BAKERY]
    assert ids(answers.search("najm", it_only=True)) == [NAJM]
    assert len(answers.search(limit=2)) == 2


def _records(answers: RegisterReader) -> None:
    record = answers.company(ID)
    assert record is not None
    assert (record["version"], record["properties"]["website"]) == (2, "https://najm.sa")
    (member,) = record["registrations"]
    assert member["sources"][member["provenance"]["website"]]["event_id"] == "MC-2025-000001"
    assert member["properties"] == record["properties"]
    assert (
        answers.company(str(NAJM))
        == answers.company("GCC.SA.MC.7000000001")
        == answers.company("sa.mc.7000000001")
        == record
    )
    assert answers.registration(str(NAJM)) == {**member, "company_id": ID}
    assert (answers.company("GCC.SA.MC.1"), answers.company(""), answers.registration("SA.MC.1")) == (None, None, None)


def _moves(answers: RegisterReader) -> None:
    moved = answers.moved(MERGED_AWAY)
    assert moved is not None
    assert (moved["alias_of"], moved["related"], moved["left"]) == (ID, [ID], "SA.MC.7000000001")
    assert (answers.moved(ID), answers.moved("GCC.SA.MC.1")) == (None, None)


def _queue(answers: RegisterReader) -> None:
    assert [one.case for one in answers.queue()] == [SURER, ALIKE, STEM, WIDE]
    assert [one.case for one in answers.queue(kind=CaseKind.SIMILAR_NAME)] == [SURER, ALIKE]
    assert [one.case for one in answers.queue(kind=CaseKind.MALFORMED)] == [WIDE]
    assert [one.case for one in answers.queue(member_state="BH")] == [STEM]
    assert (answers.queue(member_state="QA"), len(answers.queue(limit=1))) == ([], 1)
    assert [one.case for one in answers.cases_of(["BH.SIJILAT.9-3", "QA.MOCI.1"])] == [STEM]
    found = answers.case(WIDE.case_id)
    assert found is not None
    assert (found.case, answers.case("stem/none")) == (WIDE, None)


def _judgements(answers: RegisterReader) -> None:
    assert answers.judgements() == list(JUDGED)
    assert answers.judgements([BAKERY]) == [JUDGED[0]]
    assert answers.judgements(["QA.MOCI.1"]) == []


def _parties(answers: RegisterReader) -> None:
    found = answers.parties([NAJM, BAKERY, "QA.MOCI.1"])
    assert set(found) == {NAJM, BAKERY}
    assert (found[NAJM].company_id, found[NAJM].legal_name[1]["text"]) == (ID, NAJM_NAMES["en"])


def _histories(answers: RegisterReader) -> None:
    first, second = answers.history(ID)
    assert (first["version"], second["version"], second["cause"]) == (1, 2, "CORRECTION")
    assert (second["before"], second["after"]) == ({"website": None}, {"website": "https://najm.sa"})
    assert (second["effective_date"], second["triggers"][0]["registration_id"]) == ("2025-04-02", NAJM)


def _totals(answers: RegisterReader) -> None:
    counted = answers.totals()
    sa, kw, gleif = (counted.publishers[publisher] for publisher in ("sa", "kw", "gleif"))
    assert (sa.accepted, sa.duplicate, sa.rejected, sa.dead_letters) == (3, 1, 2, 1)
    assert (sa.companies, sa.changes, sa.notices) == (1, 3, 1)
    assert (kw.stale, kw.dead_letters, kw.companies, kw.changes) == (1, 1, 1, 1)
    assert (gleif.companies, gleif.changes, gleif.accepted) == (1, 1, 0)
    together = counted.totals
    assert (together.accepted, together.stale, together.companies, together.changes) == (3, 1, 3, 5)
    assert counted.publishers["om"].companies == 0


def _refusals(answers: RegisterReader) -> None:
    (refused,) = answers.rejections()
    assert (refused.publisher, refused.code, refused.count) == ("sa", "missing_name", 2)
    assert (refused.message, refused.field, refused.offset) == ("say its name!", "legal_name", 5)
    assert (answers.rejections("kw"), answers.rejections("sa")) == ([], [refused])


def _unmapped(answers: RegisterReader) -> None:
    """Of accepted events only, and only words that a map could have."""
    assert answers.unmapped_words() == [
        Unmapped(authority="SA.MC", property=name, word=word, count=2, registration_id=NAJM)
        for name, word in (("activities", "SA.ISIC4 999999"), ("legal_form_as_stated", "نقابة"))
    ]


def _parked(answers: RegisterReader) -> None:
    assert {(one.publisher, one.code, one.size, one.attempt) for one in answers.dead_letters()} == {
        ("sa", "missing_name", 2, 1), ("kw", "unreadable", 7, None),
    }  # fmt: skip
    assert [one.publisher for one in answers.dead_letters("kw", code="unreadable")] == ["kw"]
    assert answers.dead_letters("kw", code="missing_name") == []
    sa, kw = answers.dead_letters("sa")[0], answers.dead_letters("kw")[0]
    counted = {(one.publisher, one.code, one.count, one.attempt) for one in answers.letter_counts()}
    assert counted == {("sa", "missing_name", 1, 1), ("kw", "unreadable", 1, None)}
    decided = {(sa.topic, sa.partition, sa.offset), (sa.topic, sa.partition, sa.offset + 1)}
    [left] = answers.letter_counts(without=decided)
    assert (left.publisher, left.count, left.first, left.last) == ("kw", 1, kw.written_at, kw.written_at)
    assert answers.dead_letters(without=decided) == [kw]
    assert (answers.letter_counts(schema_id=999_999), answers.dead_letters(schema_id=999_999)) == ([], [])
