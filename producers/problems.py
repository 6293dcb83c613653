"""The errors of publishing, one class per decision that the caller can take."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum


class PublisherProblem(Exception):
    """Publishing cannot go on."""


class BrokerUnreachable(PublisherProblem):
    """No Kafka answers where the settings say."""


class EventTopicMissing(PublisherProblem):
    """The topic of an event does not exist."""

    def __init__(self, topic: str, servers: str) -> None:
        super().__init__(f"the topic {topic} does not exist at {servers}: run `sijill topics apply`")
        self.topic = topic


class ReceiptTopicMissing(PublisherProblem):
    """The topic of a publisher's receipts does not exist."""

    def __init__(self, topic: str, servers: str) -> None:
        super().__init__(f"the topic {topic} does not exist at {servers}: run `sijill topics apply`")
        self.topic = topic


class NotDelivered(PublisherProblem):
    """Kafka did not confirm events that were sent: some may have arrived. Publishing them again is safe.

    `event_id` is None for a batch of events, and `partition` for a single one. `confirmed` counts those that stand.
    """

    def __init__(
        self, topic: str, why: str, *, partition: int | None = None, event_id: str | None = None, confirmed: int = 0
    ) -> None:
        super().__init__(
            f"{topic}-{partition} did not confirm a batch: {why}; {confirmed:,} events are confirmed. "
            "Publish all again: what arrived is answered as a duplicate"
            if event_id is None
            else f"{topic} did not confirm event {event_id!r}: {why}; publish it again, "
            "a second copy is answered as a duplicate"
        )
        self.topic = topic
        self.why = why
        self.partition = partition
        self.event_id = event_id
        self.confirmed = confirmed


class FileFault(StrEnum):
    """What is wrong with a file as a whole."""

    UNREADABLE = "unreadable"
    """The system does not give it."""
    WIDE_ENCODING = "wide_encoding"
    """It seems to be in UTF-16 or UTF-32."""
    NO_UTF8 = "no_utf8"
    """Its first line is no text in UTF-8."""
    NO_CSV = "no_csv"
    """Its first line is no line of CSV."""
    NO_JSON = "no_json"
    """It is no JSON in UTF-8."""
    LONG_HEADER = "long_header"
    """Its header runs over several lines."""
    COLUMNS_MISSING = "columns_missing"
    """Its first line lacks columns."""
    COLUMNS_TWICE = "columns_twice"
    """Its first line names columns twice; one may have an empty name."""


class UnusableFile(PublisherProblem):
    """The file as a whole cannot be read as one of its feed. Its fault says which facts there are."""

    def __init__(
        self,
        file: str,
        fault: FileFault,
        *,
        why: str = "",
        header: str = "",
        lines: int = 0,
        columns: Sequence[str] = (),
    ) -> None:
        named = ", ".join(one or "without a name" for one in columns)
        super().__init__(_UNUSABLE[fault].format(file=file, why=why, header=header, lines=lines, columns=named))
        self.file = file
        self.fault = fault
        self.why = why
        self.header = header
        self.lines = lines
        self.columns = tuple(columns)


_UNUSABLE = {
    FileFault.UNREADABLE: "{file} cannot be read: {why}",
    FileFault.WIDE_ENCODING: "{file} is not in UTF-8 but seems to be in UTF-16 or UTF-32: save it as UTF-8",
    FileFault.NO_UTF8: "{file} is no text in UTF-8: its first line is {header!r}",
    FileFault.NO_CSV: "{file}, line 1: {why}",
    FileFault.NO_JSON: "{file} is no JSON in UTF-8: {why}",
    FileFault.LONG_HEADER: "{file} has a header of {lines} lines: is a quote left open in the first?",
    FileFault.COLUMNS_MISSING: "{file} has no column {columns}: its first line is {header!r}",
    FileFault.COLUMNS_TWICE: "{file} has more than one column {columns:.200}",
}


class ImplausibleFileTime(PublisherProblem):
    """The day of the file's last change cannot be when a registry stated it. The caller must name the day."""

    def __init__(self, file: str, changed_on: date) -> None:
        super().__init__(
            f"{file} was last changed on {changed_on}, as its file system says: no registry stated it on that day. "
            "Give the day as recorded_on: it decides which statement holds"
        )
        self.changed_on = changed_on


class UnknownFeed(PublisherProblem):
    """No feed has this name."""
