"""The errors of the read model, one class per decision that the caller can take."""


class ReadModelProblem(Exception):
    """The read model does not answer."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class DatabaseAway(ReadModelProblem):
    """PostgreSQL does not answer; `why` is its own word.

    Records that were not committed are read again from the stored offsets.
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"PostgreSQL does not answer: {why}")
        self.why = why


class NotProjected(ReadModelProblem):
    """The schema holds no projection, or one of another version of Sijill."""
