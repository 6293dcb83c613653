"""The stored state of the resolver, and its keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from register.ids import CompanyId, RegistrationId
from register.resolution.cases import Case
from register.resolution.evidence import Evidence
from register.resolution.judgements import Judgement

_ENTRY: Final = "registration"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionState:
    """The state under one key. A registration has the first three fields; a shared key has `sharing`."""

    evidence: Evidence | None = None
    company_id: CompanyId | None = None
    judgements: tuple[Judgement, ...] = ()
    """Each as its decision, without its texts."""
    cases: tuple[Case, ...] = ()
    """The open cases about this key, or with this registration as the first one."""
    sharing: tuple[RegistrationId, ...] = ()


class ResolutionStore(Protocol):
    """The store of the resolver's state."""

    def get_many(self, keys: Iterable[str]) -> Mapping[str, ResolutionState | None]:
        """Read what is kept under these keys."""

    def put(self, key: str, state: ResolutionState | None) -> None:
        """Store the state of a key; None removes it."""


@dataclass(slots=True)
class MemoryResolutionStore:
    """A store in memory."""

    held: dict[str, ResolutionState] = field(default_factory=dict)

    def get_many(self, keys: Iterable[str]) -> Mapping[str, ResolutionState | None]:
        """Read what is kept under these keys."""
        return {key: self.held.get(key) for key in keys}

    def put(self, key: str, state: ResolutionState | None) -> None:
        """Store the state of a key; None removes it."""
        if state is None:
            self.held.pop(key, None)
        else:
            self.held[key] = state


def entry_of(registration: RegistrationId) -> str:
    """Give the key of a registration."""
    return f"{_ENTRY}/{registration}"


def registration_of(key: str) -> RegistrationId | None:
    """Give the registration that a key is of; None for a key that several registrations share.

    >>> registration_of("registration/KW.MOCI.1"), registration_of("home/KW.MOCI.1")
    ('KW.MOCI.1', None)
    """
    kind, _, own = key.partition("/")
    return RegistrationId(own) if kind == _ENTRY else None
