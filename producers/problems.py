"""The errors of publishing, one class per decision that the caller can take."""

from datetime import date


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
    """Kafka did not confirm events that were sent: some may have arrived. Publishing them again is safe."""


class UnusableFile(PublisherProblem):
    """The file as a whole cannot be read as one of its feed."""


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
