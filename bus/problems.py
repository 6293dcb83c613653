"""The errors of reading and writing Kafka, one class per decision that the caller can take."""


class BusError(Exception):
    """Kafka cannot be used as asked."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class TopicMissing(BusError):
    """A topic does not exist."""


class Unaddressed(BusError):
    """A record names neither a key nor a partition."""


class RecordTooLarge(BusError):
    """A record is larger than its topic takes."""


class OffsetsUnavailable(BusError):
    """The group's coordinator did not answer what was committed."""
