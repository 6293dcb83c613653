"""Every line of a file is published, refused or blank, and the report says how many are which."""

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from producers.feeds.feed import Interpreted, RefusedRow
from producers.file_publishing import changed_on, publish_file
from producers.problems import ImplausibleFileTime, UnusableFile
from producers.publish_report import Extent, PublishReport
from runtime.settings import Settings
from tests.unit.producers.reading_feeds import DAY, events, read, written

HEADER = "authority,registration_number,legal_name_en\n"
GOOD = "KW.MOCI,{},Noor WLL\n"


async def _dry(feed: str, path: Path, day: date | None = DAY) -> PublishReport:
    return await publish_file(Settings(), feed, path, day, dry_run=True)


async def test_lines_behind_a_stray_quote_are_named_and_those_after_them_are_read(tmp_path: Path) -> None:
    lines = [
        "KW.MOCI,110001,Alpha One WLL",
        'KW.MOCI,110002,"Alpha Two WLL',
        "KW.MOCI,110003,Alpha Three WLL",
        'KW.MOCI,110004,"Alpha Four, WLL"',
        "KW.MOCI,110005,Alpha Five WLL",
        "",
        "KW.MOCI,110006,Alpha Six WLL",
    ]
    report = await _dry("csv", written(tmp_path / "a.csv", HEADER + "\n".join(lines) + "\n"))
    [refused] = report.refused_rows
    assert (refused.row, refused.last_row) == (3, 5)
    assert "lines 3 to 5" in refused.reason
    assert report.extent == Extent(unit="line", found=7, taken=3, refused=3, blank=1)
    assert not report.is_clean


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        (['KW.MOCI,1,"Alpha', "KW.MOCI,2,Beta", 'KW.MOCI,3,Gamma"', GOOD.format(4)], (2, 4)),  # closes at a line's end
        (['KW.MOCI,1,"Alpha', "KW.MOCI,2,Beta"], (2, 3)),  # never closes
        (['"KW.MOCI,1,Alpha', 'KW.MOCI,2,"Beta', GOOD.format(4)], (2, 3)),
        (['KW.MOCI,1,"Alpha', 'Beta",x', GOOD.format(4)], (2, 3)),  # too many values
    ],
)
def test_a_row_that_swallows_others_is_refused_from_its_first_line_to_its_last(
    tmp_path: Path, lines: list[str], refused: tuple[int, int]
) -> None:
    found = read("csv", written(tmp_path / "a.csv", HEADER + "\n".join(lines)))
    assert isinstance(found[0], RefusedRow)
    assert (found[0].row, found[0].last_row) == refused
    assert all(isinstance(one, Interpreted) for one in found[1:])


def test_a_quote_that_is_left_open_at_the_end_is_said_so(tmp_path: Path) -> None:
    first, last = read("csv", written(tmp_path / "a.csv", HEADER + GOOD.format(1) + 'KW.MOCI,2,"Noor\n'))
    assert isinstance(first, Interpreted)
    assert isinstance(last, RefusedRow)
    assert (last.row, last.reason) == (3, "a quote is left open at the end of the file")


async def test_a_file_whose_name_is_no_utf_8_is_reported(tmp_path: Path) -> None:
    report = await _dry("csv", written(tmp_path / "a\udcff.csv", HEADER + GOOD.format(1)))
    assert report.events == 1
    assert report.file.encode().endswith("a\ufffd.csv".encode())


def test_a_value_of_several_lines_with_commas_is_odd_and_kept(tmp_path: Path) -> None:
    text = 'authority,registration_number,legal_name_en,legal_address_en\nKW.MOCI,1,Noor,"Block 3,\r\nKuwait"\n'
    [one] = read("csv", written(tmp_path / "a.csv", text))
    assert isinstance(one, Interpreted)
    assert one.event.stated["legal_address"][0]["lines"] == ["Block 3,\r\nKuwait"]
    assert [(odd.field, "lines 2 to 3" in odd.message) for odd in one.odd] == [("legal_address_en", True)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
async def test_lines_are_counted_whatever_ends_them(tmp_path: Path, end: str) -> None:
    text = (HEADER + GOOD.format(1) + "\n   \n" + "KW.MOCI,2\n" + GOOD.format(3)).replace("\n", end)
    (tmp_path / "a.csv").write_bytes(text.encode())
    report = await _dry("csv", tmp_path / "a.csv")
    assert report.extent == Extent(unit="line", found=5, taken=2, refused=1, blank=2)
    assert [one.row for one in report.refused_rows] == [5]


async def test_records_of_json_and_lines_of_json_lines_are_counted_too(tmp_path: Path) -> None:
    good = {"authority": "KW.MOCI", "registration_number": "1", "legal_name_en": "Noor"}
    listed = await _dry("csv", written(tmp_path / "a.json", [good, 1, {}]))
    assert listed.extent == Extent(unit="record", found=3, taken=1, refused=2, blank=0)
    lined = await _dry("csv", written(tmp_path / "a.jsonl", f"{json.dumps(good)}\n\n{{\n"))
    assert lined.extent == Extent(unit="line", found=3, taken=1, refused=1, blank=1)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize(("feed", "name"), [("csv", "a.csv"), ("csv", "a.json"), ("csv", "a.jsonl"), ("wathq", "a")])
def test_a_file_in_a_wide_encoding_is_said_so(tmp_path: Path, encoding: str, feed: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes((HEADER + GOOD.format(1)).encode(encoding))
    with pytest.raises(UnusableFile, match="UTF-16"):
        read(feed, path)


def test_a_file_in_windows_1256_has_its_rows_refused_and_its_header_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes((HEADER + "KW.MOCI,1,شركة نور\n" + GOOD.format(2)).encode("cp1256"))
    first, second = read("csv", path)
    assert isinstance(first, RefusedRow)
    assert isinstance(second, Interpreted)
    path.write_bytes("authority,registration_number,legal_name_ar,اسم\n".encode("cp1256"))
    with pytest.raises(UnusableFile, match="no text in UTF-8"):
        read("csv", path)


def test_a_zero_in_a_value_refuses_its_row(tmp_path: Path) -> None:
    found = read("csv", written(tmp_path / "a.csv", HEADER + "KW.MOCI,1,No\0or\n" + GOOD.format(2)))
    assert [isinstance(one, Interpreted) for one in found] == [False, True]
    line = '{"authority": "KW.MOCI", "registration_number": 1, "legal_name_en": "No\\u0000or"}'
    assert isinstance(read("csv", written(tmp_path / "a.jsonl", line))[0], RefusedRow)


@pytest.mark.parametrize(
    "record",
    [
        '{"authority": "KW.MOCI", "registration_number": 1, "legal_name_en": "A Co", "legal_name_en": "B Co"}',
        '{"authority": "KW.MOCI", "registration_number": 1, "legal_name_en": "A Co", "x": {"y": [{"z": 1, "z": 1}]}}',
        '{"authority": "KW.MOCI", "registration_number": 1, "legal_name_en": "A Co", "x": ' + "[" * 50 + "]" * 50 + "}",
        '{"authority": "KW.MOCI", "registration_number": 1, "x": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"authority": "KW.MOCI", "registration_number": 1, "legal_name_en": "A Co",}',
        '{"authority": "KW.MOCI", "registration_number": 1, "legal_name_en": "A Co"} {}',
    ],
    ids=["twice", "twice deep down", "deep", "too deep for a parser", "no JSON", "two in one place"],
)
def test_a_record_that_is_not_right_is_refused_and_its_neighbours_are_read(tmp_path: Path, record: str) -> None:
    good = '{"authority": "KW.MOCI", "registration_number": 2, "legal_name_en": "Noor"}'
    for path in (
        written(tmp_path / "a.json", f"[{good},{record},{good}]"),
        written(tmp_path / "a.jsonl", "\n".join((good, record, good))),
    ):
        found = read("csv", path)
        assert [(one.row, isinstance(one, Interpreted)) for one in found] == [(1, True), (2, False), (3, True)]


@pytest.mark.parametrize("text", ["[{}] x", "[{}", '[{"a": "}]', "[}]", '"', "[1,2", "{}{}", "[[]", "]"])
def test_a_file_whose_brackets_do_not_match_is_none_of_json(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnusableFile, match="is no JSON"):
        read("csv", written(tmp_path / "a.json", text))


def test_a_header_of_several_lines_is_a_quote_left_open(tmp_path: Path) -> None:
    text = 'authority,registration_number,legal_name_en,"note\nKW.MOCI,1,Noor,"\n'
    with pytest.raises(UnusableFile, match="header of 2 lines"):
        read("csv", written(tmp_path / "a.csv", text))


def test_invisible_characters_are_taken_out_of_names_and_kept_as_stated(tmp_path: Path) -> None:
    text = "lei,legal_name,country\n21380011VBTSTZCFBT87,\ufeffNOOR\u200f DATA LLC\u00ad,AE\n"
    [one] = read("gleif", written(tmp_path / "a.csv", text))
    assert isinstance(one, Interpreted)
    assert one.event.stated["legal_name"] == [{"text": "NOOR DATA LLC", "language": "en"}]
    assert one.event.stated["particulars"]["legal_name"] == "\ufeffNOOR\u200f DATA LLC\u00ad"
    assert [odd.field for odd in one.odd] == ["legal_name"]


def test_a_joiner_inside_a_persian_word_stays_and_is_not_odd(tmp_path: Path) -> None:
    record = {"crNationalNumber": "7001775498", "name": "شرکت می\u200cخواهم"}
    [one] = read("wathq", written(tmp_path / "a.json", record))
    assert isinstance(one, Interpreted)
    assert (one.event.stated["legal_name"][0]["text"], one.odd) == (record["name"], ())


@pytest.mark.parametrize(
    "name", ["\ufeff\u200b", "nan", "#REF!", "[object Object]", "غير محدد", "null", "undefined", "-"]
)
@pytest.mark.parametrize(
    ("feed", "field", "record"),
    [
        ("gleif", "legal_name", "lei,legal_name,country\n21380011VBTSTZCFBT87,{},AE\n"),
        ("wathq", "name", '{{"crNationalNumber": "7001775498", "name": "{}"}}'),
        ("sijilat", "name", '{{"registration_number": "9-1", "name": "{}"}}'),
        ("ner", "name", '{{"registration_number": "11085461", "name": "{}"}}'),
        ("csv", "legal_name_en", "authority,registration_number,legal_name_en\nKW.MOCI,1,{}\n"),
    ],
)
def test_a_name_that_says_nothing_is_no_name(tmp_path: Path, feed: str, field: str, record: str, name: str) -> None:
    [one] = read(feed, written(tmp_path / "a", record.format(name)))
    assert isinstance(one, RefusedRow)
    is_empty = feed == "csv" and name == "\ufeff\u200b"  # nothing is left of it: either column may be filled
    assert one.field == ("legal_name_ar" if is_empty else field)


def test_an_identifier_that_is_a_placeholder_is_odd_and_kept(tmp_path: Path) -> None:
    [one] = read(
        "wathq", written(tmp_path / "a.json", {"crNationalNumber": 7001775498, "name": "نور", "crNumber": "NaN"})
    )
    assert isinstance(one, Interpreted)
    assert [each["scheme"] for each in one.event.stated["identifiers"]] == ["SA.UNN"]
    assert one.event.stated["particulars"]["crNumber"] == "NaN"
    row = "authority,registration_number,legal_name_en,identifiers\nKW.MOCI,1,Noor,x|y|LEI=null|KW.CR=1\n"
    [one] = read("csv", written(tmp_path / "a.csv", row))
    assert isinstance(one, Interpreted)
    assert [each["value"] for each in one.event.stated["identifiers"]] == ["1"]
    assert one.event.stated["particulars"] == {"identifiers": "x|y|LEI=null|KW.CR=1"}
    assert len(one.odd) == 3


def test_one_number_in_other_spellings_is_one_registration(tmp_path: Path) -> None:
    spellings = ["ab-12", "AB-12", "\u200fAb-12", "AB\u201012", "ＡＢ-１２", "ab-١٢"]
    rows = "".join(f"QA.QFC,{one},Noor\n" for one in spellings)
    assert {one.registration_id for one in events("csv", written(tmp_path / "a.csv", HEADER + rows))} == {
        "QA.QFC.AB-12"
    }


def test_a_name_that_says_nothing_is_named_with_its_column(tmp_path: Path) -> None:
    text = "registration_number,authority,legal_name_en\n5,KW.MOCI,undefined\n6,KW.MOCI,\n"
    nothing, missing = read("csv", written(tmp_path / "a.csv", text))
    assert isinstance(nothing, RefusedRow)
    assert isinstance(missing, RefusedRow)
    assert (nothing.field, missing.field) == ("legal_name_en", "legal_name_ar")
    assert nothing.reason.startswith("legal_name_en names nothing")
    assert missing.reason.startswith("the legal name is missing")


def test_a_number_that_a_spreadsheet_rounded_is_refused(tmp_path: Path) -> None:
    [one] = read("csv", written(tmp_path / "a.csv", HEADER + GOOD.format("1E+11")))
    assert isinstance(one, RefusedRow)
    assert "digits are lost" in one.reason


@pytest.mark.parametrize("seconds", [0, 315_532_800, 946_684_799, 4_070_908_800, 10**12])
async def test_a_file_s_time_that_is_not_plausible_asks_for_the_day(tmp_path: Path, seconds: int) -> None:
    path = written(tmp_path / "a.csv", HEADER + GOOD.format(1))
    os.utime(path, (seconds, seconds))
    with pytest.raises(ImplausibleFileTime, match="Give the day as recorded_on"):
        await _dry("csv", path, None)
    report = await _dry("csv", path)
    assert (report.recorded_on, report.recorded_on_said, report.events) == (DAY, True, 1)


def test_a_file_changed_tomorrow_is_not_plausible_and_one_changed_today_is(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", HEADER)
    now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    for changed in (now, now + timedelta(hours=11)):
        os.utime(path, (changed.timestamp(), changed.timestamp()))
        assert changed_on(path, now) == date(2026, 1, 5)
    tomorrow = (now + timedelta(days=1)).timestamp()
    os.utime(path, (tomorrow, tomorrow))
    with pytest.raises(ImplausibleFileTime):
        changed_on(path, now)


@pytest.mark.parametrize(
    ("day", "odd"),
    [(date(2099, 1, 1), ["recorded_on"]), (date(1980, 1, 1), ["recorded_on", "recorded_at"]), (DAY, [])],
)
async def test_a_day_that_the_caller_says_and_that_is_not_plausible_is_odd(
    tmp_path: Path, day: date, odd: list[str]
) -> None:
    report = await _dry("csv", written(tmp_path / "a.csv", HEADER + GOOD.format(1)), day)
    assert (report.recorded_on, report.events) == (day, 1)
    assert [one.field for one in report.warnings] == odd


async def test_an_event_that_will_have_no_effect_is_told_before_it_is_sent(tmp_path: Path) -> None:
    text = (
        "authority,registration_number,sequence,recorded_at,legal_name_en\n"
        "KW.MOCI,1,20260101,2026-01-01T08:00:00Z,Old Name\n"
        "KW.MOCI,1,2,2026-02-01T08:00:00Z,New Name\n"
        "KW.MOCI,2,1,2026-01-01T08:00:00Z,Noor\n"
        "KW.MOCI,2,2,2026-02-01T08:00:00Z,Noor\n"
    )
    report = await _dry("csv", written(tmp_path / "a.csv", text))
    assert [(one.row, one.field) for one in report.warnings] == [(3, "sequence"), (3, "sequence")]
    assert "no effect" in report.warnings[0].message
    assert "different sides of row 2" in report.warnings[1].message


def test_what_is_kept_under_one_name_never_replaces_what_was_kept_before(tmp_path: Path) -> None:
    record = {"authority": "KW.MOCI", "registration_number": "1", "legal_name_en": "Noor", "expiry_date": "never",
              "particulars.expiry_date": "soon"}  # fmt: skip
    [one] = read("csv", written(tmp_path / "a.json", record))
    assert isinstance(one, Interpreted)
    assert one.event.stated["particulars"] == {"expiry_date": "soon", "expiry_date (2)": "never"}
