"""The words and numbers of the search. The projection and the search make them with the same functions."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from register.identifiers.spelling import LONGEST, spelled
from register.names import tokens

LEGAL: Final = "legal"
TRADING: Final = "trading"
PREVIOUS: Final = "previous"
NAME_KINDS: Final = {LEGAL: "legal_name", TRADING: "trading_names", PREVIOUS: "previous_legal_names"}

# What an index can hold is bounded; a name or a number beyond this is kept whole and found by its beginning.
_WORDS: Final = 500
_WORD_LENGTH: Final = 200
_FOLDED_LENGTH: Final = 500
_AND: Final = "و"


def compacted(value: str) -> str:
    """Reduce a number to its capital letters and digits, which two spellings share.

    >>> compacted("cn-1020637-1"), compacted("٩-١")
    ('CN10206371', '91')
    """
    plain = spelled(value)
    return (plain if plain.isalnum() else "".join(filter(str.isalnum, plain)))[:LONGEST]


def folded_words(name: str) -> list[str]:
    """Fold a name to the words that the index holds: those of register.names.tokens, cut to what fits.

    Names share many words, so the folded form of each word is cached. Only single letters change with their neighbours.
    A name that may have several single letters, or the word `and`, is folded as a whole.
    """
    found: list[str] = []
    touchy = 0
    for word in name.split():
        folded, neighbours_matter = _folded_word(word)
        found += folded
        touchy += neighbours_matter
    if touchy > 1:
        found = [word[:_WORD_LENGTH] for word in tokens(name)]
    return found[:_WORDS]


def folded_name(words: Iterable[str]) -> str:
    """Write folded words as one text, for comparing whole names."""
    return " ".join(words)[:_FOLDED_LENGTH]


@lru_cache(maxsize=65_536)
def _folded_word(word: str) -> tuple[tuple[str, ...], int]:
    """Fold a word alone. 1: correct if no neighbour has single letters. 2: perhaps wrong."""
    if len(word) > _WORD_LENGTH:
        return (), 2
    found = tokens(word)
    if "." not in word and all(len(one) > 1 for one in found):
        return found, 0
    return found, 2 if _AND in word else 1
