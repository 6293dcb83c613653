"""The time limit for preparing and committing a transaction."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from streams.tasks.problems import TransactionStuck

STUCK_S: Final = 30.0  # sending and committing: what takes longer than the broker allows cannot be committed any more


@asynccontextmanager
async def punctual(otherwise: str) -> AsyncIterator[None]:
    """Raise TransactionStuck when the block takes too long."""
    try:
        async with asyncio.timeout(STUCK_S):
            yield
    except TimeoutError as error:
        raise TransactionStuck(f"{otherwise} within {STUCK_S} s: the broker is away, or far too slow") from error
