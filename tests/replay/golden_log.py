"""A golden log: the records of a small register as a release wrote them, and the digest that they must give."""

import gzip
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import yaml

from register.event_checks import refused
from register.ids import RegistrationId, authority_of
from register.register_digest import RegisterDigest
from register.whole import Received, Rules, Whole, whole
from schemas.codec.company_records import company_from
from schemas.codec.reader import read
from schemas.codec.records import event_from
from schemas.codec.resolution_records import judgement_from
from schemas.facts.authorities import authorities
from schemas.facts.precedence import precedence
from schemas.problems import Unreadable
from streams.processors import admit, resolve, unify
from tests.unit.streams.in_memory import InMemoryKafka, run_out, tasks_of

FOLDER: Final = Path(__file__).parent
JUDGEMENTS: Final = "register.judgements"
PARTITIONS: Final = 3


class LoggedRecord(NamedTuple):
    """One record: its topic without a prefix, its key and its value."""

    topic: str
    key: bytes
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenLog:
    """`digests`: by the digest of the rules, that of the register. New rules add an entry; no entry ever changes."""

    version: str
    companies: int
    digests: Mapping[str, str]
    records: Sequence[LoggedRecord]


def versions() -> list[str]:
    """List the releases that have a log."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def golden_log(version: str) -> GoldenLog:
    """Read the log of a release."""
    facts = yaml.safe_load((FOLDER / f"{version}.yaml").read_text(encoding="utf-8"))
    lines = gzip.decompress((FOLDER / f"{version}.jsonl.gz").read_bytes()).decode().splitlines()
    records = [LoggedRecord(topic, b64decode(key), b64decode(value)) for topic, key, value in map(json.loads, lines)]
    return GoldenLog(version=version, companies=facts["companies"], digests=facts["digests"], records=records)


def write_records(version: str, records: Iterable[LoggedRecord]) -> None:
    """Write the records of a release, the same bytes each time."""
    lines = (json.dumps([one.topic, b64encode(one.key).decode(), b64encode(one.value).decode()]) for one in records)
    (FOLDER / f"{version}.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))


def live(records: Iterable[LoggedRecord]) -> RegisterDigest:
    """Let the steps of `admit`, `resolve` and `unify` work on the records; returns the digest of the companies."""
    kafka = InMemoryKafka(partitions=PARTITIONS)
    for one in records:
        kafka.publish(one.topic, one.key, one.value, partition=0 if one.topic == JUDGEMENTS else None)
    processors = (admit.processor(kafka.topics), resolve.processor(kafka.topics), unify.processor(kafka.topics))
    run_out([task for one in processors for task in tasks_of(kafka, one)])
    newest = {record.key: record.value for record in kafka.records(kafka.topics.companies)}
    taken = RegisterDigest()
    for value in newest.values():
        taken.add(company_from(read(value or b"", "Company")))
    return taken


def rebuilt(records: Iterable[LoggedRecord]) -> Whole:
    """Make the whole register of the records at once, of the valid ones."""
    known, judgements = authorities(), []
    received: dict[RegistrationId, list[Received]] = {}
    for one in records:
        if one.topic == JUDGEMENTS:
            judgements.append(judgement_from(read(one.value, "Judgement")))
            continue
        try:
            event = event_from(read(one.value, "RegistrationEvent"))
        except Unreadable:
            continue
        own = event.registration_id
        if refused(event, known) is None:
            received.setdefault(own, []).append(Received(event=event, size=len(one.value)))
    rules = Rules(
        words=lambda own: known[authority_of(own)].words,
        precedence=precedence(),
        numberings={code: one.numbering for code, one in known.items()},
    )
    return whole(received, judgements, rules)
