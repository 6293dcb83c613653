"""One company's record as rows: the company itself, its registrations, identifiers, names and activities."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from consumers.projection.copy_format import array, day, json, json_bytes, text
from readmodel.documents import stored
from readmodel.search_words import NAME_KINDS, compacted, folded_name, folded_words
from register.activities import is_it, isic4_class
from register.ids import COMPANY_PREFIX, RegistrationId, authority_of, member_state_of, number_of
from schemas.facts.authorities import authorities
from schemas.facts.it_companies import it_companies

_IT_CLASSES: Final = it_companies().classes


class CompanyRows(NamedTuple):
    """The lines for COPY, per table; each ends with a line feed."""

    version: int
    companies: bytes
    registrations: bytes
    identifiers: bytes
    names: bytes
    activities: bytes


def company_rows(datum: Mapping[str, Any], timepoint: str) -> CompanyRows:
    """Make the rows of a Company datum. `timepoint` are the last three fields of `companies`.

    A company without registrations has no parts: they are where its registrations are.
    """
    registrations = datum["registrations"]
    company = text(datum["company_id"])
    return CompanyRows(
        version=datum["version"],
        companies=_company(datum, timepoint),
        registrations="".join([_registration(company, one["registration_id"]) for one in registrations]).encode(),
        identifiers="".join(_identifiers(company, registrations)).encode(),
        names="".join(_names(company, registrations)).encode(),
        activities="".join(_activities(company, datum["properties"]["activities"] or ())).encode(),
    )


def publisher_of_company(company_id: str) -> str:
    """Name the publisher of the registration for which a company is named."""
    return publisher_of(RegistrationId(company_id.removeprefix(COMPANY_PREFIX)))


def publisher_of(registration: RegistrationId) -> str:
    """Name the publisher of a registration's authority."""
    return _publisher(authority_of(registration))


@lru_cache(maxsize=1_024)
def _publisher(authority: str) -> str:
    known = authorities().get(authority)
    return (
        known.publisher if known is not None else authority[:2].lower()
    )  # of a newer contract: the prefix of its id tells


@lru_cache(maxsize=4_096)
def _array(values: frozenset[str]) -> str:
    return array(sorted(values))


def _company(datum: Mapping[str, Any], timepoint: str) -> bytes:
    properties = datum["properties"]
    classes = {found for one in properties["activities"] or () if (found := isic4_class(one["scheme"], one["code"]))}
    names = properties["legal_name"] or ()
    fields = (
        text(datum["company_id"]),
        str(datum["version"]),
        text(datum["anchor"]),
        publisher_of(datum["anchor"]),
        text(properties["jurisdiction"]),
        _array(frozenset(_jurisdictions(datum))),
        text(_in_script(names, arabic=True)),
        text(_in_script(names, arabic=False)),
        text(properties["entity_status"]),
        text(None if datum["registrations"] else datum["alias_of"]),  # a company until its last registration has moved
        str(len(datum["registrations"])),
        _array(frozenset(classes)),
        "t" if is_it(classes, _IT_CLASSES) else "f",
    )
    return b"\t".join(("\t".join(fields).encode(), json_bytes(stored(datum)), timepoint.encode())) + b"\n"


def _jurisdictions(datum: Mapping[str, Any]) -> set[str]:
    """Give the jurisdictions (ISO 3166-1) whose law or whose registers a company stands in, as its changes do."""
    found = {own for one in datum["registrations"] if (own := member_state_of(one["registration_id"]))}
    jurisdiction = datum["properties"]["jurisdiction"]
    if jurisdiction:
        found.add(jurisdiction[:2])
    return found


def _in_script(names: Iterable[Mapping[str, str]], *, arabic: bool) -> str | None:
    """Give the first name in Arabic, or in another language; where no language is stated, its letters decide."""
    for name in names:
        language = name["language"]
        is_arabic = (
            any("\u0600" <= letter <= "\u06ff" for letter in name["text"])
            if language == "und"
            else language[:2] == "ar"
        )
        if is_arabic == arabic:
            return name["text"]
    return None


def _registration(company: str, registration: RegistrationId) -> str:
    number = compacted(number_of(registration))
    member_state = text(member_state_of(registration))
    return f"{text(registration)}\t{company}\t{authority_of(registration)}\t{member_state}\t{number}\n"


def _identifiers(company: str, registrations: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    position = 0
    for registration in registrations:
        for one in registration["properties"]["identifiers"] or ():
            value = one["value"]
            yield (
                f"{company}\t{position}\t{text(registration['registration_id'])}\t{text(one['scheme'])}\t{text(value)}"
                f"\t{compacted(value)}\t{day(one['valid_from'])}\t{day(one['valid_to'])}\n"
            )
            position += 1


def _names(company: str, registrations: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Give all names that any registration states, each once: the search also finds names that lost."""
    seen = {
        (kind, name["language"], name["text"]): None
        for registration in registrations
        for kind, held in NAME_KINDS.items()
        for name in registration["properties"][held] or ()
    }
    for position, (kind, language, name) in enumerate(seen):
        words = folded_words(name)
        vector = "'" + "' '".join(words) + "'" if words else ""  # letters and digits: nothing to escape
        yield f"{company}\t{position}\t{kind}\t{text(language)}\t{text(name)}\t{folded_name(words)}\t{vector}\n"


def _activities(company: str, activities: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for position, one in enumerate(activities):
        scheme, code = one["scheme"], one["code"]
        yield (
            f"{company}\t{position}\t{text(scheme)}\t{text(one['version'])}\t{text(code)}"
            f"\t{text(isic4_class(scheme, code))}\t{json(one['label'])}\n"
        )
