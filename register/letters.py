"""Dead letters as an operator decides on them: which one, how often it was tried, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ATTEMPTS = 3  # redrives of one record; a record that is refused again after them needs a mending, not a retry


class LetterState(StrEnum):
    """What became of a dead letter. One that nobody decided on is open, and has no state."""

    UNKNOWN = "UNKNOWN"
    """A decision that this version does not know. The letter is not open."""
    REDRIVEN = "REDRIVEN"
    """Its record was written to its origin again. If it was refused again, that made another letter."""
    DISCARDED = "DISCARDED"
    """Somebody decided that it is not to be taken in."""


class Stay(StrEnum):
    """Why an open letter cannot be redriven."""

    CUT = "cut"
    """It was too large for its topic, so its bytes are not all there."""
    TOO_LARGE = "too_large"
    """It fits into its origin only when it is compressed, and it is written uncompressed."""
    NO_VALUE = "no_value"
    """It has no value: it was a tombstone, or its batch could not be unpacked."""
    FOREIGN_ORIGIN = "foreign_origin"
    """It does not come from its publisher's topic of this instance."""
    TRIED_OFTEN = "tried_often"
    """It was redriven as often as is allowed."""


@dataclass(frozen=True, slots=True, order=True)
class LetterId:
    """Where a dead letter lies: in `registrations.<publisher>.dlq`."""

    publisher: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.publisher}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedLetter:
    """The decision on one dead letter. `attempt` says how often its record had been parked, from 1."""

    letter: LetterId
    state: LetterState
    principal: str
    why: str
    decided_at: datetime
    code: str
    schema_id: int | None
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterChoice:
    """Which letters are meant: all that is given must hold."""

    letter: LetterId | None = None
    publisher: str | None = None
    code: str | None = None
    schema_id: int | None = None

    def takes(self, letter: LetterId, code: str, schema_id: int | None) -> bool:
        """Tell whether a letter is meant."""
        return (
            self.letter in (None, letter)
            and self.publisher in (None, letter.publisher)
            and self.code in (None, code)
            and self.schema_id in (None, schema_id)
        )

    def __str__(self) -> str:
        """Name the letters for the audit.

        >>> str(LetterChoice(publisher="qa", code="unknown_schema", schema_id=1003))
        'publisher=qa code=unknown_schema schema_id=1003'
        """
        given = {"letter": self.letter, "publisher": self.publisher, "code": self.code, "schema_id": self.schema_id}
        return " ".join(f"{name}={value}" for name, value in given.items() if value is not None)
