"""The truth about companies and the register's resolver know nothing of each other, and agree."""

from collections import Counter
from typing import Any

import pytest

from operations.comparisons import comparison_lines
from simulation import Simulation
from simulation.compare_with_truth import compare
from tests.unit.simulation.in_register import records, taken_in

STORMY = {"branches": 0.6, "lei": 0.6, "decoys": 0.1, "corrected": 0.4, "phantoms": 0.3, "renumbered": 0.6, "acts": 3.0}
WORLDS: list[tuple[str, str, int, dict[str, float]]] = [
    ("plain", "as sent", 60, {"branches": 0.3}),
    ("storm", "shuffled", 40, STORMY),
    ("void", "as sent", 40, {**STORMY, "void_share": 0.25, "invalid_share": 0.3}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "order", "companies", "settings"), WORLDS)
def test_what_the_register_makes_of_a_world_is_the_truth(
    seed: str, order: str, companies: int, settings: dict[str, Any]
) -> None:
    simulation = Simulation(seed, companies, **settings)
    deliveries = simulation.deliveries() if order == "as sent" else simulation.shuffled(5)
    kafka = taken_in(deliveries)
    outcome = compare(simulation, records(kafka))
    causes = Counter(change["cause"] for change in kafka.values("register.changes", "Change"))

    assert outcome.is_equal, list(comparison_lines(outcome))
    assert (outcome.precision, outcome.recall, outcome.others) == (1.0, 1.0, 0)
    assert outcome.pairs_found == outcome.pairs_expected > 20
    assert outcome.aliases > 10
    assert causes["MERGE"] > 20
    assert causes["UNMERGE"] > (0 if seed == "plain" else 20)
