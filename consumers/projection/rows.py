"""Changes, receipts, dead letters, notices, cases and judgements as rows: one record, one line for COPY.

Each function takes the record and gives the row's key, as its table has it, and its line.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from bus.record import ConsumedRecord
from consumers.projection.company_rows import publisher_of_company
from consumers.projection.copy_format import array, json, number, storable, text
from consumers.projection.inputs import Input

RowKey = tuple[Any, ...]

_INTEGER: Final = 2**31 - 1
_BIGINT: Final = 2**63 - 1
_HEADER: Final = "sijill_"


def timepoint(record: ConsumedRecord) -> str:
    """Write the place of the record behind a row: the fields partition, offset and written_at."""
    return f"{record.partition}\t{record.offset}\t{written_at(record.timestamp)}"


@lru_cache(maxsize=1_024)
def written_at(timestamp_ms: int) -> str:
    """Write Kafka's timestamp."""
    return datetime.fromtimestamp(timestamp_ms / 1_000, UTC).isoformat()


def change_row(datum: Mapping[str, Any], record: ConsumedRecord) -> tuple[RowKey, str]:
    """Make the row of a Change datum. Of before and after it keeps the changed fields, null where not stated."""
    fields = datum["fields_changed"]
    company = storable(datum["company_id"])
    line = "\t".join(
        (
            text(company),
            str(datum["version"]),
            publisher_of_company(company),
            datum["cause"],
            array(fields),
            json({name: datum["before"].get(name) for name in fields}),
            json({name: datum["after"].get(name) for name in fields}),
            datum["effective_date"].isoformat(),
            datum["recorded_at"].isoformat(),
            json(datum["triggers"]),
            array(datum["registrations"]),
            array(datum["jurisdictions"]),
            array(datum["isic4_classes"]),
            array(datum["related"]),
            *(text(datum[name]) for name in ("alias_of", "follows", "joined", "left")),
            timepoint(record),
        )
    )
    return (company, datum["version"]), line + "\n"


def receipt_row(datum: Mapping[str, Any], record: ConsumedRecord, publisher: str) -> tuple[RowKey, str]:
    """Make the row of a Receipt datum; its key is the place of the event that it answers."""
    key = (storable(datum["topic"]), datum["partition"], datum["offset"])
    line = "\t".join(
        (
            f"{text(key[0])}\t{key[1]}\t{key[2]}\t{publisher}",
            text(datum["registration_id"]),
            text(datum["event_id"]),
            number(datum["sequence"]),
            datum["outcome"],
            text(datum["code"]),
            text(datum["message"]),
            text(datum["field"]),
            json(datum["warnings"]),
            written_at(record.timestamp),
        )
    )
    return key, line + "\n"


def notice_row(datum: Mapping[str, Any], record: ConsumedRecord) -> tuple[RowKey, str]:
    """Make the row of a Notice datum; the row of its change has the changed fields."""
    change = datum["change"]
    key = (datum["agency"], datum["number"])
    line = (
        f"{text(key[0])}\t{key[1]}\t{publisher_of_company(change['company_id'])}\t{text(change['company_id'])}"
        f"\t{change['version']}\t{array(change['fields_changed'])}\t{timepoint(record)}\n"
    )
    return key, line


def case_row(datum: Mapping[str, Any], record: ConsumedRecord) -> tuple[RowKey, str]:
    """Make the row of a Case datum."""
    key = (storable(datum["case_id"]),)
    line = "\t".join(
        (
            text(key[0]),
            datum["kind"],
            array(datum["registrations"]),
            text(datum["about"]),
            text(datum["reason"]),
            number(datum["score"]),
            json(datum["words"]),
            timepoint(record),
        )
    )
    return key, line + "\n"


def judgement_row(datum: Mapping[str, Any], record: ConsumedRecord) -> tuple[RowKey, str]:
    """Make the row of a Judgement datum."""
    key = (storable(datum["judgement_id"]),)
    line = "\t".join(
        (
            f"{text(key[0])}\t{text(datum['left'])}\t{text(datum['right'])}\t{datum['verdict']}",
            text(datum["by"]),
            text(datum["why"]),
            datum["decided_at"].isoformat(),
            array(datum["evidence"]),
            text(datum["revokes"]),
            timepoint(record),
        )
    )
    return key, line + "\n"


def dead_letter_row(record: ConsumedRecord, source: Input) -> tuple[RowKey, str]:
    """Make the row of a dead letter from its headers; its bytes stay in the topic.

    The headers that admit adds come last, so they win over any that the refused record itself brought.
    """
    fields = {name: storable(value.decode(errors="replace")) for name, value in record.headers if value is not None}
    key = (source.topic, record.partition, record.offset)
    line = "\t".join(
        (
            f"{source.topic}\t{record.partition}\t{record.offset}\t{source.party}",
            text(fields.get(_HEADER + "origin_topic")),
            number(_parsed(fields, "origin_partition", _INTEGER)),
            number(_parsed(fields, "origin_offset", _BIGINT)),
            text(fields.get(_HEADER + "reason") or None),
            text(fields.get(_HEADER + "message") or None),
            text(fields.get(_HEADER + "field") or None),
            number(None if record.value is None else len(record.value)),
            number(_parsed(fields, "schema_id", _BIGINT)),
            number(_parsed(fields, "attempt", _INTEGER)),
            written_at(record.timestamp),
        )
    )
    return key, line + "\n"


def _parsed(fields: Mapping[str, str], name: str, most: int) -> int | None:
    """Read a number that anyone may have written; None where it is no number, or too large for its column."""
    digits = fields.get(_HEADER + name, "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 19):
        return None
    value = int(digits)
    return value if value <= most else None
