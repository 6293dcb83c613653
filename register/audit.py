"""The audit record: what a person changed or started. It is kept for ever."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AuditAction(StrEnum):
    """What a person did."""

    UNKNOWN = "UNKNOWN"
    """An action that this version does not know."""
    JUDGED = "JUDGED"
    """Subject: the two registrations, `A|B`."""
    JUDGEMENT_REVOKED = "JUDGEMENT_REVOKED"
    """Subject: the two registrations, `A|B`."""
    SUBSCRIBED = "SUBSCRIBED"
    """Subject: the agency."""
    UNSUBSCRIBED = "UNSUBSCRIBED"
    """Subject: the agency."""
    REDRIVEN = "REDRIVEN"
    """Subject: which dead letters."""
    DISCARDED = "DISCARDED"
    """Subject: which dead letters."""
    REPLAYED = "REPLAYED"
    """Subject: the topic that was replayed."""
    REBUILT = "REBUILT"
    """A rebuild in shadow was started. Subject: what was rebuilt."""
    APPLIED = "APPLIED"
    """The differences that a rebuild found were applied. Subject: the rebuild."""
    RULES_CHANGED = "RULES_CHANGED"
    """Other rules were applied. Subject: the digest of the rules."""
    STATE_REBUILT = "STATE_REBUILT"
    """Subject: the process whose state was rebuilt."""
    READ_MODEL_REBUILT = "READ_MODEL_REBUILT"
    """Subject: the schema of PostgreSQL."""
    READ_MODEL_SWITCHED = "READ_MODEL_SWITCHED"
    """Subject: the schema of PostgreSQL that readers use from now on."""
    READ_MODEL_DROPPED = "READ_MODEL_DROPPED"
    """Subject: the schema of PostgreSQL that is gone."""
    HOLD_RELEASED = "HOLD_RELEASED"
    """Events that were held back may pass. Subject: the publisher."""
    ERASED = "ERASED"
    """A court's order was carried out. Subject: the registration."""
    TOPICS_APPLIED = "TOPICS_APPLIED"
    """Topics were created or configured. Subject: the prefix of the topics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One act. `before` and `after` are JSON texts; None where there was or is nothing."""

    principal: str
    """Who acted, by the name that this person or program gave."""
    login: str
    """`user@host`, as the operating system has them."""
    acted_at: datetime
    action: AuditAction
    subject: str
    why: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which audit records are wanted: all that is given must hold. `since` is included, `until` is not."""

    who: str | None = None
    action: AuditAction | None = None
    subject: str | None = None
    """A part of the subject; capitals make no difference."""
    since: datetime | None = None
    until: datetime | None = None

    def takes(self, record: AuditRecord) -> bool:
        """Tell whether a record is wanted."""
        return (
            (self.who is None or record.principal == self.who)
            and (self.action is None or record.action is self.action)
            and (self.subject is None or self.subject.casefold() in record.subject.casefold())
            and (self.since is None or record.acted_at >= self.since)
            and (self.until is None or record.acted_at < self.until)
        )
