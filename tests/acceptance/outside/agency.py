"""An agency's own program: it has the package `sijill` alone, and prints its next notice behind a number."""

import asyncio
import json
import sys

from sijill import Cause, Follower, NotGivenYet, Notice, agency_id, load_settings

WITHIN_S = 120


async def main(agency: str, after: int) -> int:
    async with Follower(load_settings(None), agency_id(agency), after=after) as notices, asyncio.timeout(WITHIN_S):
        try:
            notice = await anext(notices)
        except NotGivenYet as missing:
            sys.stderr.write(f"the numbers go to {missing.first - 1}\n")
            return 1
    json.dump(document(notice), sys.stdout)
    return 0


def document(notice: Notice) -> dict[str, object]:
    change = notice.change
    return {
        "number": notice.number,
        "company_id": change.company_id,
        "version": change.version,
        "from_source": change.cause is Cause.SOURCE,
        "name": change.after["legal_name"],
        "event": change.triggers[0].event.event_id,
    }


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1], int(sys.argv[2]))))
