"""A load of companies, receipts and dead letters for the projector, and the check of its result."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

from register.ids import RegistrationId
from tests.integration.projection_fixture import World
from tests.unit.consumers.sample_records import change, company, receipt, registration

PACE_S = 0.05  # between transactions: a load that the projector keeps up with


class Load:
    """Publishes companies version by version, with their changes, receipts and dead letters, until told to stop."""

    def __init__(self, register: World) -> None:
        self._register = register
        self._random = random.Random(7)
        self.versions: dict[str, int] = {}
        self.receipts = 0
        self.parked = 0

    async def run(self, enough: asyncio.Event) -> None:
        while not enough.is_set():
            await self.send()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(enough.wait(), PACE_S)

    async def send(self) -> None:
        """One transaction of a hundred or so records, now and then an aborted one."""
        register, records, versions = self._register, [], dict(self.versions)
        for number in self._random.sample(range(400), 30):
            id_ = RegistrationId(f"SA.MC.{7_000_000_000 + number}")
            version = versions[id_] = versions.get(id_, 0) + 1
            made = company(registration(id_, website=f"https://{number}.sa/{version}"), version=version)
            records += [register.company(made), register.change(change(made))]
        records += [register.receipt("sa", receipt(self.receipts + extra)) for extra in range(20)]
        records += [register.dead_letter("sa", b"?") for _ in range(5)]
        aborted = self._random.random() < 0.1
        await register.send(*records, abort=aborted)
        if not aborted:
            self.versions, self.receipts, self.parked = versions, self.receipts + 20, self.parked + 5

    def check(self) -> None:
        """Check that the tables have every committed record once, in its last state, and nothing else."""
        rows = self._register.rows
        assert {row["anchor"]: row["version"] for row in rows("companies")} == self.versions
        changes = {(row["company_id"], row["version"]) for row in rows("changes")}
        assert changes == {(f"GCC.{id_}", one) for id_, last in self.versions.items() for one in range(1, last + 1)}
        assert sorted(row["offset"] for row in rows("receipts")) == list(range(self.receipts))
        assert len(rows("dead_letters")) == self.parked
        assert {row["position"] for row in rows("identifiers")} == {0}
        assert len(rows("identifiers")) == len(rows("registrations")) == len(self.versions)
        assert len(rows("names")) == 2 * len(self.versions)


@contextlib.asynccontextmanager
async def under_load(register: World) -> AsyncIterator[Load]:
    load = Load(register)
    enough = asyncio.Event()
    running = asyncio.create_task(load.run(enough))
    try:
        yield load
    finally:
        enough.set()
        await running
