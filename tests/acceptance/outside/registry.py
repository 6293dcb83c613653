"""A registry's own program: it has the package `sijill` alone, publishes an event, and prints its receipt."""

import asyncio
import json
import sys
from datetime import UTC, date, datetime

from sijill import (
    Event,
    EventId,
    EventKind,
    Published,
    Publisher,
    Receipt,
    ReceiptReader,
    load_settings,
    registration_id,
)

WITHIN_S = 120


async def main(number: str) -> int:
    event = Event(
        event_id=EventId(f"moci-2026-{number}"),
        registration_id=registration_id("KW", "MOCI", number),
        sequence=1,
        kind=EventKind.REGISTERED,
        effective_date=date(2026, 3, 1),
        recorded_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        stated={
            "legal_name": [
                {"text": "شركة الصقر لتقنية المعلومات", "language": "ar"},
                {"text": "Falcon Information Technology Co.", "language": "en"},
            ],
            "registration_date": date(2026, 3, 1),
        },
    )
    async with Publisher(load_settings(None)) as publisher:
        answer = await publisher.publish(event)
    if not isinstance(answer, Published):
        sys.stderr.write(f"{answer.rejected.code}: {answer.rejected.message}\n")
        return 1
    json.dump(document(answer, await receipt_of(answer)), sys.stdout)
    return 0


async def receipt_of(published: Published) -> Receipt:
    """Wait for the register's answer to an event."""
    async with ReceiptReader(load_settings(None), "kw") as receipts, asyncio.timeout(WITHIN_S):
        async for receipt in receipts:
            if (receipt.partition, receipt.offset) == (published.partition, published.offset):
                return receipt
    raise RuntimeError("the reader waits for ever")


def document(published: Published, receipt: Receipt) -> dict[str, object]:
    return {
        "stands": [published.event_id, published.topic, published.partition, published.offset],
        "outcome": receipt.outcome,
        "answers": [receipt.event_id, receipt.topic, receipt.partition, receipt.offset],
        "warnings": [one.code for one in receipt.warnings],
    }


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1])))
