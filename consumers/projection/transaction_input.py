"""A slice: some records of several partitions and the offsets after them, made into rows for one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from bus.record import ConsumedRecord
from consumers.projection.company_rows import CompanyRows, company_rows
from consumers.projection.copy_format import storable
from consumers.projection.event_rows import event_row
from consumers.projection.inputs import Content, Input
from consumers.projection.problems import BadRecord
from consumers.projection.rows import (
    RowKey,
    case_row,
    change_row,
    dead_letter_row,
    judgement_row,
    notice_row,
    receipt_row,
    timepoint,
)
from schemas.codec.reader import read
from schemas.problems import ContractProblem

SLICE_BYTES: Final = 16 * 1024 * 1024  # of values; a company may take 4 MiB, and its rows some times as much


class Partition(NamedTuple):
    """One partition of one topic; equal to aiokafka's TopicPartition."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """The progress of one partition by a slice: from the stored offset before to the stored offset after."""

    partition: Partition
    expected: int
    next: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectionSlice:
    """The input of one transaction. A partition may advance without records, past the markers of transactions."""

    records: Sequence[ConsumedRecord]
    advances: Sequence[Advance]


@dataclass(slots=True)
class SliceRows:
    """The rows of a slice, by key: of two rows with one key, the last one holds."""

    companies: dict[str, CompanyRows | None] = field(default_factory=dict)  # None: a tombstone
    buried: set[str] = field(default_factory=set)  # companies with a tombstone, even if a record followed
    changes: dict[RowKey, str] = field(default_factory=dict)
    receipts: dict[RowKey, str] = field(default_factory=dict)
    dead_letters: dict[RowKey, str] = field(default_factory=dict)
    notices: dict[RowKey, str] = field(default_factory=dict)
    cases: dict[RowKey, str | None] = field(default_factory=dict)  # None: the case is closed
    judgements: dict[RowKey, str] = field(default_factory=dict)
    events: dict[RowKey, str] = field(default_factory=dict)
    stated_keys: set[tuple[str, str]] = field(default_factory=set)  # a key and a registration of which an event has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A slice ready to be written."""

    rows: SliceRows
    advances: Sequence[Advance]
    records: int = 0  # the records behind the rows


def prepared(taken: ProjectionSlice, inputs: Mapping[str, Input]) -> Prepared:
    """Make the rows of a slice. Raises BadRecord for one that cannot be read: nothing of the slice is written then."""
    rows = SliceRows()
    for record in taken.records:
        try:
            _add(rows, record, inputs[record.topic])
        except ContractProblem as fault:
            raise BadRecord(
                f"{record.topic}, partition {record.partition}, offset {record.offset}: {fault}. Sijill itself wrote "
                "this record, so nothing is skipped: upgrade Sijill if it is older than the record, or report a bug."
            ) from fault
    return Prepared(rows=rows, advances=taken.advances, records=len(taken.records))


def by_size(taken: ProjectionSlice, limit: int = SLICE_BYTES) -> Iterator[ProjectionSlice]:
    """Cut a slice into parts whose values have about `limit` bytes. Every part has at least one record."""
    reached = {advance.partition: advance.expected for advance in taken.advances}
    part: list[ConsumedRecord] = []
    size = 0
    for record in taken.records:
        if part and size + _size(record) > limit:
            yield _part(part, reached)
            part, size = [], 0
        part.append(record)
        size += _size(record)
    yield ProjectionSlice(
        records=part,
        advances=[
            Advance(partition=one.partition, expected=reached[one.partition], next=one.next)
            for one in taken.advances
            if reached[one.partition] != one.next
        ],
    )


def _part(records: list[ConsumedRecord], reached: dict[Partition, int]) -> ProjectionSlice:
    """End a part after its last records, and record the offset of each partition."""
    last = {Partition(record.topic, record.partition): record.offset + 1 for record in records}
    advances = [Advance(partition=key, expected=reached[key], next=next_) for key, next_ in last.items()]
    reached.update(last)
    return ProjectionSlice(records=records, advances=advances)


def _size(record: ConsumedRecord) -> int:
    return 0 if record.value is None else len(record.value)


def _add(rows: SliceRows, record: ConsumedRecord, source: Input) -> None:
    match source.content:
        case Content.COMPANIES:
            _add_company(rows, record)
        case Content.CHANGES:
            key, line = change_row(read(_value(record), "Change"), record)
            rows.changes[key] = line
        case Content.RECEIPTS:
            key, line = receipt_row(read(_value(record), "Receipt"), record, source.party)
            rows.receipts[key] = line
        case Content.NOTICES:
            key, line = notice_row(read(_value(record), "Notice"), record)
            rows.notices[key] = line
        case Content.CASES if record.value is None:
            rows.cases[(_key(record),)] = None
        case Content.CASES:
            key, line = case_row(read(_value(record), "Case"), record)
            rows.cases[key] = line
        case Content.JUDGEMENTS:
            key, line = judgement_row(read(_value(record), "Judgement"), record)
            rows.judgements[key] = line
        case Content.EVENTS:
            _add_event(rows, record)
        case Content.DEAD_LETTERS:
            key, line = dead_letter_row(record, source)
            rows.dead_letters[key] = line


def _add_event(rows: SliceRows, record: ConsumedRecord) -> None:
    row = event_row(record)
    if row is not None:
        rows.events[row.key] = row.line
        rows.stated_keys.update((key, row.key[0]) for key in row.stated)


def _add_company(rows: SliceRows, record: ConsumedRecord) -> None:
    if record.value is None:
        company = _key(record)
        rows.companies[company] = None
        rows.buried.add(company)
        return
    datum = read(record.value, "Company")
    company = storable(datum["company_id"])
    held = rows.companies.get(company)
    if held is None or datum["version"] >= held.version:
        rows.companies[company] = company_rows(datum, timepoint(record))


def _key(record: ConsumedRecord) -> str:
    return storable((record.key or b"").decode(errors="replace"))


def _value(record: ConsumedRecord) -> bytes:
    return b"" if record.value is None else record.value  # empty bytes, which raise BadRecord
