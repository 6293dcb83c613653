"""The glossary of names, read from schemas/names/: meanings, legal forms, small words, frequencies.

A line that does not fit is a fault in the contract. The message names its place, and nothing starts.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from register.names.glossary import Glossary, is_arabic, shortened
from register.names.likelihood import Likelihood, NameEvidence
from register.names.normalisation import tokens
from schemas.facts.rules_folder import remembered, rule_path
from schemas.problems import ContractProblem

FOLDER: Final = Path(__file__).parents[1] / "names"
FREQUENCIES: Final = "frequencies.yaml"
LIKELIHOOD: Final = "likelihood.yaml"
EVERY_JURISDICTION: Final = "every_jurisdiction"


class MalformedGlossary(ContractProblem):
    """A file in schemas/names is malformed; the message names the file and the line's key."""


@remembered
def name_glossary() -> Glossary:
    """Give the glossary."""
    return read_glossary(rule_path(FOLDER.name))


def read_glossary(folder: Path) -> Glossary:
    """Read a folder of glossary files; raises MalformedGlossary with the first thing that does not fit."""
    small = _mapping(folder / "small_words.yaml")
    where = str(folder / "small_words.yaml")
    counted = _mapping(folder / FREQUENCIES)
    return Glossary(
        meanings=_meanings(folder / "words"),
        legal_forms=_legal_forms(folder / "legal_forms.yaml"),
        fillers=frozenset(folded for line in _lists(small.get("fillers"), where) for folded in map(_folded, line)),
        articles=frozenset(_texts(small.get("articles"), where)),
        kinds=frozenset(_texts(small.get("kinds"), f"{where}, kinds")),
        numbers=_numbers(small.get("numbers"), f"{where}, numbers"),
        home=_home(small.get("home"), f"{where}, home"),
        letters=_letters(small.get("letters"), where),
        frequencies={str(word): int(count) for word, count in counted["words"].items()},
        names_counted=int(counted["names"]),
        likelihood=read_likelihood(folder / LIKELIHOOD),
    )


def _meanings(folder: Path) -> dict[str, frozenset[str]]:
    """Give each word its meanings.

    A form that differs from a word only in its ending has them too, unless it is a word.
    """
    exact: dict[str, set[str]] = {}
    for path in sorted(folder.glob("*.yaml")):
        for english, arabic in _mapping(path).items():
            if not isinstance(english, str) or not isinstance(arabic, str):
                raise MalformedGlossary(f"{path}, {english}: expected English words: Arabic words (quote yes, no, on)")
            meaning = english.split()[0]
            for word in _words_of_line(english, arabic, f"{path}, {english}"):
                exact.setdefault(word, set()).add(meaning)
    if not exact:
        raise MalformedGlossary(f"{folder}: no word is described there")
    found = {word: frozenset(meanings) for word, meanings in exact.items()}
    for word, meanings in exact.items():
        for stem in shortened(word) if is_arabic(word) and " " not in word else ():
            if word[len(stem) :] in ("ه", "ي", "يه"):
                found.setdefault(stem, frozenset(meanings))
    return found


def _words_of_line(english: str, arabic: str, where: str) -> Iterator[str]:
    for text, must_be_arabic in ((english, False), (arabic, True)):
        for word in text.split():
            folded = _folded(word.replace("_", " "))
            if not folded or is_arabic(folded) != must_be_arabic:
                raise MalformedGlossary(f"{where}: {word!r} is on the wrong side: English words: Arabic words")
            yield folded


def read_likelihood(path: Path) -> Likelihood:
    """Read the counts of evidence; raises MalformedGlossary."""
    section = _mapping(path)
    try:
        counts = {name: float(section["counts"][name]) for name in NameEvidence._fields}
        return Likelihood(float(section["intercept"]), NameEvidence(**counts))
    except (KeyError, TypeError, ValueError) as fault:
        kinds = ", ".join(NameEvidence._fields)
        raise MalformedGlossary(f"{path}: expected an intercept and counts of {kinds}; {fault!r}") from fault


def _legal_forms(path: Path) -> dict[str, dict[tuple[str, ...], str]]:
    found: dict[str, dict[tuple[str, ...], str]] = {}
    for jurisdiction, classes in _mapping(path).items():
        forms = found.setdefault("" if jurisdiction == EVERY_JURISDICTION else jurisdiction, {})
        if not isinstance(classes, dict):
            raise MalformedGlossary(f"{path}, {jurisdiction}: expected classes with their forms, found {classes!r:.60}")
        for legal_class, lines in classes.items():
            for line in _lists(lines, f"{path}, {jurisdiction}, {legal_class}"):
                forms.update({tokens(form): str(legal_class) for form in line})
    return found


def _home(section: Any, where: str) -> dict[str, frozenset[str]]:
    if not isinstance(section, dict):
        raise MalformedGlossary(f"{where}: expected jurisdictions with the meanings that name them")
    return {
        str(jurisdiction): frozenset(_texts(names, f"{where}, {jurisdiction}"))
        for jurisdiction, names in section.items()
    }


def _numbers(section: Any, where: str) -> dict[str, str]:
    if not isinstance(section, dict):
        raise MalformedGlossary(f"{where}: expected numbers with the words that are them")
    return {word: str(number) for number, words in section.items() for word in _texts(words, f"{where}, {number}")}


def _letters(section: Any, where: str) -> dict[str, str]:
    if not isinstance(section, dict):
        raise MalformedGlossary(f"{where}, letters: expected Latin letters with their Arabic names")
    found: dict[str, str] = {}
    for letter, names in section.items():
        for name in str(names).split():
            folded = _folded(name)
            found[folded] = found.get(folded, "") + ("" if letter in found.get(folded, "") else str(letter))
    return found


def _folded(word: str) -> str:
    return " ".join(tokens(word))


def _mapping(path: Path) -> Mapping[Any, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as fault:
        raise MalformedGlossary(f"{path}: {fault}") from fault
    if not isinstance(content, dict):
        raise MalformedGlossary(f"{path}: expected names with values, found {content!r:.60}")
    return content


def _lists(value: Any, where: str) -> list[list[str]]:
    if not isinstance(value, list) or not value:
        raise MalformedGlossary(f"{where}: expected a list of lists, found {value!r:.60}")
    return [_texts(line, where) for line in value]


def _texts(value: Any, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise MalformedGlossary(f"{where}: expected a list of words, found {value!r:.60} (quote yes, no, on)")
    return value
