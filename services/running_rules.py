"""Which rules the running processes use: their workers tell it to their groups."""

import asyncio
from collections.abc import Mapping
from typing import Final

from bus.topic_inspection import topic_reader
from runtime.settings import Settings
from services.error_mapping import named
from services.problems import OtherRulesRun
from streams.tasks.assignor import Claim

DECIDING: Final = ("admit", "resolve", "unify")
"""The processes whose rules decide what a record says."""


def require_rules(settings: Settings, rules: str) -> None:
    """Require that all running workers which decide use the rules of this digest. Raises OtherRulesRun."""
    for process, running in asyncio.run(_running(settings)).items():
        others = running - {rules}
        if others:
            raise OtherRulesRun(process=process, running=min(others), wanted=rules)


async def _running(settings: Settings) -> Mapping[str, frozenset[str]]:
    """Read the digests of the rules that the workers of each process use; "" for a worker that does not tell."""
    found: dict[str, frozenset[str]] = {}
    with named(settings):
        async with topic_reader(settings) as reader:
            for process in DECIDING:
                claims = await reader.claims(settings.topic_prefix + process)
                found[process] = frozenset(Claim.decode(one).rules for one in claims)
    return found
