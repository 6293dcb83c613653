"""What a feed gives: for each row of a file an event, or why there is none. Nothing is dropped in silence."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from register.events import RegistrationEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """Something in a row that was not taken as it should be, and was kept all the same."""

    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreted:
    """An event read from a row. `unknown_fields` are names that the feed does not know; their values are left out.

    A row may give several events; its oddities and unknown fields come with the first.
    """

    row: int
    event: RegistrationEvent
    odd: tuple[Odd, ...] = ()
    unknown_fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row of which nothing can be published: its number or its name is bad, or it cannot be read at all."""

    row: int
    reason: str
    field: str | None = None


class Feed(Protocol):
    """Reads one registry's files.

    `row` counts as a person would look for it: the line in a text file; in a JSON file the record, from 1.
    """

    @property
    def name(self) -> str:
        """What it is called on the command line."""

    @property
    def title(self) -> str:
        """What it reads, in a line."""

    def read(self, path: Path, recorded_on: date) -> Iterator[Interpreted | RefusedRow]:
        """Read a file, lazily where its form allows; the same file and day give the same events.

        `recorded_on` is the day on which the registry stated it, where the file itself does not say. Raises
        UnusableFile, perhaps only while iterating, when the file as a whole is none of this feed.
        """
