"""`python -m benchmarks.count_process`: the runtime alone, with the least of a job: a stateful count per key."""

from collections.abc import Sequence

from bus.record import ConsumedRecord
from runtime.logs import configure
from runtime.settings import load
from streams.tasks.processor import Processor, Work
from streams.tasks.worker import run


class Count:
    """Emits each key's new count for each event; keeps the counts as state."""

    def __init__(self, out: str) -> None:
        self._out = out

    def __call__(self, records: Sequence[ConsumedRecord], work: Work) -> None:
        held = work.get_many(record.key or b"" for record in records)
        counts = {key: int(count or b"0") for key, count in held.items()}
        emit, out = work.emit, self._out
        for record in records:
            key = record.key or b""
            counts[key] = count = counts[key] + 1
            emit(out, key, b"%d" % count)
        for key, count in counts.items():
            work.put(key, b"%d" % count)


def main() -> None:
    """Count from the topic `in` to the topic `out`."""
    settings = load(None)
    configure(settings, process="count")
    prefix = settings.topic_prefix
    run(
        Processor(
            name="count",
            inputs=(prefix + "in",),
            state_topic=prefix + "counts",
            step=lambda partition: Count(prefix + "out"),
        ),
        settings,
    )


if __name__ == "__main__":
    main()
