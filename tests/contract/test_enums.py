"""Every symbol that a reader of a newer contract can meet is a word of the register: UNKNOWN at least."""

from enum import StrEnum
from typing import Any

import pytest

from register.audit import AuditAction
from register.changes import Cause
from register.codes import Outcome
from register.events import EventKind
from register.legal_forms import LegalForm
from register.letters import LetterState
from register.names.word_match_kind import How
from register.resolution.cases import CaseKind
from register.resolution.judgements import Verdict
from register.status import EntityStatus
from schemas.codec.catalogue import catalogue

WORDS: dict[str, type[StrEnum]] = {
    one.__name__: one
    for one in (Cause, EventKind, LegalForm, How, CaseKind, Verdict, EntityStatus, Outcome, AuditAction, LetterState)
}


def enums(schema: Any) -> dict[str, list[str]]:
    """Find the enums in a schema, by name."""
    if isinstance(schema, list):
        return {name: symbols for one in schema for name, symbols in enums(one).items()}
    if not isinstance(schema, dict):
        return {}
    own = {schema["name"].rpartition(".")[2]: schema["symbols"]} if schema.get("type") == "enum" else {}
    return own | {name: symbols for one in schema.values() for name, symbols in enums(one).items()}


CONTRACT = {name: symbols for version in catalogue() for name, symbols in enums(version.standalone).items()}


def test_every_enum_of_the_contract_is_one_of_the_register() -> None:
    assert set(CONTRACT) == set(WORDS)


@pytest.mark.parametrize("name", sorted(CONTRACT))
def test_every_symbol_has_its_word_and_there_is_one_for_those_to_come(name: str) -> None:
    assert "UNKNOWN" in CONTRACT[name]
    assert set(CONTRACT[name]) <= {word.name for word in WORDS[name]}
