"""A seeded plan: the faults, their order, their processes, and which faults come two at once."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.faults.kinds import ALONE, BEFALLS, KINDS
from tests.faults.outcome import Outcome
from tests.faults.stage import Stage

PER_PLAN: Final = 16
TOGETHER: Final = 0.3  # share of faults that come while the one before is not over
CALM_S: Final = (0.2, 1.5)  # between faults
_OFTEN: Final = ("kill", "freeze", "kill", "freeze", "stop")  # beside one of each kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One planned fault."""

    kind: str
    befalls: str
    seed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One fault that happened."""

    planned: Planned
    outcome: Outcome


def plan_of(
    seed: str, faults: int, kinds: Sequence[str] = tuple(KINDS), processes: Sequence[str] = ()
) -> list[list[Planned]]:
    """Draw a plan: groups of faults that come at once. Equal seeds and sizes give equal plans."""
    dice = Random(f"{seed}:plan")
    drawn: list[str] = []
    while len(drawn) < faults:
        deck = [*kinds, *(kind for kind in _OFTEN if kind in kinds and len(kinds) > 1)]
        dice.shuffle(deck)
        drawn += deck if faults - len(drawn) >= len(deck) else _distinct(deck)
    groups: list[list[Planned]] = []
    for number, kind in enumerate(drawn[:faults]):
        befalls = dice.choice([one for one in BEFALLS[kind] if not processes or one in processes])
        planned = Planned(kind=kind, befalls=befalls, seed=f"{seed}:{number}")
        alone = not groups or len(groups[-1]) > 1 or not ALONE.isdisjoint((kind, groups[-1][0].kind))
        if not alone and groups[-1][0].befalls != befalls and dice.random() < TOGETHER:
            groups[-1].append(planned)
        else:
            groups.append([planned])
    return groups


def _distinct(deck: Sequence[str]) -> list[str]:
    """A short plan has as many kinds as it has room for."""
    once = list(dict.fromkeys(deck))
    return [*once, *deck]


async def carry_out(
    stage: Stage, groups: Sequence[Sequence[Planned]], seed: str, say: Callable[[str], None] = print
) -> list[Done]:
    """Carry out the faults on the register under its load."""
    dice = Random(f"{seed}:calm")
    done: list[Done] = []
    for group in groups:
        await asyncio.sleep(dice.uniform(*CALM_S))
        came = await asyncio.gather(*(_befall(stage, planned) for planned in group))
        for one in came:
            worked = "never" if one.outcome.recovery_s is None else f"after {one.outcome.recovery_s:.1f} s"
            say(f"  {one.planned.kind} of {one.planned.befalls}: worked again {worked} {' '.join(one.outcome.wrong)}")
        done += came
    return done


async def _befall(stage: Stage, planned: Planned) -> Done:
    outcome = await KINDS[planned.kind](stage, planned.befalls, Random(planned.seed))
    return Done(planned=planned, outcome=outcome)
