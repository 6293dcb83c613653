"""`notify`'s step in memory, against subscriptions of several sizes: how many changes a second it matches.

Few of the changes match, whatever the subscriptions: what is told costs its own writing, once for each agency.
"""

import asyncio
import gc
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from time import thread_time
from typing import Any, Final

from benchmarks.consumed_records import consumed
from benchmarks.machine import conditions
from benchmarks.problems import BenchmarkFailed
from benchmarks.rounds import Measured
from bus.record import ConsumedRecord
from register.ids import MEMBER_STATES, AgencyId, CompanyId
from register.subscriptions import Subscription
from runtime.settings import load
from schemas.codec.records import subscription_datum
from schemas.codec.wire import encode
from schemas.facts.topics import Topics
from streams.processors import notify
from streams.tasks.global_table import GlobalTable
from streams.tasks.processor import Prepares, Step
from streams.tasks.transaction_work import MemoryWork

Report = Callable[[str], None]

CHANGES: Final = 20_000
LONG: Final = 100_000  # companies of one subscription
MANY: Final = 1_000  # subscriptions
SLICE: Final = 2_000  # records at a time
MATCHING: Final = 100  # one change in so many is one that somebody wants
TITLES: Final[Mapping[str, str]] = {
    "one": "one subscription of a single criterion",
    "long": f"one subscription of {LONG:,} companies",
    "many": f"{MANY:,} subscriptions of mixed criteria",
}
TOPICS: Final = Topics()
_DAY: Final = date(2026, 3, 1)
_MOMENT: Final = datetime(2026, 3, 1, 8, tzinfo=UTC)


class Held(GlobalTable):
    """A table of subscriptions that is simply there."""

    def __init__(self, subscriptions: Sequence[Subscription]) -> None:
        super().__init__(TOPICS.subscriptions, "")
        for one in subscriptions:
            self._apply(one.agency.encode(), encode("Subscription", subscription_datum(one)))

    async def catch_up(self) -> None:
        return


def matched(changes: int, rounds: int, report: Report) -> dict[str, Any]:
    """Measure; gives the section `subscriptions` of the results."""
    facts = conditions(load().java, changes=changes, companies=LONG, subscriptions=MANY, rounds=rounds)
    records = made_changes(changes)
    steps = {name: stepping(subscriptions) for name, subscriptions in asked().items()}
    rates: dict[str, list[float]] = {name: [] for name in steps}
    for number in range(rounds):
        report(f"matching {changes:,} changes, round {number + 1} of {rounds}")
        for name, step in steps.items():
            rates[name].append(changes / _timed(step, records))
    measured = {name: Measured.of(found) for name, found in rates.items()}
    return {
        "subscriptions": {
            "per_second": {name: one.document() for name, one in measured.items()},
            "of_one": {name: round(measured[name].median / measured["one"].median, 2) for name in ("long", "many")},
            "conditions": facts,
        }
    }


def asked(companies: int = LONG, many: int = MANY) -> dict[str, list[Subscription]]:
    """Make the subscriptions. Each set wants the same few of the changes, and little else."""
    wanted = tuple(f"KW.MOCI.{number}" for number in range(0, CHANGES, MATCHING))
    others = tuple(f"GCC.SA.MC.{number}" for number in range(companies - len(wanted)))
    one = Subscription(agency=AgencyId("one"), fields=("website",))
    return {
        "one": [one],
        "long": [Subscription(agency=AgencyId("long"), companies=(*others, *wanted))],
        "many": [one, *(_mixed(number) for number in range(1, many))],
    }


def _mixed(number: int) -> Subscription:
    """Make a subscription of the kinds that there are; none of the changes meets all that it asks for."""
    member_state = MEMBER_STATES[number % len(MEMBER_STATES)]
    wishes: tuple[dict[str, Any], ...] = (
        {"member_states": (member_state,), "fields": ("share_capital", "legal_address")},
        {"member_states": (member_state, "KW"), "activities": (f"{number % 9 + 1}", "62"), "fields": ("expiry_date",)},
        {"companies": tuple(f"GCC.{member_state}.OTHER.{number}{one}" for one in range(100))},
        {"it_only": True, "fields": ("registrations",)},
        {"activities": (f"{number % 40 + 10}",), "member_states": (member_state,), "fields": ("trading_names",)},
    )
    return Subscription(agency=AgencyId(f"agency-{number}"), **wishes[number % len(wishes)])


def made_changes(count: int) -> list[ConsumedRecord]:
    """Make changes of companies, one in `MATCHING` of a website and the others of a name."""
    plain, rare = _examples()
    records: list[ConsumedRecord] = []
    for number in range(count):
        registration = f"KW.MOCI.{number}"
        datum = {
            **(plain if number % MATCHING else rare),
            "company_id": f"GCC.{registration}",
            "registrations": [registration],
        }
        records.append(consumed(TOPICS.changes, f"GCC.{registration}".encode(), encode("Change", datum), offset=number))
    return records


def _examples() -> tuple[dict[str, Any], dict[str, Any]]:
    """A change of the contract's kind: of a name, and of a website."""
    name = [{"text": "شركة الواحة للحلول الرقمية", "language": "ar"}, {"text": "Oasis Digital", "language": "en"}]
    ref = {"event_id": "e-1", "sequence": 2, "kind": "AMENDED", "effective_date": _DAY, "recorded_at": _MOMENT}
    common: dict[str, Any] = {
        "company_id": CompanyId("GCC.KW.MOCI.0"), "version": 2, "cause": "SOURCE",
        "effective_date": _DAY, "recorded_at": _MOMENT,
        "triggers": [{"registration_id": "KW.MOCI.0", "event": ref, "judgement": None}],
        "registrations": ["KW.MOCI.0"], "jurisdictions": ["KW"], "isic4_classes": ["6201", "6202", "4651"],
        "related": [], "alias_of": None, "follows": None, "joined": None, "left": None,
    }  # fmt: skip
    return (
        {**common, "fields_changed": ["legal_name"], "before": {"legal_name": name}, "after": {"legal_name": name[:1]}},
        {**common, "fields_changed": ["website"], "before": {}, "after": {"website": "oasis.example"}},
    )


def stepping(subscriptions: Sequence[Subscription]) -> Step:
    """Make the step of one partition, with these subscriptions learnt."""
    step = notify.processor(TOPICS, Held(subscriptions)).step(0)
    assert isinstance(step, Prepares)
    asyncio.run(step.prepare())
    return step


def _timed(step: Step, records: Sequence[ConsumedRecord]) -> float:
    """Run the step over all changes, in slices as a task would; gives the seconds of the processor."""
    work = MemoryWork()
    gc.collect()
    began = thread_time()
    for start in range(0, len(records), SLICE):
        step(records[start : start + SLICE], work)
    took = thread_time() - began
    told = len(work.emitted)
    if told != len(records) // MATCHING:
        raise BenchmarkFailed(f"{told} changes were told, {len(records) // MATCHING} should be")
    return took
