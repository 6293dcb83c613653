"""Three damaged states: a rebuild finds exactly these, mends them with the cause reprocess, and finds nothing then."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Final

import pytest

from tests.acceptance.conftest import prepared
from tests.acceptance.damaged_register import Registries, alter, rebuilt, running, with_website, without_identifiers
from tests.acceptance.instance import Answer, Instance, Processes, until
from tests.acceptance.laws import (
    belonging_broken,
    moves_without_notice,
    notices_broken,
    receipts_broken,
    versions_broken,
)
from tests.acceptance.plain_kafka import read
from tests.conftest import Cluster, own_settings

KILLS: Final = int(os.environ.get("SIJILL_TEST_REBUILD_KILLS", "0"))
"""How often the rebuild and each processor are killed while it applies."""
AMENDED: Final = 10
"""How many events of each damaged registration come while the rebuild applies."""
LEI: Final = "21380011VBTSTZCFBT87"
RECORD, HISTORY, MEMBER, HOME = "KW.MOCI.101", "SA.MC.7001775498", "OM.MOCIIP.1000001", "BH.SIJILAT.9-1"
OTHERS: Final = tuple(f"KW.MOCI.{number}" for number in range(200, 230))

pytestmark = pytest.mark.timeout(1_200)


def begin(registries: Registries) -> None:
    """Register them all; two carry one LEI."""
    lei = {"identifiers": [{"scheme": "LEI", "value": LEI}]}
    for own in (RECORD, HISTORY, MEMBER, HOME, *OTHERS):
        names = [{"text": f"Company {own}", "language": "en"}]
        stated = lei if own in (MEMBER, HOME) else {}
        registries.publish(own, "REGISTERED", legal_name=names, website="right", **stated)


def damage(instance: Instance) -> None:
    """Alter three states while nothing runs."""
    alter(instance, "register.companies", "Company", f"GCC.{RECORD}", with_website("wrong"))
    alter(instance, "register.registrations", "RegistrationHistory", HISTORY, with_website("wrong"))
    alter(instance, "register.resolution", "Resolution", f"registration/{HOME}", without_identifiers)
    alter(instance, "register.resolution", "Resolution", f"identifier/LEI:{LEI}", lambda state: None)


@contextmanager
def damaged(instance: Instance, registries: Registries) -> Iterator[Processes]:
    """Fill a register, damage it, and let later events make the damage visible; the processes run in the block."""
    with running(instance):
        instance.sijill("subscribe", "everything")
        begin(registries)
        assert rebuilt(instance)["different"] == 0
    damage(instance)
    with running(instance) as processes:
        registries.publish(HISTORY, is_branch=False)
        registries.publish(MEMBER, legal_form="LLC")
        found = rebuilt(instance, code=1)["differences"]
        assert {one["company_id"]: one["damaged"] for one in found} == {
            f"GCC.{RECORD}": "unify",
            f"GCC.{HISTORY}": "admit",
            f"GCC.{HOME}": "resolve",
            f"GCC.{MEMBER}": "resolve",
        }
        yield processes


def require_mended(instance: Instance) -> None:
    """Require three repairs, each told once, and a register that equals its rebuild."""
    assert rebuilt(instance)["different"] == 0
    until(lambda: len(_told(instance)) >= 3, 60, lambda: f"agencies were told {_told(instance)}")
    topics = read(instance.settings.bootstrap_servers, instance.settings.topic_prefix)
    told_otherwise = f"GCC.{RECORD} 2: website was right, the change tells wrong"  # what the damaged record said
    assert list(versions_broken(topics)) == [told_otherwise]
    broken = (
        *receipts_broken(topics, instance.settings.topic_prefix),
        *notices_broken(topics),
        *moves_without_notice(topics),
        *belonging_broken(topics),
    )
    assert not broken
    changes = [one.datum() for one in topics["register.changes"]]
    reprocessed = [one for one in changes if one["cause"] == "REPROCESS"]
    assert {one["company_id"]: one["follows"] for one in reprocessed} == {
        f"GCC.{RECORD}": None,
        f"GCC.{HISTORY}": None,
        f"GCC.{HOME}": None,
        f"GCC.{MEMBER}": f"GCC.{HOME}",
    }
    assert len(reprocessed) == 4  # three are told; the member's own company follows
    assert sorted(_told(instance)) == sorted([f"GCC.{RECORD}", f"GCC.{HISTORY}", f"GCC.{HOME}"])


def _told(instance: Instance) -> list[str]:
    """List the companies of the notices with the cause reprocess."""
    kept = read(instance.settings.bootstrap_servers, instance.settings.topic_prefix)["notices.everything"]
    changes = [one.datum()["change"] for one in kept]
    return [one["company_id"] for one in changes if one["cause"] == "REPROCESS"]


def test_damaged_states_are_found_and_mended_and_told_once(cluster: Cluster) -> None:
    with own_settings(cluster, "apply") as settings:
        instance = prepared(settings)
        with damaged(instance, Registries(instance)):
            applied = rebuilt(instance, "--apply", "--by", "noor", "--why", "a disk was damaged")["applied"]
            assert (applied["companies"], applied["left"], applied["stopped"]) == (4, [], False)
            assert applied["repairs"] == {"resolve": 3, "admit": 1, "unify": 1}
            require_mended(instance)
        audited = instance.sijill("audit", "--json").json()["records"]
        assert {(one["principal"], one["why"]) for one in audited if one["action"] == "APPLIED"} == {
            ("noor", "a disk was damaged")
        }


@pytest.mark.skipif(not KILLS, reason="SIJILL_TEST_REBUILD_KILLS is not set")
def test_kills_of_the_rebuild_and_of_the_processors_while_it_applies_give_the_same_end(cluster: Cluster) -> None:
    with own_settings(cluster, "apply_kills") as settings:
        instance, dice = prepared(settings), Random("kills")
        with damaged(instance, Registries(instance)) as processes:
            for _ in range(KILLS):
                _killed_rebuild(instance, dice.uniform(1.0, 6.0))
                for name in ("resolve", "admit", "unify", "notify"):
                    _with_a_kill(instance, processes, name, dice.uniform(0.0, 3.0))
            rebuilt(instance, "--apply")
            require_mended(instance)


@pytest.mark.skipif(not KILLS, reason="SIJILL_TEST_REBUILD_KILLS is not set")
def test_no_event_is_lost_that_comes_while_it_applies(cluster: Cluster) -> None:
    with own_settings(cluster, "apply_events") as settings:
        instance = prepared(settings)
        with damaged(instance, registries := Registries(instance)):
            applying = instance.begin("rebuild", "--apply", "--processes", "1")
            for _ in range(AMENDED):
                for own in (HISTORY, MEMBER, HOME):
                    registries.publish(own, trading_names=[{"text": f"Name {time.time_ns()}", "language": "en"}])
            applying.answer()
            rebuilt(instance, "--apply")
            after = rebuilt(instance)
            assert (after["different"], after["unsettled"]) == (0, [])
        topics = read(settings.bootstrap_servers, settings.topic_prefix)
        assert not [*receipts_broken(topics, settings.topic_prefix), *belonging_broken(topics)]
        outcomes = {one.datum()["outcome"] for name in ("sa", "om", "bh") for one in topics[f"receipts.{name}"]}
        assert outcomes == {"ACCEPTED"}  # a repair with an event that `admit` had not read would make it a duplicate


def _killed_rebuild(instance: Instance, after_s: float) -> None:
    command = instance.begin("rebuild", "--apply", "--processes", "1")
    time.sleep(after_s)
    os.kill(command.process.pid, signal.SIGKILL)
    command.process.wait()


def _with_a_kill(instance: Instance, processes: Processes, name: str, after_s: float) -> Answer:
    command = instance.begin("rebuild", "--apply", "--processes", "1", "--timeout", "240")
    time.sleep(after_s)
    processes.kill(name)
    return command.answer()
