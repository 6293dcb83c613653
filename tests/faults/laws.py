"""The laws of the register, checked on what stands in the topics and in PostgreSQL, against the truth.

Shares no code with the processors or the projection: it reads with aiokafka, fastavro and psycopg alone, and the
truth is the simulator's own bookkeeping.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg.rows import tuple_row

from operations.comparisons import comparison_lines
from runtime.settings import Settings
from schemas.partitioning import partition_of
from simulation.compare_with_truth import compare, plain
from tests.acceptance.laws import (
    belonging_broken,
    moves_without_notice,
    notices_broken,
    receipts_broken,
    versions_broken,
)
from tests.acceptance.plain_kafka import Kept, read
from tests.faults.load import Load
from tests.faults.stage import EVERYTHING, SAUDI

Topics = Mapping[str, Sequence[Kept]]
TOLD: Final = 12  # of each law
SUMMING: Final = 3  # lines with which a comparison begins


@dataclass(slots=True)
class Findings:
    """The number of checks, and the violations."""

    checks: Counter[str] = field(default_factory=Counter)
    broken: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, law: str, checks: int, broken: Iterable[str]) -> None:
        self.checks[law] += checks
        self.broken[law] += broken

    def lines(self) -> Iterator[str]:
        for law, broken in self.broken.items():
            for one in broken[:TOLD]:
                yield f"{law}: {one[:600]}"
            if len(broken) > TOLD:
                yield f"{law}: … and {len(broken) - TOLD} more"

    @property
    def total(self) -> tuple[int, int]:
        """Checks, and broken ones."""
        return self.checks.total(), sum(map(len, self.broken.values()))


def check(settings: Settings, load: Load) -> Findings:
    """Check everything; the register must have caught up, and its workers be at rest."""
    findings = Findings()
    topics = read(settings.bootstrap_servers, settings.topic_prefix)
    check_receipts(findings, topics, settings.topic_prefix, load)
    companies = _companies(topics)
    _check_truth(findings, companies, load)
    findings.add("versions", len(companies), versions_broken(topics))
    findings.add("belonging", sum(len(one["registrations"]) for one in companies.values()), belonging_broken(topics))
    _check_notices(findings, topics)
    _check_projection(findings, topics, companies, settings)
    return findings


def check_receipts(findings: Findings, topics: Topics, prefix: str, load: Load) -> None:
    """Check that each event has one receipt with the outcome that it must have, and each refused one a dead letter."""
    published = [one for topic, records in topics.items() if _is_input(topic) for one in records]
    found = Counter((f"{prefix}{one.topic}", one.value) for one in published)
    lost = (f"an event of {topic} was sent {n} times, it stands there {found[topic, value]} times"
            for (topic, value), n in load.sent.items() if found[topic, value] < n)  # fmt: skip
    findings.add("load", len(load.sent), lost)
    findings.add("receipts", len(published), receipts_broken(topics, prefix))
    findings.add("outcomes", len(published), _outcomes_broken(topics, prefix, load))


def _is_input(topic: str) -> bool:
    return topic.startswith("registrations.") and not topic.endswith(".dlq")


def _outcomes_broken(topics: Topics, prefix: str, load: Load) -> Iterator[str]:
    """The first copy of a good event is accepted, each further one a duplicate; a bad one is refused with its code.

    One in another partition than its key's is refused for that.
    """
    answers: dict[tuple[str, int, int], Any] = {}
    for topic, records in topics.items():
        if topic.startswith("receipts."):
            for receipt in (one.datum() for one in records):
                answers[receipt["topic"].removeprefix(prefix), receipt["partition"], receipt["offset"]] = receipt
    for topic, records in topics.items():
        seen: set[bytes | None] = set()
        for one in sorted(records, key=lambda record: record.place) if _is_input(topic) else ():
            astray = one.partition != partition_of(one.key or b"", load.settings.partitions)
            code = "wrong_partition" if astray else load.refusals.get(one.value or b"")
            expected = "REJECTED" if code is not None else "DUPLICATE" if one.value in seen else "ACCEPTED"
            if not astray:
                seen.add(one.value)
            answer = answers.get(one.place)
            if answer is not None and (answer["outcome"], answer["code"]) != (expected, code):
                yield f"{one.place} was answered {answer['outcome']} {answer['code']}, it is {expected} {code}"


def _companies(topics: Topics) -> dict[str, Any]:
    last = {one.key: one for one in topics["register.companies"]}
    return {record["company_id"]: record for record in (one.datum() for one in last.values() if one.value is not None)}


def _check_truth(findings: Findings, companies: Mapping[str, Any], load: Load) -> None:
    """Each simulation's companies are what its bookkeeping says: their members, fields, and the events behind them."""
    left = set(companies)
    for simulation in load.simulations:
        ids = {f"GCC.{truth.registration_id}" for truth in simulation.truths()}
        left -= ids
        compared = compare(simulation, [companies[one] for one in sorted(ids & companies.keys())])
        told = list(comparison_lines(compared))[SUMMING:]
        broken = [told[i] if i < len(told) else "one more" for i in range(compared.wrong)]
        findings.add("truth", compared.expected + compared.aliases, broken)
        findings.add("merges", compared.pairs_expected, (f"{a} and {b} stand apart" for a, b in compared.missed_pairs))
    findings.add("truth", 0, (f"{one} is in no truth" for one in sorted(left)))


def _check_notices(findings: Findings, topics: Topics) -> None:
    """Check that notices have no gaps, and per company exactly the matching changes in the order of their versions.

    One of the two companies notifies of a move; both do where each keeps other registrations.
    """
    made = [one.datum() for one in topics["register.changes"]]
    changes = [one for one in made if one["follows"] is None]  # else the other company's change tells of the same move
    saudi = [one for one in changes if "SA" in one["jurisdictions"]
             and {"legal_name", "entity_status"} & set(one["fields_changed"])]  # fmt: skip
    findings.add(
        "numbering", sum(len(r) for t, r in topics.items() if t.startswith("notices.")), notices_broken(topics)
    )
    findings.add("moves", sum(one["follows"] is not None for one in made), moves_without_notice(topics))
    cursors = {one.key: one.datum()["number"] for one in topics["register.cursors"]}
    for agency, wanted in ((EVERYTHING.agency, changes), (SAUDI.agency, saudi)):
        notices = [one.datum() for one in sorted(topics[f"notices.{agency}"], key=lambda record: record.offset)]
        findings.add("notices", len(wanted), _notices_differ(agency, wanted, notices))
        if cursors.get(agency.encode(), 0) != len(notices):
            findings.add("notices", 1, [f"{agency} has {len(notices)} notices, its cursor says {cursors}"])


def _notices_differ(agency: str, wanted: Sequence[Any], notices: Sequence[Any]) -> Iterator[str]:
    expected: defaultdict[str, list[int]] = defaultdict(list)
    told: defaultdict[str, list[int]] = defaultdict(list)
    for change in wanted:
        expected[change["company_id"]].append(change["version"])
    for notice in notices:
        told[notice["change"]["company_id"]].append(notice["change"]["version"])
    for company in expected.keys() | told.keys():
        if told[company] != sorted(expected[company]):
            yield f"{agency} was told versions {told[company]} of {company}, it wants {sorted(expected[company])}"


def _check_projection(findings: Findings, topics: Topics, companies: Mapping[str, Any], settings: Settings) -> None:
    """Check that PostgreSQL has exactly the rows of the topics: none more, none less, none older."""
    options = f"-c search_path={settings.database_schema}"
    with psycopg.connect(settings.postgres_url, options=options, row_factory=tuple_row) as database:
        for name, query, expected in (
            ("companies", "SELECT company_id, version, record->'properties' FROM companies", _company_rows(companies)),
            ("changes", "SELECT company_id, version, fields_changed FROM changes", _change_rows(topics)),
            ("receipts", 'SELECT topic, partition, "offset", outcome, code FROM receipts', _receipt_rows(topics)),
            ("dead letters", 'SELECT topic, partition, "offset" FROM dead_letters', _letter_rows(topics, settings)),
            ("notices", "SELECT agency, number, company_id, version FROM notices", _notice_rows(topics)),
        ):
            found, wanted = Counter(map(_line, database.execute(query.encode()))), Counter(map(_line, expected))
            findings.add("projection", wanted.total(), (f"{name} lacks {one}" for one in (wanted - found).elements()))
            findings.add("projection", 0, (f"{name} has {one} too much" for one in (found - wanted).elements()))


def _company_rows(companies: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for one in companies.values():
        yield one["company_id"], one["version"], one["properties"]


def _change_rows(topics: Topics) -> Iterator[tuple[Any, ...]]:
    for one in (record.datum() for record in topics["register.changes"]):
        yield one["company_id"], one["version"], one["fields_changed"]


def _receipt_rows(topics: Topics) -> Iterator[tuple[Any, ...]]:
    for topic, records in topics.items():
        for one in (record.datum() for record in records) if topic.startswith("receipts.") else ():
            yield one["topic"], one["partition"], one["offset"], one["outcome"], one["code"]


def _letter_rows(topics: Topics, settings: Settings) -> Iterator[tuple[Any, ...]]:
    for topic, records in topics.items():
        for one in records if topic.endswith(".dlq") else ():
            yield settings.topic_prefix + one.topic, one.partition, one.offset


def _notice_rows(topics: Topics) -> Iterator[tuple[Any, ...]]:
    for topic, records in topics.items():
        for one in (record.datum() for record in records) if topic.startswith("notices.") else ():
            yield one["agency"], one["number"], one["change"]["company_id"], one["change"]["version"]


def _line(row: Sequence[Any]) -> str:
    return json.dumps(plain(row), sort_keys=True, ensure_ascii=False)
