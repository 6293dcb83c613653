"""Whatever comes between an event, its evidence, the assignment and the move: a registration is in one company.

`admit`, `resolve` and `unify` work in any turn, on slices of any size, and die before any commit, while events and
judgements keep coming. Once they have worked off all, no statement is lost and none stands twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from register.changes import Change, replayed
from register.company import Company
from register.events import EventKind, RegistrationEvent
from register.ids import CompanyId, RegistrationId, company_id
from register.resolution.judgements import Judgement, Verdict
from schemas.records import change_from, company_from, history_from, statement_from
from schemas.resolution_records import judgement_datum
from schemas.wire import decode, encode
from streams import admit, resolve, unify
from tests.unit.laws.pipeline import Turn
from tests.unit.register.stating import event, named
from tests.unit.streams.in_memory import InMemoryKafka, Task, run_out, tasks_of
from tests.unit.streams.publishing import publish

PARTITIONS = 2
ENTRIES = tuple(map(RegistrationId, ("SA.MC.7001775498", "KW.MOCI.123456", "BH.SIJILAT.9-1", "QA.MOCI.4711")))
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


class Says(NamedTuple):
    """An entry states its name anew, and another one, or none, as its home."""

    entry: int
    home: int


class Judges(NamedTuple):
    """A steward decides, or takes the latest decision on a pair back."""

    one: int
    two: int
    verdict: Verdict | None


class Works(NamedTuple):
    """The tasks work, each in turn on a few records, this many times over."""

    rounds: int


SAYS = st.builds(Says, st.integers(0, 3), st.integers(0, 3))
BEGINNING = tuple(Says(entry, entry) for entry in range(4))
JUDGES = st.builds(
    Judges, st.integers(0, 1), st.integers(2, 3), st.sampled_from([Verdict.SAME, Verdict.DIFFERENT, None])
)
TURNS = st.builds(Turn, st.integers(0, 2 * PARTITIONS), st.integers(1, 3), st.booleans())
WORKS = st.builds(Works, st.integers(1, 6))
Story = Sequence[Says | Judges | Turn | Works]
STORIES = st.lists(st.one_of(SAYS, SAYS, JUDGES, TURNS, WORKS), min_size=16, max_size=60).map(
    lambda told: [*BEGINNING, *told]
)


@dataclass(slots=True)
class Moving:
    """The three processors that a statement passes, and what was published so far."""

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

    def live(self, story: Story, *, working: bool = True) -> "Moving":
        """Let it all happen, and then let the processors come to rest."""
        for one in story:
            if isinstance(one, Says):
                publish(self.kafka, self._event(one))
            elif isinstance(one, Judges):
                self._judge(one)
            elif isinstance(one, Works):
                for task in self.tasks * one.rounds if working else ():
                    task.run(2)
            elif working:
                self.tasks[one.task].run(one.slice_records, crash=one.crash, late=one.late)
        run_out(self.tasks)
        return self

    def companies(self) -> dict[CompanyId, Company]:
        read = (company_from(one) for one in self.kafka.values("register.companies", "Company"))
        return {one.company_id: one for one in read}

    def changes(self) -> list[Change]:
        return [change_from(one) for one in self.kafka.values("register.changes", "Change")]

    def _event(self, one: Says) -> RegistrationEvent:
        entry, home = ENTRIES[one.entry], ENTRIES[one.home]
        sequence = self.said[entry] = self.said.get(entry, 0) + 1
        stated: dict[str, Any] = {"legal_name": named(f"Name {sequence}")}
        if home != entry:
            stated["home_registration"] = str(home)
        cleared = () if home != entry else ("home_registration",)
        kind = EventKind.REGISTERED if sequence == 1 else EventKind.AMENDED
        return event(sequence, kind, of=entry, event_id=f"{entry}-{sequence}", cleared=cleared, **stated)

    def _judge(self, one: Judges) -> None:
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


@given(STORIES)
def test_every_registration_is_in_exactly_one_company_with_all_that_it_states(
    story: Story,
) -> None:
    register = Moving().live(story)
    companies = register.companies()
    histories = [
        history_from(decode(value, "RegistrationHistory")) for task in register.tasks[:PARTITIONS]
        for value in task.states.values()
    ]  # fmt: skip
    for history in histories:
        own = history.registration.registration_id
        homes = [key for key, company in companies.items() if own in company.members()]
        assert homes == [history.company]
        assert companies[history.company].members()[own] == history.registration
        moved = history.company != company_id(own)
        assert companies[company_id(own)].alias_of == (history.company if moved else None)
    assert sum(len(company.registrations) for company in companies.values()) == len(histories)


@given(STORIES)
def test_any_interleaving_gives_the_companies_that_one_go_gives(story: Story) -> None:
    in_pieces, in_one_go = Moving().live(story), Moving().live(story, working=False)
    assert _stated(in_pieces) == _stated(in_one_go)


@given(STORIES)
def test_every_move_is_one_statement_that_leaves_and_one_that_arrives(story: Story) -> None:
    register = Moving().live(story)
    changes = register.changes()
    sent = [statement_from(one) for one in register.kafka.values("register.statements", "Statement")]
    for entry in ENTRIES:
        arrivals = [one for one in sent if one.registration_id == entry and one.other and one.registration]
        assert len([one for one in changes if one.joined == entry]) == len(arrivals)
        assert len([one for one in changes if one.left == entry]) == len(arrivals)
        told = [one for one in changes if entry in (one.joined, one.left) and one.follows is None]
        assert len(told) == len(arrivals) + len([one for one in arrivals if one.told_by_both])


@given(STORIES)
def test_versions_have_no_gap_and_their_changes_give_the_record(story: Story) -> None:
    register = Moving().live(story)
    changes = register.changes()
    for key, company in register.companies().items():
        own = [one for one in changes if one.company_id == key]
        assert [one.version for one in own] == list(range(1, company.version + 1))
        assert replayed(own) == company.properties


def _stated(register: Moving) -> dict[CompanyId, object]:
    """What stands in each company, whatever its version."""
    return {
        key: (company.registrations, company.properties, company.alias_of)
        for key, company in register.companies().items()
        if company.registrations or company.alias_of
    }
