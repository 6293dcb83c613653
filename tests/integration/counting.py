"""A worker that counts events per key, run as a process: `python -m tests.integration.counting`.

Its settings come from the environment, as for any worker. Words in the values make it misbehave:
`boom` raises, `huge` emits a record that no topic takes, `large` counts with leading zeros, 300 kB of them,
`hang` never returns, `slow` takes a second, `thread` starts a thread that never ends.
"""

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Sequence

from bus.record import ConsumedRecord
from runtime.logs import configure
from runtime.settings import load
from streams.tasks.processor import Processor, Work, in_time
from streams.tasks.worker import run

LARGE = 300_000  # bytes: four do not fit into one batch
STALL_S = 10.0  # over the 3 s that a task waits for a directory which a frozen worker holds
SLOW_S = 1.0
HUGE = 3 << 20  # bytes: over any topic's max.message.bytes here


class Count:
    """Emits each key's new count for each event; keeps the counts as state."""

    def __init__(self, out: str) -> None:
        self.out = out

    def __call__(self, records: Sequence[ConsumedRecord], work: Work) -> int:
        held = work.get_many(record.key or b"" for record in records)
        counts: dict[bytes, int] = {}
        done = 0
        for record in in_time(records, work):
            done += 1
            key, value = record.key or b"", record.value
            if value == b"slow":
                time.sleep(SLOW_S)  # the work of a slow step, not a wait for something
            if value == b"boom":
                raise ValueError("boom, as the test asked for")
            if value == b"hang":
                threading.Event().wait()
            if value == b"thread":
                threading.Thread(target=threading.Event().wait).start()
            if value == b"huge":
                work.emit(self.out, key, b"x" * HUGE)
            counts[key] = counts.get(key, int(held[key] or b"0")) + 1
            work.emit(self.out, key, b"%0*d" % (LARGE if value == b"large" else 1, counts[key]))
        for key, count in counts.items():
            work.put(key, b"%d" % count)
        return done


class CountInMemory:
    """The same, with the counts in memory, where they come from the states that it is told when it opens."""

    def __init__(self, out: str) -> None:
        self.out = out
        self.counts: Counter[bytes] = Counter()

    def recall(self, states: Sequence[tuple[bytes, bytes]]) -> None:
        self.counts.update({key: int(count) for key, count in states})

    def __call__(self, records: Sequence[ConsumedRecord], work: Work) -> None:
        for record in records:
            key = record.key or b""
            self.counts[key] += 1
            work.emit(self.out, key, b"%d" % self.counts[key])
            work.put(key, b"%d" % self.counts[key])


def processor(inputs: Sequence[str], out: str, state: str, offsets: str | None, *, recalls: bool) -> Processor:
    step = CountInMemory if recalls else Count
    return Processor(
        name="count",
        inputs=tuple(inputs),
        state_topic=state,
        offsets_topic=offsets,
        step=lambda partition: step(out),
    )


if __name__ == "__main__":
    topics = json.loads(os.environ["COUNTING"])
    settings = load(None)
    configure(settings, process="count")
    run(processor(**topics), settings, stall_s=STALL_S)
