"""A registry's own words, folded for look-up. Statuses and legal forms share one way, in files, Avro and our maps."""

from functools import lru_cache
from typing import Final

from register.invisible_characters import without_invisible
from register.names import tokens

LONGEST_WORD: Final = 200  # visible characters; the longest name of a form in ISO 20275 has 60


@lru_cache(maxsize=8_192)
def _folded(text: str) -> tuple[str, ...]:
    return tokens(text)


def folded_word(text: str) -> tuple[str, ...]:
    """Fold a word of a registry to its parts: capitals, dots, blanks, tatweel, vowel marks, hamza and article go.

    >>> folded_word("  Sold or LEGAL-status  changed ")
    ('sold', 'or', 'legal', 'status', 'changed')
    >>> folded_word("\\u200fنـشِط") == folded_word("ﻧﺸﻂ") == ("نشط",)
    True
    """
    return _folded(without_invisible(text[: 4 * LONGEST_WORD])[:LONGEST_WORD])
