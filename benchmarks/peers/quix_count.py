"""The count on Quix Streams. `python -m benchmarks.peers.quix_count at-least-once|exactly-once`."""

import sys
from typing import Any

from quixstreams import Application

from runtime.settings import Settings


def main(guarantee: Any) -> None:
    """Run until SIGTERM."""
    settings = Settings()
    prefix = settings.topic_prefix
    app = Application(
        broker_address=settings.bootstrap_servers,
        consumer_group=prefix + "quix",
        auto_offset_reset="earliest",
        state_dir=settings.state_dir / (prefix + "quix"),
        processing_guarantee=guarantee,
        loglevel="WARNING",
    )
    events = app.topic(prefix + "in", key_deserializer="bytes", value_deserializer="bytes")
    results = app.topic(prefix + "out", key_serializer="bytes", value_serializer="integer")

    def counted(value: bytes, state: Any) -> int:
        count: int = state.get("count", 0) + 1
        state.set("count", count)
        return count

    app.dataframe(events).apply(counted, stateful=True).to_topic(results)
    app.run()


if __name__ == "__main__":
    main(sys.argv[1])
