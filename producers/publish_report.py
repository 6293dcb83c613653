"""The report on a file: the rows read, the refusals with their reasons, and the unknown fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from producers.feeds.feed import CountedRows, Interpreted, RefusedRow
from register.authorities import Authorities
from register.codes import Code, Rejected
from register.event_checks import validate
from register.events import EventKind, RegistrationEvent
from register.ids import EventId, RegistrationId

FIRST_ROWS: Final = 10  # row numbers named with an unknown field; a new column is in all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownField:
    """A field that the feed does not know, with the number of its rows and the first of them."""

    name: str
    rows: int
    first_rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWarning:
    """Something odd in a row that is published; `code` where the register will warn of it, too."""

    row: int
    field: str | None
    message: str
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRefusal:
    """A refused event of a row. `code` is the register's code."""

    row: int
    registration_id: RegistrationId
    event_id: EventId
    code: str
    message: str
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What became of each line below the header, or of each record of a JSON file: `taken + refused + blank = found`.

    `taken` gave events, even where the register or the topic will not take those.
    """

    unit: str
    found: int
    taken: int
    refused: int
    blank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """The report on one file.

    `recorded_on` is `recorded_on_said` by the caller, or else the day on which the file was last changed. `events` were
    read from it; `published` are confirmed by Kafka (0 in a dry run). `not_sent` were refused here. `will_be_refused`
    break a rule of the register, which answers them with a receipt and parks them as dead letters. `ends`: per topic
    and partition, the offset after the last event, for whoever waits.
    """

    feed: str
    file: str
    recorded_on: date
    recorded_on_said: bool
    dry_run: bool
    extent: Extent
    rows: int
    events: int
    published: int
    refused_rows: tuple[RefusedRow, ...]
    not_sent: tuple[RowRefusal, ...]
    will_be_refused: tuple[RowRefusal, ...]
    unknown_fields: tuple[UnknownField, ...]
    warnings: tuple[RowWarning, ...]
    ends: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was refused and no field was unknown; odd fields do not count."""
        return not (self.refused_rows or self.not_sent or self.will_be_refused or self.unknown_fields)


@dataclass(slots=True)
class Tally:
    """Counts while a file is read."""

    authorities: Authorities
    counted: CountedRows = field(default_factory=CountedRows)
    rows: int = 0
    events: int = 0
    lines_taken: int = 0
    lines_refused: int = 0
    refused_rows: list[RefusedRow] = field(default_factory=list)
    will_be_refused: list[RowRefusal] = field(default_factory=list)
    warnings: list[RowWarning] = field(default_factory=list)
    _unknown: dict[str, list[int]] = field(default_factory=dict)
    _last_row: int = 0
    _rows: dict[EventId, int] = field(default_factory=dict)
    _stated: dict[tuple[RegistrationId, int], EventId] = field(default_factory=dict)
    _newest: dict[RegistrationId, tuple[int, datetime, int]] = field(default_factory=dict)
    _snapshots: dict[RegistrationId, tuple[int, int]] = field(default_factory=dict)

    def count(self, read: Interpreted | RefusedRow) -> None:
        """Count what was read, and predict the register's answers."""
        if read.row != self._last_row:
            self._last_row = read.row
            self.rows += 1
            lines = 1 if read.last_row is None else read.last_row - read.row + 1
            self.lines_taken += 0 if isinstance(read, RefusedRow) else lines
            self.lines_refused += lines if isinstance(read, RefusedRow) else 0
        if isinstance(read, RefusedRow):
            self.refused_rows.append(read)
            return
        self.events += 1
        for name in read.unknown_fields:
            self._unknown.setdefault(name, []).append(read.row)
        self.warnings += [RowWarning(row=read.row, field=odd.field, message=odd.message) for odd in read.odd]
        self._predict_refusal(read)

    def row_of(self, event_id: EventId) -> int:
        """Find the row that an event was first read from."""
        return self._rows[event_id]

    def unknown_fields(self) -> tuple[UnknownField, ...]:
        """List the unknown fields, each with its number of rows."""
        return tuple(
            UnknownField(name=name, rows=len(rows), first_rows=tuple(rows[:FIRST_ROWS]))
            for name, rows in sorted(self._unknown.items())
        )

    def extent(self) -> Extent:
        """Count the taken, refused and blank rows of the file."""
        return Extent(
            unit=self.counted.unit,
            found=self.counted.found,
            taken=self.lines_taken,
            refused=self.lines_refused,
            blank=self.counted.blank,
        )

    def _predict_refusal(self, read: Interpreted) -> None:
        event = read.event
        self._rows.setdefault(event.event_id, read.row)
        verdict = validate(event, self.authorities)
        if isinstance(verdict, Rejected):
            self.will_be_refused.append(refusal(read.row, event.registration_id, event.event_id, verdict))
            return
        self.warnings += [
            RowWarning(row=read.row, field=odd.field, message=odd.message, code=odd.code.value) for odd in verdict
        ]
        earlier = self._stated.setdefault((event.registration_id, event.sequence), event.event_id)
        if earlier != event.event_id:
            twice = _stated_twice(event, self._rows[earlier])
            self.will_be_refused.append(refusal(read.row, event.registration_id, event.event_id, twice))
            return
        self.warnings += [
            RowWarning(row=read.row, field="sequence", message=message)
            for message in self._out_of_order(event, read.row)
        ]

    def _out_of_order(self, event: RegistrationEvent, row: int) -> Iterator[str]:
        """Find contradictions between the sequences of a registration's events within the file."""
        name, sequence = event.registration_id, event.sequence
        above = self._snapshots.get(name)
        if above is not None and sequence < above[0]:
            yield (
                f"its sequence {sequence} stands before the snapshot of row {above[1]} ({above[0]}), which states all "
                "anew: it will be taken, and has no effect on what holds now"
            )
        elif event.kind is EventKind.SNAPSHOT:
            self._snapshots[name] = sequence, row
        newest = self._newest.get(name)
        if newest is not None and (sequence - newest[0]) * (event.recorded_at - newest[1]).total_seconds() < 0:
            yield (
                f"by its sequence and by its recorded_at it stands on different sides of row {newest[2]}: its sequence "
                "counts"
            )
        if newest is None or sequence > newest[0]:
            self._newest[name] = sequence, event.recorded_at, row


def refusal(row: int, registration_id: RegistrationId, event_id: EventId, rejected: Rejected) -> RowRefusal:
    """Make the refusal of an event of a row."""
    return RowRefusal(
        row=row,
        registration_id=registration_id,
        event_id=event_id,
        code=rejected.code.value,
        message=rejected.message,
        field=rejected.field,
    )


def _stated_twice(event: RegistrationEvent, row: int) -> Rejected:
    return Rejected(
        code=Code.SEQUENCE_REUSED,
        message=f"{event.registration_id} stands already in row {row}, with the same sequence {event.sequence} and "
        "other content: which of the two holds?",
        field="sequence",
    )
