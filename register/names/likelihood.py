"""The probability that two names are of one company, from the evidence of their words: logistic regression.

The coefficients are data (schemas/names/likelihood.yaml), fitted by `python -m benchmarks.fit_likelihood`.
"""

from dataclasses import dataclass
from typing import NamedTuple


class NameEvidence(NamedTuple):
    """The evidence of the words of two names, for and against one company."""

    explained: float = 0.0
    """Logarithm of the odds of the share of both names' weight that the two names have in common."""
    proof: float = 0.0
    """Logarithm of 1 plus the weight of the words that both names have."""
    other_jurisdiction: float = 0.0
    """1: they are of two jurisdictions."""
    other_form: float = 0.0
    """1: the names state different legal forms; less where one states none."""
    other_number: float = 0.0
    """1: the names have different numbers; less where one has none."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The coefficient of each kind of evidence."""

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
