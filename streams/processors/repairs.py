"""Repairs from a rebuild: compare-and-set on one state of a processor.

A repair is applied only while the state is the one that the rebuild compared. An event in between overtakes it: then
it does nothing, and the rebuild compares again. So a repair may come twice, late, or after a crash.
"""

from collections.abc import Callable, Sequence

import structlog

from bus.record import ConsumedRecord
from schemas.codec.reader import read
from schemas.codec.repair_records import Repair, repair_from, state_hash
from schemas.partitioning import partition_of
from streams.tasks.processor import Work, in_time

log = structlog.get_logger(__name__)


def separated(
    records: Sequence[ConsumedRecord], repairs: str
) -> tuple[Sequence[ConsumedRecord], Sequence[ConsumedRecord]]:
    """Give the first records that are no repairs and the first that are: one of both is empty. `repairs`: the topic.

    They get transactions of their own: so a repair reads the state after the records before it.
    """
    kind = bool(records) and records[0].topic == repairs
    count = next((at for at, record in enumerate(records) if (record.topic == repairs) is not kind), len(records))
    return ((), records[:count]) if kind else (records[:count], ())


def apply_repairs(
    records: Sequence[ConsumedRecord], work: Work, apply: Callable[[Repair, bytes | None, Work], None]
) -> int:
    """Apply the repairs whose state is still the one that they replace; returns the number of processed records.

    `apply` gets the repair and the held state, and puts the new one. A state stands in the partition of its key only.
    """
    done = 0
    for record in in_time(records, work):
        done += 1
        repair = repair_from(read(record.value or b"", "Repair"))
        key = repair.key.encode()
        held = work.get(key)
        due = state_hash(held) == repair.replaces and partition_of(key, work.partitions) == work.partition
        if due:
            apply(repair, held, work)
        log.info("repair_applied" if due else "repair_overtaken", key=repair.key, rebuild=repair.rebuild_id)
    return done
