"""Whatever stands in a record, `admit` answers it once and goes on; so does all that reads what it gives out."""

import os

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer import fetcher

from register.ids import RegistrationId
from runtime import kafka_reading
from tests.acceptance.fuzzing import Fuzz
from tests.unit.register.stating import registered
from tests.unit.streams.in_memory import run_out
from tests.unit.streams.publishing import Admitting, unifying

RECORDS = int(os.environ.get("SIJILL_TEST_FUZZ_UNIT", "150"))


@pytest.mark.parametrize("seed", range(3))
def test_each_record_of_random_bytes_has_one_receipt(seed: int) -> None:
    admitting = Admitting(partitions=2)
    kafka, sent = admitting.kafka, 0
    for partition, written, count in Fuzz(seed=seed, authority="KW.MOCI", partitions=2).batches(RECORDS):
        batches = kafka_reading._Batches(written)
        read = list(fetcher.PartitionRecords(TopicPartition("t", 0), batches, [], 0, None, None, True, 1))
        assert [one.offset for one in read] == list(range(count))
        for one in read:
            kafka.publish("registrations.kw", one.key, one.value, one.headers, partition)
            sent += 1
    admitting.run()
    receipts = kafka.values("receipts.kw", "Receipt")
    assert len(receipts) == len({(one["partition"], one["offset"]) for one in receipts}) == sent
    refused = [one for one in receipts if one["outcome"] == "REJECTED"]
    assert len(kafka.records("registrations.kw.dlq")) == len(refused) < sent
    run_out(unifying(kafka))
    admitting.take(registered(of=RegistrationId("KW.MOCI.990001")))
    assert kafka.values("receipts.kw", "Receipt")[-1]["outcome"] in {"ACCEPTED", "REJECTED"}
