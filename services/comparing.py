"""Compare the register with the truth of a simulation: who belongs together, and field by field."""

from services.reading import RegisterReader
from simulation import comparing
from simulation.comparison import RegisterComparison
from simulation.simulation import Simulation


def compare(register: RegisterReader, world: Simulation) -> RegisterComparison:
    """Compare every company of the register with the truth of a world."""
    return comparing.compare(world, register.records())
