"""The merge job on stock Faust: one agent, two tables in RocksDB with changelog topics, at least once.

`python -m benchmarks.peers.faust_merge`. All else as Faust sets it by default, but for the web server.
"""

import sys
from functools import partial
from typing import Any

import faust

from benchmarks.peers.merging import MergeJob, Origin
from runtime.settings import Settings


def app_of(settings: Settings) -> Any:
    """Make the app."""
    job = MergeJob(settings)
    name = settings.topic_prefix + "faust"
    app = faust.App(
        name,
        broker=f"kafka://{settings.bootstrap_servers}",
        store="rocksdb://",
        datadir=settings.state_dir / name,
        key_serializer="raw",
        value_serializer="raw",
        topic_partitions=settings.partitions,
        topic_replication_factor=1,
        web_enabled=False,
    )
    raw = partial(app.topic, key_type=bytes, value_type=bytes)
    events, changes, evidence, namings = raw(*job.inputs), raw(job.changes), raw(job.evidence), raw(job.namings)
    receipts = {source: raw(name) for source, name in job.receipts.items()}
    histories = app.Table("histories", key_type=bytes, value_type=bytes)
    companies = app.Table("companies", key_type=bytes, value_type=bytes)

    @app.agent(events)
    async def merge(stream: Any) -> None:
        async for event in stream.events():
            key, message = event.key, event.message
            origin = Origin(message.topic, message.partition, message.offset, event.value)
            step = job.step(origin, histories.get(key), companies.get(key))
            if step.history is not None:
                histories[key] = step.history
            if step.company is not None:
                companies[key] = step.company
            await receipts[message.topic].send(key=key, value=step.receipt)
            for value in step.evidence:
                await evidence.send(key=key, value=value)
            for value in step.naming:
                await namings.send(key=key, value=value)
            if step.change is not None:
                await changes.send(key=key, value=step.change)

    return app


if __name__ == "__main__":
    sys.argv = ["faust", "worker", "--loglevel", "WARN"]
    app_of(Settings()).main()
