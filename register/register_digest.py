"""One number for the whole register: equal registers have equal digests, whatever their order and their versions.

Compare two registers by their digests alone: the topics with PostgreSQL, a rebuilt register with the live one.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from register.company import Company
from register.ids import CompanyId, company_id

DIGEST_BITS: Final = 256


@dataclass(slots=True)
class RegisterDigest:
    """Adds up the records of a register, each company's newest once, in any order.

    A company counts with its registrations, its properties and their sources. An id that merged away counts with the
    company where it leads, as long as its registration states something. Versions do not count. Neither does a record
    of a company that states nothing.

    >>> RegisterDigest().hexdigest == "0" * 64
    True
    """

    companies: int = 0
    """Companies with registrations."""
    _total: int = 0
    _moved: set[CompanyId] = field(default_factory=set)  # own ids of members of companies with another id
    _aliases: dict[CompanyId, CompanyId] = field(default_factory=dict)

    def add(self, company: Company) -> None:
        """Add the newest record of a company."""
        if company.alias_of is not None:
            self._aliases[company.company_id] = company.alias_of
        if not company.registrations:
            return
        self.companies += 1
        self._total += company_number(company)
        self._moved |= {company_id(one.registration_id) for one in company.registrations} - {company.company_id}

    @property
    def hexdigest(self) -> str:
        """64 hexadecimal digits."""
        standing = {one: self._aliases[one] for one in self._moved & self._aliases.keys()}
        return hexdigest_of(self._total + _of_aliases(standing))


def digest(companies: Iterable[Company], aliases: Mapping[CompanyId, CompanyId]) -> str:
    """Hash companies that state something, and the ids that merged away; see `RegisterDigest`."""
    return hexdigest_of(sum(map(company_number, companies)) + _of_aliases(aliases))


def company_number(company: Company) -> int:
    """Give the number that a company with registrations adds to the digest."""
    registrations = [[one.registration_id, one.properties, one.provenance] for one in company.registrations]
    return _number(["company", company.company_id, company.anchor, registrations, company.properties, company.sources])


def alias_number(alias: CompanyId, leads_to: CompanyId) -> int:
    """Give the number that an id that merged away adds to the digest."""
    return _number(["alias", alias, leads_to])


def hexdigest_of(total: int) -> str:
    """Give the digest of a sum of these numbers: 64 hexadecimal digits."""
    return f"{total % (1 << DIGEST_BITS):0{DIGEST_BITS // 4}x}"


def _of_aliases(aliases: Mapping[CompanyId, CompanyId]) -> int:
    return sum(alias_number(*pair) for pair in aliases.items())


def _number(written: list[object]) -> int:
    text = json.dumps(written, sort_keys=True, ensure_ascii=False, default=str)
    return int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest(), "big")
