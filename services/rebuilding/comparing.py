"""Compare the companies of one bucket: the rebuilt ones with the newest live records."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import NamedTuple

from register.company import Company, company_of
from register.differences import differing_fields
from register.ids import CompanyId, RegistrationId, company_id
from register.register_digest import alias_number, company_number
from schemas.codec.company_records import WrittenRegistration, WrittenRegistrations, company_datum, company_from
from schemas.codec.reader import read_if_readable
from schemas.codec.wire import HEADER_BYTES, encode
from services.rebuilding.folding import (
    FoldedEntry,
    FoldedFiles,
    PlaceOfRegistration,
    entries_of,
    registration_in,
    rules_in_use,
)
from services.rebuilding.rebuild_directory import RebuildDirectory
from services.rebuilding.record_buckets import records_in, write_whole


class Moved(NamedTuple):
    """A company whose registrations are not that of its own id alone."""

    members: tuple[tuple[RegistrationId, PlaceOfRegistration], ...]
    alias_of: CompanyId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedBucket:
    """The companies of a bucket with registrations, what they and the aliases add to the digest, and who differs."""

    companies: int
    total: int
    candidates: tuple[CompanyId, ...]


def newest_records(
    directory: RebuildDirectory, bucket: int, only: frozenset[bytes] | None = None
) -> dict[bytes, bytes]:
    """Read the newest live record of each company of a bucket, or of `only` these."""
    found: dict[bytes, bytes] = {}
    for partition in range(directory.manifest.company_partitions):
        for key, value, _, _ in records_in(directory.companies, partition, bucket):
            if only is not None and key not in only:
                continue
            if value is None:
                found.pop(key, None)
            else:
                found[key] = value
    return found


def live_company(value: bytes | None) -> Company | None:
    """Read a live record; None where there is none, or its bytes are damaged so that they form none."""
    return read_if_readable(value, "Company", company_from)


def compare_bucket(directory: RebuildDirectory, bucket: int, moved: Mapping[CompanyId, Moved]) -> ComparedBucket:
    """Compare, and keep the result on disk. `moved`: of this bucket, who is not in the company of its own id alone."""
    live = newest_records(directory, bucket)
    companies, total, candidates = 0, 0, list[CompanyId]()
    folded, files = directory.folded(bucket).read_bytes(), FoldedFiles(directory)
    for entry in entries_of(directory, bucket):
        own = company_id(RegistrationId(entry.registration_id))
        if own in moved:
            continue
        value = live.pop(own.encode(), None)
        content = folded[entry.place : entry.place + entry.size]
        same_bytes = value is not None and _is_company_of_one(value, entry, content)
        if not same_bytes and not _is_equal(value, _company_of_one(own, content)):
            candidates.append(own)
        companies += 1
        total += int.from_bytes(entry.number, "big") if entry.number else company_number(_company_of_one(own, content))
    for own, one in moved.items():
        company, written = moved_company(files, own, one)
        value = live.pop(own.encode(), None)
        same_bytes = value is not None and _is_written_as(value, company, written)
        if not same_bytes and not _is_equal(value, company):
            candidates.append(own)
        companies += bool(company.registrations)
        total += number_of_record(company, states_own=True)
    candidates += (CompanyId(key.decode()) for key, value in live.items() if not _is_equal(value, None))
    result = ComparedBucket(companies=companies, total=total, candidates=tuple(candidates))
    write_whole(directory.compared(bucket), json.dumps(asdict(result)).encode())
    return result


def compared_before(directory: RebuildDirectory, bucket: int) -> ComparedBucket:
    """Read the result of a bucket that was compared before."""
    known = json.loads(directory.compared(bucket).read_bytes())
    return ComparedBucket(
        companies=known["companies"], total=known["total"], candidates=tuple(map(CompanyId, known["candidates"]))
    )


def moved_company(files: FoldedFiles, company: CompanyId, one: Moved) -> tuple[Company, WrittenRegistrations]:
    """Make the record of a company from registrations of several buckets; returns also their bytes."""
    written: dict[RegistrationId, WrittenRegistration] = {}
    for own, place in one.members:
        content = files.bytes_at(place)
        written[own] = WrittenRegistration(registration_in(content), content, b"")
    members = {own: known.registration for own, known in written.items()}
    return company_of(company, members, rules_in_use().precedence, alias_of=one.alias_of), written


def number_of_record(company: Company | None, *, states_own: bool) -> int:
    """Give what a record adds to the digest. `states_own`: the registration for which it is named states something."""
    if company is None:
        return 0
    number = company_number(company) if company.registrations else 0
    if states_own and company.alias_of is not None:
        number += alias_number(company.company_id, company.alias_of)
    return number


def _company_of_one(own: CompanyId, content: bytes) -> Company:
    registration = registration_in(content)
    return company_of(own, {registration.registration_id: registration}, rules_in_use().precedence)


def _is_equal(live: bytes | None, rebuilt: Company | None) -> bool:
    return not differing_fields(live_company(live), rebuilt)


def _is_written_as(value: bytes, company: Company, written: WrittenRegistrations) -> bool:
    """Tell whether a live record has exactly the bytes of a company of several registrations, but for its version."""
    if len(company.registrations) == 1:
        return False  # rare: an id whose own registration went, and another one came
    return _has_same_bytes(value, company.company_id, encode("Company", company_datum(company, written)))


def _is_company_of_one(value: bytes, entry: FoldedEntry, content: bytes) -> bool:
    """Tell whether a live record has exactly the bytes of a company of this one registration, but for its version."""
    own = entry.registration_id
    in_id = len(own.encode())
    begin = in_id + (1 if in_id < _SHORT else 2)
    datum = {
        "company_id": company_id(RegistrationId(own)),
        "version": 0,
        "anchor": own,
        "registrations": [content],
        "properties": content[begin : begin + entry.properties_size],
        "sources": {},
        "alias_of": None,
    }
    return _has_same_bytes(value, company_id(RegistrationId(own)), encode("Company", datum))


def _has_same_bytes(value: bytes, company: CompanyId, expected: bytes) -> bool:
    """Compare a live record with an `expected` one of version 0, behind and before the version."""
    in_id = len(company.encode())
    version = HEADER_BYTES + in_id + (1 if in_id < _SHORT else 2)
    if not value.startswith(expected[:version]):
        return False
    end = version
    while end < len(value) and value[end] > _LAST:
        end += 1
    return value.endswith(expected[version + 1 :]) and len(value) - end == len(expected) - version


_SHORT = 64  # bytes; a longer text has a length of two bytes
_LAST = 127  # the highest last byte of a number
