"""The register's processors over topics in memory, whose states a test damages and repairs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from register.changes import Change, replayed
from register.company import Company
from register.events import RegistrationEvent
from register.history import History
from register.ids import AgencyId, CompanyId, RegistrationId
from register.reprocessing import repair_event
from register.resolution.resolution_state import ResolutionState
from register.subscriptions import Subscription
from schemas.codec.company_records import company_datum, company_from
from schemas.codec.records import change_from, history_datum, history_from, subscription_datum
from schemas.codec.repair_records import Repair, repair_datum, state_hash
from schemas.codec.resolution_records import resolution_datum, resolution_from
from schemas.codec.wire import decode, encode
from streams.processors import admit, notify, resolve, unify
from tests.unit.streams.in_memory import InMemoryKafka, Table, Task, run_out
from tests.unit.streams.sample_events import publish

MADE_AT = datetime(2026, 11, 27, 16, tzinfo=UTC)
AGENCY = AgencyId("zatca")


class RepairedRegister:
    """`admit`, `resolve`, `unify` and `notify` with one partition, and an agency that wants everything."""

    def __init__(self) -> None:
        self.kafka = InMemoryKafka(partitions=1)
        topics = self.kafka.topics
        self.kafka.publish(
            topics.subscriptions,
            AGENCY.encode(),
            encode("Subscription", subscription_datum(Subscription(agency=AGENCY))),
        )
        table = Table(self.kafka, topics.subscriptions)
        self.admit = Task(self.kafka, admit.processor(topics), 0)
        self.resolve = Task(self.kafka, resolve.processor(topics), 0)
        self.unify = Task(self.kafka, unify.processor(topics), 0)
        self._notify = Task(self.kafka, notify.processor(topics, table), 0)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks of all processors."""
        return self.admit, self.resolve, self.unify, self._notify

    def take(self, *events: RegistrationEvent) -> "RepairedRegister":
        """Publish events and work until nothing is queued."""
        publish(self.kafka, *events)
        return self.work()

    def work(self) -> "RepairedRegister":
        """Work until nothing is queued."""
        run_out(self.tasks)
        return self

    def history(self, own: RegistrationId) -> History[bytes]:
        """Read a state of `admit`."""
        return history_from(decode(self.admit.states[own.encode()], "RegistrationHistory"))

    def resolution(self, key: str) -> ResolutionState:
        """Read a state of `resolve`."""
        return resolution_from(decode(self.resolve.states[key.encode()], "Resolution"))

    def company(self, company: CompanyId) -> Company:
        """Read a state of `unify`."""
        return company_from(decode(self.unify.states[company.encode()], "Company"))

    def damage_history(self, own: RegistrationId, **stated: object) -> "RepairedRegister":
        """Alter what a registration states, behind the back of `admit`."""
        held = self.history(own)
        altered = replace(held.registration, properties={**held.registration.properties, **stated})
        state = encode("RegistrationHistory", history_datum(replace(held, registration=altered)))
        return self.damage(self.admit, own, state)

    def damage_resolution(
        self, key: str, alter: Callable[[ResolutionState], ResolutionState] | None
    ) -> "RepairedRegister":
        """Alter or remove what `resolve` knows."""
        state = None if alter is None else encode("Resolution", resolution_datum(alter(self.resolution(key))))
        return self.damage(self.resolve, key, state)

    def damage_company(self, company: CompanyId, **stated: object) -> "RepairedRegister":
        """Alter what a company states, behind the back of `unify`."""
        held = self.company(company)
        altered = tuple(
            replace(
                one, properties={**one.properties, **{name: stated[name] for name in stated.keys() & one.properties}}
            )
            for one in held.registrations
        )
        record = replace(held, registrations=altered, properties={**held.properties, **stated})
        return self.damage(self.unify, company, encode("Company", company_datum(record)))

    def repair(self, task: Task, right: "RepairedRegister", *keys: str) -> "RepairedRegister":
        """Queue repairs: the states under these keys get the content that an undamaged register has."""
        place = self.tasks.index(task)
        for key in keys or tuple(sorted(_differing(task, right.tasks[place]))):
            self.send(task, key, right.tasks[place].states.get(key.encode()))
        return self

    def send(self, task: Task, key: str, state: bytes | None, replaces: str | None = None) -> None:
        """Queue a repair of the state that is there now."""
        topics = self.kafka.topics
        names = (topics.registrations_repairs, topics.resolution_repairs, topics.companies_repairs)
        repair = Repair(
            key=key,
            replaces=state_hash(task.states.get(key.encode())) if replaces is None else replaces,
            state=state,
            rebuild_id="rebuild-1",
            by="noor",
            made_at=MADE_AT,
        )
        self.kafka.publish(names[self.tasks.index(task)], key.encode(), encode("Repair", repair_datum(repair)))

    def changes(self, cause: str | None = None) -> list[Change]:
        """List the changes, or those of a cause."""
        told = [change_from(one) for one in self.kafka.values("register.changes", "Change")]
        return [one for one in told if cause is None or one.cause == cause]

    def notices(self) -> list[tuple[int, CompanyId, int]]:
        """List the agency's notices: number, company and version."""
        told = self.kafka.values(f"notices.{AGENCY}", "Notice")
        return [(one["number"], one["change"]["company_id"], one["change"]["version"]) for one in told]

    def must_hold_the_laws(self) -> "RepairedRegister":
        """Fail unless versions and notices have no gaps, and the changes of each company give its record."""
        for key in self.unify.states:
            company = self.company(CompanyId(key.decode()))
            told = [change for change in self.changes() if change.company_id == company.company_id]
            assert [change.version for change in told] == list(range(1, company.version + 1))
            assert replayed(told) == company.properties
        assert [number for number, _, _ in self.notices()] == list(range(1, len(self.notices()) + 1))
        return self

    def contents(self) -> Sequence[dict[bytes, object]]:
        """Give all states; companies without their versions, evidence without the event that stated it last."""
        companies = {key: replace(self.company(CompanyId(key.decode())), version=0) for key in self.unify.states}
        known = {key: _without_event(self.resolution(key.decode())) for key in self.resolve.states}
        return [dict(self.admit.states), dict(known), dict(companies)]

    def damage(self, task: Task, key: str, state: bytes | None) -> "RepairedRegister":
        """Alter a state while its process is stopped."""
        if state is None:
            task.states.pop(key.encode())
        else:
            task.states[key.encode()] = state
        task.restart()
        return self


def _differing(task: Task, right: Task) -> Iterator[str]:
    for key in {*task.states, *right.states}:
        if task.states.get(key) != right.states.get(key):
            yield key.decode()


def _without_event(state: ResolutionState) -> ResolutionState:
    if state.evidence is None:
        return state
    return replace(state, evidence=replace(state.evidence, event=repair_event("", MADE_AT)))
