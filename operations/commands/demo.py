"""`sijill demo`: the register at work, with real and synthetic companies; it is left running to explore."""

import asyncio
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from typing import Any, Final

import typer

from operations.background import start
from operations.commands.queue import show_likeliest
from operations.commands.show_and_search import show_company
from operations.commands.status import show_counts
from operations.dead_letter_texts import show_letters
from operations.notice_texts import notice_document, show_notice
from operations.options import AsJson
from operations.output import emit_json, note, progress, say
from operations.problems import CommandProblem
from register.ids import AgencyId
from register.subscriptions import Subscription
from runtime.settings import Settings, load
from services import dead_letters, topics
from services.company_json import company_view
from services.counting import counts
from services.environment import up
from services.finding import WholeCompany, find
from services.following import Follower, Notice
from services.open_register import RegisterReader, reading
from services.problems import UnknownId
from services.processes import PROCESSES
from services.publishing import SHIPPED, publish_file
from services.simulating import send, simulated
from services.subscribing import subscribe
from services.waiting import wait_until_caught_up

app = typer.Typer()

AGENCY: Final = AgencyId("demo-procurement")
SUBSCRIPTION: Final = Subscription(agency=AGENCY, member_states=("KW", "SA"), fields=("legal_name", "entity_status"))
GOLDEN_COPY: Final = date(2025, 10, 1)  # about when the shipped records were stated, see producers/feeds/data/README.md
SEED: Final = "demo"
COMPANIES: Final = 2_000
INVALID: Final = 0.01  # share of registrations whose registry also sends something that must be refused
PATIENCE_S: Final = 300
BILINGUAL: Final = "AE.NER.11085461"
SAUDI: Final = "SA.MC.7001775498"


@app.command()
def demo(as_json: AsJson = False) -> None:
    """Start everything, publish the shipped real records and 2,000 synthetic companies, and show what came of them.

    Example: sijill demo
    """
    settings = load()
    asyncio.run(_fill(settings))
    with reading(settings) as register:
        notice = asyncio.run(_last_amendment(settings))
        if as_json:
            emit_json(_document(register, notice))
        else:
            _show(register, notice)


async def _fill(settings: Settings) -> None:
    """Start the missing processes and publish; the register answers repeated events as duplicates."""
    _step("Kafka and PostgreSQL")
    up(settings, report=note)
    _step("Topics and processes")
    applied = await topics.apply(settings)
    note(f"{len(applied.created)} topics created")
    start(settings, PROCESSES)
    await subscribe(settings, SUBSCRIPTION)
    note(f"agency {AGENCY} follows {', '.join(SUBSCRIPTION.member_states)}: {', '.join(SUBSCRIPTION.fields)}")
    _step("Real records that ship with Sijill")
    for feed, path in SHIPPED.items():
        report = await publish_file(settings, feed, path, GOLDEN_COPY)
        note(f"{report.published:,} events of {path.name} ({feed}), {len(report.warnings)} things odd in them")
    _step(f"{COMPANIES:,} synthetic companies with branches, late, repeated, corrected and refusable events")
    world = simulated(SEED, COMPANIES, {"invalid_share": INVALID})
    with progress("publishing", total=world.count()) as report_progress:
        sent = await send(settings, world, progress=report_progress)
    note(f"{sent:,} events sent")
    _step("Waiting until the register, the agency's notices and PostgreSQL have caught up")
    waited = await wait_until_caught_up(settings, PATIENCE_S, lambda progress: None)
    if not waited.caught_up:
        raise CommandProblem(
            f"not caught up within {PATIENCE_S} s: {dict(waited.behind)}; the processes' log is in {settings.logs_dir}"
        )
    note(f"caught up after {waited.seconds:.0f} s")


async def _last_amendment(settings: Settings) -> Notice | None:
    """Find the agency's last notice of a changed name."""
    found = None
    async with Follower(settings, AGENCY, wait=False) as notices:
        async for notice in notices:
            if "legal_name" in notice.change.before:
                found = notice
    return found


def _document(register: RegisterReader, notice: Notice | None) -> dict[str, Any]:
    found = _found(register, SAUDI)
    return {
        "publishers": {name: asdict(totals) for name, totals in counts(register).publishers.items()},
        "company": None if found is None else company_view(found.record),
        "notice": None if notice is None else notice_document(notice),
        "dead_letters": [asdict(one) for one in dead_letters.dead_letters(register, limit=1)],
    }


def _show(register: RegisterReader, notice: Notice | None) -> None:
    _step("1. What was accepted and refused, per member state")
    show_counts("", counts(register).publishers.items())
    _step("2. One company, each value with the event that stated it")
    for registration in (BILINGUAL, SAUDI):
        found = _found(register, registration)
        if found is not None:
            show_company(registration, found)
    _step(f"3. A change as agency {AGENCY} received it, with before and after")
    if notice is not None:
        show_notice(notice)
    _step("4. Dead letters: what could not be taken, and why")
    show_letters(dead_letters.dead_letters(register, limit=3))
    _step("5. Similar names in two registers, which a steward judges")
    show_likeliest(register, most=3)
    _step("Go on exploring")
    for line in _NEXT:
        say(line, indent=2)


def _found(register: RegisterReader, id_: str) -> WholeCompany | None:
    with suppress(UnknownId):
        return find(register, id_)
    return None


def _step(title: str) -> None:
    note()
    note(title, bold=True)


_NEXT: Final = (
    "sijill status                                 counts, refusals by reason, lag",
    'sijill search "عنوان القهوه"                  by name in either script, number or identifier',
    f"sijill show {SAUDI} --history     one company and its history",
    f"sijill follow {AGENCY} --json         an agency's notices, from number 1",
    "sijill queue                                  what stewards should look at, and how each case is settled",
    "sijill dlq list                               dead letters; sijill dlq show … one of them whole",
    f"sijill compare --simulation {SEED} --companies {COMPANIES} --knob invalid_share={INVALID}",
    "                                              every synthetic company against the truth",
    "make down                                     stops everything; the data stays in .sijill",
    "(sijill is .venv/bin/sijill: put .venv/bin into PATH, or `source .venv/bin/activate`)",
)
