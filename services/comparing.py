"""Compare the register with the truth of a simulation: who belongs together, and field by field."""

from services.reading import RegisterReader
from simulation import comparing
from simulation.comparison import RegisterComparison, UnexpectedCompany, WrongAlias
from simulation.simulation import Simulation

__all__ = ["RegisterComparison", "UnexpectedCompany", "WrongAlias", "compare"]


def compare(register: RegisterReader, world: Simulation) -> RegisterComparison:
    """Compare every company of the register with the truth of a world."""
    return comparing.compare(world, register.records())
