"""Dead letters of three causes, two of them mended: redriven under load, the register is what the registries stated.

`SIJILL_TEST_LETTERS=1000` makes the long run.
"""

import asyncio
import json
import os
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from register.audit import AuditAction, AuditFilter
from runtime.settings import Settings
from schemas.codec.records import event_datum
from schemas.codec.wire import encode
from services.auditing import audit_records
from services.lags import lags
from services.open_register import reading
from services.truth_comparison import compare
from simulation.delivery_order import Delivery
from simulation.sending import send as send_world
from simulation.simulation import Simulation
from tests.acceptance.instance import SIJILL, Instance, Processes, until
from tests.acceptance.laws import receipts_broken
from tests.acceptance.plain_kafka import FRAME, SCHEMAS, Kept, Sent, read, send, written

LETTERS: Final = int(os.environ.get("SIJILL_TEST_LETTERS", "30"))
EACH: Final = LETTERS // 3
COMPANIES: Final = 40 + 2 * LETTERS
NEW_SCHEMA: Final = 1003  # of a version of RegistrationEvent that the register does not know at first
PROCESSES: Final = ("admit", "resolve", "unify", "projection")
STAGES: Final = ("admit", "resolve", "assign", "unify", "projection")
WITHIN_S: Final = 900
REDRIVE: Final = ("--by", "noor", "--why", "the cause is mended", "--json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What is sent before the mending, and what is sent during the redrive."""

    world: Simulation
    of_qatar: Sequence[Delivery]
    of_new_schema: Sequence[Delivery]
    good: Sequence[Delivery]
    later: Sequence[Delivery]


def mail() -> Mail:
    """Part the deliveries of a world: of Qatar and of Saudi Arabia the first are such that they are parked."""
    world = Simulation("dead-letters", COMPANIES)
    deliveries = list(world.deliveries())
    chosen = {
        publisher: [place for place, one in enumerate(deliveries) if one.publisher == publisher][:EACH]
        for publisher in ("qa", "sa")
    }
    assert {len(places) for places in chosen.values()} == {EACH}
    parked, last = {*chosen["qa"], *chosen["sa"]}, max(chosen["qa"][-1], chosen["sa"][-1])
    others = [(place, one) for place, one in enumerate(deliveries) if place not in parked]
    return Mail(
        world=world,
        of_qatar=[deliveries[place] for place in chosen["qa"]],
        of_new_schema=[deliveries[place] for place in chosen["sa"]],
        good=[one for place, one in others if place < last and one.publisher != "qa"],
        later=[one for place, one in others if place > last or one.publisher == "qa"],
    )


def of_a_new_schema(one: Delivery) -> Sent:
    """Write an event with the schema that the register does not know: it has one optional field more, at its end."""
    body = encode("RegistrationEvent", event_datum(one.event))[FRAME.size :]
    return Sent(key=one.key.encode(), value=FRAME.pack(0, NEW_SCHEMA) + body + b"\0", headers=(("batch", b"7"),))


def garbage(key: str) -> Iterator[Sent]:
    rng = random.Random(13)
    for _ in range(LETTERS - 2 * EACH):
        yield Sent(key=key.encode(), value=b"\xff" + rng.randbytes(40))


def schemas_without_qatar(folder: Path) -> str:
    """Copy the contract, without the ministry's register in Qatar."""
    copy = copied(folder / "before")
    file = copy / "authorities" / "qa.yaml"
    facts = yaml.safe_load(file.read_text(encoding="utf-8"))
    del facts["authorities"]["QA.MOCI"]
    file.write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    return str(copy.parent)


def schemas_with_another_version(folder: Path) -> str:
    """Copy the contract, with a third version of the event."""
    copy = copied(folder / "after")
    schema = json.loads((copy / "avro" / "RegistrationEvent.v2.avsc").read_text(encoding="utf-8"))
    schema["fields"].append({"name": "remark", "type": ["null", "string"], "default": None, "doc": "A remark."})
    (copy / "avro" / "RegistrationEvent.v3.avsc").write_text(json.dumps(schema), encoding="utf-8")
    file = copy / "catalogue.yaml"
    catalogue = yaml.safe_load(file.read_text(encoding="utf-8"))
    versions = catalogue["RegistrationEvent"]["versions"]
    versions[3] = {**versions[2], "id": NEW_SCHEMA}
    file.write_text(yaml.safe_dump(catalogue, sort_keys=False), encoding="utf-8")
    return str(copy.parent)


def copied(folder: Path) -> Path:
    return Path(shutil.copytree(SCHEMAS, folder / "schemas", ignore=shutil.ignore_patterns("__pycache__")))


@contextmanager
def running(settings: Settings, schemas: str) -> Iterator[Processes]:
    """Run the processes with another contract than the commands have."""
    with Instance(settings, {"PYTHONPATH": schemas}).running(*PROCESSES) as processes:
        yield processes


def caught_up(settings: Settings, processes: Processes) -> None:
    """Wait until two looks in turn find nothing to read: what resolve decides goes back to admit."""
    for _ in range(2):
        until(lambda: not behind(settings), WITHIN_S, lambda: f"{behind(settings)}\n{processes.logged()}")


def behind(settings: Settings) -> Mapping[str, int]:
    found = asyncio.run(lags(settings))
    return {name: found[name] for name in STAGES if found[name]}


def groups(instance: Instance) -> dict[tuple[str, str], int]:
    listed = instance.sijill("dlq", "list", "--json").json()["groups"]
    counted: Counter[tuple[str, str]] = Counter()
    for one in listed:
        counted[one["publisher"], one["code"]] += one["count"]
    return dict(counted)


def redriven_and_killed(instance: Instance, *choice: str) -> dict[str, Any]:
    """`kill -9` a redrive once it writes, then give the command again."""
    settings = instance.settings
    topic = f"{settings.topic_prefix}register.letters"
    before = written(settings.bootstrap_servers, topic)
    command = [str(SIJILL), "dlq", "redrive", *choice, *REDRIVE]
    killed = subprocess.Popen(
        command, env={**os.environ, **settings.environment()}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until(
        lambda: written(settings.bootstrap_servers, topic) > before or killed.poll() is not None,
        WITHIN_S,
        lambda: "the redrive writes nothing",
    )
    killed.kill()
    killed.wait()
    made: dict[str, Any] = instance.sijill("dlq", "redrive", *choice, *REDRIVE).json()
    return made


def test_redriven_under_load_the_register_equals_the_truth_and_what_is_not_mended_stays(
    instance: Instance, tmp_path: Path
) -> None:
    settings, sent = instance.settings, mail()
    source, qatari = sent.world.ce_source, sent.of_qatar[0].event.registration_id
    garbled = sent.good[-1].event.registration_id
    with running(settings, schemas_without_qatar(tmp_path)) as processes:
        asyncio.run(send_world(settings, [*sent.good, *sent.of_qatar], source))
        fresh = send_all(settings, "sa", map(of_a_new_schema, sent.of_new_schema))
        publisher = sent.good[-1].publisher
        send_all(settings, publisher, garbage(garbled))
        caught_up(settings, processes)
    parked = {("qa", "unknown_authority"): EACH, ("sa", "unknown_schema"): EACH}
    unmended = {(publisher, "unreadable"): LETTERS - 2 * EACH}
    assert groups(instance) == {**parked, **unmended}
    all_of_it_is_parked = instance.sijill("show", qatari, code=1)
    assert f"the register holds nothing of {qatari} yet" in all_of_it_is_parked.err
    planned = instance.sijill("dlq", "redrive", "--code", "unknown_schema", "--dry-run", "--json").json()
    assert (planned["redriven"], groups(instance)) == (EACH, {**parked, **unmended})

    with running(settings, schemas_with_another_version(tmp_path)) as processes, ThreadPoolExecutor(1) as pool:
        load = pool.submit(lambda: asyncio.run(send_world(settings, sent.later, source)))
        by_schema = redriven_and_killed(instance, "--schema", str(NEW_SCHEMA))
        assert by_schema["redriven"] + by_schema["decided_before"] == EACH
        by_code = instance.sijill("dlq", "redrive", "--publisher", "qa", "--code", "unknown_authority", *REDRIVE).json()
        assert (by_code["redriven"], by_code["decided_before"]) == (EACH, 0)
        assert load.result(WITHIN_S) == len(sent.later)
        caught_up(settings, processes)
        nothing_is_left_to_redrive(instance)
        the_register_equals_the_truth(settings, sent)
        assert groups(instance) == unmended
        the_page_says_that_records_are_parked(instance, garbled)
    kept = read(settings.bootstrap_servers, settings.topic_prefix)
    assert not list(receipts_broken(kept, settings.topic_prefix))
    each_came_back_once(settings, kept, fresh)


def send_all(settings: Settings, publisher: str, records: Iterator[Sent]) -> list[Kept]:
    return send(settings.bootstrap_servers, f"{settings.topic_prefix}registrations.{publisher}", records)


def nothing_is_left_to_redrive(instance: Instance) -> None:
    for choice in (("--schema", str(NEW_SCHEMA)), ("--code", "unknown_authority")):
        again = instance.sijill("dlq", "redrive", *choice, *REDRIVE).json()
        assert (again["redriven"], again["decided_before"]) == (0, EACH)


def the_register_equals_the_truth(settings: Settings, sent: Mail) -> None:
    with reading(settings) as register:
        found = compare(register, sent.world)
        totals = register.totals().totals
    assert found.is_equal, found
    expected = sent.world.expected()
    assert (totals.accepted, totals.duplicate) == (expected.accepted, expected.duplicate)
    assert totals.rejected == totals.dead_letters == LETTERS


def the_page_says_that_records_are_parked(instance: Instance, registration: str) -> None:
    """Until somebody decides that they are not to be taken in."""
    shown = instance.sijill("show", registration, "--json").json()
    assert {(one["registration_id"], one["code"]) for one in shown["parked"]} == {(registration, "unreadable")}
    assert len(shown["parked"]) == LETTERS - 2 * EACH
    discarded = instance.sijill("dlq", "discard", "--code", "unreadable", "--why", "noise", "--limit", "1", "--json")
    assert discarded.json()["discarded"] == 1
    assert len(instance.sijill("show", registration, "--json").json()["parked"]) == LETTERS - 2 * EACH - 1


def each_came_back_once(settings: Settings, kept: Mapping[str, Sequence[Kept]], fresh: Sequence[Kept]) -> None:
    """Every redriven record stands once more in its partition, with the same bytes; and the audit names each once."""
    back = Counter(
        (one.topic, one.partition, one.key, one.value)
        for publisher in ("sa", "qa")
        for one in kept[f"registrations.{publisher}"]
        if one.header("sijill_attempt")
    )
    letters = Counter(
        (f"registrations.{publisher}", one.partition, one.key, one.value)
        for publisher, code in (("sa", "unknown_schema"), ("qa", "unknown_authority"))
        for one in kept[f"registrations.{publisher}.dlq"]
        if one.header("sijill_reason") == code
    )
    assert back == letters
    assert back.total() == 2 * EACH
    assert {one.value for one in fresh} <= {value for _, _, _, value in back}
    records = asyncio.run(audit_records(settings, AuditFilter(action=AuditAction.REDRIVEN, who="noor")))
    named = Counter(letter for one in records for letter in json.loads(one.after or "")["letters"])
    assert (len(named), set(named.values())) == (2 * EACH, {1})
