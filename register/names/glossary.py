"""The glossary of names: meanings of words in both scripts, legal forms, fillers, the names of letters.

The data are in schemas/names; this module looks words up. Words are folded as register.names folds them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from register.names.likelihood import Likelihood

SHORTEST: Final = 3  # letters of a stem: with fewer, unrelated words meet

_ENDINGS_AR: Final = ("يات", "يون", "يين", "ات", "ون", "ين", "ان", "يه", "ه", "ي")
_PREFIXES_AR: Final = ("وال", "بال", "كال", "فال", "ولل", "وب", "ول", "لل", "ال", "و", "ل", "ب", "ف", "ك")
_ENDINGS_EN: Final = (("ies", "y"), ("ings", ""), ("ing", ""), ("es", ""), ("s", ""), ("al", ""), ("ed", ""), ("y", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """The words that names share."""

    meanings: Mapping[str, frozenset[str]]
    """From a word, or a phrase with blanks, to the names of its meanings."""
    legal_forms: Mapping[str, Mapping[tuple[str, ...], str]]
    """By jurisdiction, the words of a legal form to its class."""
    fillers: frozenset[str]
    articles: frozenset[str]
    kinds: frozenset[str]
    """Meanings that only name a kind of body: company, group."""
    home: Mapping[str, frozenset[str]]
    """By jurisdiction, the meanings that name it."""
    numbers: Mapping[str, str]
    """A meaning, or a word such as `ii`, to the number that it is, in digits."""
    letters: Mapping[str, str]
    """An Arabic word to the Latin letters that it may name."""
    frequencies: Mapping[str, int]
    """In how many of `names_counted` real names a word of either script, or a meaning as `=meaning`, stands."""
    names_counted: int
    likelihood: Likelihood

    def meanings_of(self, word: str) -> frozenset[str]:
        """Give the meanings of a word, or of its nearest form that the glossary has."""
        for form in forms(word):
            if found := self.meanings.get(form):
                return found
        return frozenset()


def forms(word: str) -> Iterator[str]:
    """Give a word, then the words of which it may be a form, the nearest first.

    >>> list(forms("بحرينيه"))[:2]
    ['بحرينيه', 'بحرين']
    >>> list(forms("batteries"))[:2]
    ['batteries', 'battery']
    """
    yield word
    yield from _arabic(word) if is_arabic(word) else _latin(word)


def is_arabic(word: str) -> bool:
    """Say whether a word is in Arabic script."""
    return any("\u0600" <= letter <= "\u06ff" for letter in word)


def without_prefix(word: str) -> Iterator[str]:
    """Give an Arabic word without the prefixes `and`, `for`, `with` and the article: each possible result."""
    for prefix in _PREFIXES_AR:
        if word.startswith(prefix) and len(word) - len(prefix) >= SHORTEST:
            yield word[len(prefix) :]


def shortened(word: str) -> Iterator[str]:
    """Remove the endings of number, gender and origin from an Arabic word, one after the other."""
    waiting = [word]
    while waiting:
        longer = waiting.pop(0)
        for ending in _ENDINGS_AR:
            if longer.endswith(ending) and len(longer) - len(ending) >= SHORTEST:
                waiting.append(longer[: -len(ending)])
                yield waiting[-1]


def _arabic(word: str) -> Iterator[str]:
    yield from shortened(word)
    for rest in without_prefix(word):
        yield rest
        yield from shortened(rest)
    yield f"ل{word}"  # folding takes للوازم for an article before وازم


def _latin(word: str) -> Iterator[str]:
    for ending, instead in _ENDINGS_EN:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            yield word[: -len(ending)] + instead
