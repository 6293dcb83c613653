"""Publishes a file of a feed: the work of `sijill publish`, without the terminal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from producers.batch_sender import TellConfirmed
from producers.event_record import framed
from producers.feeds import feed_named
from producers.feeds.feed import Feed, Interpreted
from producers.problems import FileFault, ImplausibleFileTime, UnusableFile
from producers.publish_report import PublishReport, RowRefusal, RowWarning, Tally, refusal
from producers.publisher import Publisher, RefusedEvent
from producers.topic_facts import TopicFacts
from register.codes import Rejected
from register.events import RegistrationEvent
from register.ids import authority_of
from runtime.settings import Settings
from schemas.facts.authorities import authorities
from schemas.facts.topics import Topics

EARLIEST_CHANGE: Final = date(2000, 1, 1)  # no registry's feed is older; 1970 and 1980 are clocks that began anew
_IMPLAUSIBLE: Final = (
    "{} is before 2000 or after today, and decides which statement holds: is it the day that you meant?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """What came of a file: how many events Kafka has, where they end there, and what was not sent."""

    refused: Sequence[RowRefusal]
    events: int = 0
    ends: Mapping[str, Mapping[int, int]] = field(default_factory=dict)


async def publish_file(
    settings: Settings,
    feed: str,
    path: Path,
    recorded_on: date | None = None,
    dry_run: bool = False,
    progress: TellConfirmed | None = None,
) -> PublishReport:
    """Read a file of a feed and publish its events. The same file and `recorded_on` give the same events.

    `recorded_on` is the day on which the registry stated it. Without it, the day (UTC) of the file's last change
    counts, which must be plausible. A dry run needs no Kafka and sends nothing. `progress` is told how many events are
    confirmed; in a dry run, how many were read. What will be refused by the register is sent all the same, and gets its
    receipt.

    Raises UnknownFeed, UnusableFile, ImplausibleFileTime, BrokerUnreachable, EventTopicMissing, NotDelivered.
    """
    reader = feed_named(feed)
    day = recorded_on or changed_on(path)
    tally = Tally(authorities=authorities())
    if not _is_plausible(day, datetime.now(UTC)):
        tally.warnings.append(RowWarning(row=0, field="recorded_on", message=_IMPLAUSIBLE.format(day)))
    events = _events(reader, path, day, tally)
    if dry_run:
        sent = _Sent(refused=_not_to_be_sent(settings, events, tally, progress))
    else:
        sent = await _send(settings, events, tally, progress)
    return PublishReport(
        feed=feed,
        file=str(path).encode(errors="surrogateescape").decode(errors="replace"),  # a name may be no UTF-8
        recorded_on=day,
        recorded_on_said=recorded_on is not None,
        dry_run=dry_run,
        extent=tally.extent(),
        rows=tally.rows,
        events=tally.events,
        published=sent.events,
        refused_rows=tuple(tally.refused_rows),
        not_sent=tuple(sent.refused),
        will_be_refused=tuple(tally.will_be_refused),
        unknown_fields=tally.unknown_fields(),
        warnings=tuple(tally.warnings),
        ends=sent.ends,
    )


def changed_on(path: Path, now: datetime | None = None) -> date:
    """Give the day (UTC) of a file's last change. Raises UnusableFile or ImplausibleFileTime.

    The day becomes the sequence of the file's events, and the highest sequence holds. A copy, an archive or a wrong
    clock gives a file a time of its own: 1970, 1980, tomorrow. By it, old statements would win, or lose, for ever.
    """
    try:
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    except (ValueError, OverflowError):  # before year 1, or after 9999
        changed = date.max
    except OSError as fault:
        raise UnusableFile(str(path), FileFault.UNREADABLE, why=fault.strerror or str(fault)) from fault
    if _is_plausible(changed, now or datetime.now(UTC)):
        return changed
    raise ImplausibleFileTime(str(path), changed)


def _is_plausible(day: date, now: datetime) -> bool:
    return EARLIEST_CHANGE <= day <= now.date()


def _events(feed: Feed, path: Path, day: date, tally: Tally) -> Iterator[RegistrationEvent]:
    for read in feed.read(path, day, tally.counted):
        tally.count(read)
        if isinstance(read, Interpreted):
            yield read.event


async def _send(
    settings: Settings, events: Iterator[RegistrationEvent], tally: Tally, progress: TellConfirmed | None
) -> _Sent:
    async with Publisher(settings) as publisher:
        delivered = await publisher.publish_many(events, progress)
    refused = [_refusal(tally, one) for one in delivered.refused]
    return _Sent(refused=refused, events=delivered.events, ends=delivered.ends)


def _not_to_be_sent(
    settings: Settings, events: Iterator[RegistrationEvent], tally: Tally, progress: TellConfirmed | None
) -> list[RowRefusal]:
    """Frame each event without sending it, and check it against the limits of its topic in the contract."""
    topics = Topics(settings.topic_prefix)
    limits = {name: contract.max_message_bytes for name, contract in topics.standing().items()}
    refused = []
    for number, event in enumerate(events, 1):
        authority = tally.authorities[authority_of(event.registration_id)]  # feeds make events of known ones only
        topic = topics.registrations(authority.publisher)
        found = framed(event, TopicFacts(topic=topic, partitions=1, limit_bytes=limits[topic]))
        if isinstance(found, Rejected):
            row = tally.row_of(event.event_id)
            refused.append(refusal(row, event.registration_id, event.event_id, found))
        if progress is not None:
            progress(number)
    return refused


def _refusal(tally: Tally, one: RefusedEvent) -> RowRefusal:
    return refusal(tally.row_of(one.event_id), one.registration_id, one.event_id, one.rejected)
