"""Publish a file of a registry's feed: check each row, send the events, and say what was not taken."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from producers import file_publishing
from producers import problems as of_producers
from producers.batch_sender import TellConfirmed
from producers.feeds import DEMO_FILES, FEEDS
from producers.feeds.feed import RefusedRow
from producers.publish_report import PublishReport
from runtime.settings import Settings
from services import file_problems, problems
from services.error_mapping import named

__all__ = ["FEED_NAMES", "SHIPPED", "PublishReport", "RefusedRow", "publish_file"]

FEED_NAMES: Final = tuple(FEEDS)
SHIPPED: Final[Mapping[str, Path]] = DEMO_FILES
"""The real records that ship with Sijill, by the feed that reads them."""


async def publish_file(
    settings: Settings,
    feed: str,
    path: Path,
    recorded_on: date | None = None,
    *,
    dry_run: bool = False,
    progress: TellConfirmed | None = None,
) -> PublishReport:
    """Publish a file, as `producers.file_publishing.publish_file` does. A dry run needs no Kafka and sends nothing.

    Raises NoSuchFeed, FileUnusable, FileTimeImplausible, KafkaAway, TopicUnknown, EventsUnconfirmed.
    """
    with named(settings):
        try:
            return await file_publishing.publish_file(settings, feed, path, recorded_on, dry_run, progress)
        except of_producers.UnknownFeed as fault:
            raise problems.NoSuchFeed(name=feed, known=FEED_NAMES) from fault
        except of_producers.UnusableFile as fault:
            raise _unusable(fault) from fault
        except of_producers.ImplausibleFileTime as fault:
            raise file_problems.FileTimeImplausible(file=str(path), changed_on=fault.changed_on) from fault


def _unusable(fault: of_producers.UnusableFile) -> file_problems.FileUnusable:
    return file_problems.FileUnusable(
        file=fault.file,
        fault=fault.fault,
        why=fault.why,
        header=fault.header,
        lines=fault.lines,
        columns=fault.columns,
    )
