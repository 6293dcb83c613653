"""kill -9 of every process in turn, in the middle of its work: nothing is lost, nothing is there twice."""

import os
from collections.abc import Callable, Mapping

from psycopg.errors import UndefinedTable

from tests.acceptance.instance import Instance, Processes, until
from tests.acceptance.laws import require_laws
from tests.acceptance.raw import written

COMPANIES = os.environ.get("SIJILL_TEST_COMPANIES", "1000")
WORLD = ("--companies", COMPANIES, "--knob", "invalid_share=0.02")
ROUNDS = 1 + int(COMPANIES) // 5_000  # a long load is long enough for more
RECOVERY_S = 60  # on a busy machine: the dead member's session, a restart, and the restored state


def test_processes_killed_in_the_middle_of_their_work_lose_nothing_and_repeat_nothing(instance: Instance) -> None:
    instance.extra = {"SIJILL_SLICE_RECORDS": "100"}  # many transactions, so that a kill is sure to hit some
    with instance.running() as processes:
        instance.sijill("subscribe", "sa-zakat", "--state", "SA")
        load = instance.begin("simulate", "--seed", "storm", *WORLD)
        killed = _killed_in_turn(processes, _work_done(instance))
        load.answer().ends(0)
        instance.sijill("wait", "--timeout", "600")

        compared = instance.sijill("compare", "--simulation", "storm", *WORLD, "--json").json()
        finished = {name: count() for name, count in _work_done(instance).items()}
        followed = instance.sijill("follow", "sa-zakat", "--json").lines()
    assert compared["is_equal"], compared
    assert all(done < finished[name] for name, done in killed), f"killed after its work was done: {killed}, {finished}"
    assert [notice["number"] for notice in followed] == list(range(1, len(followed) + 1)) != []
    require_laws(instance.settings)


def _killed_in_turn(processes: Processes, work: Mapping[str, Callable[[], int]]) -> list[tuple[str, int]]:
    """Kill each process when it has done some work since it was started; returns how much was done by then."""
    killed: list[tuple[str, int]] = []
    for _ in range(ROUNDS):
        for name, done in work.items():
            before = dict(killed).get(name, 0)
            until(lambda: done() > before, RECOVERY_S, lambda: f"{name} does no work:\n{processes.said()}")  # noqa: B023
            killed.append((name, done()))
            processes.kill(name)
    return killed


def _work_done(instance: Instance) -> Mapping[str, Callable[[], int]]:
    """Say how to count what each process has written so far."""
    servers, prefix = instance.settings.bootstrap_servers, instance.settings.topic_prefix
    return {
        "admit": lambda: written(servers, f"{prefix}register.statements"),
        "unify": lambda: written(servers, f"{prefix}register.changes"),
        "projection": lambda: _projected(instance),
        "notify": lambda: written(servers, f"{prefix}notices."),
    }


def _projected(instance: Instance) -> int:
    try:
        [row] = instance.rows("SELECT coalesce(sum(next), 0)::bigint AS done FROM offsets")
    except UndefinedTable:  # its first start has not come so far
        return 0
    return int(row["done"])
