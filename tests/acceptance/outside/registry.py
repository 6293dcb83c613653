"""A registry's own program: it has the package `sijill` alone, publishes an event, and prints where that stands."""

import asyncio
import json
import sys
from datetime import UTC, date, datetime

from sijill import Event, EventId, EventKind, Published, Publisher, load_settings, registration_id


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
    json.dump([answer.event_id, answer.topic, answer.partition, answer.offset], sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1])))
