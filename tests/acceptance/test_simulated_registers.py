"""Synthetic registries whose truth is known: the register must hold exactly that, in whatever order they speak.

`SIJILL_TEST_COMPANIES=20000` makes the long run.
"""

import os
from collections.abc import Iterator

import pytest

from tests.acceptance.conftest import prepared
from tests.acceptance.instance import Instance
from tests.acceptance.laws import require_laws
from tests.conftest import Cluster, own_settings

COMPANIES = os.environ.get("SIJILL_TEST_COMPANIES", "1000")
WORLD = ("--companies", COMPANIES, "--knob", "invalid_share=0.02", "--knob", "void_share=0.01")


@pytest.fixture
def second(cluster: Cluster) -> Iterator[Instance]:
    """Another empty instance."""
    with own_settings(cluster, "second") as settings:
        yield prepared(settings)


@pytest.mark.timeout(3_600)
def test_every_company_equals_the_truth_and_a_shuffled_load_gives_the_same_records(
    instance: Instance, second: Instance
) -> None:
    expected = _filled(instance)
    assert _filled(second, "--shuffle", "another order") == expected

    assert instance.records() == second.records()


def _filled(instance: Instance, *order: str) -> dict[str, int]:
    """Publish the world, wait, compare it with its truth and its counts; returns the counts that were foretold."""
    with instance.running():
        expected: dict[str, int] = instance.sijill("simulate", "--seed", "7", *WORLD, *order, "--json").json()
        instance.sijill("wait", "--timeout", "1800")
        compared = instance.sijill("compare", "--simulation", "7", *WORLD, "--json").json()
        totals = instance.sijill("status", "--json").json()["totals"]
    assert (compared["is_equal"], compared["equal"]) == (True, expected["registrations"])
    outcomes = ("accepted", "duplicate", "rejected")
    assert {name: totals[name] for name in outcomes} == {name: expected[name] for name in outcomes}
    assert (totals["stale"], totals["dead_letters"]) == (0, expected["rejected"])
    assert totals["companies"] == expected["registrations"] - expected["withdrawn_whole"]
    require_laws(instance.settings)
    return expected
