"""The input, the stored state and the result of one turn of the queue of names."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from register.ids import CompanyId, RegistrationId
from register.names.naming import Naming
from register.resolution.cases import Case
from register.resolution.judgements import Judgement, RegistrationPair

StatedNaming = tuple[RegistrationId, Naming | None]
"""A registration and its names now; None when it no longer states a name."""


class OpenCase(NamedTuple):
    """A case, and the companies whose best suggestion it is."""

    case: Case
    companies: frozenset[CompanyId]

    @property
    def shown(self) -> bool:
        """Whether stewards see the case: a hidden case has no reasons."""
        return bool(self.case.reason)


@dataclass(slots=True, kw_only=True)
class QueueChanges:
    """The result of a batch: what to store by registration, pair and case (None: delete), and the cases to send."""

    namings: dict[RegistrationId, Naming | None] = field(default_factory=dict)
    judgements: dict[RegistrationPair, tuple[Judgement, ...]] = field(default_factory=dict)
    cases: dict[str, OpenCase | None] = field(default_factory=dict)
    opened: list[Case] = field(default_factory=list)
    """Shown cases that are new or changed."""
    closed: list[str] = field(default_factory=list)
    """The ids of cases that are no longer shown."""


class StoredQueue(Protocol):
    """The stored namings and cases: texts are on the disk, and the memory holds only what finds them."""

    def naming(self, own: RegistrationId) -> Naming | None:
        """Read the naming of a registration."""

    def case(self, case_id: str) -> OpenCase | None:
        """Read an open case."""


class _NoStoredQueue:
    """Refuses every read between two turns."""

    def naming(self, own: RegistrationId) -> Naming | None:
        raise LookupError(f"the names of {own} were asked for outside a turn")

    def case(self, case_id: str) -> OpenCase | None:
        raise LookupError(f"{case_id} was asked for outside a turn")


NO_STORED_QUEUE: Final = _NoStoredQueue()
