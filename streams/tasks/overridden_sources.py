"""The code of Faust and aiokafka that `faust_slices` and the tasks override or use, by its hash.

A test fails when one has changed. Then read the new source beside the old, and check the module's docstring. Run the
fault suite, and only then write the new hash (`python -m streams.tasks.overridden_sources` prints all).
"""

import hashlib
import inspect
import sys
from collections.abc import Mapping
from importlib import import_module, resources
from typing import Final


def fingerprint(name: str) -> str:
    """Give the hash of the source of `module:qualified.name`, or of the file `package/file` that Cython compiled."""
    if "/" in name:
        package, _, file = name.rpartition("/")
        source = (resources.files(package.replace("/", ".")) / file).read_text()
    else:
        module, _, path = name.partition(":")
        found: object = import_module(module)
        for part in path.split("."):
            found = inspect.getattr_static(found, part)
        source = inspect.getsource(inspect.unwrap(found))  # type: ignore[arg-type]
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def changed(pins: Mapping[str, str]) -> list[str]:
    """Give the names whose source differs from the pinned one."""
    return [name for name, pin in pins.items() if fingerprint(name) != pin]


OVERRIDDEN: Final[Mapping[str, str]] = {
    "faust.transport.consumer:Consumer.__init__": "302410d59e6972d1",
    "faust.transport.consumer:Consumer.getmany": "4b168d84882a70d6",
    "faust.transport.consumer:Consumer.perform_seek": "0e8c130ff4b0afd8",
    "faust.transport.consumer:Consumer.seek": "b86a9fe05f956b30",
    "faust.transport.consumer:Consumer._drain_messages": "44a2500309e83c63",
    "faust.transport.consumer:Consumer.stop_flow": "cf7e875a2b0d40e8",
    "faust.transport.consumer:Consumer.resume_flow": "db59630f25b5819b",
    "faust.transport.consumer:Consumer.on_partitions_revoked": "d04b7ae72c6fc206",
    "faust.transport.consumer:Consumer.on_partitions_assigned": "29ce96596f05a18c",
    "faust.transport.consumer:Consumer.commit": "a354437baaa08bf8",
    "faust.transport.consumer:ThreadDelegateConsumer": "a1b934b198fae1c0",
    "faust.transport.consumer:Fetcher": "c922e4ab78d9e296",
    "faust.transport.drivers.aiokafka:Consumer": "959f899e8ebfdd56",
    "faust.transport.drivers.aiokafka:ConsumerRebalanceListener": "f3d04f29dfb3f716",
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread.__post_init__": "913dc7c0d9578e2d",
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread.on_start": "38b4e8bd1e10723a",
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread._create_worker_consumer": "c2701bfc3e6f6cad",
    "faust.transport.drivers.aiokafka:credentials_to_aiokafka_auth": "364c9c9c68523c50",
    "faust.transport.conductor:ConductorCompiler.build": "837cf521368c1ee4",
    "faust/transport/_cython/conductor.pyx": "dde1f974267881cf",
    "faust.streams:Stream._py_aiter": "3a48ee257a65435b",
    "faust/_cython/streams.pyx": "0041622f4a251188",
    "faust.tables.manager:TableManager.on_start": "365dd25fbc0e0684",
    "faust.tables.recovery:Recovery._resume_streams": "d986a6710c1aca98",
    "faust.tables.recovery:Recovery.on_rebalance": "aa4d997a1795ceae",
    "faust.app.base:App._on_partitions_revoked": "d5c895bbe57dc73a",
    "faust.app.base:App._on_partitions_assigned": "de932b7927db85b3",
    "faust.app.base:App._stop_consumer": "55854a5de12c3f52",
    "faust.app.base:App.on_stop": "bfe5a933defb2324",
    "faust.worker:Worker._setproctitle": "0bb3262b8efbd757",
    "mode.worker:Worker._schedule_shutdown": "1a6a5dfc88c2298b",
    "mode.worker:Worker.execute_from_commandline": "212e98f635d7a69b",
    "aiokafka.consumer.fetcher:FetchResult": "d7db13f06de8248c",
    "aiokafka.consumer.fetcher:PartitionRecords": "94aa0da0dbec8d1b",
    "aiokafka.consumer.fetcher:Fetcher._proc_fetch_request": "59bf948fff47eed5",
    "aiokafka.record.default_records:_DefaultRecordBatchPy": "f63fbb5a8a247d54",
    "aiokafka.record.default_records:_DefaultRecordBatchBuilderPy": "6f28721e91e237c2",
    "aiokafka.record.memory_records:_MemoryRecordsPy": "795a0314fbca30af",
    "aiokafka/codec.py": "12a1cbf0e829586f",
    "aiokafka.producer.producer:AIOKafkaProducer.create_batch": "c4efda4bb7a09741",
    "aiokafka.producer.message_accumulator:MessageAccumulator.create_builder": "13dcd0ebf6b9eb44",
    "aiokafka.consumer.fetcher:Fetcher.fetched_records": "be4348896b9b66af",
    "aiokafka.consumer.fetcher:Fetcher._notify": "d3a30d94f34fd3a0",
    "aiokafka.consumer.fetcher:Fetcher.seek_to": "f0ba6aba6c22ef83",
    "aiokafka.consumer.fetcher:Fetcher._create_fetch_waiter": "61d840568746477e",
    "aiokafka.consumer.fetcher:Fetcher._update_fetch_positions": "d7774d8241dc6a7e",
    "aiokafka.consumer.subscription_state:SubscriptionState.fetch_context": "ff2a654dca239cfe",
    "aiokafka.consumer.subscription_state:TopicPartitionState": "2b83334afadf6d98",
    "aiokafka.consumer.group_coordinator:GroupCoordinator._on_join_prepare": "4d9524afc0ee2c2f",
    "aiokafka.consumer.group_coordinator:GroupCoordinator._on_join_complete": "0b0b3d204b408f3c",
    "aiokafka.consumer.group_coordinator:GroupCoordinator._perform_assignment": "a5cf61fa97320199",
    "aiokafka.admin.client:AIOKafkaAdminClient.list_consumer_group_offsets": "63aad3c2197d4867",
    "aiokafka.producer.message_accumulator:BatchBuilder": "8050802ca7514186",
    "aiokafka.producer.message_accumulator:MessageAccumulator": "562530971ca9bd19",
    "aiokafka.producer.sender:Sender": "46ef144176b79ef8",
    "aiokafka.producer.sender:InitPIDHandler": "4f466dcfc4b1f233",
    "aiokafka.producer.sender:AddPartitionsToTxnHandler": "112129b2ac04fe8e",
    "aiokafka.producer.sender:AddOffsetsToTxnHandler": "320ed303271e07ec",
    "aiokafka.producer.sender:TxnOffsetCommitHandler": "7f296a144356cb01",
    "aiokafka.producer.sender:EndTxnHandler": "47656efcfc994fbe",
    "aiokafka.producer.transaction_manager:TransactionManager": "d0932794d69a6780",
    "aiokafka.partitioner:murmur2": "62179ca184949379",
}

if __name__ == "__main__":
    for pinned in OVERRIDDEN:
        sys.stdout.write(f'    "{pinned}": "{fingerprint(pinned)}",\n')
