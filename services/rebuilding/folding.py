"""Fold the registrations of one bucket, each once from all its events, and keep the results on disk.

Two files a bucket: the registrations as bytes, and an index of them with what the other steps need.
"""

import marshal
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader
from typing import Final, NamedTuple

from register.company import company_of
from register.ids import RegistrationId, authority_of, company_id
from register.register_digest import company_number
from register.registration import Registration, empty
from register.resolution.clusters import keys_of
from register.resolution.evidence import evidence_of
from register.resolution.resolution_state import ResolutionState
from register.whole import Received, Rules, registration_from
from schemas.codec.reader import read_part
from schemas.codec.records import registration_datum
from schemas.codec.records import registration_from as registration_of_datum
from schemas.codec.resolution_records import resolution_datum
from schemas.codec.wire import encode, encode_part
from schemas.facts.authorities import authorities
from schemas.facts.precedence import precedence
from schemas.facts.rules_folder import remembered
from services.rebuilding.admitted_history import admitted_history
from services.rebuilding.rebuild_directory import RebuildDirectory
from services.rebuilding.record_buckets import records_in, write_whole
from services.rebuilding.valid_events import EventRules, ValidEvent, by_registration, valid_events

LARGE_BYTES: Final = 256 * 1024  # of a registration's events; below, none of them can be refused for its size
NUMBER_BYTES: Final = 32


class FoldedEntry(NamedTuple):
    """What is known of a folded registration that states something."""

    registration_id: str
    place: int
    """Where its bytes begin in the file of its bucket."""
    size: int
    properties_size: int
    """The bytes of its properties stand in its own, behind its id."""
    number: bytes
    """What its company of one adds to the digest. Empty where it has links: it may be in another company."""
    resolution: bytes
    """Its state in the resolver before anything is grouped."""
    keys: tuple[str, ...]
    is_malformed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedRegistration:
    """A registration from all its events; without properties, all of it was withdrawn."""

    registration: Registration
    events: int
    """Valid events."""


@remembered
def rules_in_use() -> Rules:
    """Give the rules that this process uses."""
    known = authorities()
    return Rules(
        words=lambda own: known[authority_of(own)].words,
        precedence=precedence(),
        numberings={code: one.numbering for code, one in known.items()},
    )


def fold_bucket(directory: RebuildDirectory, bucket: int) -> int:
    """Fold a bucket into its files; returns the number of its registrations that state something."""
    rules, entries, written = rules_in_use(), list[FoldedEntry](), bytearray()
    for folded in folded_in(directory, bucket):
        if folded.registration.properties:
            entry, content = _entry(folded.registration, len(written), rules)
            entries.append(entry)
            written += content
    write_whole(directory.folded(bucket), bytes(written))
    write_whole(directory.index(bucket), marshal.dumps([tuple(entry) for entry in entries]))
    return len(entries)


def folded_in(
    directory: RebuildDirectory, bucket: int, only: frozenset[bytes] | None = None
) -> Iterator[FoldedRegistration]:
    """Fold the registrations of a bucket, or `only` those with these ids."""
    for key, events in events_in(directory, bucket, only):
        own = RegistrationId(key.decode())
        yield FoldedRegistration(registration=_folded(own, events), events=len(events))


def events_in(
    directory: RebuildDirectory, bucket: int, only: frozenset[bytes] | None = None
) -> Iterator[tuple[bytes, Sequence[ValidEvent]]]:
    """Give the valid events of each registration of a bucket that has any, in the order of arrival."""
    manifest = directory.manifest
    rules = EventRules(
        authorities=authorities(), publishers=manifest.publishers, partitions=manifest.registration_partitions
    )
    for partition in range(manifest.registration_partitions):
        records = records_in(directory.events, partition, bucket)
        if only is not None:
            records = (record for record in records if record.key in only)
        for key, received in by_registration(records).items():
            if events := list(valid_events(key, partition, received, rules)):
                yield key, events


def entries_of(directory: RebuildDirectory, bucket: int) -> Iterable[FoldedEntry]:
    """Read the index of a bucket."""
    return [FoldedEntry(*entry) for entry in marshal.loads(directory.index(bucket).read_bytes())]


class PlaceOfRegistration(NamedTuple):
    """Where the bytes of a folded registration stand."""

    bucket: int
    place: int
    size: int


class FoldedFiles:
    """Reads single registrations from the files of their buckets, and keeps these open."""

    def __init__(self, directory: RebuildDirectory) -> None:
        self._directory = directory
        self._open: dict[int, BufferedReader] = {}

    def bytes_at(self, where: PlaceOfRegistration) -> bytes:
        """Read the bytes of a registration."""
        source = self._open.get(where.bucket)
        if source is None:
            source = self._open[where.bucket] = self._directory.folded(where.bucket).open("rb")
        return os.pread(source.fileno(), where.size, where.place)

    def registration_at(self, where: PlaceOfRegistration) -> Registration:
        """Read a registration."""
        return registration_in(self.bytes_at(where))


def registration_in(content: bytes) -> Registration:
    """Read a registration from its bytes."""
    return registration_of_datum(read_part(content, "Registration"))


def _folded(own: RegistrationId, events: Sequence[ValidEvent]) -> Registration:
    if sum(len(one.record.value or b"") for one in events) > LARGE_BYTES:
        history = admitted_history(own, events, authorities()[authority_of(own)])
        return empty(own) if history is None else history.registration
    received = (Received(event=one.event, size=len(one.record.value or b"")) for one in events)
    return registration_from(own, received, rules_in_use().words(own))


def _entry(one: Registration, place: int, rules: Rules) -> tuple[FoldedEntry, bytes]:
    properties = encode_part("Properties", one.properties)
    content = encode_part("Registration", registration_datum(one, properties))
    evidence = evidence_of(one, rules.numberings)
    keys = () if evidence is None else tuple(keys_of(evidence))
    is_linked = any(not key.startswith("stem/") for key in keys)
    own = one.registration_id
    number = 0 if is_linked else company_number(company_of(company_id(own), {own: one}, rules.precedence))
    entry = FoldedEntry(
        registration_id=own,
        place=place,
        size=len(content),
        properties_size=len(properties),
        number=b"" if is_linked else number.to_bytes(NUMBER_BYTES, "big"),
        resolution=encode("Resolution", resolution_datum(ResolutionState(evidence=evidence))),
        keys=keys,
        is_malformed=evidence is not None and bool(evidence.malformed),
    )
    return entry, content
