"""Files of feeds on a real broker: published, published again, and what is refused on the way."""

from datetime import date
from pathlib import Path

import pytest

from producers.feeds import DEMO_FILES
from producers.file_publishing import publish_file
from producers.problems import EventTopicMissing
from runtime.settings import Settings
from schemas.facts.topics import Topics
from services.topics import apply

DAY = date(2025, 10, 1)


async def test_the_lei_index_is_published_whole_and_says_where_it_ends(settings: Settings) -> None:
    await apply(settings)
    told: list[int] = []
    report = await publish_file(settings, "gleif", DEMO_FILES["gleif"], DAY, progress=told.append)
    assert (report.rows, report.events, report.published) == (7_087, 7_087, 7_087)
    assert told[-1] == 7_087
    topic = Topics(settings.topic_prefix).registrations("gleif")
    assert sum(report.ends[topic].values()) == 7_087
    again = await publish_file(settings, "gleif", DEMO_FILES["gleif"], DAY)
    assert sum(again.ends[topic].values()) == 2 * 7_087


async def test_what_the_register_will_refuse_is_sent_and_what_is_too_large_is_not(
    settings: Settings, tmp_path: Path
) -> None:
    await apply(settings)
    path = tmp_path / "a.csv"
    lines = ["1,A,2020-01-01,2019-01-01", f"2,{'x' * 110_000},,", "3,C,,"]
    path.write_text("authority,registration_number,legal_name_en,registration_date,expiry_date,website\n")
    with path.open("a") as file:
        for line in lines:
            file.write(f"KW.MOCI,{line},\n")
    report = await publish_file(settings, "csv", path, DAY)
    assert (report.published, [one.row for one in report.will_be_refused]) == (3, [2])

    large = tmp_path / "a.jsonl"
    large.write_text(f'{{"authority": "KW.MOCI", "registration_number": "4", "legal_name_en": "{"x" * 1_100_000}"}}\n')
    report = await publish_file(settings, "csv", large, DAY)
    [refused] = report.not_sent
    assert (report.published, refused.row, refused.code) == (0, 1, "too_large")
    assert "1,048,576 (max.message.bytes)" in refused.message


async def test_without_topics_nothing_is_published_and_the_command_to_make_them_is_named(settings: Settings) -> None:
    with pytest.raises(EventTopicMissing, match="sijill topics apply"):
        await publish_file(settings, "wathq", DEMO_FILES["wathq"], DAY)
