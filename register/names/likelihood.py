"""How probable it is that two names are one company's, by what their words say: logistic regression.

The coefficients are data (schemas/names/likelihood.yaml), fitted by `python -m benchmarks.likelihood`.
"""

from dataclasses import dataclass
from typing import NamedTuple


class NameEvidence(NamedTuple):
    """What the words of two names say for and against one company."""

    explained: float = 0.0
    """Logarithm of the odds of the share of both names' weight that the other has, too."""
    proof: float = 0.0
    """Logarithm of the weight of what they share (and 1)."""
    other_jurisdiction: float = 0.0
    """1: they are of two jurisdictions."""
    other_form: float = 0.0
    """1: they state different legal forms; less where one states none."""
    other_number: float = 0.0
    """1: either has a number that the other has not; less where one has none."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How much each kind of evidence counts."""

    intercept: float
    counts: NameEvidence

    def odds(self, evidence: NameEvidence) -> float:
        """Give the logarithm of the odds."""
        explained, proof, other_jurisdiction, other_form, other_number = evidence
        by_explained, by_proof, by_jurisdiction, by_form, by_number = self.counts
        return (
            self.intercept
            + by_explained * explained
            + by_proof * proof
            + by_jurisdiction * other_jurisdiction
            + by_form * other_form
            + by_number * other_number
        )
