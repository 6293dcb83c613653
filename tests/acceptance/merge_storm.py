"""A storm of merges and unmerges: branches that change their homes, and a steward who changes her mind.

Who is one company with whom at its end follows from the last word of each branch and of each pair, so simply that a
few lines of this file say it, which share nothing with the resolver.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Final

from tests.acceptance.plain_kafka import Sent, framed, send

HOMES: Final = tuple(f"SA.MC.70017754{number:02}" for number in range(6))
REGISTERS: Final = (("KW.MOCI", "55{:02}"), ("OM.MOCIIP", "10000{:02}"), ("AE.NER", "100001{:02}"))
BRANCHES: Final = tuple(f"{register}.{form.format(n)}" for register, form in REGISTERS for n in range(6))
NOON: Final = datetime(2025, 9, 1, 12, tzinfo=UTC)
JUDGED: Final = 0.15  # share of the steps that are judgements
PAUSE_S: Final = 0.02


@dataclass(slots=True)
class Storm:
    """The statements so far; `home` and `apart` have the last ones."""

    servers: str
    prefix: str
    dice: Random
    sequences: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    home: dict[str, str | None] = field(default_factory=dict)
    apart: dict[tuple[str, str], str] = field(default_factory=dict)
    judged: int = 0
    steps: int = 0

    def begin(self) -> None:
        """Enter every home and every branch; nobody names a home yet."""
        for own in (*HOMES, *BRANCHES):
            self._publish(own, "REGISTERED", {"legal_name": [{"text": own, "language": "en"}]})

    def run_steps(self, enough: Callable[[], bool]) -> None:
        """Run steps until `enough` is true."""
        while not enough():
            self.step()
            time.sleep(PAUSE_S)

    def step(self) -> None:
        """A branch names another home, or none; or a steward judges, or takes a judgement back."""
        self.steps += 1
        if self.dice.random() < JUDGED:
            self._judge()
            return
        branch, home = self.dice.choice(BRANCHES), self.dice.choice((*HOMES, None))
        self.home[branch] = home
        stated = {"is_branch": True} if home is None else {"home_registration": home, "is_branch": True}
        self._publish(branch, "AMENDED", stated, cleared=["home_registration"] if home is None else [])

    def companies(self) -> dict[str, str]:
        """Say in which company each registration must be at the end."""
        found = {own: f"GCC.{own}" for own in (*HOMES, *BRANCHES)}
        joined: set[tuple[str, str]] = set()  # two entries of one register never become one company
        for branch in sorted(BRANCHES):
            home, register = self.home.get(branch), branch.rpartition(".")[0]
            if home is not None and (branch, home) not in self.apart and (home, register) not in joined:
                joined.add((home, register))
                found[branch] = f"GCC.{home}"
        return found

    def _judge(self) -> None:
        pair = self.dice.choice(BRANCHES), self.dice.choice(HOMES)
        held = self.apart.pop(pair, None)
        self.judged += 1
        judgement_id = f"storm-{self.judged}"
        if held is None:
            self.apart[pair] = judgement_id
        datum: dict[str, Any] = {
            "judgement_id": judgement_id,
            "left": pair[0],
            "right": pair[1],
            "verdict": "DIFFERENT" if held is None else "UNDECIDED",
            "by": "storm",
            "why": "to see what happens",
            "decided_at": NOON + timedelta(seconds=self.judged),
            "evidence": [],
            "revokes": held,
        }
        self._send("register.judgements", "|".join(pair), framed("Judgement", datum))

    def _publish(self, own: str, kind: str, stated: dict[str, Any], cleared: list[str] | None = None) -> None:
        self.sequences[own] += 1
        sequence = self.sequences[own]
        datum = {
            "event_id": f"{own}-{sequence}",
            "registration_id": own,
            "sequence": sequence,
            "kind": kind,
            "effective_date": date(2025, 9, 1),
            "recorded_at": NOON + timedelta(seconds=sequence),
            "replaces": None,
            "stated": stated,
            "cleared": cleared or [],
        }
        self._send(f"registrations.{own[:2].lower()}", own, framed("RegistrationEvent", datum))

    def _send(self, topic: str, key: str, value: bytes) -> None:
        send(self.servers, self.prefix + topic, [Sent(key=key.encode(), value=value)])


def members(companies: Iterator[Any]) -> dict[str, list[str]]:
    """List in which companies each registration is, by the records."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for company in companies:
        for one in company["registrations"]:
            found[one["registration_id"]].append(company["company_id"])
    return dict(found)
