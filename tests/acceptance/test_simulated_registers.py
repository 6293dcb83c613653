"""Synthetic registries whose truth is known: the register must hold exactly that, whatever the order, whoever dies.

`SIJILL_TEST_COMPANIES=20000` makes the long run; with 50000 and `-k brought_together` it takes the undisturbed
instance alone.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.acceptance.conftest import prepared
from tests.acceptance.instance import Command, Instance, Processes
from tests.acceptance.killing import Kills, kill_in_turn, require_in_the_middle
from tests.acceptance.laws import require_laws
from tests.conftest import Cluster, own_settings

COMPANIES = os.environ.get("SIJILL_TEST_COMPANIES", "400")
ROUNDS = 1 + int(COMPANIES) // 5_000  # a long load is long enough for more kills
WORLD = ("--companies", COMPANIES, "--knob", "invalid_share=0.02", "--knob", "void_share=0.01")
SMALL_SLICES = {"SIJILL_SLICE_RECORDS": "100"}  # many transactions, so that a kill is sure to hit some
OUTCOMES = ("accepted", "duplicate", "rejected")

pytestmark = pytest.mark.timeout(3_600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """An instance that has taken in the whole world, and what its commands then said."""

    instance: Instance
    expected: dict[str, int]
    comparison: dict[str, Any]
    totals: dict[str, int]
    followed: list[dict[str, Any]]
    killed: Kills


@pytest.fixture(scope="module")
def in_order(cluster: Cluster) -> Iterator[Filled]:
    """Filled in the order in which registries speak, and undisturbed."""
    with own_settings(cluster, "in_order") as settings:
        instance = prepared(settings)
        with _filling(instance) as (_, load):
            filled = _filled(instance, load, killed=[])
        yield filled


@pytest.fixture(scope="module")
def shuffled(cluster: Cluster) -> Iterator[Filled]:
    """Filled with the same events in another order, while one process after the other is killed."""
    with own_settings(cluster, "shuffled") as settings:
        instance = prepared(settings)
        instance.extra = SMALL_SLICES
        with _filling(instance, "--shuffle", "another order") as (processes, load):
            filled = _filled(instance, load, killed=kill_in_turn(instance, processes, ROUNDS))
        yield filled


@contextmanager
def _filling(instance: Instance, *order: str) -> Iterator[tuple[Processes, Command]]:
    with instance.running() as processes:
        instance.sijill("subscribe", "sa-zakat", "--member-state", "SA")
        yield processes, instance.begin("simulate", "--seed", "7", *WORLD, *order, "--json")


def _filled(instance: Instance, load: Command, killed: Kills) -> Filled:
    expected = load.answer(timeout_s=1_800).ends(0).json()
    instance.begin("wait", "--timeout", "1800").answer(timeout_s=1_900).ends(0)
    compared = instance.begin("compare", "--simulation", "7", *WORLD, "--json").answer()
    return Filled(
        instance=instance,
        expected=expected,
        comparison=compared.json(),
        totals=instance.sijill("status", "--json").json()["totals"],
        followed=instance.sijill("follow", "sa-zakat", "--json").lines(),
        killed=killed,
    )


def test_every_company_equals_the_truth(in_order: Filled) -> None:
    _require_truth(in_order)
    require_laws(in_order.instance.settings)


def test_registrations_are_brought_together_without_a_miss_and_without_a_stranger(in_order: Filled) -> None:
    """Branches by their home or LEI, Saudi entries by their old number; the long run has 50,000 companies."""
    found = in_order.comparison
    assert (found["precision"], found["recall"]) == (1.0, 1.0), (found["wrong_pairs"], found["missed_pairs"])
    assert found["pairs_found"] == found["pairs_expected"] > int(COMPANIES) // 10
    assert (found["merged_by_decoys"], found["merged_wrongly"], found["in_two_companies"]) == (0, 0, 0)
    assert found["decoys"] > int(COMPANIES) // 100
    assert (found["wrong_aliases"], found["aliases"] > int(COMPANIES) // 20) == (0, True)


def test_processes_killed_in_the_middle_of_their_work_lose_nothing_and_repeat_nothing(shuffled: Filled) -> None:
    require_in_the_middle(shuffled.instance, shuffled.killed)
    _require_truth(shuffled)
    require_laws(shuffled.instance.settings)


def test_the_same_events_in_another_order_give_the_same_records(in_order: Filled, shuffled: Filled) -> None:
    assert shuffled.expected == in_order.expected
    assert _stated(shuffled.instance.records()) == _stated(in_order.instance.records())


def test_the_same_events_in_another_order_give_the_same_digest_from_the_topics_and_from_postgres(
    in_order: Filled, shuffled: Filled
) -> None:
    answers = [
        filled.instance.sijill("digest", "--from", source, "--json").json()
        for filled in (in_order, shuffled)
        for source in ("topics", "postgres")
    ]
    assert len({(answer["digest"], answer["rules"], answer["companies"]) for answer in answers}) == 1
    assert answers[0]["companies"] == in_order.expected["companies"]
    assert answers[0]["offsets"] == answers[1]["offsets"] != {}


def _require_truth(filled: Filled) -> None:
    """Require every company to equal the truth, and everything to be counted as was foretold."""
    expected, totals = filled.expected, filled.totals
    assert filled.comparison["is_equal"], filled.comparison
    assert filled.comparison["equal"] == expected["companies"] + expected["withdrawn_whole"]
    assert {name: totals[name] for name in OUTCOMES} == {name: expected[name] for name in OUTCOMES}
    assert (totals["stale"], totals["dead_letters"]) == (0, expected["rejected"])
    assert totals["companies"] == expected["companies"]
    assert [notice["number"] for notice in filled.followed] == list(range(1, totals["notices"] + 1)) != []


def _stated(records: dict[str, Any]) -> dict[str, Any]:
    """Leave out entries that were withdrawn whole: an entry whose withdrawal came first never had a record."""
    empty = [record for record in records.values() if not record["registrations"]]
    assert not any(record["properties"] for record in empty)
    return {name: record for name, record in records.items() if record["registrations"]}
