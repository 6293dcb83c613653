"""The names of things. Ids are small types, so that one kind never passes for another.

A registration id is formed like the EU's EUID (Regulation (EU) 2021/1042): member state, register, number.
An authority above the member states, such as a reference source, has the prefix `XG` instead.
Nobody has to allocate it: `SA.MC.7001775498`, `BH.SIJILAT.9-1`, `XG.LEI.21380011VBTSTZCFBT87`.
"""

import re
from typing import NewType

RegistrationId = NewType("RegistrationId", str)
CompanyId = NewType("CompanyId", str)
EventId = NewType("EventId", str)
AgencyId = NewType("AgencyId", str)

MEMBER_STATES = ("AE", "BH", "KW", "OM", "QA", "SA")
COMPANY_PREFIX = "GCC."
NUMBER_LIMIT = 64  # characters; the longest real number seen is 20 (LEI)
AGENCY_LIMIT = 63  # characters, as of a label in DNS

_SET_OF_MEMBER_STATES = frozenset(MEMBER_STATES)
_REGISTRATION = re.compile(
    rf"(?P<prefix>[A-Z]{{2}})\.(?P<register>[A-Z0-9-]{{1,24}})\.(?P<number>[^\s./\x00-\x1f\x7f]{{1,{NUMBER_LIMIT}}})"
)
_AGENCY = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{AGENCY_LIMIT - 1}}}")


def is_registration_id(text: str) -> bool:
    """Tell whether a text has the form `CC.REGISTER.NUMBER`.

    >>> is_registration_id("KW.MOCI.12345"), is_registration_id("KW-12345")
    (True, False)
    """
    return _REGISTRATION.fullmatch(text) is not None


def registration_id(prefix: str, register: str, number: str) -> RegistrationId:
    """Form a registration id; raises ValueError when the parts cannot form one.

    >>> registration_id("BH", "SIJILAT", "9-1")
    'BH.SIJILAT.9-1'
    """
    text = f"{prefix}.{register}.{number}"
    if not is_registration_id(text):
        raise ValueError(f"{text!r} is no registration id: expected CC.REGISTER.NUMBER, no blanks, dots or slashes")
    return RegistrationId(text)


def authority_of(registration: RegistrationId) -> str:
    """Name the register that a registration stands in.

    >>> authority_of(RegistrationId("SA.MC.7001775498"))
    'SA.MC'
    """
    return registration[: registration.rindex(".")]


def member_state_of(registration: RegistrationId) -> str | None:
    """Name the member state for which a registration's authority speaks; None for one above the member states.

    >>> member_state_of(RegistrationId("QA.MOCI.12345")), member_state_of(RegistrationId("XG.LEI.21380011VBTSTZCFBT87"))
    ('QA', None)
    """
    prefix = registration[:2]
    return prefix if prefix in _SET_OF_MEMBER_STATES else None


def number_of(registration: RegistrationId) -> str:
    """Give the registration number alone."""
    return registration[registration.rindex(".") + 1 :]


def company_id(anchor: RegistrationId) -> CompanyId:
    """Name the company whose anchor is this registration.

    >>> company_id(RegistrationId("KW.MOCI.12345"))
    'GCC.KW.MOCI.12345'
    """
    return CompanyId(COMPANY_PREFIX + anchor)


def own_registration(company: CompanyId) -> RegistrationId:
    """Give the registration that a company is named for.

    >>> own_registration(CompanyId("GCC.KW.MOCI.12345"))
    'KW.MOCI.12345'
    """
    return RegistrationId(company.removeprefix(COMPANY_PREFIX))


def agency_id(text: str) -> AgencyId:
    """Check an agency's name; it becomes part of a topic's name. Raises ValueError."""
    if not _AGENCY.fullmatch(text):
        raise ValueError(
            f"{text!r} is no agency id: use lower-case letters, digits and hyphens, {AGENCY_LIMIT} at most"
        )
    return AgencyId(text)
