"""`sijill rebuild` beside a live register: nothing differs while events come, and whatever was altered is found.

`SIJILL_TEST_COMPANIES=20000` makes the long run.
"""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.conftest import prepared
from tests.acceptance.instance import SIJILL, Instance
from tests.acceptance.plain_kafka import Kept, Sent, framed, read, send
from tests.conftest import Cluster, own_settings

COMPANIES = str(int(os.environ.get("SIJILL_TEST_COMPANIES", "400")) // 4)
MOST_DONE_TWICE = 0.1
STEPS = ("read", "fold", "compare")

pytestmark = pytest.mark.timeout(3_600)


@pytest.fixture(scope="module")
def instance(cluster: Cluster) -> Iterator[Instance]:
    with own_settings(cluster, "rebuild") as settings:
        yield prepared(settings)


@pytest.fixture(scope="module")
def under_load(instance: Instance) -> dict[str, Any]:
    """The answer of a rebuild that began and ended while events came; then the processes were stopped."""
    with instance.running("admit", "resolve", "unify"):
        instance.sijill("simulate", "--seed", "7", "--companies", COMPANIES, "--json")
        load = instance.begin("simulate", "--seed", "8", "--companies", COMPANIES, "--json")
        found = rebuilt(instance)
        load.answer(timeout_s=1_800).ends(0)
        quiet = rebuilt(instance)
    return {"loaded": found, "quiet": quiet}


def rebuilt(instance: Instance, code: int = 0) -> dict[str, Any]:
    answer = instance.sijill("rebuild", "--processes", "1", "--json", code=code)
    result: dict[str, Any] = answer.lines()[-1]
    return result


def newest(instance: Instance, topic: str) -> dict[bytes, Kept]:
    records = read(instance.settings.bootstrap_servers, instance.settings.topic_prefix + topic)[""]
    return {one.key: one for one in records if one.key is not None}


def write(instance: Instance, topic: str, one: Kept, record: str, datum: Any) -> None:
    """Write an altered state over the newest one."""
    full = instance.settings.topic_prefix + topic
    send(instance.settings.bootstrap_servers, full, [Sent(key=one.key, value=framed(record, datum))], [one.partition])


def test_no_company_differs_while_events_keep_coming(under_load: dict[str, Any]) -> None:
    assert (under_load["loaded"]["different"], under_load["loaded"]["unsettled"]) == (0, [])
    assert 0 < under_load["loaded"]["events"] < under_load["quiet"]["events"]


def test_the_digest_of_a_rebuild_is_that_of_the_live_register(instance: Instance, under_load: dict[str, Any]) -> None:
    live = instance.sijill("digest", "--json").json()
    quiet = under_load["quiet"]
    assert (quiet["digest"], quiet["companies"], quiet["rules"]) == (live["digest"], live["companies"], live["rules"])
    assert quiet["different"] == 0
    assert quiet["companies"] == 2 * int(COMPANIES)


def test_a_rebuild_killed_three_times_does_little_twice_and_finds_the_same(
    instance: Instance, under_load: dict[str, Any]
) -> None:
    repeated, reached = 0.0, dict.fromkeys(STEPS, 0.0)
    for step in STEPS:
        for name, share in killed_after(instance, step).items():
            repeated += max(0.0, reached[name] - share[0]) / len(STEPS)
            reached[name] = share[1]
    answer = instance.sijill("rebuild", "--processes", "2", "--json").lines()
    for name, share in shares(answer[:-1]).items():
        repeated += max(0.0, reached[name] - share[0]) / len(STEPS)
    result = answer[-1]
    assert result["continued"]
    assert {name: result[name] for name in ("events", "companies", "different", "digest")} == {
        name: under_load["quiet"][name] for name in ("events", "companies", "different", "digest")
    }
    assert reached["read"] == reached["fold"] == 1.0
    assert repeated <= MOST_DONE_TWICE


def killed_after(instance: Instance, step: str) -> dict[str, tuple[float, float]]:
    """Start a rebuild, and kill -9 it as soon as a part of a step is done; returns how far each step was."""
    command = [str(SIJILL), "rebuild", "--processes", "2", "--json"]
    environment = {**os.environ, **instance.settings.environment()}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if f'"step":"{step}"' in line and sum(f'"step":"{step}"' in one for one in lines) > 1:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    return shares([json.loads(line) for line in lines])


def shares(lines: list[dict[str, Any]]) -> dict[str, tuple[float, float]]:
    """By step, the first and the last share that was said to be done."""
    found: dict[str, tuple[float, float]] = {}
    for one in lines:
        if one["step"] in STEPS:
            share = one["done"] / one["total"]
            found[one["step"]] = (found.get(one["step"], (share, share))[0], share)
    return found


def test_an_altered_record_and_an_altered_registration_are_found_with_their_fields(
    instance: Instance, under_load: dict[str, Any]
) -> None:
    records = newest(instance, "register.companies")
    alone = [key for key, one in sorted(records.items()) if len(one.datum()["registrations"]) == 1]
    of_unify, of_admit = alone[0], alone[1]
    company = records[of_unify].datum()
    company["properties"]["website"] = company["registrations"][0]["properties"]["website"] = "altered.example"
    write(instance, "register.companies", records[of_unify], "Company", company)
    alter_registration(instance, records[of_admit])
    found = rebuilt(instance, code=1)
    assert found["different"] == 2
    assert {one["company_id"]: (one["damaged"], one["registrations"]) for one in found["differences"]} == {
        of_unify.decode(): ("unify", []),
        of_admit.decode(): ("admit", [of_admit.decode().removeprefix("GCC.")]),
    }
    assert all("website" in one["fields"] for one in found["differences"])


def alter_registration(instance: Instance, record: Kept) -> None:
    """Alter the state of a registration in `admit`, and its company as the next event would."""
    own = record.datum()["anchor"].encode()
    state = newest(instance, "register.registrations")[own]
    history, company = state.datum(), record.datum()
    history["registration"]["properties"]["website"] = "altered.example"
    write(instance, "register.registrations", state, "RegistrationHistory", history)
    company["properties"]["website"] = company["registrations"][0]["properties"]["website"] = "altered.example"
    write(instance, "register.companies", record, "Company", company)
