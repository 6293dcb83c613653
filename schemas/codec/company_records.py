"""Converts companies from and to Avro data. The bytes of a registration that was read go into the company unchanged."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from register.company import Company
from register.ids import CompanyId, RegistrationId
from register.properties import Properties
from register.registration import Registration
from schemas.codec.records import Datum, properties_from, registration_datum, registration_from
from schemas.codec.wire import encode_part


class WrittenRegistration(NamedTuple):
    """A registration, with its bytes and those of its properties in the value from which it was read."""

    registration: Registration
    whole: bytes
    properties: bytes


WrittenRegistrations = Mapping[RegistrationId, WrittenRegistration]


def company_from(datum: Datum) -> Company:
    """Read a Company."""
    return Company(
        company_id=CompanyId(datum["company_id"]),
        version=datum["version"],
        anchor=RegistrationId(datum["anchor"]),
        registrations=tuple(registration_from(one) for one in datum["registrations"]),
        properties=properties_from(datum["properties"]),
        sources=datum["sources"],
        alias_of=datum["alias_of"],
    )


def company_datum(company: Company, written: WrittenRegistrations = MappingProxyType({})) -> Datum:
    """Write a Company. The properties of a single registration are the company's: they are written once.

    `written` has the earlier bytes of registrations. They are used only for identical values.
    """
    registrations, properties = _parts(company, written)
    return {
        "company_id": company.company_id,
        "version": company.version,
        "anchor": company.anchor,
        "registrations": registrations,
        "properties": properties,
        "sources": company.sources,
        "alias_of": company.alias_of,
    }


def _parts(company: Company, written: WrittenRegistrations) -> tuple[list[Datum | bytes], Properties | bytes]:
    """Write as few parts of a company as need be: the registrations, and the properties of all."""
    if len(company.registrations) != 1 or company.registrations[0].properties is not company.properties:
        return [_part(one, written) for one in company.registrations], company.properties
    (only,) = company.registrations
    before = written.get(only.registration_id)
    if before is not None and before.registration is only:
        return [before.whole], before.properties
    properties = encode_part("Properties", only.properties)
    return [registration_datum(only, properties)], properties


def _part(one: Registration, written: WrittenRegistrations) -> Datum | bytes:
    before = written.get(one.registration_id)
    return before.whole if before is not None and before.registration is one else registration_datum(one)
