"""Names folded for search: two spellings of one name give the same words, in either script.

Arabic loses what writers leave out or exchange: vowel marks, hamza, the dots of ى and ة, the article. Latin script
loses capitals, accents and punctuation. A folded name is for finding, never for showing.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import Final

SHORTEST_STEM: Final = 3  # letters that must remain without the article; Arabic roots have three

_HIDDEN: Final = (
    *range(0x0300, 0x0370),  # Latin accents, after decomposition
    *range(0x0610, 0x061B),  # Koranic marks
    0x0640,  # tatweel
    *range(0x064B, 0x0660),  # harakat, hamza above and below after decomposition
    0x0670,  # dagger alef
    *range(0x06D6, 0x06EE),  # Koranic marks
    0x0621,  # hamza on the line: البناء is as often written البنا
    *(
        0x061C,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
    ),  # bidi marks and the like
    *map(ord, "'`\u2018\u2019\u02bb\u02bc\u02be\u02bf"),  # apostrophes stand inside words: Sa'ad, McDonald's
)
_EXCHANGED: Final = {
    "ٱ": "ا",
    "ى": "ي",
    "ی": "ي",  # Persian keyboards
    "ة": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ک": "ك",
    "ı": "i",
    "đ": "d",
    "ø": "o",
    "ł": "l",
    "æ": "ae",
    "œ": "oe",
    **{chr(0x0660 + digit): str(digit) for digit in range(10)},
    **{chr(0x06F0 + digit): str(digit) for digit in range(10)},
}
_FOLDING: Final = str.maketrans({**dict.fromkeys(map(chr, _HIDDEN)), **_EXCHANGED})
_HARD_BREAK: Final = re.compile(r"[^\w\s.]|_")
_WORD: Final = re.compile(r"[^\W_]+")
_ARTICLE: Final = re.compile(rf"(?:وال|ال|لل)(?=.{{{SHORTEST_STEM}}})")
_AND: Final = "و"


def folded(text: str) -> str:
    """Fold a name to the text that search compares.

    >>> folded("شركة عنوان القهوة للتجارة") == folded("شركه عنوان قهوه التجاره")
    True
    >>> folded("FAKHRO SHIPPING AGENCY W.L.L"), folded("Fakhro Shipping Agency (WLL)")
    ('fakhro shipping agency wll', 'fakhro shipping agency wll')
    """
    return " ".join(_words(text))


def tokens(text: str) -> tuple[str, ...]:
    """Fold a name to its words, in their order.

    >>> tokens("Patronus Wealth Privé (DIFC) Limited")
    ('patronus', 'wealth', 'prive', 'difc', 'limited')
    """
    return tuple(_words(text))


def _words(text: str) -> Iterator[str]:
    spelled = unicodedata.normalize("NFKD", text).casefold().translate(_FOLDING)
    for segment in _HARD_BREAK.split(spelled):
        for word in _with_and(_joined(_WORD.findall(segment))):
            yield _without_article(word)


def _joined(words: list[str]) -> Iterator[str]:
    """Join runs of single letters: `w l l` and `ش م م` are one abbreviation each; `و` alone is the word `and`."""
    for single, run in groupby(words, key=lambda word: len(word) == 1 and word.isalpha()):
        if single:
            yield "".join(run)
        else:
            yield from run


def _with_and(words: Iterator[str]) -> Iterator[str]:
    """Write `and` together with the word that it stands before, as Arabic does."""
    waiting = ""
    for word in words:
        if word == _AND and not waiting:
            waiting = word
        else:
            yield waiting + word
            waiting = ""
    if waiting:
        yield waiting


def _without_article(word: str) -> str:
    """Remove the article repeatedly: الإلكترونيات, إلكترونيات and الكترونيات must give one word."""
    while found := _ARTICLE.match(word):
        word = word[found.end() :]
    return word
