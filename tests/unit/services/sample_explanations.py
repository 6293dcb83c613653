"""A home entry, a branch and GLEIF's entry of one company, and the explanation of a property of it."""

from dataclasses import replace
from datetime import date
from typing import Any

from readmodel.documents import restored, stored
from register.company import company_of
from register.ids import RegistrationId
from register.registration import Registration, empty, fold
from schemas.codec.company_records import company_datum
from schemas.codec.wire import decode, encode
from schemas.facts.authorities import authorities
from schemas.facts.precedence import Table, precedence
from services.explaining import Explanation, company_in, explain
from tests.unit.register.companies import NOOR_GROUP, members, registration
from tests.unit.register.stating import NOOR, NOOR_AT_GLEIF, NOOR_IN_RIYADH, event, named

NOOR_IN_MUSCAT = RegistrationId("OM.MOCIIP.1234567")
ARABIC = {"text": "شركة نور", "language": "ar"}
HOME = registration(NOOR, legal_name=[ARABIC, *named("Noor")], status_as_stated="نشط", website="noor.kw")
BRANCH = registration(
    NOOR_IN_RIYADH, name="Noor Riyadh", is_branch=True, home_registration=str(NOOR), website="noor.sa",
    expiry_date=date(2025, 1, 1),
)  # fmt: skip
GLEIF = registration(NOOR_AT_GLEIF, name="NOOR CO", website="noor.example")
CAPITAL = {"amount": "1", "currency": "SAR"}


def why(name: str, *registrations: Registration, by: Table | None = None) -> Explanation:
    """Explain a property of the company of these registrations, as read back from the projection."""
    company = company_of(NOOR_GROUP, members(*registrations), precedence(), version=1)
    datum = decode(encode("Company", company_datum(company)), "Company")
    record = {**restored(stored(datum)), "aliases": []}
    return explain(company_in(_as_json(record)), name, by)


def folded(*events: Any) -> Registration:
    """Fold the events of Kuwait's entry with the words of its register."""
    return fold(empty(NOOR), events, authorities()["KW.MOCI"].words)


def dated(of: RegistrationId, on: date, website: str, hour: int | None = None) -> Registration:
    """Make a registration whose website took effect on a day, and was recorded at an hour of it."""
    stating = event(2, of=of, on=on, website=website)
    if hour is not None:
        stating = replace(stating, recorded_at=stating.recorded_at.replace(hour=hour))
    return registration(of, stating)


def _as_json(value: Any) -> Any:
    """What PostgreSQL gives back: dates and moments as text."""
    if isinstance(value, dict):
        return {key: _as_json(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
