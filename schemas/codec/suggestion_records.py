"""Converts the input and the state of the suggester from and to Avro data."""

from collections.abc import Iterable

from register.ids import CompanyId, RegistrationId
from register.names.naming import Naming
from register.resolution.cases import Case
from register.resolution.judgements import Judgement
from schemas.codec.records import Datum
from schemas.codec.resolution_records import case_datum, judgement_datum


def naming_from(datum: Datum) -> Naming:
    """Read a Naming."""
    return Naming(
        registration_id=RegistrationId(datum["registration_id"]),
        company_id=CompanyId(datum["company_id"]),
        jurisdiction=datum["jurisdiction"],
        names=tuple(datum["names"]),
    )


def naming_datum(naming: Naming) -> Datum:
    """Write a Naming."""
    return {
        "registration_id": naming.registration_id,
        "company_id": naming.company_id,
        "jurisdiction": naming.jurisdiction,
        "names": naming.names,
    }


def suggested_datum(
    naming: Naming | None = None,
    judgements: Iterable[Judgement] = (),
    case: Case | None = None,
    companies: Iterable[CompanyId] = (),
) -> Datum:
    """Write a Suggested."""
    return {
        "naming": None if naming is None else naming_datum(naming),
        "judgements": [judgement_datum(one) for one in judgements],
        "case": None if case is None else case_datum(case),
        "companies": sorted(companies),
    }
