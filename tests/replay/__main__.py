"""`python -m tests.replay VERSION` writes the golden log of a release that has none yet. Run it once for a release.

`python -m tests.replay` prints the digests of all logs by the rules of today.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise

import yaml
from fastavro import schemaless_writer

from register.ids import RegistrationId, authority_of
from register.resolution.judgements import Judgement, Verdict
from schemas.codec.catalogue import catalogue
from schemas.codec.records import event_datum
from schemas.codec.resolution_records import judgement_datum
from schemas.codec.wire import encode
from schemas.facts.rules_digest import rules_digest
from simulation import Simulation
from tests.replay.golden_log import FOLDER, JUDGEMENTS, LoggedRecord, golden_log, live, versions, write_records

COMPANIES = 80
OLD_SHARE = 3  # of the events that fit into the older version of the schema, every third is written in it
NEW_IN_2 = {"legal_form", "home_status"}


def main(arguments: list[str]) -> int:
    """Write a log, or print the digests of all."""
    if not arguments:
        for version in versions():
            taken = live(golden_log(version).records)
            sys.stdout.write(f"{version}: {taken.companies} companies, {rules_digest()}: {taken.hexdigest}\n")
        return 0
    version = arguments[0]
    if version in versions():
        sys.stderr.write(f"{version} has a log, and a released log never changes\n")
        return 2
    records = [*_events(version)]
    records += _judgements(records)
    write_records(version, records)
    taken = live(records)
    facts = {"companies": taken.companies, "digests": {rules_digest(): taken.hexdigest}}
    (FOLDER / f"{version}.yaml").write_text(yaml.safe_dump(facts), encoding="utf-8")
    return 0


def _events(version: str) -> Iterator[LoggedRecord]:
    world = Simulation(f"golden-{version.replace('.', '-')}", COMPANIES, invalid_share=0.03, void_share=0.03)
    for number, one in enumerate(world.shuffled("order")):
        datum = event_datum(one.event)
        fits = all(datum["stated"].get(name) is None for name in NEW_IN_2)
        value = _version_1(datum) if fits and number % OLD_SHARE == 0 else encode("RegistrationEvent", datum)
        yield LoggedRecord(f"registrations.{one.publisher}", one.key.encode(), value)


def _version_1(datum: dict[str, object]) -> bytes:
    schema = catalogue().version("RegistrationEvent", 1)
    body = BytesIO()
    schemaless_writer(body, schema.parsed, datum)
    return b"\x00" + (schema.id or 0).to_bytes(4) + body.getvalue()


def _judgements(records: list[LoggedRecord]) -> Iterator[LoggedRecord]:
    """Judge pairs of neighbours, and revoke every third judgement."""
    ids = sorted({one.key.decode() for one in records if one.key.count(b".") >= 2})
    pairs = [(left, right) for left, right in pairwise(ids) if authority_of(RegistrationId(left)) != "GLEIF"][::9]
    for number, pair in enumerate(pairs):
        revokes = number - 1 if number % 3 == 1 else None
        left, right = pair if revokes is None else pairs[revokes]
        made = Judgement(
            judgement_id=f"golden-{number}",
            left=RegistrationId(left),
            right=RegistrationId(right),
            verdict=(Verdict.SAME, Verdict.SAME, Verdict.DIFFERENT)[number % 3],
            by="a steward",
            why="for the golden log",
            decided_at=datetime(2026, 11, 1, number % 24, tzinfo=UTC),
            revokes=None if revokes is None else f"golden-{revokes}",
        )
        yield LoggedRecord(JUDGEMENTS, made.judgement_id.encode(), encode("Judgement", judgement_datum(made)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
