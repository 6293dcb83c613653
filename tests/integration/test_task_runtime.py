"""The task runtime on a real Kafka: real worker processes count events per key, and every count is checked."""

import asyncio
import shutil
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from confluent_kafka.admin import AdminClient

from runtime.settings import Settings
from tests.integration.arena import PARTITIONS, arena, some_keys

READY = r"worker_ready .*partitions=\[([^\]]*)\].* restored=(\d+)"
ALL = r"worker_ready .*partitions=\[0, 1, 2, 3\].* restored=(\d+)"


async def test_a_restart_reads_only_the_tail_of_the_state(settings: Settings) -> None:
    async with arena(settings) as ring:
        await ring.publish(some_keys(20_000, seed=1))
        first = ring.start()
        await ring.check()
        first.send(signal.SIGTERM)
        assert await first.ends(within_s=10) == 0
        second = ring.start()
        assert int((await second.says(ALL)).group(1)) == 0  # an orderly stop has flushed it all
        await ring.publish(some_keys(2_000, seed=2))
        await ring.check()
        second.kill()
        third = ring.start()
        assert 0 < int((await third.says(ALL)).group(1)) <= 2_000  # what the killed one had not flushed yet
        await ring.publish(some_keys(2_000, seed=3))
        await ring.check()


async def test_a_lost_state_directory_is_restored(settings: Settings) -> None:
    async with arena(settings) as ring:
        await ring.publish(some_keys(5_000, seed=1))
        first = ring.start()
        await ring.check()
        first.send(signal.SIGTERM)
        assert await first.ends(within_s=10) == 0
        shutil.rmtree(settings.state_dir)
        second = ring.start()
        assert int((await second.says(ALL)).group(1)) >= 500
        await ring.publish(some_keys(5_000, seed=2))
        await ring.check()


async def test_a_corrupted_state_directory_is_wiped_and_restored(settings: Settings) -> None:
    async with arena(settings) as ring:
        await ring.publish(some_keys(5_000, seed=1))
        first = ring.start()
        await ring.check()
        first.send(signal.SIGTERM)
        assert await first.ends(within_s=10) == 0
        directories = ring.state_directories()
        assert len(directories) == PARTITIONS
        for file in directories[0].glob("*.sst"):
            file.write_bytes(b"nonsense")
        next(directories[1].glob("MANIFEST*")).write_bytes(b"nonsense")
        second = ring.start()
        await second.says(ALL)
        assert second.logged().count("state_wiped") == 2
        await ring.publish(some_keys(5_000, seed=2))
        await ring.check()


async def test_a_step_is_told_every_state_whenever_its_task_opens(settings: Settings) -> None:
    async with arena(settings, recalls=True) as ring:
        await ring.publish(some_keys(20_000, seed=1, different=5_000))
        first = ring.start()
        await ring.check()
        first.kill()
        second = ring.start()  # its store lacks what was not flushed: that comes from the topic, and is told as well
        await ring.publish(some_keys(5_000, seed=2, different=5_000))
        await ring.check()
        third = ring.start(1)  # some partitions move to it
        await third.says(READY)
        await ring.publish(some_keys(5_000, seed=3, different=5_000))
        await ring.check()
        second.send(signal.SIGTERM)
        assert await second.ends(within_s=10) == 0
        await ring.publish(some_keys(5_000, seed=4, different=5_000))
        await ring.check()


async def test_two_inputs_of_equal_partitions_are_one_task(settings: Settings) -> None:
    async with arena(settings, inputs=("left", "right")) as ring:
        ring.start(0)
        ring.start(1)
        for seed in range(6):
            await ring.publish(some_keys(1_000, seed=seed), topic=ring.inputs[seed % 2])
        await ring.check()


@pytest.mark.parametrize("offsets", [True, False], ids=["with_kept_offsets", "without"])
async def test_an_input_that_an_upgrade_adds_is_read_from_its_beginning(settings: Settings, offsets: bool) -> None:
    async with arena(settings, inputs=("old", "added"), offsets=offsets) as ring:
        ring.inputs, added = ring.inputs[:1], ring.inputs[1]
        first = ring.start()
        await ring.publish(some_keys(1_000, seed=1))
        await ring.check()
        first.send(signal.SIGTERM)
        assert await first.ends(within_s=10) == 0
        await ring.publish(some_keys(500, seed=2), topic=added)  # nobody has an offset of it
        ring.inputs = [*ring.inputs, added]
        second = ring.start()
        await ring.publish(some_keys(500, seed=3))
        await ring.check()
        assert "offsets_recovered" not in second.logged()


async def test_the_lag_becomes_zero_when_all_is_done(settings: Settings) -> None:
    async with arena(settings) as ring:
        ring.start()
        await ring.publish(some_keys(1_000, seed=1))
        await ring.check()
        assert await _lag(settings, ring.inputs[0]) == 0


async def test_a_step_that_fails_ends_the_worker_and_commits_nothing(settings: Settings) -> None:
    async with arena(settings) as ring:
        worker = ring.start()
        await ring.publish([b"k1"], value=b"boom")
        assert await worker.ends() == 3
        assert "boom, as the test asked for" in worker.logged()
        again = ring.start()
        assert await again.ends() == 3  # nothing is skipped
        assert not ring.counts


async def test_an_orderly_stop_does_not_wait_for_the_threads_of_a_library(settings: Settings) -> None:
    async with arena(settings) as ring:
        worker = ring.start()
        await ring.publish([b"k1"], value=b"thread")
        await ring.check()
        worker.send(signal.SIGTERM)
        assert await worker.ends(within_s=10) == 0
        assert "worker_stopped" in worker.logged()


async def test_a_group_that_was_deleted_while_all_was_stopped_goes_on_where_it_was(settings: Settings) -> None:
    async with arena(settings) as ring:
        await ring.publish(some_keys(5_000, seed=1))
        first = ring.start()
        await ring.check()
        first.send(signal.SIGTERM)
        assert await first.ends(within_s=10) == 0
        await _delete_group(settings)
        await ring.publish(some_keys(1_000, seed=2))
        second = ring.start()
        await ring.check()
        assert second.logged().count("offsets_recovered") == PARTITIONS
        second.kill()
        await _delete_group(settings)
        shutil.rmtree(settings.state_dir)
        third = ring.start()
        await third.says(ALL)
        assert await _lag(settings, ring.inputs[0]) == 0  # the group knows its offsets again, before any new event
        await ring.publish(some_keys(1_000, seed=3))
        await ring.check()


async def test_states_whose_offsets_nobody_knows_stop_the_worker_with_a_way_out(settings: Settings) -> None:
    async with arena(settings, offsets=False) as ring:
        await ring.publish(some_keys(1_000, seed=1))
        first = ring.start()
        await ring.check()
        first.send(signal.SIGTERM)
        assert await first.ends(within_s=10) == 0
        await _delete_group(settings)
        second = ring.start()
        assert await second.ends() == 3
        assert "OffsetsLost" in second.logged()
        assert f"delete the topic {ring.state}" in second.logged()


async def test_a_step_that_takes_a_second_a_record_goes_on_slowly_and_its_worker_never_ends(settings: Settings) -> None:
    async with arena(settings) as ring:
        worker = ring.start()
        await ring.publish([b"k1"] * 3_000)
        await ring.check()  # its transactions have grown to thousands of records
        await ring.publish([b"k1"] * 12, value=b"slow")
        await ring.publish([b"k1"] * 3_000)
        await ring.check(within_s=60)
        assert worker.process.poll() is None
        assert "worker_stalled" not in worker.logged()
        worker.kill()
        again = ring.start()
        await again.says(READY)
        await ring.publish([b"k1"] * 5, value=b"slow")
        await ring.check(within_s=60)
        assert again.process.poll() is None


async def test_large_records_wait_in_the_broker_and_not_in_memory(settings: Settings) -> None:
    async with arena(settings) as ring:
        await ring.publish([b"k%d" % n for n in range(300)], value=b"x" * 900_000)
        worker = ring.start()
        most, check = 0, asyncio.create_task(ring.check(within_s=120))
        while not check.done():
            most = max(most, psutil.Process(worker.pid).memory_info().rss)
            await asyncio.sleep(0.05)  # between two looks at its memory
        await check
        assert most < 200 << 20  # all of them together have 270 MB


async def test_a_step_that_hangs_is_ended_by_the_watchdog(settings: Settings) -> None:
    async with arena(settings) as ring:
        worker = ring.start()
        await ring.publish([b"k1"], value=b"hang")
        assert await worker.ends() == 4
        assert "worker_stalled" in worker.logged()
        assert not ring.counts


async def test_an_oversized_output_is_a_clear_error(settings: Settings) -> None:
    async with arena(settings) as ring:
        worker = ring.start()
        await ring.publish([b"k1"], value=b"huge")
        assert await worker.ends() == 3
        assert "RecordTooLarge" in worker.logged()
        assert "the record with key b'k1'" in worker.logged()
        assert "max.message.bytes" in worker.logged()
        assert not ring.counts


async def test_many_large_outputs_roll_over_to_further_batches(settings: Settings) -> None:
    async with arena(settings) as ring:
        ring.start()
        await ring.publish([b"k%d" % n for n in range(40)], value=b"large")
        await ring.check()


async def test_a_first_transaction_that_was_aborted_leaves_nothing_to_restore(settings: Settings) -> None:
    async with arena(settings) as ring:
        for partition in range(PARTITIONS):  # as a worker does that is killed in its very first transaction
            async with aborted(settings, f"{settings.topic_prefix}count-{partition}") as producer:
                await producer.send_and_wait(ring.state, b"9", b"lost", partition=partition)
        await ring.publish(some_keys(2_000, seed=1))
        ring.start()
        await ring.check()


@asynccontextmanager
async def aborted(settings: Settings, transactional_id: str) -> AsyncIterator[AIOKafkaProducer]:
    """A producer whose transaction does not come to its end."""
    servers = settings.bootstrap_servers
    producer = AIOKafkaProducer(bootstrap_servers=servers, transactional_id=transactional_id)
    await producer.start()
    try:
        await producer.begin_transaction()
        yield producer
        await producer.abort_transaction()
    finally:
        await producer.stop()


async def _lag(settings: Settings, topic: str) -> int:
    """How many records of a topic the group has not worked off, by the offsets that Kafka keeps of it."""
    reader: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers, group_id=settings.topic_prefix + "count"
    )
    async with reader:
        tps = [TopicPartition(topic, partition) for partition in range(PARTITIONS)]
        ends = await reader.end_offsets(tps)
        return sum([end - (await reader.committed(tp) or 0) for tp, end in ends.items()])


async def _delete_group(settings: Settings) -> None:
    """Delete the workers' group once its last member counts as gone."""
    group, deadline = settings.topic_prefix + "count", time.monotonic() + 60
    admin = AdminClient({"bootstrap.servers": settings.bootstrap_servers})
    while True:
        refused = admin.delete_consumer_groups([group])[group].exception()
        if refused is None:
            return
        assert time.monotonic() < deadline, refused
        await asyncio.sleep(0.1)  # between two attempts
