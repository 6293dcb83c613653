"""What a turn of the queue of names is told, what it may look up, and what comes of it."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from register.ids import CompanyId, RegistrationId
from register.resolution.cases import Case
from register.resolution.judgements import Judgement, RegistrationPair
from register.resolution.naming import Naming

StatedNaming = tuple[RegistrationId, Naming | None]
"""What a registration is called now; None: it states no name any more."""


class OpenCase(NamedTuple):
    """A case, and the companies whose best suggestion it is."""

    case: Case
    companies: frozenset[CompanyId]

    @property
    def shown(self) -> bool:
        """Whether stewards see it: one that is kept back has no reasons."""
        return bool(self.case.reason)


@dataclass(slots=True, kw_only=True)
class QueueChanges:
    """What a batch led to: what is to be kept, by registration, pair and case (None: nothing any more)."""

    namings: dict[RegistrationId, Naming | None] = field(default_factory=dict)
    judgements: dict[RegistrationPair, tuple[Judgement, ...]] = field(default_factory=dict)
    cases: dict[str, OpenCase | None] = field(default_factory=dict)
    opened: list[Case] = field(default_factory=list)
    """Those that are shown, and are new or say something else than before."""
    closed: list[str] = field(default_factory=list)
    """Those that are not shown any more."""


class StoredQueue(Protocol):
    """What was kept of the turns before: texts stand there, and in memory is only what finds them."""

    def naming(self, own: RegistrationId) -> Naming | None:
        """Give what a registration is called."""

    def case(self, case_id: str) -> OpenCase | None:
        """Give an open case."""


class _NoStoredQueue:
    """What may be looked up between two turns."""

    def naming(self, own: RegistrationId) -> Naming | None:
        raise LookupError(f"the names of {own} were asked for outside a turn")

    def case(self, case_id: str) -> OpenCase | None:
        raise LookupError(f"{case_id} was asked for outside a turn")


NO_STORED_QUEUE: Final = _NoStoredQueue()
