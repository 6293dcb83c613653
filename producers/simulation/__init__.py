"""A simulator of registries: synthetic histories from a seed, with the truth about them."""

from producers.simulation.company_truth import CompanyTruth
from producers.simulation.knobs import Knobs
from producers.simulation.post import Delivery
from producers.simulation.simulation import EVENT_ID_PREFIX, Simulation
from producers.simulation.truth import Expected, Truth

__all__ = ["EVENT_ID_PREFIX", "CompanyTruth", "Delivery", "Expected", "Knobs", "Simulation", "Truth"]
