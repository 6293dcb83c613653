"""Compare the register with the truth of a simulation: who belongs together, and field by field."""

from services.open_register import RegisterReader
from simulation import compare_with_truth
from simulation.comparison_report import RegisterComparison, UnexpectedCompany, WrongAlias
from simulation.simulation import Simulation

__all__ = ["RegisterComparison", "UnexpectedCompany", "WrongAlias", "compare"]


def compare(register: RegisterReader, world: Simulation) -> RegisterComparison:
    """Compare every company of the register with the truth of a world."""
    return compare_with_truth.compare(world, register.records())
