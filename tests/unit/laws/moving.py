"""Stories of registrations that move: `admit`, `resolve` and `unify` over topics in memory, in any order of turns.

Entries make statements and stewards decide, while the tasks work on slices of any size and die before any commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from register.changes import Change, replayed
from register.company import Company
from register.events import EventKind, RegistrationEvent
from register.history import History
from register.ids import CompanyId, RegistrationId, company_id
from register.resolution.judgements import Judgement, Verdict
from schemas.codec.company_records import company_from
from schemas.codec.records import change_from, history_from
from schemas.codec.resolution_records import judgement_datum
from schemas.codec.wire import decode, encode
from streams.processors import admit, resolve, unify
from tests.unit.laws.pipeline import Turn
from tests.unit.register.stating import event, named
from tests.unit.streams.in_memory import InMemoryKafka, Task, run_out, tasks_of
from tests.unit.streams.sample_events import publish, publisher_of, value_of

PARTITIONS = 2
ENTRIES = tuple(map(RegistrationId, ("SA.MC.7001775498", "KW.MOCI.123456", "BH.SIJILAT.9-1", "QA.MOCI.4711")))
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


class StateEntry(NamedTuple):
    """An entry states a new name, and another entry, or none, as its home."""

    entry: int
    home: int


class MisplaceEvent(NamedTuple):
    """An event of an entry comes to a partition that is not its key's: murmur2 is not its client's partitioner.

    Its id and its sequence are those of the latest event of the entry, or of one that comes later.
    """

    entry: int
    home: int
    ahead: int
    withdraws: bool


class DecidePair(NamedTuple):
    """A steward decides, or takes the latest decision on a pair back."""

    one: int
    two: int
    verdict: Verdict | None


class RunTasks(NamedTuple):
    """The tasks work, each in turn on a few records, this many times over."""

    rounds: int


STATE_ENTRIES = st.builds(StateEntry, st.integers(0, 3), st.integers(0, 3))
MISPLACED_EVENTS = st.builds(MisplaceEvent, st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.booleans())
BEGINNING = tuple(StateEntry(entry, entry) for entry in range(4))
DECISIONS = st.builds(
    DecidePair, st.integers(0, 1), st.integers(2, 3), st.sampled_from([Verdict.SAME, Verdict.DIFFERENT, None])
)
TURNS = st.builds(Turn, st.integers(0, 2 * PARTITIONS), st.integers(1, 3), st.booleans())
TASK_RUNS = st.builds(RunTasks, st.integers(1, 6))
Story = Sequence[StateEntry | MisplaceEvent | DecidePair | Turn | RunTasks]
STORIES = st.lists(st.one_of(STATE_ENTRIES, STATE_ENTRIES, DECISIONS, TURNS, TASK_RUNS), min_size=16, max_size=60).map(
    lambda told: [*BEGINNING, *told]
)


@dataclass(slots=True)
class Moving:
    """The three processors `admit`, `resolve` and `unify`, and the events published so far."""

    kafka: InMemoryKafka = field(default_factory=lambda: InMemoryKafka(partitions=PARTITIONS))
    said: dict[RegistrationId, int] = field(default_factory=dict)
    judged: dict[tuple[int, int], str] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)

    def __post_init__(self) -> None:
        topics = self.kafka.topics
        self.tasks = [
            *tasks_of(self.kafka, admit.processor(topics)),
            *tasks_of(self.kafka, unify.processor(topics)),
            Task(self.kafka, resolve.processor(topics), 0),
        ]

    def run(self, story: Story, *, working: bool = True) -> "Moving":
        """Run the steps of a story, then let the processors finish their work."""
        for one in story:
            if isinstance(one, StateEntry):
                publish(self.kafka, self._event(one))
            elif isinstance(one, MisplaceEvent):
                self._misplace(one)
            elif isinstance(one, DecidePair):
                self._judge(one)
            elif isinstance(one, RunTasks):
                for task in self.tasks * one.rounds if working else ():
                    task.run(2)
            elif working:
                self.tasks[one.task].run(one.slice_records, crash=one.crash, late=one.late)
        run_out(self.tasks)
        return self

    def companies(self) -> dict[CompanyId, Company]:
        read = (company_from(one) for one in self.kafka.values("register.companies", "Company"))
        return {one.company_id: one for one in read}

    def stated(self) -> dict[CompanyId, object]:
        """The content of each company, without its version."""
        return {
            key: (company.registrations, company.properties, company.alias_of)
            for key, company in self.companies().items()
            if company.registrations or company.alias_of
        }

    def histories(self) -> list[History[bytes]]:
        """The history of each registration in the state of `admit`."""
        held = (value for task in self.tasks[:PARTITIONS] for value in task.states.values())
        return [history_from(decode(value, "RegistrationHistory")) for value in held]

    def must_hold_each_in_one_company(self) -> None:
        """Fail unless each registration is whole in exactly one company, and its own id leads there."""
        companies, histories = self.companies(), self.histories()
        for history in histories:
            own = history.registration.registration_id
            homes = [key for key, company in companies.items() if own in company.members()]
            assert homes == [history.company]
            assert companies[history.company].members()[own] == history.registration
            moved = history.company != company_id(own)
            assert companies[company_id(own)].alias_of == (history.company if moved else None)
        assert sum(len(company.registrations) for company in companies.values()) == len(histories)

    def must_have_versions_without_gaps(self) -> None:
        """Fail unless the changes of each company are numbered from 1, and give its record."""
        changes = self.changes()
        for key, company in self.companies().items():
            own = [one for one in changes if one.company_id == key]
            assert [one.version for one in own] == list(range(1, company.version + 1))
            assert replayed(own) == company.properties

    def changes(self) -> list[Change]:
        return [change_from(one) for one in self.kafka.values("register.changes", "Change")]

    def _event(self, one: StateEntry) -> RegistrationEvent:
        entry = ENTRIES[one.entry]
        self.said[entry] = self.said.get(entry, 0) + 1
        return _stating(entry, ENTRIES[one.home], self.said[entry])

    def _misplace(self, one: MisplaceEvent) -> None:
        entry = ENTRIES[one.entry]
        sequence = max(self.said.get(entry, 0) + one.ahead, 1)
        stated = _stating(entry, ENTRIES[one.home], sequence)
        if one.withdraws and sequence > 1:
            stated = event(sequence, EventKind.WITHDRAWN, of=entry, replaces=f"{entry}-{sequence - 1}")
        key = entry.encode()
        topic = self.kafka.topics.registrations(publisher_of(entry))
        self.kafka.publish(topic, key, value_of(stated), partition=(self.kafka.place(key) + 1) % PARTITIONS)

    def _judge(self, one: DecidePair) -> None:
        number = len(self.kafka.records("register.judgements"))
        before = self.judged.get((one.one, one.two))
        if one.verdict is None and before is None:
            return
        left, right = sorted((ENTRIES[one.one], ENTRIES[one.two]))
        judgement = Judgement(
            judgement_id=f"j{number:03}",
            left=left,
            right=right,
            verdict=one.verdict or Verdict.UNDECIDED,
            by="noor",
            why="seen the deeds",
            decided_at=NOON + timedelta(minutes=number),
            revokes=None if one.verdict is not None else before,
        )
        if one.verdict is not None:
            self.judged[one.one, one.two] = judgement.judgement_id
        value = encode("Judgement", judgement_datum(judgement))
        self.kafka.publish("register.judgements", f"{left}|{right}".encode(), value, partition=0)


def _stating(entry: RegistrationId, home: RegistrationId, sequence: int) -> RegistrationEvent:
    stated: dict[str, Any] = {"legal_name": named(f"Name {sequence}")}
    if home != entry:
        stated["home_registration"] = str(home)
    cleared = () if home != entry else ("home_registration",)
    kind = EventKind.REGISTERED if sequence == 1 else EventKind.AMENDED
    return event(sequence, kind, of=entry, event_id=f"{entry}-{sequence}", cleared=cleared, **stated)
