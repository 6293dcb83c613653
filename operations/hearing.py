"""What an agency hears that follows its notices by number: also when numbers are missing, or are not there yet."""

from dataclasses import dataclass, field
from enum import StrEnum


class SilenceKind(StrEnum):
    """Why numbers that were asked for are not shown."""

    NOT_KEPT = "not_kept"
    """They were given, and are kept no longer."""
    NOT_GIVEN_YET = "not_given_yet"
    """The numbers do not go so far."""
    GAP = "gap"
    """There is a higher number, and these are not there: an error of the register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Numbers that are not shown, from the first to the last. `last` is None where they have no end."""

    kind: SilenceKind
    first: int
    last: int | None
    says: str


@dataclass(slots=True)
class Hearing:
    """Goes through an agency's notices in the order of their numbers. `start`: the first that is wanted, or all."""

    agency: str
    start: int | None = None
    last: int | None = field(default=None, init=False)
    """The last number that there was, wanted or not."""

    def hear(self, number: int) -> Silence | None:
        """Take the next number; says what is missing before it, where something that is wanted is."""
        before, self.last = self.last, number
        if before is None:
            wanted = self.start or 1
            return self._not_kept(wanted, number) if wanted < number else None
        if number > before + 1 and number > (self.start or 1):
            return self._gap(max(before + 1, self.start or 1), number - 1)
        return None

    def end(self, were_any: bool) -> Silence | None:
        """Come to the end of what there is; `were_any`: whether the topic ever held something."""
        if self.last is None and were_any:
            return Silence(
                kind=SilenceKind.NOT_KEPT,
                first=self.start or 1,
                last=None,
                says=f"no notice of {self.agency} is kept any more: {_COPY}",
            )
        last = self.last or 0
        if self.start is None or self.start <= last + 1:
            return None
        return Silence(
            kind=SilenceKind.NOT_GIVEN_YET,
            first=last + 1,
            last=None,
            says=f"number {self.start} is not given yet: {_so_far(self.agency, last)}. Follow from {last + 1}, or find "
            "out where that number comes from",
        )

    def wants(self, number: int) -> bool:
        """Tell whether a number is to be shown."""
        return self.start is None or number >= self.start

    def _not_kept(self, wanted: int, first: int) -> Silence:
        return Silence(
            kind=SilenceKind.NOT_KEPT,
            first=wanted,
            last=first - 1,
            says=f"numbers {wanted} to {first - 1} of {self.agency} are kept no longer, the first is {first}: {_COPY}",
        )

    def _gap(self, first: int, last: int) -> Silence:
        return Silence(
            kind=SilenceKind.GAP,
            first=first,
            last=last,
            says=f"numbers {first} to {last} of {self.agency} are missing: report it to whoever runs the register, and "
            f"{_COPY}",
        )


_COPY = "copy the companies anew (docs/how-to/follow.md) before you go on"


def _so_far(agency: str, last: int) -> str:
    return f"the last of {agency} is {last}" if last else f"{agency} has no notice yet"
