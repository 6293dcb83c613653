"""The whole register as steps over topics in memory, driven by a plan: which task works, on how much, and dies."""

from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import strategies as st

from register.ids import AgencyId
from register.subscriptions import Subscription
from schemas.codec.records import subscription_datum
from schemas.codec.wire import encode
from streams.processors import admit, notify, unify
from tests.unit.streams.in_memory import InMemoryKafka, Table, run_out, tasks_of

AGENCIES = (
    Subscription(agency=AgencyId("all")),
    Subscription(agency=AgencyId("names"), fields=("legal_name", "entity_status")),
    Subscription(agency=AgencyId("riyadh"), member_states=("SA",)),
)
PARTITIONS = 2


class Turn(NamedTuple):
    """One transaction: of which task, on how many records of each input, and how it ends.

    It dies before the commit, or it is late: then it processes no more than it must.
    """

    task: int
    slice_records: int
    crash: bool
    late: bool = False


TURNS = st.builds(Turn, st.integers(0, 3 * PARTITIONS - 1), st.integers(1, 3), st.booleans(), st.booleans())
PLANS = st.lists(TURNS, max_size=30)


class Pipeline:
    """`admit`, `unify` and `notify` with a task per partition, and three agencies."""

    def __init__(self) -> None:
        self.kafka = InMemoryKafka(partitions=PARTITIONS)
        topics = self.kafka.topics
        for one in AGENCIES:
            value = encode("Subscription", subscription_datum(one))
            self.kafka.publish(topics.subscriptions, one.agency.encode(), value)
        table = Table(self.kafka, topics.subscriptions)
        processors = (admit.processor(topics), unify.processor(topics), notify.processor(topics, table))
        self.tasks = [task for processor in processors for task in tasks_of(self.kafka, processor)]

    def work(self, plan: Sequence[Turn] = (), slice_records: int = 1_000) -> "Pipeline":
        """Follow the plan, then let every task finish."""
        for turn in plan:
            self.tasks[turn.task].run(turn.slice_records, crash=turn.crash, late=turn.late)
        run_out(self.tasks, lambda: slice_records)
        return self

    def by_key(self, topic: str) -> dict[bytes | None, list[tuple[bytes | None, object]]]:
        """What a topic holds under each key, in order: the values and headers."""
        found: dict[bytes | None, list[tuple[bytes | None, object]]] = {}
        for record in self.kafka.records(topic):
            found.setdefault(record.key, []).append((record.value, record.headers))
        return found

    def newest(self, topic: str) -> dict[bytes | None, bytes | None]:
        """What compaction leaves of a topic."""
        return {record.key: record.value for record in self.kafka.records(topic)}
