"""Whatever stands in a record, `admit` answers it once and goes on; so does all that reads what it gives out."""

import os

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer import fetcher

from bus import consumer
from consumers.projection.inputs import inputs_among
from consumers.projection.transaction_input import ProjectionSlice, prepared
from register.ids import AgencyId, RegistrationId
from register.subscriptions import Subscription
from schemas.codec.records import subscription_datum
from schemas.codec.wire import encode
from streams.processors import admit, notify, resolve, suggest, unify
from tests.acceptance.fuzzing import Fuzz
from tests.unit.register.stating import registered
from tests.unit.streams.in_memory import InMemoryKafka, Table, Task, run_out, tasks_of
from tests.unit.streams.sample_events import publish

RECORDS = int(os.environ.get("SIJILL_TEST_FUZZ_UNIT", "150"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_each_record_of_random_bytes_has_one_receipt_and_all_processes_go_on(seed: int) -> None:
    kafka, sent = InMemoryKafka(partitions=1), 0
    for _, written, count in Fuzz(seed=seed, authority="KW.MOCI", partitions=1).batches(RECORDS):
        batches = consumer._FetchedBatches(written)
        read = list(fetcher.PartitionRecords(TopicPartition("t", 0), batches, [], 0, None, None, True, 1))
        assert [one.offset for one in read] == list(range(count))
        for one in read:
            kafka.publish("registrations.kw", one.key, one.value, one.headers, 0)
            sent += 1
    tasks = register(kafka)
    run_out(tasks, lambda: 100)

    receipts = kafka.values("receipts.kw", "Receipt")
    assert [one["offset"] for one in receipts] == list(range(sent))
    refused = [one for one in receipts if one["outcome"] == "REJECTED"]
    assert len(kafka.records("registrations.kw.dlq")) == len(refused) < sent
    inputs = inputs_among({topic for topic, _ in kafka.logs}, kafka.topics)
    records = [one for topic in inputs for one in kafka.records(topic)]
    rows = prepared(ProjectionSlice(records=records, advances=()), inputs).rows
    assert len(rows.receipts) == sent
    assert all(len(part.encode()) < 2_000 for key in rows.cases for part in key)  # what an index of PostgreSQL takes

    publish(kafka, registered(of=RegistrationId("KW.MOCI.990001")))
    run_out(tasks, lambda: 100)
    assert kafka.values("receipts.kw", "Receipt")[-1]["outcome"] == "ACCEPTED"


def register(kafka: InMemoryKafka) -> list[Task]:
    """Make the tasks of all processors, and an agency that wants everything."""
    topics = kafka.topics
    kafka.publish(
        topics.subscriptions, b"all", encode("Subscription", subscription_datum(Subscription(agency=AgencyId("all"))))
    )
    processors = (
        admit.processor(topics),
        resolve.processor(topics),
        unify.processor(topics),
        notify.processor(topics, Table(kafka, topics.subscriptions)),
        suggest.processor(topics),
    )
    return [task for one in processors for task in tasks_of(kafka, one)]
