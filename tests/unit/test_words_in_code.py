"""The words of the rooms: sentences of docstrings are short, and a thing has the name that the glossary gives it."""

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.markdown_sentences import A_STATE_FOR_A_COUNTRY

ROOT = Path(__file__).resolve().parents[2]
MOST_WORDS = 20  # of a sentence; `code` counts as one word

INSTEAD = {
    "other_state": "other_member_state, or other_jurisdiction",
    "same_state": "same_member_state, or same_jurisdiction",
    "every_state": "every_member_state, or every_jurisdiction",
    "registry_id": "registration_authority",
    "reg_no": "registration_number",
    "country": "jurisdiction, or member_state",
    "address1": "legal_address",
    "is_active": "entity_status",
    "master_id": "canonical_id",
    "dupe": "alias",
    "cursor_id": "timepoint",
}
"""Words that are not ours, each with the word to use."""

COUNTRY_OF_AN_ADDRESS = {
    "producers/feeds/generic.py",
    "producers/feeds/gleif.py",  # and the column of GLEIF's index
    "producers/feeds/ner.py",
    "producers/feeds/property_values.py",
    "producers/feeds/wathq.py",
    "simulation/invented_values.py",
    "operations/value_texts.py",
    "services/name_list_csv.py",  # the column of a list of names
    "operations/commands/names.py",
}
"""Where `country` is the field of an address, which may lie anywhere in the world, or a column of somebody else's."""

RIDDLES = frozenset({"told", "said", "heard", "hear", "hears", "obey", "obeys", "bones", "shelf", "befall", "befalls"})
"""Words that hide what a name stands for. No class, function, parameter or variable of a product room has one."""
MEANT = {
    "told_by_both",  # a field of the contract: Assignment and Statement
    "recorded_on_said",  # a key of `sijill publish --json`
}

_CODE = re.compile(r"`[^`]*`")
_DOCTEST = re.compile(r"^[ \t]*>>>.*(\n(?![ \t]*$).*)*", re.MULTILINE)
_ITEM = r"[ \t]*(?:[-*]|\d+\.)[ \t]+"
_PARAGRAPH = re.compile(rf"\n[ \t]*\n(?:{_ITEM})?|\n{_ITEM}")
_SENTENCE = re.compile(r"(?<=[.!?])[\"»)]*\s+")


def _rooms() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages: list[str] = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    return packages


def _files(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    """Give the docstrings of a module, its classes, functions and attributes, each with its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            for one in node.body:
                if (
                    isinstance(one, ast.Expr)
                    and isinstance(one.value, ast.Constant)
                    and isinstance(one.value.value, str)
                ):
                    yield one.lineno, one.value.value


def sentences(docstring: str) -> Iterator[str]:
    """Part a docstring into sentences; an item of a list begins one."""
    for paragraph in _PARAGRAPH.split(_CODE.sub("`code`", _DOCTEST.sub("\n\n", docstring))):
        yield from _SENTENCE.split(" ".join(paragraph.split()))


def words(sentence: str) -> int:
    """Count the words of a sentence; a dash or another sign alone is none."""
    return sum(1 for word in sentence.split() if re.search(r"\w", word))


def names(source: str) -> Iterator[tuple[int, str]]:
    """Give the names that a module uses, each with its line."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME:
            yield token.start[0], token.string


def defined(source: str) -> Iterator[tuple[int, str]]:
    """Give the names that a module defines, each with its line."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.lineno, node.name
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id
            case ast.Attribute(ctx=ast.Store()):
                yield node.lineno, node.attr


def parts(name: str) -> set[str]:
    """Split a name into its words, in small letters."""
    return set(re.findall(r"[a-z]+", re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()))


def said(word: str, text: str) -> bool:
    """Tell whether a text has a word, by itself or as a part of a name."""
    return re.search(rf"(?<![a-z0-9]){word}(?![a-z0-9])", text.lower()) is not None


@pytest.mark.parametrize("room", _rooms())
def test_a_sentence_of_a_docstring_has_at_most_twenty_words(room: str) -> None:
    long = [
        f"{file.relative_to(ROOT)}:{line}: {words(sentence)} words: {sentence}"
        for file in _files(room)
        for line, docstring in docstrings(file.read_text(encoding="utf-8"))
        for sentence in sentences(docstring)
        if words(sentence) > MOST_WORDS
    ]
    assert not long, "\n".join(["say it in shorter sentences:", *long])


@pytest.mark.parametrize("room", _rooms())
def test_a_thing_has_the_name_that_the_glossary_gives_it(room: str) -> None:
    wrong = [
        f"{file.relative_to(ROOT)}:{line}: {word}: say {instead}"
        for file in _files(room)
        for source in (file.read_text(encoding="utf-8"),)
        for word, instead in INSTEAD.items()
        if said(word, source)  # most modules have none of them
        for line, text in (*names(source), *docstrings(source))
        if said(word, text) and not (word == "country" and str(file.relative_to(ROOT)) in COUNTRY_OF_AN_ADDRESS)
    ]
    assert not wrong, "\n".join(wrong)


def _texts(source: str) -> Iterator[tuple[int, str]]:
    """Give the comments and the strings of a module, docstrings and messages among them, each with its line."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.COMMENT, tokenize.STRING):
            yield token.start[0], token.string


def _facts(room: str) -> Iterator[tuple[Path, int, str]]:
    for file in sorted(path for ending in ("yaml", "avsc") for path in (ROOT / room).rglob(f"*.{ending}")):
        yield from (
            (file, number, line) for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        )


@pytest.mark.parametrize("room", [one for one in _rooms() if one != "streams"])  # there, each state is a stored one
def test_a_country_of_the_gcc_is_a_member_state(room: str) -> None:
    code = (
        (file, line, text)
        for file in _files(room)
        for source in (file.read_text(encoding="utf-8"),)
        if any(re.search(pattern, source, re.IGNORECASE) for pattern in A_STATE_FOR_A_COUNTRY)
        for line, text in _texts(source)
    )
    wrong = [
        f"{file.relative_to(ROOT)}:{line}: say {instead}: {found[0]}"
        for file, line, text in (*code, *_facts(room))
        for pattern, instead in A_STATE_FOR_A_COUNTRY.items()
        if (found := re.search(pattern, text, re.IGNORECASE))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("room", _rooms())
def test_a_name_says_what_it_stands_for(room: str) -> None:
    riddles = [
        f"{file.relative_to(ROOT)}:{line}: {name}"
        for file in _files(room)
        for line, name in defined(file.read_text(encoding="utf-8"))
        if parts(name) & RIDDLES and name not in MEANT
    ]
    assert not riddles, "\n".join(["name what it is or does:", *riddles])


def test_the_names_of_a_module_are_found_and_split_into_words() -> None:
    source = "class WhatWasTold:\n    def _say(self, said_by):\n        self.heard = [shelf for shelf in said_by]\n"
    assert [name for _, name in sorted(defined(source))] == ["WhatWasTold", "_say", "said_by", "self", "heard", "shelf"]
    assert parts("WhatWasTold") == {"what", "was", "told"}
    assert parts("_said_by") == {"said", "by"}


def test_docstrings_are_parted_into_sentences_and_words() -> None:
    source = '''
class Box:
    """One thing. It is `a long span of code`, and no more!

    >>> Box().open() is not a sentence. Nor is this.
    True

    1. The first of a list
    2. The second. And more.
    """

    size: int = 0
    """In bytes."""
'''
    found = [sentence for _, docstring in docstrings(source) for sentence in sentences(docstring) if sentence]
    assert found == [
        "One thing.",
        "It is `code`, and no more!",
        "The first of a list",
        "The second.",
        "And more.",
        "In bytes.",
    ]
    assert [words(one) for one in found] == [2, 6, 5, 2, 2, 2]
    assert words("A dash — is no word") == 5


def test_a_word_is_found_in_a_name_and_not_in_another_word() -> None:
    assert said("country", "country_code")
    assert said("dupe", "find the dupe")
    assert not said("dupe", "dupes are others, superduper too")
    assert [name for _, name in names("reg_no = 1  # dupe\n")] == ["reg_no"]
