"""The real records that ship with Sijill, as their feeds read them; and what becomes of rows that are not right."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from producers.feeds import DEMO_FILES, FEEDS, feed_named
from producers.feeds.feed import Interpreted, RefusedRow
from producers.file_publishing import changed_on
from producers.problems import UnknownFeed, UnusableFile
from register.codes import Rejected
from register.event_checks import validate
from register.events import EventKind
from schemas.codec.records import event_datum, event_from
from schemas.codec.wire import decode, encode
from schemas.facts.authorities import authorities
from tests.unit.producers.reading_feeds import events, read, shipped, written

WATHQ = {"crNationalNumber": "7001775498", "name": "شركة عنوان القهوة للتجارة"}
SIJILAT = {"registration_number": "9-1", "name": "FAKHRO SHIPPING AGENCY W.L.L"}
NER = {"registration_number": "11085461", "name": "AL NAKKAS"}
GLEIF_HEADER = "lei,legal_name,country,category,subcategory,tech_guess\n"


@pytest.mark.slow
@pytest.mark.parametrize("feed", DEMO_FILES)
def test_every_shipped_record_passes_the_register_s_rules_and_its_own_schema(feed: str) -> None:
    for event in (one.event for one in shipped(feed)):
        assert not isinstance(validate(event, authorities()), Rejected)
        assert event_from(decode(encode("RegistrationEvent", event_datum(event)), "RegistrationEvent")) == event


@pytest.mark.slow
@pytest.mark.parametrize("feed", DEMO_FILES)
def test_every_field_of_the_shipped_records_is_known(feed: str) -> None:
    for one in shipped(feed):
        assert one.unknown_fields == ()


@pytest.mark.slow
@pytest.mark.parametrize("feed", DEMO_FILES)
def test_the_same_file_and_day_give_the_same_events_and_another_day_other_ones(feed: str) -> None:
    first = [one.event for one in shipped(feed)]
    assert events(feed, DEMO_FILES[feed]) == first
    later = events(feed, DEMO_FILES[feed], date(2025, 10, 2))
    assert {event.event_id for event in first}.isdisjoint(event.event_id for event in later)
    assert all(event.sequence == 20251001 for event in first)
    assert all(event.sequence == 20251002 for event in later)


@pytest.mark.slow
def test_gleif_s_file_gives_one_snapshot_per_row_under_its_lei() -> None:
    found = shipped("gleif")
    assert len(found) == 7_087
    first = found[0]
    assert first.row == 2
    event = first.event
    assert event.registration_id == "XG.LEI.21380011VBTSTZCFBT87"
    assert event.event_id.startswith("gleif:21380011VBTSTZCFBT87:20251001:")
    assert (event.kind, event.recorded_at) == (EventKind.SNAPSHOT, datetime(2025, 10, 1, tzinfo=UTC))
    assert event.stated["jurisdiction"] == "AE"
    assert event.stated["legal_address"][0]["country"] == "AE"
    assert event.stated["identifiers"][0]["scheme"] == "LEI"
    assert event.stated["particulars"] == {"category": "GENERAL", "tech_guess": "false"}
    assert "entity_status" not in event.stated


def test_gleif_s_names_carry_the_language_of_their_script() -> None:
    languages = [event.stated["legal_name"][0]["language"] for event in (one.event for one in shipped("gleif"))]
    assert (languages.count("ar"), languages.count("en")) == (1_786, 5_301)


def test_wathq_s_entry_stands_under_its_unified_number_with_the_older_one_beside_it() -> None:
    coffee, *_, branch = events("wathq", DEMO_FILES["wathq"])
    assert coffee.registration_id == "SA.MC.7001775498"
    assert [(one["scheme"], one["value"]) for one in coffee.stated["identifiers"]] == [
        ("SA.UNN", "7001775498"),
        ("SA.CR", "1010307349"),
    ]
    assert coffee.stated["legal_name"] == [{"text": "شركة عنوان القهوة للتجارة", "language": "ar"}]
    assert coffee.stated["status_as_stated"] == "نشط"
    assert coffee.stated["registration_date"] == date(2011, 4, 20)
    assert next((one["scheme"], one["code"]) for one in coffee.stated["activities"]) == ("SA.ISIC4", "563011")
    assert coffee.stated["legal_address"][0]["city"] == "الرياض"
    assert "is_branch" not in coffee.stated
    assert branch.stated["is_branch"] is True


def test_sijilat_s_two_numbers_are_two_registrations_that_state_only_what_is_said_of_each() -> None:
    own, other = events("sijilat", DEMO_FILES["sijilat"])
    assert (own.registration_id, other.registration_id) == ("BH.SIJILAT.9-1", "BH.SIJILAT.9-3")
    assert own.stated["share_capital"] == {"amount": "20000", "currency": "BHD"}
    assert {one["language"] for one in own.stated["legal_name"]} == {"ar", "en"}
    assert {"code": "5224-1", "scheme": "BH.ISIC4"}.items() <= own.stated["activities"][1].items()
    assert own.stated["particulars"]["corporate_partner.cr"] == "1256-1"
    assert own.stated["particulars"]["branches"] == "9-1, 9-3"
    assert other.stated == {
        "legal_name": [{"text": "AHMED & ABDULLA FAKHROO", "language": "en"}],
        "status_as_stated": "SOLD OR LEGAL STATUS CHANGED",
        "identifiers": [{"scheme": "BH.CR", "value": "9-3", "valid_from": None, "valid_to": None}],
        "registration_date": date(1961, 10, 16),
        "expiry_date": date(2004, 10, 16),
        "particulars": {"branches.listed_by": "9-1"},
    }


def test_the_economic_register_s_activities_are_words_paired_across_the_languages() -> None:
    [one] = read("ner", DEMO_FILES["ner"])
    assert isinstance(one, Interpreted)
    stated = one.event.stated
    assert [activity["code"] for activity in stated["activities"]] == ["", ""]
    assert [text["language"] for text in stated["activities"][1]["label"]] == ["en", "ar"]
    assert {identifier["scheme"] for identifier in stated["identifiers"]} == {"AE.NER", "AE.LICENCE"}
    assert stated["is_branch"] is False
    assert [odd.field for odd in one.odd] == ["is_branch"]  # its type says branch


@pytest.mark.parametrize(
    ("feed", "record"),
    [("wathq", {**WATHQ, "colour": "red"}), ("sijilat", {**SIJILAT, "colour": 1}), ("ner", {**NER, "colour": None})],
)
def test_a_field_that_the_feed_does_not_know_is_named_and_the_row_is_published(
    tmp_path: Path, feed: str, record: dict[str, Any]
) -> None:
    [one] = read(feed, written(tmp_path / "file.json", record))
    assert isinstance(one, Interpreted)
    assert one.unknown_fields == ("colour",)
    assert "colour" not in one.event.stated.get("particulars", {})


@pytest.mark.parametrize(
    ("feed", "record", "field"),
    [
        ("wathq", {"name": "x"}, "crNationalNumber"),
        ("wathq", {"crNationalNumber": "7001775498"}, "name"),
        ("wathq", {**WATHQ, "crNationalNumber": "70017754"}, "crNationalNumber"),
        ("wathq", {**WATHQ, "crNationalNumber": "0000000000"}, "crNationalNumber"),
        ("sijilat", {**SIJILAT, "registration_number": "9"}, "registration_number"),
        ("sijilat", {**SIJILAT, "name": ""}, "name"),
        ("ner", {**NER, "registration_number": "CN-1065923"}, "registration_number"),
    ],
)
def test_a_row_without_its_number_or_name_is_refused_with_its_place(
    tmp_path: Path, feed: str, record: dict[str, Any], field: str
) -> None:
    good = {"wathq": WATHQ, "sijilat": SIJILAT, "ner": NER}[feed]
    first, second = read(feed, written(tmp_path / "file.json", [record, good]))
    assert isinstance(first, RefusedRow)
    assert (first.row, first.field) == (1, field)
    assert isinstance(second, Interpreted)
    assert second.row == 2


def test_the_same_number_in_arabic_digits_is_the_same_registration(tmp_path: Path) -> None:
    [event] = events("wathq", written(tmp_path / "a.json", {**WATHQ, "crNationalNumber": "٧٠٠١٧٧٥٤٩٨"}))
    assert event.registration_id == "SA.MC.7001775498"
    assert event.stated["identifiers"][0]["value"] == "٧٠٠١٧٧٥٤٩٨"  # as stated


def test_a_branch_that_has_a_record_of_its_own_gets_no_second_event_from_a_list(tmp_path: Path) -> None:
    branches = [{"registration_number": "9-1", "name": SIJILAT["name"]}, {"registration_number": "9-3", "name": "B"}]
    own = {"registration_number": "9-3", "name": "AHMED & ABDULLA FAKHROO"}
    found = events("sijilat", written(tmp_path / "a.json", [{**SIJILAT, "branches": branches}, own]))
    assert [(event.registration_id, event.stated["legal_name"][0]["text"]) for event in found] == [
        ("BH.SIJILAT.9-1", SIJILAT["name"]),
        ("BH.SIJILAT.9-3", "AHMED & ABDULLA FAKHROO"),
    ]


def test_a_list_of_branches_that_contradicts_the_record_or_has_no_number_is_odd_and_kept(tmp_path: Path) -> None:
    branches = [{"registration_number": "9-1", "name": "ANOTHER"}, {"name": "NOBODY"}, {"registration_number": "x"}]
    [one] = read("sijilat", written(tmp_path / "a.json", {**SIJILAT, "branches": branches}))
    assert isinstance(one, Interpreted)
    assert [odd.field for odd in one.odd] == [
        "branches[1].name", "branches[2].registration_number", "branches[3].registration_number"
    ]  # fmt: skip
    kept = one.event.stated["particulars"]
    assert (kept["branches[1].name"], kept["branches[2].name"]) == ("ANOTHER", "NOBODY")


def test_activities_that_do_not_pair_are_stated_apart(tmp_path: Path) -> None:
    record = {**NER, "industries": "Importing,Packing,", "industries_ar": "استيراد,"}
    [one] = read("ner", written(tmp_path / "a.json", record))
    assert isinstance(one, Interpreted)
    assert [len(activity["label"]) for activity in one.event.stated["activities"]] == [1, 1, 1]
    assert [odd.field for odd in one.odd] == ["industries_ar"]


def test_a_line_of_gleif_that_is_not_right_is_refused_and_the_next_ones_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        GLEIF_HEADER.encode()
        + b"21380011VBTSTZCFBT87,A,AE,,,\n"
        + b"21380011VBTSTZCFBT88,A\n"
        + b"short,B,AE,,,\n"
        + b"21380013WKHAZOVL6U87,\xff\xfe,AE,,,\n"
        + b"\n"
        + b'2138001571HPHZ5F6I87,"two\nlines",Kuwait,,,\n'
        + b"21380017ASPRIIFJMP39,,AE,,,\n"
        + b"558600FM4JX57HZ3B116,D,AE,,,\n"
    )
    found = read("gleif", path)
    assert [(one.row, isinstance(one, Interpreted)) for one in found] == [
        (2, True), (3, False), (4, False), (5, False), (7, False), (9, False), (10, True)
    ]  # fmt: skip
    reasons = [one.reason for one in found if isinstance(one, RefusedRow)]
    assert reasons[0] == "it has 2 values for 6 columns"
    assert "no number of XG.LEI" in reasons[1]
    assert reasons[2] == "it is not in UTF-8"
    assert "ISO 3166-1" in reasons[3]
    assert reasons[4] == "the legal name is missing"


def test_a_value_longer_than_a_reader_takes_is_a_refused_row(tmp_path: Path) -> None:
    long = "x" * 200_000
    path = written(
        tmp_path / "a.csv", f"{GLEIF_HEADER}21380011VBTSTZCFBT87,{long},AE,,,\n21380013WKHAZOVL6U87,B,AE,,,\n"
    )
    first, second = read("gleif", path)
    assert isinstance(first, RefusedRow)
    assert isinstance(second, Interpreted)
    assert (first.row, second.row) == (2, 3)


def test_an_unknown_column_is_named_for_every_row_that_has_it(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "lei,legal_name,country,colour\n21380011VBTSTZCFBT87,A,AE,red\n")
    [one] = read("gleif", path)
    assert isinstance(one, Interpreted)
    assert one.unknown_fields == ("colour",)


@pytest.mark.parametrize(
    ("feed", "content", "said"),
    [
        ("gleif", "lei,name\n", "has no column legal_name, country"),
        ("gleif", "", "has no column lei"),
        ("gleif", "lei,legal_name,country,lei\n", "more than one column lei"),
        ("wathq", "{", "is no JSON"),
        ("wathq", "[" * 100_000, "is no JSON"),
    ],
)
def test_a_file_that_is_none_of_its_feed_is_said_so_as_a_whole(
    tmp_path: Path, feed: str, content: str, said: str
) -> None:
    with pytest.raises(UnusableFile, match=said):
        read(feed, written(tmp_path / "a", content))


@pytest.mark.parametrize("feed", FEEDS)
def test_a_file_that_is_not_there_is_said_so(tmp_path: Path, feed: str) -> None:
    with pytest.raises(UnusableFile, match="cannot be read: No such file"):
        read(feed, tmp_path / "nothing")
    with pytest.raises(UnusableFile, match="cannot be read: No such file"):
        changed_on(tmp_path / "nothing")


@pytest.mark.parametrize("feed", ["wathq", "sijilat", "ner"])
def test_something_that_is_no_record_is_a_refused_row(tmp_path: Path, feed: str) -> None:
    found = read(feed, written(tmp_path / "a.json", [1, "x", None, []]))
    assert [(one.row, isinstance(one, RefusedRow)) for one in found] == [(1, True), (2, True), (3, True), (4, True)]


def test_half_a_character_is_refused_before_it_meets_the_wire(tmp_path: Path) -> None:
    [one] = read("wathq", written(tmp_path / "a.json", '{"crNationalNumber": "7001775498", "name": "\\ud800"}'))
    assert isinstance(one, RefusedRow)
    assert one.reason == "it is not in UTF-8"


def test_a_feed_that_nobody_knows_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownFeed, match="gleif, wathq, sijilat, ner, csv"):
        feed_named("mci")


def test_a_file_is_dated_by_the_utc_day_of_its_last_change(tmp_path: Path) -> None:
    path = written(tmp_path / "a.json", WATHQ)
    late = datetime(2025, 9, 30, 23, 59, 59, tzinfo=UTC).timestamp()
    os.utime(path, (late, late))
    assert changed_on(path) == date(2025, 9, 30)
