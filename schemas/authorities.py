"""The facts about each registration authority, read from schemas/authorities/*.yaml, one file per state.

A fact that does not fit is a fault in the contract: it is said where it stands, and nothing starts.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from register.authorities import Authorities, Authority
from register.ids import REFERENCE, is_registration_id
from register.status import EntityStatus, status_word
from schemas.problems import ContractProblem

FOLDER: Final = Path(__file__).parent / "authorities"

_SECTIONS: Final = frozenset({"status_words", "authorities"})
_MANDATORY: Final = frozenset({"publisher", "jurisdiction", "name", "languages"})
_OPTIONAL: Final = frozenset({"number", "number_in_words", "status_words", "reference"})
_PUBLISHER: Final = re.compile(r"[a-z]{2,16}")
_JURISDICTION: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


class MalformedAuthorities(ContractProblem):
    """A file in schemas/authorities does not say what it must; the message names the file and the fact."""


@cache
def authorities() -> Authorities:
    """Give the authorities shipped with Sijill, by `CC.REGISTER`."""
    return read_folder(FOLDER)


def read_folder(folder: Path) -> Authorities:
    """Read a folder of authority files; raises MalformedAuthorities with the first fact that does not fit."""
    found: dict[str, Authority] = {}
    for path in sorted(folder.glob("*.yaml")):
        for authority in _in_file(path):
            if authority.authority in found:
                raise MalformedAuthorities(f"{path}: {authority.authority} is described twice")
            found[authority.authority] = authority
    if not found:
        raise MalformedAuthorities(f"{folder}: no authority is described there")
    return found


def _in_file(path: Path) -> Iterator[Authority]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as fault:
        raise MalformedAuthorities(f"{path}: {fault}") from fault
    sections = _mapping(content, str(path))
    _only(sections, allowed=_SECTIONS, mandatory=frozenset({"authorities"}), where=str(path))
    shared = _status_words(sections.get("status_words", {}), str(path))
    for code, facts in _mapping(sections["authorities"], f"{path}, authorities").items():
        yield _authority(
            code, _mapping(facts, f"{path}, {code}"), shared, state=path.stem.upper(), where=f"{path}, {code}"
        )


def _authority(
    code: str, facts: Mapping[str, Any], shared: Mapping[str, EntityStatus], *, state: str, where: str
) -> Authority:
    _only(facts, allowed=_MANDATORY | _OPTIONAL, mandatory=_MANDATORY, where=where)
    if not is_registration_id(f"{code}.1") or not code.startswith(f"{state}."):
        raise MalformedAuthorities(f"{where}: an authority in this file is called {state}.REGISTER")
    names = _mapping(facts["name"], f"{where}, name")
    _only(names, allowed=frozenset({"en", "ar"}), mandatory=frozenset({"en", "ar"}), where=f"{where}, name")
    jurisdiction = facts["jurisdiction"]
    if jurisdiction is None:
        if state != REFERENCE:
            raise MalformedAuthorities(f"{where}: a state's authority needs a jurisdiction")
    elif not str(jurisdiction).startswith(state):
        raise MalformedAuthorities(f"{where}: jurisdiction {jurisdiction!r} does not lie in {state}")
    return Authority(
        authority=code,
        publisher=_text(facts["publisher"], _PUBLISHER, f"{where}, publisher"),
        jurisdiction=None if jurisdiction is None else _text(jurisdiction, _JURISDICTION, f"{where}, jurisdiction"),
        name_en=_text(names["en"], None, f"{where}, name"),
        name_ar=_text(names["ar"], None, f"{where}, name"),
        number=_pattern(facts, where),
        number_in_words=_text(facts.get("number_in_words", ""), None, f"{where}, number_in_words", empty=True),
        languages=tuple(_text(one, _LANGUAGE, f"{where}, languages") for one in _list(facts["languages"], where)),
        status_words={**shared, **_status_words(facts.get("status_words", {}), where)},
        reference=_flag(facts.get("reference", False), where),
    )


def _pattern(facts: Mapping[str, Any], where: str) -> re.Pattern[str] | None:
    if "number" not in facts:
        return None
    if not facts.get("number_in_words"):
        raise MalformedAuthorities(f"{where}: say in number_in_words what the pattern means, the registry will read it")
    try:
        return re.compile(_text(facts["number"], None, f"{where}, number"))
    except re.error as fault:
        raise MalformedAuthorities(f"{where}: number is no regular expression: {fault}") from fault


def _status_words(section: Any, where: str) -> dict[str, EntityStatus]:
    words: dict[str, EntityStatus] = {}
    for status, listed in _mapping(section, f"{where}, status_words").items():
        if status not in EntityStatus.__members__:
            raise MalformedAuthorities(f"{where}: {status!r} is no status, use one of {', '.join(EntityStatus)}")
        for word in _list(listed, f"{where}, status_words, {status}"):
            folded = status_word(_text(word, None, f"{where}, status_words, {status}"))
            if folded in words:
                raise MalformedAuthorities(f"{where}: the status word {word!r} stands twice")
            words[folded] = EntityStatus(status)
    return words


def _only(found: Mapping[str, Any], *, allowed: frozenset[str], mandatory: frozenset[str], where: str) -> None:
    if unknown := sorted(set(found) - allowed):
        raise MalformedAuthorities(f"{where}: unknown {', '.join(unknown)}; known are {', '.join(sorted(allowed))}")
    if missing := sorted(mandatory - set(found)):
        raise MalformedAuthorities(f"{where}: {', '.join(missing)} is missing")


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise MalformedAuthorities(f"{where}: expected names with values, found {value!r:.60}")
    return value


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise MalformedAuthorities(f"{where}: expected a list with at least one entry, found {value!r:.60}")
    return value


def _text(value: Any, pattern: re.Pattern[str] | None, where: str, *, empty: bool = False) -> str:
    if not isinstance(value, str) or not (value.strip() or empty):
        raise MalformedAuthorities(f"{where}: expected a text, found {value!r:.60} (quote it?)")
    if pattern is not None and not pattern.fullmatch(value):
        raise MalformedAuthorities(f"{where}: {value!r} is not of the form {pattern.pattern}")
    return value


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise MalformedAuthorities(f"{where}, reference: expected true or false, found {value!r}")
    return value
