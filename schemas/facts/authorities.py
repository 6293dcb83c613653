"""The facts about each registration authority, read from schemas/authorities/*.yaml, one file per member state.

A fact that does not fit is a fault in the contract. The message names its place, and nothing starts.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from register.authorities import Authorities, Authority, kinds_of
from register.authority_kinds import AuthorityKind, AuthorityKinds
from register.identifiers import SCHEMES
from register.ids import MEMBER_STATES, is_registration_id
from register.legal_forms import legal_form_word
from register.resolution.evidence import UNIQUE_SCHEMES, Numbering
from schemas.facts.authority_words import SECTIONS, Maps, maps_in, words_of
from schemas.facts.reading import MalformedFacts, content_of, listed, mapping, only, text
from schemas.facts.rules_folder import remembered, rule_path

FOLDER: Final = Path(__file__).parents[1] / "authorities"

_MANDATORY: Final = frozenset({"publisher", "kind", "jurisdiction", "name", "languages"})
_OF_NUMBERS: Final = frozenset({"number", "number_in_words", "number_schemes", "stem_ends_at", "unique_scheme"})
_PUBLISHER: Final = re.compile(r"[a-z]{2,16}")
_JURISDICTION: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


@remembered
def authorities() -> Authorities:
    """Give the authorities by `CC.REGISTER`."""
    return read_folder(rule_path("authorities"))


@remembered
def kinds() -> AuthorityKinds:
    """Give the kinds of the authorities by `CC.REGISTER`."""
    return kinds_of(authorities())


def read_folder(folder: Path) -> Authorities:
    """Read a folder of authority files; raises MalformedFacts with the first fact that does not fit."""
    found: dict[str, Authority] = {}
    for path in sorted(folder.glob("*.yaml")):
        for authority in _in_file(path):
            if authority.authority in found:
                raise MalformedFacts(f"{path}: {authority.authority} is described twice")
            found[authority.authority] = authority
    if not found:
        raise MalformedFacts(f"{folder}: no authority is described there")
    return _with_all_codes(found)


def _with_all_codes(found: Authorities) -> Authorities:
    """Teach those above the member states, which write codes instead of words, the codes of all member states."""
    codes = {
        legal_form_word(code): form
        for one in found.values()
        for form, listed_codes in one.elf_codes.items()
        for code in listed_codes
    }
    return {
        name: replace(one, words=replace(one.words, legal_forms={**codes, **one.words.legal_forms}))
        if not one.kind.speaks_for_member_state
        else one
        for name, one in found.items()
    }


def _in_file(path: Path) -> Iterator[Authority]:
    sections = mapping(content_of(path), str(path))
    only(sections, allowed=SECTIONS | {"authorities"}, mandatory=frozenset({"authorities"}), where=str(path))
    shared = maps_in(sections, str(path))
    for code, facts in mapping(sections["authorities"], f"{path}, authorities").items():
        yield _authority(
            code, mapping(facts, f"{path}, {code}"), shared, prefix=path.stem.upper(), where=f"{path}, {code}"
        )


def _authority(code: str, facts: Mapping[str, Any], shared: Maps, *, prefix: str, where: str) -> Authority:
    only(facts, allowed=_MANDATORY | _OF_NUMBERS | SECTIONS, mandatory=_MANDATORY, where=where)
    if not is_registration_id(f"{code}.1") or not code.startswith(f"{prefix}."):
        raise MalformedFacts(f"{where}: an authority in this file is called {prefix}.REGISTER")
    names = mapping(facts["name"], f"{where}, name")
    only(names, allowed=frozenset({"en", "ar"}), mandatory=frozenset({"en", "ar"}), where=f"{where}, name")
    kind = _kind(facts["kind"], prefix, where)
    jurisdiction = facts["jurisdiction"]
    if jurisdiction is None:
        if kind.speaks_for_member_state:
            raise MalformedFacts(f"{where}: a {kind} needs a jurisdiction")
    elif not str(jurisdiction).startswith(prefix):
        raise MalformedFacts(f"{where}: jurisdiction {jurisdiction!r} does not lie in {prefix}")
    maps = shared.with_own(maps_in(facts, where))
    return Authority(
        authority=code,
        publisher=text(facts["publisher"], _PUBLISHER, f"{where}, publisher"),
        jurisdiction=None if jurisdiction is None else text(jurisdiction, _JURISDICTION, f"{where}, jurisdiction"),
        kind=kind,
        name_en=text(names["en"], None, f"{where}, name"),
        name_ar=text(names["ar"], None, f"{where}, name"),
        number=_pattern(facts, where),
        number_in_words=text(facts.get("number_in_words", ""), None, f"{where}, number_in_words", empty=True),
        languages=tuple(text(one, _LANGUAGE, f"{where}, languages") for one in listed(facts["languages"], where)),
        words=replace(words_of(maps), kind=kind),
        elf_codes=maps.elf_codes,
        numbering=_numbering(facts, where),
    )


def _kind(word: object, prefix: str, where: str) -> AuthorityKind:
    try:
        kind = AuthorityKind(str(word))
    except ValueError:
        known = ", ".join(AuthorityKind)
        raise MalformedFacts(f"{where}, kind: {word!r} is no kind of authority, use one of {known}") from None
    if kind.speaks_for_member_state != (prefix in MEMBER_STATES):
        place = "belongs into the file of a member state" if kind.speaks_for_member_state else "stands above them"
        raise MalformedFacts(f"{where}, kind: a {kind} {place}; the member states are {', '.join(MEMBER_STATES)}")
    return kind


def _numbering(facts: Mapping[str, Any], where: str) -> Numbering:
    section = facts.get("number_schemes")
    schemes = () if section is None else tuple(str(one) for one in listed(section, f"{where}, number_schemes"))
    if unknown := [scheme for scheme in schemes if scheme not in SCHEMES]:
        raise MalformedFacts(f"{where}, number_schemes: {', '.join(unknown)} is no scheme, use {', '.join(SCHEMES)}")
    stem = text(facts.get("stem_ends_at", ""), None, f"{where}, stem_ends_at", empty=True)
    unique = facts.get("unique_scheme")
    if unique is not None and unique not in UNIQUE_SCHEMES:
        known = ", ".join(sorted(UNIQUE_SCHEMES))
        raise MalformedFacts(f"{where}, unique_scheme: {unique!r} is not unique in the world, {known} is")
    return Numbering(schemes=schemes, stem=stem, unique_scheme=unique)


def _pattern(facts: Mapping[str, Any], where: str) -> re.Pattern[str] | None:
    if "number" not in facts:
        return None
    if not facts.get("number_in_words"):
        raise MalformedFacts(f"{where}: say in number_in_words what the pattern means, the registry will read it")
    try:
        return re.compile(text(facts["number"], None, f"{where}, number"))
    except re.error as fault:
        raise MalformedFacts(f"{where}: number is no regular expression: {fault}") from fault
