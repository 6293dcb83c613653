"""kill -9 of resolve, admit and unify in a storm of merges and unmerges: every registration ends in one company."""

import os
import threading
from random import Random

import pytest

from tests.acceptance.conftest import prepared
from tests.acceptance.instance import Instance, Processes, until
from tests.acceptance.killing import RECOVERY_S, Kills, require_in_the_middle, work_done
from tests.acceptance.laws import require_laws
from tests.acceptance.merge_storm import Storm, members
from tests.conftest import Cluster, own_settings

KILLS = int(os.environ.get("SIJILL_TEST_KILLS", "2"))
"""Rounds, each of one kill of every process that moves registrations."""
MOVING = ("resolve", "admit", "unify")
AFTERWARDS = 60
"""Steps that still come when the last kill is over."""

pytestmark = pytest.mark.timeout(1_200)


def test_a_storm_of_merges_and_unmerges_under_kills_loses_and_doubles_no_registration(cluster: Cluster) -> None:
    with own_settings(cluster, "storm") as settings:
        instance = prepared(settings)
        storm = Storm(settings.bootstrap_servers, settings.topic_prefix, Random("storm"))
        with instance.running() as processes:
            instance.sijill("subscribe", "everything")
            storm.begin()
            killed = _blow_and_kill(storm, instance, processes)
            for _ in range(AFTERWARDS):
                storm.step()
            instance.begin("wait", "--timeout", "240").answer(timeout_s=300).ends(0)
            require_in_the_middle(instance, killed)
        topics = require_laws(settings)

    records = {one.key: one.datum() for one in topics["register.companies"]}
    by_id = {one["company_id"]: one for one in records.values()}
    assert members(iter(records.values())) == {own: [company] for own, company in storm.companies().items()}
    for own, company in storm.companies().items():
        assert by_id[f"GCC.{own}"]["alias_of"] == (None if company == f"GCC.{own}" else company)

    changes = [one.datum() for one in topics["register.changes"]]
    told = [one.datum()["change"] for one in topics["notices.everything"]]
    assert {change["cause"] for change in changes} >= {"MERGE", "UNMERGE"}
    assert sorted((one["company_id"], one["version"]) for one in told) == sorted(
        (one["company_id"], one["version"]) for one in changes if one["follows"] is None
    )


def _blow_and_kill(storm: Storm, instance: Instance, processes: Processes) -> Kills:
    """Kill each of the processes once it has done something since it was last killed, while the storm goes on."""
    over = threading.Event()
    blowing = threading.Thread(target=storm.run_steps, args=(over.is_set,))
    blowing.start()
    try:
        killed: Kills = []
        for _ in range(KILLS):
            for name in MOVING:
                done = work_done(instance)[name]
                before = done()
                until(lambda: done() > before + 20, RECOVERY_S, lambda: f"{name} does no work:\n{processes.logged()}")  # noqa: B023
                killed.append((name, done()))
                processes.kill(name)
    finally:
        over.set()
        blowing.join()
    return killed
