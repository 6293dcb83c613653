"""Compare a register's records with the truth of a simulation: registrations, fields and sources.

A record is plain data: `company_id`, `alias_of`, `properties`, `registrations` and the provenance. The provenance is
either `stated_by` (property to event id), or inside `registrations`, as the Avro record Company has it. Dates may be
dates or ISO texts; null is the same as absent.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson

from simulation.company_truth import CompanyTruth
from simulation.comparison_report import KEPT, FieldDifference, RegisterComparison, digest
from simulation.pairwise_accuracy import Pairs
from simulation.simulation import EVENT_ID_PREFIX, Simulation

CompanyDocument = Mapping[str, Any]

_FOLLOWING: Final = {"home_status": "entity_status"}
"""A property that no registration states, to the one of the anchor that it follows from."""


@dataclass(slots=True)
class _Open:
    """The expected companies and aliases that were not seen yet: a digest per company, the target per alias."""

    companies: dict[str, bytes]
    aliases: dict[str, str]
    void: set[str]


def compare(simulation: Simulation, records: Iterable[CompanyDocument], *, kept: int = KEPT) -> RegisterComparison:
    """Compare. Holds a digest and the registrations of each company, and up to `kept` records that differ.

    A second pass over the simulation describes those.
    """
    outcome, pairs, open_ = RegisterComparison(kept=kept), Pairs(), _Open({}, {}, set())
    for truth in simulation.company_truths():
        _expect(truth, open_, pairs)
    outcome.expected = len(open_.companies)
    prefix = f"{EVENT_ID_PREFIX}{simulation.seed}:"
    suspects: dict[str, CompanyDocument] = {}
    for record in records:
        found = tuple(_members(record))
        if not found and record.get("alias_of"):
            _check_alias(record, open_, outcome)
        else:
            _check(record, open_, prefix, outcome, suspects)
            pairs.record_company(found)
    _missing(open_, outcome)
    outcome.judge(pairs)
    for difference in _described(simulation, suspects):
        outcome.differences += [difference] if len(outcome.differences) < kept else []
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


def _expect(truth: CompanyTruth, open_: _Open, pairs: Pairs) -> None:
    open_.companies[truth.company_id] = _digest(truth.registrations, truth.properties, truth.stated_by)
    open_.aliases.update(dict.fromkeys(truth.aliases, truth.company_id))
    if not truth.registrations:
        open_.void.add(truth.company_id)
    pairs.expect(truth.registrations, truth.decoys)


def _digest(registrations: Iterable[str], properties: Any, stated_by: Mapping[str, str]) -> bytes:
    return digest([sorted(registrations), plain(properties), dict(stated_by)])


def _check(
    record: CompanyDocument,
    open_: _Open,
    prefix: str,
    outcome: RegisterComparison,
    suspects: dict[str, CompanyDocument],
) -> None:
    company, stated_by = record["company_id"], _stated_by(record)
    expected = open_.companies.pop(company, None)
    if expected is None:
        if company in open_.aliases:
            outcome.add_unmerged(company, open_.aliases.pop(company))
        elif any(event.startswith(prefix) for event in stated_by.values()):
            outcome.add_unexpected(company)
        else:
            outcome.others += 1
    elif _digest(_members(record), record["properties"], stated_by) == expected:
        outcome.equal += 1
    else:
        outcome.differing += 1
        if len(suspects) < outcome.kept:
            suspects[company] = record


def _check_alias(record: CompanyDocument, open_: _Open, outcome: RegisterComparison) -> None:
    """An id that merged away must name the company that has its registration. An id of another source is ignored."""
    company, leads_to = record["company_id"], record["alias_of"]
    expected = open_.aliases.pop(company, None)
    if expected == leads_to:
        outcome.aliases += 1
    elif expected is not None:
        outcome.add_wrong_alias(company, leads_to, expected)
    elif company in open_.companies:
        outcome.add_wrong_alias(company, leads_to, company)
    else:
        outcome.others += 1


def _missing(open_: _Open, outcome: RegisterComparison) -> None:
    for company in open_.companies:
        if company in open_.void:
            outcome.equal += 1  # an entry that was withdrawn whole need not be there at all
        else:
            outcome.add_missing(company)
    for alias, company in open_.aliases.items():
        outcome.add_wrong_alias(alias, None, company)


def _members(record: CompanyDocument) -> list[str]:
    return [one["registration_id"] for one in record.get("registrations", ())]


def _stated_by(record: CompanyDocument) -> Mapping[str, str]:
    """Find the event behind each property."""
    if "stated_by" in record:
        given: Mapping[str, str] = record["stated_by"]
        return given
    members = {one["registration_id"]: one for one in record.get("registrations", ())}
    sources = record.get("sources") or {}
    return {
        name: event
        for name in plain(record["properties"])
        if (event := _event(members.get(sources.get(name, record["anchor"])), _FOLLOWING.get(name, name)))
    }


def _event(registration: CompanyDocument | None, name: str) -> str | None:
    place = None if registration is None else registration["provenance"].get(name)
    return None if registration is None or place is None else registration["sources"][place]["event_id"]


def _described(simulation: Simulation, suspects: dict[str, CompanyDocument]) -> Iterator[FieldDifference]:
    for truth in simulation.company_truths() if suspects else ():
        record = suspects.pop(truth.company_id, None)
        if record is not None:
            yield from _differences(truth, record)
        if not suspects:
            return


def _differences(truth: CompanyTruth, record: CompanyDocument) -> Iterator[FieldDifference]:
    expected, found, sources = plain(truth.properties), plain(record["properties"]), _stated_by(record)
    aspects: list[tuple[str, Any, Any]] = [("registrations", sorted(truth.registrations), sorted(_members(record)))]
    aspects += [(name, expected.get(name), found.get(name)) for name in sorted({*expected, *found})]
    aspects += [
        (f"{name}@event", truth.stated_by.get(name), sources.get(name))
        for name in sorted(expected)
        if expected[name] == found.get(name)
    ]
    for name, one, other in aspects:
        if orjson.dumps(one, option=orjson.OPT_SORT_KEYS) != orjson.dumps(other, option=orjson.OPT_SORT_KEYS):
            yield FieldDifference(company_id=truth.company_id, field=name, expected=one, found=other)
