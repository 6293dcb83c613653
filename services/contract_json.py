"""Values of the contract as documents: in the names and the order of its Avro schemas, ready for JSON."""

from typing import Any

from register.audit import AuditRecord
from register.company import Company
from register.events import EventRef
from register.resolution.judgements import Judgement
from register.subscriptions import Subscription
from schemas.codec.audit_records import audit_datum
from schemas.codec.company_records import company_datum
from schemas.codec.json_form import to_json
from schemas.codec.reader import read
from schemas.codec.records import ref_datum, subscription_datum
from schemas.codec.resolution_records import judgement_datum
from schemas.codec.wire import encode


def judgement_document(judgement: Judgement) -> dict[str, Any]:
    """Bring a judgement into the form that it has in its topic."""
    return to_json("Judgement", judgement_datum(judgement))


def audit_document(record: AuditRecord) -> dict[str, Any]:
    """Bring an audit record into the form that it has in its topic."""
    return to_json("AuditRecord", audit_datum(record))


def company_document(company: Company) -> dict[str, Any]:
    """Bring a company into the form that it has in its topic."""
    return to_json("Company", read(encode("Company", company_datum(company)), "Company"))


def subscription_document(subscription: Subscription) -> dict[str, Any]:
    """Bring a subscription into the form that it has in its topic."""
    return subscription_datum(subscription)


def event_document(event: EventRef) -> dict[str, Any]:
    """Bring a reference to an event into the form that it has in a change."""
    return ref_datum(event)
