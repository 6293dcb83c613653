"""What a company is written from: values, or the bytes in which its registrations were read."""

from dataclasses import replace

from register.company import company_of
from register.registration import Registration
from schemas.codec.company_records import WrittenRegistration, company_datum
from schemas.codec.records import registration_datum
from schemas.codec.wire import encode, encode_part
from schemas.facts.precedence import precedence
from tests.unit.register.companies import NOOR_GROUP, members, registration
from tests.unit.register.stating import NOOR, NOOR_IN_RIYADH

HOME = registration(NOOR, website="noor.kw")
BRANCH = registration(NOOR_IN_RIYADH, website="noor.sa")


def written(one: Registration) -> WrittenRegistration:
    """As it would stand in a statement."""
    properties = encode_part("Properties", one.properties)
    return WrittenRegistration(one, encode_part("Registration", registration_datum(one)), properties)


def test_a_company_written_from_bytes_has_the_bytes_of_one_that_is_written_from_values() -> None:
    for among in (members(HOME), members(HOME, BRANCH)):
        company = company_of(NOOR_GROUP, among, precedence())
        parts = {own: written(one) for own, one in among.items()}
        assert company_datum(company, parts)["registrations"] == [parts[own].whole for own in sorted(among)]
        assert encode("Company", company_datum(company, parts)) == encode("Company", company_datum(company))


def test_bytes_count_for_the_very_registration_that_was_read_and_for_no_later_one() -> None:
    later = replace(HOME, properties={**HOME.properties, "website": "noor.com"})
    for among in (members(later), members(later, BRANCH)):
        company = company_of(NOOR_GROUP, among, precedence())
        assert encode("Company", company_datum(company, {NOOR: written(HOME)})) == encode(
            "Company", company_datum(company)
        )
