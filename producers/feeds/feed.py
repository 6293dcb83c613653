"""The port of feeds: each row of a file gives events or a refusal. Nothing is dropped without a report."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from register.events import RegistrationEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """An odd field of a row: the row is published, and the field is kept as stated."""

    field: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreted:
    """An event read from a row. `unknown_fields` are names that the feed does not know; their values are left out.

    A row may give several events; its oddities and unknown fields come with the first. `last_row` is the last of its
    lines, where it has more than one.
    """

    row: int
    event: RegistrationEvent
    odd: tuple[Odd, ...] = ()
    unknown_fields: tuple[str, ...] = ()
    last_row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that cannot be published: its number or its name is bad, or it cannot be read at all.

    `last_row` is the last line that was read as this row, where it is another than the first.
    """

    row: int
    reason: str
    field: str | None = None
    last_row: int | None = None


@dataclass(slots=True, kw_only=True)
class CountedRows:
    """The number of rows in a file, counted while it is read, whatever becomes of them.

    `unit` is a line below the header, or a record of a JSON file. `blank` of them hold nothing.
    """

    unit: str = "line"
    found: int = 0
    blank: int = 0


class Feed(Protocol):
    """Reads one registry's files.

    `row` counts as a person would look for it: the line in a text file, else the record, from 1.
    """

    @property
    def name(self) -> str:
        """The name of the feed on the command line."""

    @property
    def title(self) -> str:
        """What the feed reads, in one line."""

    def read(
        self, path: Path, recorded_on: date, counted: CountedRows | None = None
    ) -> Iterator[Interpreted | RefusedRow]:
        """Read a file, lazily where its form allows; the same file and day give the same events.

        `recorded_on` is the day on which the registry stated it, where the file itself does not say. `counted` is
        complete when all is read. Raises UnusableFile, perhaps only while iterating, when the file as a whole is none
        of this feed.
        """
