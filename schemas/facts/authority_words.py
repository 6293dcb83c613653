"""The own words of a member state or an authority in schemas/authorities/*.yaml: which status or form each means."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from register.authority_words import Words
from register.legal_forms import LegalForm, LegalFormWords, legal_form_word
from register.status import EntityStatus, StatusWords, status_word
from schemas.facts.reading import MalformedFacts, listed, mapping, only, text

SECTIONS: Final = frozenset({"status_words", "legal_forms"})
_FORM_FACTS: Final = frozenset({"elf", "words"})
_ELF: Final = re.compile(r"[A-Z0-9]{4}")  # ISO 20275

Meaning = TypeVar("Meaning", EntityStatus, LegalForm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Maps:
    """The words in the sections of a file or an authority. The ISO 20275 codes of a form are among its words."""

    status: StatusWords
    legal_forms: LegalFormWords
    elf_codes: Mapping[LegalForm, tuple[str, ...]]

    def with_own(self, own: "Maps") -> "Maps":
        """Give an authority's maps: its own words come before those of its member state."""
        return Maps(
            status={**self.status, **own.status},
            legal_forms={**self.legal_forms, **own.legal_forms},
            elf_codes={**self.elf_codes, **own.elf_codes},
        )


def words_of(maps: Maps) -> Words:
    """Give the maps in the form that the fold needs."""
    return Words(status=maps.status, legal_forms=maps.legal_forms)


def maps_in(facts: Mapping[str, Any], where: str) -> Maps:
    """Read the sections of words of a file or of an authority; raises MalformedFacts."""
    forms = dict(_forms(facts.get("legal_forms", {}), f"{where}, legal_forms"))
    return Maps(
        status=_status_words(facts.get("status_words", {}), f"{where}, status_words"),
        legal_forms=_folded(
            ((form, word) for form, (codes, words) in forms.items() for word in (*codes, *words)),
            legal_form_word,
            f"{where}, legal_forms",
        ),
        elf_codes={form: codes for form, (codes, _) in forms.items() if codes},
    )


def _status_words(section: Any, where: str) -> StatusWords:
    stated: list[tuple[EntityStatus, str]] = []
    for status, words in mapping(section, where).items():
        if status not in EntityStatus.__members__:
            raise MalformedFacts(f"{where}: {status!r} is no status, use one of {', '.join(EntityStatus)}")
        stated += (
            (EntityStatus(status), text(one, None, f"{where}, {status}")) for one in _words(words, where, status)
        )
    return _folded(stated, status_word, where)


def _forms(section: Any, where: str) -> Iterator[tuple[LegalForm, tuple[tuple[str, ...], tuple[str, ...]]]]:
    """Read the section of legal forms: for each its codes and its words."""
    for form, facts in mapping(section, where).items():
        if form not in LegalForm.__members__:
            raise MalformedFacts(f"{where}: {form!r} is no legal form, use one of {', '.join(LegalForm)}")
        here = f"{where}, {form}"
        only(mapping(facts, here), allowed=_FORM_FACTS, mandatory=frozenset(), where=here)
        codes = tuple(text(one, _ELF, f"{here}, elf") for one in _words(facts.get("elf"), where, form))
        yield LegalForm(form), (codes, tuple(text(one, None, here) for one in _words(facts.get("words"), where, form)))


def _words(section: Any, where: str, meaning: str) -> list[Any]:
    return [] if section is None else listed(section, f"{where}, {meaning}")


def _folded(
    stated: "Iterator[tuple[Meaning, str]] | list[tuple[Meaning, str]]", fold: Callable[[str], str], where: str
) -> dict[str, Meaning]:
    """Fold words for look-up; two spellings that fold alike are one word, which must not have two meanings."""
    found: dict[str, Meaning] = {}
    for meaning, word in stated:
        folded = fold(word)
        if not folded:
            raise MalformedFacts(f"{where}: nothing is left of {word!r} once it is folded")
        if folded in found:
            raise MalformedFacts(f"{where}: the word {word!r} stands twice")
        found[folded] = meaning
    return found
