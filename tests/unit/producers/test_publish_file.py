"""A dry run of `sijill publish`: what a registry learns before anything is sent."""

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from producers.feeds import DEMO_FILES
from producers.file_publishing import publish_file
from producers.publish_report import PublishReport, UnknownField
from runtime.settings import Settings
from tests.unit.producers.reading_feeds import DAY, written

WATHQ = {"crNationalNumber": "7001775498", "name": "شركة عنوان القهوة للتجارة"}


async def _dry(feed: str, path: Path, day: date | None = DAY) -> PublishReport:
    return await publish_file(Settings(), feed, path, day, dry_run=True)


@pytest.mark.slow
async def test_the_lei_index_is_clean_but_for_five_wrong_check_digits() -> None:
    told: list[int] = []
    report = await publish_file(Settings(), "gleif", DEMO_FILES["gleif"], DAY, dry_run=True, progress=told.append)
    assert (report.rows, report.events, report.published) == (7_087, 7_087, 0)
    assert report.is_clean
    assert {warning.code for warning in report.warnings} == {"invalid_identifier"}
    assert len({warning.row for warning in report.warnings}) == 5
    assert told[-1] == 7_087


@pytest.mark.parametrize(("feed", "rows", "events"), [("wathq", 4, 4), ("sijilat", 1, 2), ("ner", 1, 1)])
async def test_a_row_can_give_more_than_one_event(feed: str, rows: int, events: int) -> None:
    report = await _dry(feed, DEMO_FILES[feed])
    assert (report.rows, report.events, report.is_clean) == (rows, events, True)


async def test_without_a_day_the_file_s_own_is_taken(tmp_path: Path) -> None:
    path = written(tmp_path / "a.json", WATHQ)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert (await _dry("wathq", path, None)).recorded_on == date(2023, 11, 14)


async def test_an_unknown_field_is_named_with_how_often_and_where_it_stands(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"crNationalNumber": f"70017754{number:02d}", "name": "ا", **({"colour": 1} if number % 2 else {})}
        for number in range(1, 31)
    ]
    report = await _dry("wathq", written(tmp_path / "a.json", rows))
    assert report.unknown_fields == (
        UnknownField(name="colour", rows=15, first_rows=(1, 3, 5, 7, 9, 11, 13, 15, 17, 19)),
    )
    assert report.events == 30
    assert not report.is_clean


async def test_a_dry_run_foresees_what_the_register_will_refuse(tmp_path: Path) -> None:
    row = {"authority": "KW.MOCI", "registration_number": "1", "legal_name_en": "A"}
    rows = [{**row, "registration_date": "2020-01-01", "expiry_date": "2019-01-01"}, {**row, "kind": "corrected"}]
    report = await _dry("csv", written(tmp_path / "a.json", rows))
    assert [(one.row, one.code, one.field) for one in report.will_be_refused] == [
        (1, "dates_contradict", "expiry_date"),
        (2, "missing_target", "replaces"),
    ]


async def test_one_registration_stated_twice_on_a_day_is_refused_unless_both_say_the_same(tmp_path: Path) -> None:
    rows = [WATHQ, WATHQ, {**WATHQ, "name": "شركة أخرى"}]
    report = await _dry("wathq", written(tmp_path / "a.json", rows))
    [refused] = report.will_be_refused
    assert (refused.row, refused.code) == (3, "sequence_reused")
    assert "stands already in row 1" in refused.message


async def test_an_event_over_the_limit_of_its_topic_is_not_sent(tmp_path: Path) -> None:
    rows = [WATHQ, {"crNationalNumber": "7018056114", "name": "x" * 1_100_000}]
    report = await _dry("wathq", written(tmp_path / "a.json", rows))
    [refused] = report.not_sent
    assert (refused.row, refused.code, refused.registration_id) == (2, "too_large", "SA.MC.7018056114")
    assert "registrations.sa takes at most 1,048,576" in refused.message


async def test_an_unmapped_status_is_a_warning_with_the_register_s_code(tmp_path: Path) -> None:
    report = await _dry("wathq", written(tmp_path / "a.json", {**WATHQ, "status": "غامض"}))
    assert [(one.row, one.code, one.field) for one in report.warnings] == [(1, "unmapped_status", "status_as_stated")]
    assert report.is_clean
