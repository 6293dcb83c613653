"""A slice becomes rows: the last of each key stands, and nothing that cannot be read is passed over."""

import pytest

from bus.record import ConsumedRecord
from consumers.projection.inputs import Content, Input, inputs_among
from consumers.projection.problems import BadRecord
from consumers.projection.transaction_input import Advance, Partition, Prepared, ProjectionSlice, by_size, prepared
from schemas.codec.wire import encode
from schemas.facts.topics import Topics
from tests.unit.consumers.sample_records import (
    NAJM,
    Taken,
    change,
    change_bytes,
    company,
    company_bytes,
    notice,
    receipt,
    registration,
)

TOPICS = Topics("t1.")
ID = f"GCC.{NAJM}"
INPUTS = inputs_among(
    [
        TOPICS.companies,
        TOPICS.changes,
        TOPICS.receipts("sa"),
        TOPICS.dead_letters("sa"),
        TOPICS.notices("kw-procurement"),
    ],
    TOPICS,
)


def rows_from(*records: ConsumedRecord) -> Prepared:
    return prepared(ProjectionSlice(records=records, advances=()), INPUTS)


def company_record(version: int, offset: int) -> Taken:
    return Taken(topic=TOPICS.companies, value=company_bytes(company(version=version)), offset=offset)


def test_it_reads_its_own_topics_and_those_of_all_agencies_and_no_others() -> None:
    others = [
        "t1.registrations.nowhere",
        "t1.register.registrations",
        "t1.register.statements",
        "t2.register.companies",
        "register.companies",
        "t1.notice",
    ]
    ours = ["t1.register.companies", "t1.receipts.kw", "t1.registrations.kw", "t1.notices.om-tax"]
    found = inputs_among([*ours, *others], TOPICS)
    assert found == {
        "t1.register.companies": Input(topic="t1.register.companies", content=Content.COMPANIES),
        "t1.receipts.kw": Input(topic="t1.receipts.kw", content=Content.RECEIPTS, party="kw"),
        "t1.registrations.kw": Input(topic="t1.registrations.kw", content=Content.EVENTS, party="kw"),
        "t1.notices.om-tax": Input(topic="t1.notices.om-tax", content=Content.NOTICES, party="om-tax"),
    }


def test_of_a_company_that_comes_twice_the_newer_version_stands() -> None:
    for versions in ((1, 2), (2, 1), (2, 2)):
        rows = rows_from(*(company_record(version, offset) for offset, version in enumerate(versions))).rows
        kept = rows.companies[ID]
        assert kept is not None
        assert kept.version == 2


def test_of_one_version_that_comes_again_the_later_record_stands() -> None:
    rows = rows_from(company_record(1, offset=7), company_record(1, offset=8)).rows
    kept = rows.companies[ID]
    assert kept is not None
    assert kept.companies.split(b"\t")[-2] == b"8"


def test_a_tombstone_buries_a_company_whatever_its_version_was() -> None:
    grave = Taken(topic=TOPICS.companies, key=ID.encode(), value=None)
    rows = rows_from(company_record(5, 0), grave).rows
    assert rows.companies == {ID: None}
    reborn = rows_from(grave, company_record(1, 1)).rows
    assert (reborn.companies[ID] is not None, reborn.buried) == (True, {ID})


def test_each_record_has_a_row_under_its_key() -> None:
    told = change(company(version=2))
    rows = rows_from(
        Taken(topic=TOPICS.changes, value=change_bytes(told)),
        Taken(topic=TOPICS.receipts("sa"), value=encode("Receipt", receipt(17))),
        Taken(topic=TOPICS.notices("kw-procurement"), value=encode("Notice", notice(3, told))),
        Taken(topic=TOPICS.dead_letters("sa"), value=b"garbage", partition=1, offset=5),
    ).rows
    assert list(rows.changes) == [(ID, 2)]
    assert list(rows.receipts) == [("registrations.sa", 0, 17)]
    assert list(rows.notices) == [("kw-procurement", 3)]
    assert list(rows.dead_letters) == [(TOPICS.dead_letters("sa"), 1, 5)]


def test_a_change_shows_each_field_that_changed_even_where_nothing_is_stated() -> None:
    before = company(registration(website="https://najm.sa"), version=1)
    told = change(company(version=2), before)
    line = next(iter(rows_from(Taken(topic=TOPICS.changes, value=change_bytes(told))).rows.changes.values()))
    assert line.split("\t")[4:7] == ['{"website"}', '{"website":"https://najm.sa"}', '{"website":null}']


@pytest.mark.parametrize("value", [b"garbage", company_bytes(company())[:-3], encode("Receipt", receipt(1)), b""])
def test_what_cannot_be_read_is_named_and_ends_the_slice(value: bytes) -> None:
    bad = Taken(topic=TOPICS.companies, value=value, partition=4, offset=99)
    with pytest.raises(BadRecord, match=r"t1\.register\.companies, partition 4, offset 99"):
        rows_from(company_record(1, 0), bad)


def test_only_a_company_may_have_a_tombstone() -> None:
    with pytest.raises(BadRecord, match=r"t1\.receipts\.sa, partition 0, offset 0"):
        rows_from(Taken(topic=TOPICS.receipts("sa"), value=None))


def test_the_headers_that_admit_added_win_over_those_that_the_record_brought() -> None:
    headers = (
        ("sijill_reason", b"forged"), ("sijill_attempt", b"9" * 30), ("own", b"\xff"), ("sijill_origin_offset", b"12"),
        ("sijill_reason", b"unknown_schema"), ("sijill_schema_id", b"4294967295"), ("sijill_field", b""),
    )  # fmt: skip
    rows = rows_from(Taken(topic=TOPICS.dead_letters("sa"), value=None, headers=headers)).rows
    fields = next(iter(rows.dead_letters.values())).rstrip("\n").split("\t")
    assert fields[3:13] == ["sa", "\\N", "\\N", "12", "unknown_schema", "\\N", "\\N", "\\N", "4294967295", "\\N"]


def test_a_large_slice_is_cut_and_every_part_says_how_far_it_came() -> None:
    one, two = Partition("a", 0), Partition("b", 0)
    records = [Taken(topic=topic, value=b"x" * 40, offset=offset) for topic in "ab" for offset in (5, 6, 9)]
    advances = [Advance(partition=one, expected=5, next=11), Advance(partition=two, expected=0, next=10)]
    parts = list(by_size(ProjectionSlice(records=records, advances=advances), limit=90))
    assert [len(part.records) for part in parts] == [2, 2, 2]
    assert [[(a.partition, a.expected, a.next) for a in part.advances] for part in parts] == [
        [(one, 5, 7)],
        [(one, 7, 10), (two, 0, 6)],
        [(one, 10, 11), (two, 6, 10)],
    ]


def test_a_slice_without_records_still_advances() -> None:
    moved = ProjectionSlice(records=[], advances=[Advance(partition=Partition("a", 0), expected=3, next=4)])
    assert list(by_size(moved)) == [moved]
