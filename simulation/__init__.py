"""A simulator of registries: synthetic histories from a seed, with the expected register."""

from simulation.company_truth import CompanyTruth
from simulation.delivery_order import Delivery
from simulation.registration_truth import Expected, RegistrationTruth
from simulation.simulation import EVENT_ID_PREFIX, Simulation
from simulation.simulation_settings import SimulationSettings

__all__ = [
    "EVENT_ID_PREFIX",
    "CompanyTruth",
    "Delivery",
    "Expected",
    "RegistrationTruth",
    "Simulation",
    "SimulationSettings",
]
