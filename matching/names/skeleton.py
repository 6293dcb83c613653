"""The consonants of a word in one alphabet for both scripts, so that بوبيان and Boubyan are the same.

Arabic leaves short vowels out and Latin spellings disagree on long ones: what both keep are the consonants. One letter
stands for sounds that the other script does not separate. These are p and b, v and f, z and s, g and j. `x` is kh and
`S` is sh. A letter with several spellings gives several skeletons: ق is k, q or g; c is k or s.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import Final

from register.names.glossary import is_arabic

MOST: Final = 12  # skeletons of one word: each is a key of the index
_LEFT_OUT: Final = str.maketrans(dict.fromkeys("awy"))  # vowels
_REMEMBERED: Final = 1 << 13  # words, while they are read: whoever reads them remembers them longer

_ARABIC: Final[dict[str, tuple[str, ...]]] = {
    **{one: (one_is,) for one, one_is in zip("ابپتجحخدرزسشصضطغفڤكگلمن", "abbtghxdrssSsdtgffkglmn", strict=True)},
    "ث": ("t", "s"),
    "ذ": ("d", "s"),
    "ظ": ("d", "s"),
    "ض": ("d", "s"),
    "ق": ("k", "g"),
    "چ": ("S", "g"),
    "ع": ("a",),
    "ه": ("h",),
    "و": ("w",),
    "ي": ("y",),
}
_LATIN: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (r"(?:ti|ssi|si)on", ("Swn", "swn")),
    (r"(?:ti|ci)al", ("Sal",)),
    (r"ture(?=s?$)", ("tSr", "tr")),
    (r"^kn", ("n",)),
    (r"^wr|rh", ("r",)),
    (r"wh", ("w",)),
    (r"tch", ("tS", "S")),
    (r"sch", ("S", "sk")),
    (r"sh", ("S",)),
    (r"ch(?=[nrlm])", ("k",)),
    (r"ch", ("S", "tS", "k")),
    (r"kh", ("x", "k")),
    (r"gh", ("g", "")),
    (r"th", ("t", "d", "s")),
    (r"dh", ("d", "s")),
    (r"ph", ("f",)),
    (r"ck", ("k",)),
    (r"qu?(?=[aeiou])|q", ("k", "g")),
    (r"x", ("ks",)),
    (r"c(?=[eiy])", ("s",)),
    (r"c", ("k",)),
    (r"dj|dg(?=e)|[gj]", ("g",)),
    (r"[pb]", ("b",)),
    (r"[vf]", ("f",)),
    (r"[sz]", ("s",)),
    (r"(?<=[a-z]{2})e$", ("",)),
    (r"[eiy]+", ("y",)),
    (r"[ouw]+", ("w",)),
    (r"a+", ("a",)),
    (r"[a-z0-9]", ()),
)
_LETTER: Final = {"c": ("k", "s"), "j": ("g",), "p": ("b",), "q": ("k",), "v": ("f",), "x": ("ks",), "z": ("s",)}
_SOUNDS: Final = re.compile("|".join(f"(?P<s{place}>{pattern})" for place, (pattern, _) in enumerate(_LATIN)))
_WITHOUT_VOWELS: Final = re.compile("[bcdfghjklmnpqrstvxz]+")
_DOUBLED: Final = re.compile(r"([a-z])\1")


@lru_cache(maxsize=_REMEMBERED)
def sounded(word: str) -> tuple[str, ...]:
    """Give the ways in which a folded word may sound, in one alphabet with long vowels, the likeliest first.

    >>> sounded("بوبيان"), sounded("boubyan")
    (('bwbyan',), ('bwbyan',))
    """
    letters = list(_from_arabic(word) if is_arabic(word) else _from_latin(word))
    ways = product(*letters) if letters else ()
    return tuple(dict.fromkeys("".join(way) for way, _ in zip(ways, range(MOST), strict=False)))


@lru_cache(maxsize=_REMEMBERED)
def skeletons(word: str) -> tuple[str, ...]:
    """Give the consonants of a folded word, in each of the ways in which it may sound.

    >>> skeletons("وربه"), skeletons("warba")
    (('wrb', 'wrbt'), ('wrb',))
    """
    found = dict.fromkeys(without_vowels(sound) for sound in sounded(word))
    if is_arabic(word) and word.endswith("ه") and len(word) > 1:
        found |= dict.fromkeys(f"{one}t" for one in tuple(found))
    return tuple(one for one in found if one)[:MOST]


def without_vowels(sound: str) -> str:
    """Keep the consonants and the first letter of a sound: both scripts write a vowel at the beginning."""
    return sound[:1] + sound[1:].translate(_LEFT_OUT)


def _from_arabic(word: str) -> Iterator[tuple[str, ...]]:
    word = word.replace("الله", "اله")  # a name of its own, and Latin's doubled l is one sound
    for place, letter in enumerate(word):
        if letter == "ه" and place == len(word) - 1 and place:
            yield ("",)  # mostly a ة
        else:
            yield _ARABIC.get(letter, (letter,) if letter.isalnum() and letter.isascii() else ("",))


def _from_latin(word: str) -> Iterator[tuple[str, ...]]:
    if _WITHOUT_VOWELS.fullmatch(word):  # an abbreviation: its letters stand for themselves
        yield from (_LETTER.get(letter, (letter,)) for letter in word)
        return
    plain = _DOUBLED.sub(r"\1", word)
    if plain.endswith("h") and not plain.endswith(("sh", "ch", "kh", "gh", "th", "dh", "ph")):
        plain = plain[:-1]
    for place, found in enumerate(_SOUNDS.finditer(plain)):
        ways = _LATIN[int((found.lastgroup or "s0")[1:])][1] or (found.group(),)
        if place == 0 and len(plain) > 1:
            ways = _opening(found.group(), ways)
        yield ways


def _opening(written: str, ways: tuple[str, ...]) -> tuple[str, ...]:
    """Give the sounds of a first vowel. It is alef or ain, which are no consonants. A u may sound as yu."""
    if written[0] in "eio":
        return ("a",)
    if written[0] == "u":
        return ("a", "y")
    return ways
