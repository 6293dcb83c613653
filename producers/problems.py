"""What can keep a publisher from its work, one class per decision that the caller can take."""


class PublisherProblem(Exception):
    """Publishing cannot go on."""


class BrokerUnreachable(PublisherProblem):
    """No Kafka answers where the settings say."""


class EventTopicMissing(PublisherProblem):
    """The topic of an event does not exist."""


class NotDelivered(PublisherProblem):
    """Kafka did not confirm events that were sent: some may have arrived. To publish them again is safe."""


class UnusableFile(PublisherProblem):
    """The file as a whole cannot be read as one of its feed."""


class ImplausibleFileTime(PublisherProblem):
    """The day of the file's last change cannot be when a registry stated it. The caller must name the day."""


class UnknownFeed(PublisherProblem):
    """No feed has this name."""
