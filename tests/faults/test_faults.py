"""The short run of the fault suite, and the test of the test: mutants whose damage it must find.

`make faults` is the long run.
"""

import asyncio
import os
from collections.abc import Iterator

import pytest

from bus.topic_inspection import Offsets, topic_reader
from runtime.settings import Settings
from services.pipeline_stages import stages
from tests.acceptance.plain_kafka import read
from tests.faults.ground import Ground, ground
from tests.faults.laws import Findings, check_receipts
from tests.faults.plan import carry_out, plan_of
from tests.faults.stage import stage
from tests.faults.suite import run_plan
from tests.faults.workers import Worker, stopped_orderly

SHORT = 9
SEED = "short-92"
"""A plan with the kinds that no other test has."""
ATTEMPTS = 6
"""Plans upon one mutant until its damage is found; one is mostly enough, as each has several faults."""


@pytest.fixture(scope="module")
def servers() -> Iterator[Ground]:
    with ground(forked=True) as made:
        yield made


def test_equal_seeds_give_equal_plans_and_a_short_plan_has_no_kind_twice() -> None:
    plan = [planned for group in plan_of("7", SHORT) for planned in group]
    assert plan == [planned for group in plan_of("7", SHORT) for planned in group]
    assert plan != [planned for group in plan_of("8", SHORT) for planned in group]
    assert len({planned.kind for planned in plan}) == SHORT


@pytest.mark.timeout(1_200)
async def test_every_law_holds_under_a_short_plan_of_faults(servers: Ground) -> None:
    report = await run_plan(servers, SEED, SHORT)
    assert len(report.done) == SHORT
    assert {one.planned.kind for one in report.done} >= {"broker away", "groups deleted", "wrong partition"}
    assert not report.findings.total[1], "\n".join([*report.findings.lines(), report.command()])


@pytest.mark.timeout(1_200)
@pytest.mark.parametrize(("mutant", "kind"), [("without-fencing", "freeze"), ("state-before-commit", "kill")])
async def test_the_suite_finds_the_damage_of_a_mutant(servers: Ground, mutant: str, kind: str) -> None:
    for attempt in range(ATTEMPTS):
        if (await _receipts_after(servers, mutant, kind, f"{mutant}-{attempt}")).total[1]:
            return
    pytest.fail(f"{ATTEMPTS} plans upon the mutant {mutant} broke nothing that the suite sees")


async def _receipts_after(servers: Ground, mutant: str, kind: str, seed: str) -> Findings:
    """Let faults of one kind befall a mutant `admit` alone, and check its receipts."""
    team = (("admit", "a"), ("admit", "b"))
    findings = Findings()
    entry = ("tests.faults.mutants", mutant)
    async with stage(servers, seed, session_s=3, team=team, entry=entry) as standing:
        loading = asyncio.create_task(standing.load.run())
        await carry_out(standing, plan_of(seed, 3, kinds=(kind,), processes=("admit",)), seed)
        standing.load.enough = True
        await loading
        await _admitted(standing.settings)
        await asyncio.gather(*map(Worker.stop, standing.crew.workers))
        prefix = standing.settings.topic_prefix
        topics = await asyncio.to_thread(read, standing.settings.bootstrap_servers, prefix)
        check_receipts(findings, topics, prefix, standing.load)
    return findings


async def _admitted(settings: Settings, within_s: float = 60.0) -> None:
    """Wait until `admit` has read all that stands in its inputs; a mutant may be unable to."""
    admit = next(one for one in stages(settings, _not_asked) if one.name == "admit")
    async with asyncio.timeout(within_s), topic_reader(settings) as reader:
        ends = await reader.ends(set(admit.topics(set())))
        while True:
            if not sum((await reader.lag(ends, await admit.reached(reader))).values()):
                return
            await asyncio.sleep(0.2)


async def _not_asked() -> Offsets:
    raise NotImplementedError


@pytest.mark.parametrize(
    ("code", "took", "broker_away", "is_orderly"),
    [
        (0, 9.9, False, True),
        (0, 10.1, False, False),
        (3, 10.1, False, False),
        (3, 10.1, True, True),
        (3, 12.0, True, False),
        (4, 3.0, True, False),
        (None, 10.0, True, False),
    ],
)
def test_a_stop_is_orderly_or_ends_itself_when_the_broker_is_away(
    monkeypatch: pytest.MonkeyPatch, code: int | None, took: float, broker_away: bool, is_orderly: bool
) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (0.0, 0.0, 0.0))
    assert stopped_orderly(code, took, broker_away=broker_away) is is_orderly
