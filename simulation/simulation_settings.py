"""The frequencies of a simulation. Shares are of companies, acts or events, as each field says."""

from dataclasses import dataclass

_SHARES = (
    "branches",
    "corrected",
    "late",
    "repeated",
    "unmapped",
    "decoys",
    "lei",
    "unnamed",
    "renumbered",
    "invalid_share",
    "void_share",
)


class NumberOutOfRange(ValueError):
    """A number of a simulation is too small or too large. `most` is None where no number is too large."""

    def __init__(self, message: str, name: str, value: float, least: float, most: float | None) -> None:
        super().__init__(message)
        self.name = name
        self.value = value
        self.least = least
        self.most = most


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationSettings:
    """The simulator's settings; the defaults make about eight events a registration, a fifth of them troublesome."""

    acts: float = 6.0
    """Acts in a registration's life beyond its entry, on average; lives that end early have fewer."""
    branches: float = 0.12
    """Share of companies with branches in other member states."""
    corrected: float = 0.10
    """Share of acts that were entered wrongly, or corrected or withdrawn by mistake, and put right."""
    phantoms: float = 0.05
    """Mistaken entries per act that never happened and were withdrawn."""
    late: float = 0.08
    """Share of events that are delivered after later ones."""
    repeated: float = 0.06
    """Share of events that are delivered twice."""
    unmapped: float = 0.003
    """Share of stated status words that no list knows: our status is UNKNOWN."""
    decoys: float = 0.02
    """Share of companies that look like others and are not: an equal name, a shared placeholder or identifier."""
    lei: float = 0.10
    """Share of companies with an LEI, which their branches carry too."""
    unnamed: float = 0.3
    """Share of the branches with an LEI that do not name their home: only the LEI says whose they are."""
    renumbered: float = 0.10
    """Share of Saudi entries of before April 2025 that were entered anew under the unified number."""
    invalid_share: float = 0.0
    """Share of registrations whose registry also sends an event that must be refused."""
    void_share: float = 0.0
    """Share of registrations that were entered by mistake and withdrawn whole: an empty record must come out."""
    window: int = 1_000
    """Companies whose histories are interleaved at any time."""

    def __post_init__(self) -> None:
        for name in _SHARES:
            share = getattr(self, name)
            if not 0 <= share <= 1:
                raise NumberOutOfRange(f"{name} is a share: between 0 and 1, not {share}", name, share, 0, 1)
        for name, value, least in (("window", self.window, 1), ("acts", self.acts, 0)):
            if not value >= least:
                raise NumberOutOfRange("window is at least 1, acts at least 0", name, value, least, None)
