"""The merge job on Quix Streams: a stateful `apply`, branches to the outputs, state in RocksDB with changelog topics.

`python -m benchmarks.peers.quix_merge at-least-once|exactly-once`. All else as Quix sets it by default.
"""

import sys
from functools import partial
from typing import Any

from quixstreams import Application, message_context

from benchmarks.peers.merging import MergeJob, Origin, Step
from runtime.settings import Settings


def main(guarantee: Any) -> None:
    """Run until SIGTERM."""
    settings = Settings()
    job = MergeJob(settings)
    app = Application(
        broker_address=settings.bootstrap_servers,
        consumer_group=settings.topic_prefix + "quix",
        auto_offset_reset="earliest",
        state_dir=settings.state_dir / (settings.topic_prefix + "quix"),
        processing_guarantee=guarantee,
        loglevel="WARNING",
    )
    written = partial(app.topic, key_serializer="bytes", value_serializer="bytes")
    changes, evidence, namings = written(job.changes), written(job.evidence), written(job.namings)

    def merged(value: bytes, state: Any) -> Step:
        at = message_context()
        origin = Origin(at.topic, at.partition, at.offset, value)
        step = job.step(origin, state.get_bytes("history"), state.get_bytes("company"))
        if step.history is not None:
            state.set_bytes("history", step.history)
        if step.company is not None:
            state.set_bytes("company", step.company)
        return step

    for name in job.inputs:
        events = app.topic(name, key_deserializer="bytes", value_deserializer="bytes")
        receipts = written(job.receipts[name])
        steps = app.dataframe(events).apply(merged, stateful=True)
        steps.apply(lambda step: step.receipt).to_topic(receipts)
        steps.apply(lambda step: step.evidence, expand=True).to_topic(evidence)
        steps.apply(lambda step: step.naming, expand=True).to_topic(namings)
        told = steps.filter(lambda step: step.change is not None)
        told.apply(lambda step: step.change).to_topic(changes)
    app.run()


if __name__ == "__main__":
    main(sys.argv[1])
