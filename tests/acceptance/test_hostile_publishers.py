"""Nothing that a publisher can write stops the register: each record has one answer, and those behind it are merged."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.settings import Settings
from schemas.partitioning import partition_of
from services.processes import PROCESSES
from tests.acceptance.conftest import prepared
from tests.acceptance.fuzzing import Fuzz
from tests.acceptance.hostile import ends, send, send_batches, value
from tests.acceptance.instance import Instance, Processes, until
from tests.acceptance.plain_kafka import read
from tests.conftest import Cluster, own_settings
from tests.raw_batches import Raw, batch

FUZZ_RECORDS = int(os.environ.get("SIJILL_TEST_FUZZ", "600"))
FUZZ_SEED = int(os.environ.get("SIJILL_TEST_FUZZ_SEED", "11"))
ROUND = 5_000  # records between two looks at the processes


@pytest.fixture(scope="module")
def live(cluster: Cluster) -> Iterator[tuple[Instance, Processes]]:
    """A register at work; no process of it may end."""
    with own_settings(cluster, "hostile") as settings:
        instance = prepared(settings)
        with instance.running() as processes:
            instance.sijill("wait")
            until(lambda: len(pids(processes)) == len(PROCESSES), 60, processes.logged)
            before = pids(processes)
            yield instance, processes
            assert pids(processes) == before, processes.logged()


def pids(processes: Processes) -> dict[str, int | None]:
    """Name the processes with their ids."""
    return {path.stem: processes.pid(path.stem) for path in Path(processes.folder).glob("*.pid")}


def topic(settings: Settings, publisher: str) -> str:
    return f"{settings.topic_prefix}registrations.{publisher}"


def answers(instance: Instance, publisher: str) -> dict[tuple[int, int], list[tuple[str, str | None]]]:
    """Read from PostgreSQL what was answered to each record."""
    rows = instance.rows('SELECT "partition", "offset", outcome, code FROM receipts WHERE publisher = %s', publisher)
    found: dict[tuple[int, int], list[tuple[str, str | None]]] = {}
    for row in rows:
        found.setdefault((row["partition"], row["offset"]), []).append((row["outcome"], row["code"]))
    return found


def require_answered(instance: Instance, publisher: str) -> Counter[tuple[str, str | None]]:
    """Require one receipt for every record of a publisher, and one dead letter for every refused one."""
    instance.sijill("wait")
    settings = instance.settings
    stand = ends(settings.bootstrap_servers, topic(settings, publisher), settings.partitions)
    receipts = read(settings.bootstrap_servers, f"{settings.topic_prefix}receipts.{publisher}")[""]
    answered = Counter((one["partition"], one["offset"]) for one in (receipt.datum() for receipt in receipts))
    assert answered == Counter((partition, offset) for partition, end in stand.items() for offset in range(end))
    shown = answers(instance, publisher)
    assert shown.keys() == answered.keys()
    letters = instance.rows("SELECT origin_partition, origin_offset FROM dead_letters WHERE publisher = %s", publisher)
    refused = [place for place, ((outcome, _),) in shown.items() if outcome == "REJECTED"]
    assert sorted((row["origin_partition"], row["origin_offset"]) for row in letters) == sorted(refused)
    return Counter(answer for (answer,) in shown.values())


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_every_compression_is_read(live: tuple[Instance, Processes], codec: str) -> None:
    instance, _ = live
    registration = f"KW.MOCI.{['gzip', 'snappy', 'lz4', 'zstd'].index(codec)}1001"
    servers, to = instance.settings.bootstrap_servers, topic(instance.settings, "kw")
    (at,) = send(
        servers,
        to,
        [(registration.encode(), value(registration, stated={"website": "x" * 400}), None)],
        compression_type=codec,
    )
    require_answered(instance, "kw")
    assert answers(instance, "kw")[at.partition, at.offset] == [("ACCEPTED", None)]
    assert instance.sijill("show", registration, "--json").json()["company_id"] == f"GCC.{registration}"


def test_what_goes_wrong_in_one_record_concerns_no_other(live: tuple[Instance, Processes]) -> None:
    instance, _ = live
    servers, to = instance.settings.bootstrap_servers, topic(instance.settings, "bh")
    odd, large, unnamed = "BH.SIJILAT.11-1", "BH.SIJILAT.12-1", "BH.SIJILAT.13-1"
    cp1256 = "المصدر".encode("cp1256")
    by_hand = batch([Raw(key=odd.encode(), value=value(odd), headers=((cp1256, b"7"),))])
    assert send_batches(servers, to, [(partition_of(odd.encode(), instance.settings.partitions), by_hand, 1)]) == 1
    send(
        servers,
        to,
        [(large.encode(), value(large, stated={"particulars": {"note": "x" * 3_000_000}}), None)],
        compression_type="gzip",
    )
    send(servers, to, [(unnamed.encode(), value(unnamed, name=None), [("sijill_attempt", b"9" * 5_000)])])
    bomb = batch([Raw(key=b"bomb", value=bytes(60_000_000))] * 8, "zstd")
    assert send_batches(servers, to, [(0, bomb, 8)]) == 8
    wrong = [(f"BH.SIJILAT.{n}-9".encode(), value(f"BH.SIJILAT.{n}-9"), None) for n in range(100, 130)]
    places = send(servers, to, wrong, partitioner="consistent")
    behind = [f"BH.SIJILAT.{n}-1" for n in range(200, 212)]
    send(servers, to, [(one.encode(), value(one), None) for one in behind])

    counted = require_answered(instance, "bh")
    right = sum(partition_of(at.key or b"", instance.settings.partitions) == at.partition for at in places)
    assert counted["REJECTED", "missing_name"] == 1
    assert counted["REJECTED", "too_large"] == 9
    assert counted["REJECTED", "wrong_partition"] == len(wrong) - right > 0
    assert counted["ACCEPTED", None] == len(behind) + right + 1
    assert instance.sijill("show", odd, "--json").json()["company_id"] == f"GCC.{odd}"
    letter = instance.rows(
        "SELECT * FROM dead_letters WHERE code = 'too_large' AND size < 3000000 AND size > 1000000 LIMIT 1"
    )[0]
    shown = instance.sijill("dlq", "show", "bh", str(letter["partition"]), str(letter["offset"]), "--json").json()
    assert shown["headers"]["sijill_cut"] == "value"
    assert int(shown["headers"]["sijill_value_size"]) > 3_000_000
    assert instance.sijill("status", "--json").json()["totals"]["accepted"] > 0


NAMES = {
    "escapes": "\x1b[2J\x1b[H\x1b[31mRED ALERT\x1b[0m WLL",
    "bidi": "Noor \u202eCLL gnidarT\u202c",
    "markup": "[bold]Markup[/] [/red] WLL",
    "lines": "Line\nBreak\r\nWLL\tTab",
    "a NUL": "Nul\x00Byte WLL",
    "emoji": "Rocket 🚀👩‍💻 WLL",
    "long": "A" * 5_000,
    "long Arabic": "شركة " + "ا" * 5_000,
    "quotes": "O'Brien & Sons \"Quoted\" <b>\\ | 'tis; DROP TABLE companies; -- % _ : * !",
    "C1 controls": "\x9b31mC1 WLL\x85next",
    "marks": "A" + "\u0301" * 300 + " Marked",
    "harakat": "شَرِكَةُ ٱلنُّورِ لِلتِّقْنِيَةِ",
    "a BOM": "\ufeffNOOR DATA LLC",
}


def test_names_of_any_characters_are_kept_and_found(live: tuple[Instance, Processes]) -> None:
    instance, _ = live
    servers, to = instance.settings.bootstrap_servers, topic(instance.settings, "qa")
    ids = {f"QA.MOCI.{150_001 + n}": name for n, name in enumerate(NAMES.values())}
    send(servers, to, [(one.encode(), value(one, name=name), None) for one, name in ids.items()])
    counted = require_answered(instance, "qa")
    assert counted == {("ACCEPTED", None): len(NAMES)}
    held = {company: one["properties"]["legal_name"][0]["text"] for company, one in instance.records().items()}
    assert {one: held[f"GCC.{one}"] for one in ids} == {
        one: name.replace("\x00", "\u2400") for one, name in ids.items()
    }
    found = {
        row["company_id"]
        for word in ("rocket", "quoted", "marked", "markup")
        for row in instance.sijill("search", word, "--json").json()["results"]
    }
    assert len(found) == 4


def test_records_of_random_bytes_are_answered_once_each(live: tuple[Instance, Processes]) -> None:
    instance, processes = live
    settings = instance.settings
    before = pids(processes)
    fuzz = Fuzz(seed=FUZZ_SEED, authority="KW.MOCI", partitions=settings.partitions)
    taken = sum(ends(settings.bootstrap_servers, topic(settings, "kw"), settings.partitions).values())
    for count in range(min(ROUND, FUZZ_RECORDS), FUZZ_RECORDS + 1, ROUND):
        taken += send_batches(settings.bootstrap_servers, topic(settings, "kw"), list(fuzz.batches(count)))
        counted = require_answered(instance, "kw")
        assert pids(processes) == before, processes.logged()
    assert counted.total() == taken > FUZZ_RECORDS * 0.9
    last = "KW.MOCI.990001"
    send(settings.bootstrap_servers, topic(settings, "kw"), [(last.encode(), value(last, 99, event_id="last"), None)])
    assert require_answered(instance, "kw").total() == taken + 1
    assert instance.sijill("show", last, "--json").json()["company_id"] == f"GCC.{last}"
