"""The errors that stop the projection, one class per decision that the caller can take."""

from typing import Final

EXIT_FAILED: Final = 3  # as the stream workers: a fault that trying again does not mend


class ProjectionProblem(Exception):
    """The projection cannot go on."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class Fenced(ProjectionProblem):
    """Another projector has taken this schema over."""


class BadRecord(ProjectionProblem):
    """A record in one of our own topics cannot be read."""


class OffsetsBeyondEnd(ProjectionProblem):
    """The stored offsets lie beyond the end of a topic: it is not the topic that was projected."""
