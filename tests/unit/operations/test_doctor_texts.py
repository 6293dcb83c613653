"""What `sijill doctor` says of each finding, and what to do."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints

import pytest

from operations.doctor_texts import advice
from services.error_mapping import KafkaAway
from services.health.examination import Subject
from services.health.findings import Bad, Doubtful, Good, Health, HealthFinding, NotChecked, ServerNeeded
from services.health.machine_checks import Access, DirectoryUnusable, DiskNearlyFull, RestartsOften
from services.health.processor_checks import StageBehind
from services.topic_differences import Aspect, Difference

KINDS = (Bad, Doubtful, Good, HealthFinding)
EXAMPLES: dict[Any, Any] = {
    str: "word", int: 7_000, float: 30.0, bool: True, Path: Path("/srv/sijill"), Access: Access.UNREADABLE,
    tuple[int, ...]: (0, 3), tuple[str, ...]: ("1.0", "1.1"),
}  # fmt: skip


def every_finding(kind: type[HealthFinding] = HealthFinding) -> Iterator[type[HealthFinding]]:
    """Find them among what is imported: `Subject` has brought all checks."""
    for one in kind.__subclasses__():
        if one not in KINDS:
            yield one
        yield from every_finding(one)


def example(kind: type[HealthFinding]) -> HealthFinding:
    hints = get_type_hints(kind)
    made: Any = kind
    assert dataclasses.is_dataclass(kind)
    return made(**{one.name: _value(hints[one.name]) for one in dataclasses.fields(kind)})


def _value(hint: Any) -> Any:
    if hint is Difference:
        return Difference(topic="receipts.sa", aspect=Aspect.CONFIG, setting="retention.ms", wanted="-1", found="1")
    if isinstance(hint, UnionType):
        hint = get_args(hint)[0]
    return EXAMPLES.get(hint) or KafkaAway(servers="kafka:9092")


def test_there_are_findings_of_every_subject() -> None:
    assert len(list(every_finding())) > 2 * len(Subject)


@pytest.mark.parametrize("kind", every_finding(), ids=lambda kind: kind.__name__)
def test_every_finding_has_a_sentence_and_what_is_not_well_has_a_remedy(kind: type[HealthFinding]) -> None:
    says, remedy = advice(example(kind))
    assert says
    assert "{" not in says + remedy
    if kind is not ServerNeeded:  # the server's own check says what to do
        assert bool(remedy) == (kind.health is not Health.OK)


@pytest.mark.parametrize(
    ("finding", "says", "remedy"),
    [
        (
            NotChecked(problem=KafkaAway(servers="kafka:9092")),
            "no Kafka answers at kafka:9092: start one with `sijill up`, or say in SIJILL_KAFKA where it is",
            "mend that first, then look again",
        ),
        (
            DiskNearlyFull(path=Path("/srv"), free=3 << 20, total=1 << 40, states=5 << 30),
            "only 3.0 MiB of 1.0 TiB are free at /srv, states take 5.0 GiB",
            "make room on that disk, or move the data directory to a larger one (SIJILL_DATA_DIR)",
        ),
        (
            RestartsOften(process="admit", times=4, seconds=130.0, code=4),
            "admit ended 4 times within 2 minutes; the latest exit code is 4 (work was waiting, and nothing moved for "
            "60 s)",
            "read the last lines of .sijill/logs/processes.log: the line before `process.ended` gives the reason",
        ),
        (
            StageBehind(stage="admit", process="admit", behind=600_000, per_s=5_000, left_s=240),
            "admit has 600,000 records to read, takes in 5,000 a second; it needs 4 minutes more",
            "wait (`sijill wait`), or start one more `sijill run admit` on another machine",
        ),
        (
            DirectoryUnusable(path=Path("/srv/state"), access=Access.UNWRITABLE, user=1000, owner=0, count=2),
            "user 1000 cannot write /srv/state, and 2 more",
            "run as the user who owns it (it belongs to user 0), or give it to this user: chown -R 1000 /srv/state",
        ),
    ],
)
def test_a_finding_is_said_with_its_numbers(finding: HealthFinding, says: str, remedy: str) -> None:
    assert advice(finding) == (says, remedy)
