"""Apply what a rebuild found: repair the damaged states through the topics, in bounded batches.

A batch repairs the states of `resolve`, then those of `admit`, then those of `unify`. Each
waits until the processors have worked off the repairs before. So `unify` gets repairs only of what is still wrong
then. Each time the shadow reads on to where the live register is. A company that an event concerned meanwhile waits
for the next turn.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from bus.transactional_write import RecordToWrite
from register.differences import CompanyDifference, LiveState
from register.ids import CompanyId
from runtime.clock import SystemClock
from runtime.settings import Settings
from schemas.codec.repair_records import Repair, repair_datum, state_hash
from schemas.codec.wire import encode
from schemas.facts.topics import Topics
from services.auditing import AuditAction, audit_record, write_audited
from services.rebuilding.rebuild_problems import TooManyDifferences
from services.rebuilding.rebuild_values import RebuildResult, ReportRebuild
from services.rebuilding.repair_planning import PlannedRepair, RebuiltStates, planned
from services.rebuilding.settling import Settled
from services.running_rules import require_rules

BATCH: Final = 500  # companies
TURNS_MOST: Final = 10  # over what was overtaken by events
FEW: Final = 10  # companies that may always be repaired
SHARE_MOST: Final = 0.01  # of all companies: more are hardly damage, and somebody must say so
TRANSACTION_BYTES: Final = 8 << 20  # of repairs that are written at once
ORDER: Final = (LiveState.RESOLVE, LiveState.ADMIT, LiveState.UNIFY)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOptions:
    """Who applies the differences and why, how many companies at once, and whether however many there are."""

    by: str = ""
    why: str = ""
    batch: int = BATCH
    however_many: bool = False
    new_rules: bool = False
    """Whether it is a change of the rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyProgress:
    """How many companies of a turn are through, and how many repairs were sent so far."""

    companies: int
    total: int
    repairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildApplied:
    """What was applied: the companies, the repairs sent by processor, and what is left.

    `stopped`: it was told to stop; what is left was not looked at again.
    """

    companies: int
    repairs: Mapping[LiveState, int]
    left: tuple[CompanyDifference, ...]
    unsettled: tuple[CompanyId, ...]
    stopped: bool


class ReadableRebuild(Protocol):
    """A rebuild that has run, and can read on."""

    @property
    def shadow(self) -> RebuiltStates:
        """The rebuilt states."""
        ...

    def follow(self, report: ReportRebuild) -> set[CompanyId]:
        """Wait until the live processors have worked off what is there now; read on to there."""
        ...

    def read_on(self) -> set[CompanyId]:
        """Read on to where the topics end now; returns the companies that events concerned since."""
        ...

    def settle(self, companies: Iterable[CompanyId], report: ReportRebuild) -> Settled:
        """Compare these companies again."""
        ...


def most_without_asking(companies: int) -> int:
    """Give the number of differing companies that are applied without a further word.

    >>> most_without_asking(100), most_without_asking(50_000)
    (10, 500)
    """
    return max(FEW, int(companies * SHARE_MOST))


class Applying:
    """Applies the differences of one rebuild."""

    def __init__(self, settings: Settings, rebuild: ReadableRebuild, options: ApplyOptions) -> None:
        self._settings = settings
        self._rebuild = rebuild
        self._options = options
        self._sent: Counter[LiveState] = Counter()
        self._rebuild_id = ""
        self._rules = ""

    def apply(
        self,
        found: RebuildResult,
        report: Callable[[ApplyProgress], None],
        report_rebuild: ReportRebuild,
        stop: Callable[[], bool] = lambda: False,
    ) -> RebuildApplied:
        """Repair, and compare again, until nothing is left. It looks at `stop` before each batch.

        Raises TooManyDifferences and OtherRulesRun before anything is written, and what a rebuild raises.
        """
        most, pending, through = most_without_asking(found.companies), found.differences, 0
        if len(pending) > most and not self._options.however_many:
            raise TooManyDifferences(different=len(pending), companies=found.companies, most=most)
        self._rebuild_id, self._rules = found.rebuild_id, found.rules
        unsettled = found.unsettled
        for _ in range(TURNS_MOST):
            done = 0
            for batch in _batches(pending, self._options.batch):
                if stop():
                    return self._applied(through + done, pending[done:], unsettled, stopped=True)
                self._repair(batch, report_rebuild)
                done += len(batch)
                report(ApplyProgress(companies=done, total=len(pending), repairs=self._sent.total()))
            if not pending:
                break
            settled = self._rebuild.settle((one.company_id for one in pending), report_rebuild)
            through += len(pending) - len(settled.differences)
            pending, unsettled = settled.differences, settled.unsettled
        return self._applied(through, pending, unsettled, stopped=False)

    def _repair(self, batch: Sequence[CompanyDifference], report: ReportRebuild) -> None:
        require_rules(self._settings, self._rules)
        for state in ORDER:
            self._rebuild.follow(report)
            repairs = asyncio.run(planned(state, self._settings, self._rebuild.shadow, batch))
            overtaken = self._rebuild.read_on()  # what an event concerned meanwhile may be right
            due = [one for one in repairs if overtaken.isdisjoint(one.companies)]
            for together in _in_transactions(due):
                asyncio.run(self._send(state, together))
                self._sent[state] += len(together)

    async def _send(self, state: LiveState, repairs: Sequence[PlannedRepair]) -> None:
        """Write repairs and their audit record in one transaction."""
        now, options = SystemClock().now(), self._options
        record = audit_record(
            self._settings,
            AuditAction.RULES_CHANGED if options.new_rules else AuditAction.APPLIED,
            self._rules if options.new_rules else self._rebuild_id,
            by=options.by,
            why=options.why,
            before={one.key: state_hash(one.live) for one in repairs},
            after={one.key: state_hash(one.right) for one in repairs},
            at=now,
        )
        topic, partition = _topic_of(Topics(self._settings.topic_prefix), state)
        commands = [
            RecordToWrite(
                topic=topic,
                key=one.key.encode(),
                value=encode(
                    "Repair",
                    repair_datum(
                        Repair(
                            key=one.key,
                            replaces=state_hash(one.live),
                            state=one.right,
                            left_keeps_others=one.left_keeps_others,
                            rebuild_id=self._rebuild_id,
                            by=record.principal,
                            made_at=now,
                        )
                    ),
                ),
                partition=partition,
            )
            for one in repairs
        ]
        await write_audited(self._settings, record, commands)

    def _applied(
        self, companies: int, left: tuple[CompanyDifference, ...], unsettled: tuple[CompanyId, ...], *, stopped: bool
    ) -> RebuildApplied:
        return RebuildApplied(
            companies=companies,
            repairs={state: self._sent[state] for state in ORDER},
            left=left,
            unsettled=unsettled,
            stopped=stopped,
        )


def _topic_of(topics: Topics, state: LiveState) -> tuple[str, int | None]:
    """Name the topic of a processor's repairs, and its partition where that is not the partition of the key."""
    if state is LiveState.RESOLVE:
        return topics.resolution_repairs, 0
    return (topics.registrations_repairs if state is LiveState.ADMIT else topics.companies_repairs), None


def _batches(found: Sequence[CompanyDifference], size: int) -> Iterator[Sequence[CompanyDifference]]:
    for begin in range(0, len(found), size):
        yield found[begin : begin + size]


def _in_transactions(repairs: Iterable[PlannedRepair]) -> Iterator[list[PlannedRepair]]:
    """Divide repairs, so that no transaction is too large."""
    together: list[PlannedRepair] = []
    size = 0
    for one in repairs:
        if together and size + len(one.right or b"") > TRANSACTION_BYTES:
            yield together
            together, size = [], 0
        together.append(one)
        size += len(one.right or b"")
    if together:
        yield together
