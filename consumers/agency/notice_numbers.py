"""Checks the numbers of an agency's notices while they are read: which is next, and which are missing."""

from dataclasses import dataclass, field
from enum import Enum, auto

from consumers.agency.problems import NotGivenYet, NotKept, NumbersMissing, NumbersSkipped
from register.ids import AgencyId


class Handling(Enum):
    """The action for a number that was read."""

    TAKE = auto()
    """It is the next one."""
    PASS_OVER = auto()
    """It was read before, or is not wanted."""
    READ_AGAIN = auto()
    """It is too high: the numbers before it may stand in a part of the topic that was not read. Read all of it."""


@dataclass(slots=True)
class NoticeNumbers:
    """The position of an agency in its numbers. `last`: the last number that it has; the next one is wanted."""

    agency: AgencyId
    last: int
    highest: int = field(default=0, init=False)
    """The highest number that was read, wanted or not."""
    _begun: bool = field(default=False, init=False)  # whether a number was read since the topic's beginning
    _again: bool = field(default=False, init=False)  # whether the topic is being read again

    def check(self, number: int) -> Handling | NumbersMissing:
        """Decide on the next number of the topic. A gap is reported once: then check the same number again.

        Somebody may have made the topic again meanwhile: then its beginning may have the missing numbers.
        """
        begun, self._begun = self._begun, True
        self.highest = max(self.highest, number)
        if number <= self.last:
            return Handling.PASS_OVER
        if number == self.last + 1:
            self.last, self._again = number, False
            return Handling.TAKE
        if begun and not self._again:
            self._begun, self._again = False, True
            return Handling.READ_AGAIN
        first, self.last = self.last + 1, number - 1
        return (NumbersSkipped if begun else NotKept)(self.agency, first, number - 1)

    def check_end(self, *, had_notices: bool) -> NumbersMissing | None:
        """Handle the end of the topic. `had_notices`: whether it ever held a notice."""
        if had_notices and not self.highest:
            return NotKept(self.agency, self.last + 1, None)
        if self.last > self.highest:
            return NotGivenYet(self.agency, self.highest + 1, None)
        return None
