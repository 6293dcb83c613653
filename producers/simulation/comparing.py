"""Compare a register's records with the truth of a simulation: field by field, and which event stated each value.

A record is plain data: `company_id`, `properties`, and the provenance either as `stated_by` (property to event id) or
inside `registrations`, as the Avro record Company has it. Dates may be dates or ISO texts; null is the same as absent.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any, Final

import orjson

from producers.simulation.simulation import EVENT_ID_PREFIX, Simulation
from producers.simulation.truth import Truth

Record = Mapping[str, Any]
KEPT: Final = 20  # differences described in full; the counts hold for all


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field of one company; `field` ends in `@event` where the value agrees and its source does not."""

    company_id: str
    field: str
    expected: Any
    found: Any


@dataclass(slots=True, kw_only=True)
class Comparison:
    """What a comparison found. `others` counts records that are not of this simulation; they are left alone."""

    expected: int = 0
    equal: int = 0
    differing: int = 0
    missing: int = 0
    unexpected: int = 0
    others: int = 0
    missing_ids: list[str] = field(default_factory=list)
    unexpected_ids: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        """Whether the register holds exactly what it must."""
        return not (self.differing or self.missing or self.unexpected)

    def lines(self) -> Iterator[str]:
        """Say it to a person."""
        yield (
            f"{self.expected} companies expected: {self.equal} equal, {self.differing} differ, {self.missing} missing, "
            f"{self.unexpected} unexpected ({self.others} records of other sources left alone)"
        )
        for one in self.differences:
            yield f"{one.company_id} {one.field}: expected {one.expected!r}, found {one.found!r}"
        yield from (f"{one}: missing" for one in self.missing_ids)
        yield from (f"{one}: unexpected" for one in self.unexpected_ids)


def compare(simulation: Simulation, records: Iterable[Record], *, kept: int = KEPT) -> Comparison:
    """Compare. Holds two digests per company, and up to `kept` records that differ: a second pass describes them."""
    outcome = Comparison()
    prefix = f"{EVENT_ID_PREFIX}{simulation.seed}:"
    open_: dict[str, tuple[bytes, bytes]] = {}
    void: set[str] = set()
    for truth in simulation.truths():
        open_[truth.company_id] = _digest(plain(truth.properties)), _digest(truth.stated_by)
        if not truth.properties:
            void.add(truth.company_id)
    outcome.expected = len(open_)
    suspects: dict[str, Record] = {}
    for record in records:
        _check(record, open_.pop(record["company_id"], None), prefix, kept, outcome, suspects)
    missing = [company for company in open_ if company not in void]
    outcome.equal += len(open_) - len(missing)  # an entry that was withdrawn whole need not be there at all
    outcome.missing = len(missing)
    outcome.missing_ids = missing[:kept]
    outcome.differences = list(_described(simulation, suspects))[:kept]
    return outcome


def plain(value: Any) -> Any:
    """Reduce a value to what JSON has: dates as ISO texts, nulls left out of maps.

    >>> plain({"valid_from": date(2025, 4, 3), "valid_to": None})
    {'valid_from': '2025-04-03'}
    """
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _check(
    record: Record,
    expected: tuple[bytes, bytes] | None,
    prefix: str,
    kept: int,
    outcome: Comparison,
    suspects: dict[str, Record],
) -> None:
    company, stated_by = record["company_id"], _stated_by(record)
    if expected is None:
        if stated_by is not None and not any(event.startswith(prefix) for event in stated_by.values()):
            outcome.others += 1
            return
        outcome.unexpected += 1
        if len(outcome.unexpected_ids) < kept:
            outcome.unexpected_ids.append(company)
        return
    properties, sources = expected
    if _digest(plain(record["properties"])) == properties and (stated_by is None or _digest(stated_by) == sources):
        outcome.equal += 1
        return
    outcome.differing += 1
    if len(suspects) < kept:
        suspects[company] = record


def _stated_by(record: Record) -> Mapping[str, str] | None:
    """Find the event behind each property; None where the record does not say."""
    if "stated_by" in record:
        given: Mapping[str, str] = record["stated_by"]
        return given
    if len(record.get("registrations", ())) != 1:
        return None
    only = record["registrations"][0]
    return {name: only["sources"][position]["event_id"] for name, position in only["provenance"].items()}


def _described(simulation: Simulation, suspects: dict[str, Record]) -> Iterator[Difference]:
    if not suspects:
        return
    for truth in simulation.truths():
        record = suspects.pop(truth.company_id, None)
        if record is not None:
            yield from _differences(truth, record)
        if not suspects:
            return


def _differences(truth: Truth, record: Record) -> Iterator[Difference]:
    expected, found, sources = plain(truth.properties), plain(record["properties"]), _stated_by(record)
    for name in sorted({*expected, *found}):
        one, other = expected.get(name), found.get(name)
        if one != other:
            yield Difference(company_id=truth.company_id, field=name, expected=one, found=other)
        elif sources is not None and truth.stated_by.get(name) != sources.get(name):
            yield Difference(
                company_id=truth.company_id,
                field=f"{name}@event",
                expected=truth.stated_by.get(name),
                found=sources.get(name),
            )


def _digest(value: Any) -> bytes:
    return blake2b(orjson.dumps(value, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()
