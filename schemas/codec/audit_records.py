"""Converts audit records from and to Avro data."""

from register.audit import AuditAction, AuditRecord
from schemas.codec.records import Datum


def audit_from(datum: Datum) -> AuditRecord:
    """Read an AuditRecord."""
    return AuditRecord(
        principal=datum["principal"],
        login=datum["login"],
        acted_at=datum["acted_at"],
        action=AuditAction(datum["action"]),
        subject=datum["subject"],
        why=datum["why"],
        before=datum["before"],
        after=datum["after"],
    )


def audit_datum(record: AuditRecord) -> Datum:
    """Write an AuditRecord."""
    return {
        "principal": record.principal,
        "login": record.login,
        "acted_at": record.acted_at,
        "action": record.action,
        "subject": record.subject,
        "why": record.why,
        "before": record.before,
        "after": record.after,
    }
