"""kill -9 of every process in turn, each in the middle of its work."""

from collections.abc import Callable, Mapping

from psycopg.errors import UndefinedTable

from tests.acceptance.instance import Instance, Processes, until
from tests.acceptance.plain_kafka import written

RECOVERY_S = 90  # on a busy machine: the dead member's session, a restart, and the restored state

Kills = list[tuple[str, int]]
"""The killed process, and how much it and those before it had written by then."""


def kill_in_turn(instance: Instance, processes: Processes, rounds: int) -> Kills:
    """Kill each process once it has written more than when it was last killed."""
    killed: Kills = []
    for _ in range(rounds):
        for name, done in work_done(instance).items():
            before = dict(killed).get(name, 0)
            until(lambda: done() > before, RECOVERY_S, lambda: f"{name} does no work:\n{processes.logged()}")  # noqa: B023
            killed.append((name, done()))
            processes.kill(name)
    return killed


def require_in_the_middle(instance: Instance, killed: Kills) -> None:
    """Require at the end that each killed process had work left; otherwise the kills have tested nothing."""
    finished = {name: done() for name, done in work_done(instance).items()}
    too_late = [(name, done) for name, done in killed if done >= finished[name]]
    assert not too_late, f"{too_late} were killed when all was done: {finished}"


def work_done(instance: Instance) -> Mapping[str, Callable[[], int]]:
    """Give, by process, the function that counts what it has written so far."""
    servers, prefix = instance.settings.bootstrap_servers, instance.settings.topic_prefix
    return {
        "admit": lambda: written(servers, f"{prefix}register.statements"),
        "resolve": lambda: written(servers, f"{prefix}register.assignments"),
        "suggest": lambda: written(servers, f"{prefix}register.suggestions"),
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
