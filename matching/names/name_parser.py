"""Read a name word by word: what each word means, how it sounds, and which legal form it states."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Final

from matching.names.skeleton import skeletons, sounded, without_vowels
from register.names.glossary import SHORTEST, Glossary, is_arabic, without_prefix
from register.names.normalisation import tokens

EVERY_JURISDICTION: Final = ""
LONGEST_PHRASE: Final = 6  # words
_ARTICLES: Final = ("al", "el", "lil", "ll")
_ABBREVIATED: Final = 2  # letter names in a row that make an abbreviation
_WAYS: Final = 12  # readings of one abbreviation
REMEMBERED: Final = 1 << 15  # words, the last ones: 2 kB each, and names are made of the same words again and again


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of a name, or a phrase with one meaning."""

    text: str
    meanings: frozenset[str]
    """Its possible meanings and the word itself: Latin words and the names of meanings are one vocabulary."""
    known: bool
    """Whether the glossary has the word."""
    sounds: tuple[str, ...]
    """Its possible sounds, with long vowels."""
    skeletons: frozenset[str]
    """The consonants of each sound."""
    initials: frozenset[str]
    """The first letters of the skeletons."""
    arabic: bool
    light: bool = False
    """Whether it weighs little even if it is rare: it only names a kind of body, such as company."""
    number: str = ""
    """The number that the word stands for, in digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadName:
    """A name without its legal form and its fillers."""

    words: tuple[Word, ...]
    legal_classes: frozenset[str]


class NameReader:
    """Reads names with one glossary, and caches the words."""

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary
        self._phrases = _longest(glossary.meanings)
        self._forms = {jurisdiction: _beginnings(forms) for jurisdiction, forms in glossary.legal_forms.items()}
        self._known: dict[str, Word] = {}
        self._parted: dict[str, tuple[str, ...]] = {}

    def read(self, name: str, jurisdiction: str = EVERY_JURISDICTION) -> ReadName:
        """Read a name from a register of `jurisdiction` (ISO 3166-1; "" where there is none)."""
        classes: set[str] = set()
        rest = self._without_legal_forms(self._without_articles(tokens(name)), jurisdiction, classes)
        parts = self._parts([part for word in rest for part in self._split(word)])
        words = [word for part in parts for word in self._of(part)]
        return ReadName(words=tuple(words), legal_classes=frozenset(classes))

    def _without_articles(self, words: Sequence[str]) -> list[str]:
        """Leave out the Arabic article as it is pronounced: `ar` before `rahma`."""
        return [
            word
            for word, after in zip(words, (*words[1:], ""), strict=False)
            if not (word in self._glossary.articles and after.startswith(word[1:]))
        ]

    def _without_legal_forms(self, words: Sequence[str], jurisdiction: str, classes: set[str]) -> list[str]:
        """Leave out legal forms, at each word the longest; a name that is only a legal form keeps it."""
        kept: list[str] = []
        place = 0
        while place < len(words):
            found = self._form_at(words, place, jurisdiction)
            if found is None:
                kept.append(words[place])
                place += 1
            else:
                classes.add(found[1])
                place += found[0]
        return kept or list(words)

    def _form_at(self, words: Sequence[str], place: int, jurisdiction: str) -> tuple[int, str] | None:
        for scope in (jurisdiction, EVERY_JURISDICTION):
            for form, legal_class in self._forms.get(scope, {}).get(words[place], ()):
                if tuple(words[place : place + len(form)]) == form:
                    return len(form), legal_class
        return None

    def _parts(self, words: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Join the words of a phrase, and the letters of an abbreviation."""
        place = 0
        while place < len(words):
            part = self._phrase_at(words, place) or tuple(words[place : place + self._abbreviation_at(words, place)])
            yield part
            place += len(part)

    def _phrase_at(self, words: Sequence[str], place: int) -> tuple[str, ...]:
        for first in (words[place], *(without_prefix(words[place]) if is_arabic(words[place]) else ())):
            for length in range(min(self._phrases.get(first, 0), len(words) - place), 1, -1):
                part = (first, *words[place + 1 : place + length])
                if " ".join(part) in self._glossary.meanings:
                    return part
        return ()

    def _abbreviation_at(self, words: Sequence[str], place: int) -> int:
        length = 0
        while place + length < len(words) and words[place + length] in self._glossary.letters:
            length += 1
        return length if length >= _ABBREVIATED else 1

    def _of(self, part: tuple[str, ...]) -> Iterator[Word]:
        text = " ".join(part)
        if text not in self._glossary.fillers:
            yield self.word(text)

    def word(self, text: str) -> Word:
        """Read a word or a phrase by its text in a name that was read."""
        word = self._known.get(text)
        if word is None:
            if len(self._known) >= REMEMBERED:
                for old in list(islice(self._known, REMEMBERED // 2)):
                    del self._known[old]
            word = self._known[text] = self._word(tuple(text.split(" ")), text)
        return word

    def _split(self, word: str) -> tuple[str, ...]:
        """Split a Latin word that is two words of the glossary (lifeline); keep any other word whole."""
        if word not in self._parted:
            if len(self._parted) >= REMEMBERED:
                self._parted.clear()
            known = self._glossary.meanings
            places = range(SHORTEST, len(word) - SHORTEST + 1) if word not in known and word.isascii() else ()
            parts = ((word[:place], word[place:]) for place in places)
            self._parted[word] = next((two for two in parts if two[0] in known and two[1] in known), (word,))
        return self._parted[word]

    def _word(self, part: tuple[str, ...], text: str) -> Word:
        if len(part) > 1 and text not in self._glossary.meanings:
            return _abbreviation(text, [self._glossary.letters[letter] for letter in part])
        meanings = self._glossary.meanings_of(text)
        number = _number(self._glossary, text, meanings)
        word = _spelled(text, self._spellings(text), meanings | {text} | _numbered(number), known=bool(meanings))
        return replace(word, light=not meanings.isdisjoint(self._glossary.kinds), number=number)

    def _spellings(self, text: str) -> list[str]:
        """Give the word, and the word without an Arabic prefix or a Latin spelling of the article."""
        joined = text.replace(" ", "")
        if is_arabic(joined):
            return [joined, *(rest for rest in without_prefix(joined) if joined[0] in "ولب")]
        return [joined, *_without_article(joined)]


def _number(glossary: Glossary, text: str, meanings: frozenset[str]) -> str:
    if text.isascii() and text.isdigit():
        return text.lstrip("0") or "0"
    return next((glossary.numbers[one] for one in (text, *sorted(meanings)) if one in glossary.numbers), "")


def _numbered(number: str) -> frozenset[str]:
    """Give the one meaning of all words for a number."""
    return frozenset({f"#{number}"} if number else ())


def joined_skeletons(one: Word, other: Word) -> set[str]:
    """Give the skeletons of two joined words."""
    ways = islice(product(one.sounds, other.sounds), _WAYS)
    return {without_vowels(first + second) for first, second in ways} - {""}


def joined(words: Sequence[Word]) -> Word:
    """Join words into one: names differ in their blanks (BinDawood, بن داود)."""
    sounds = ["".join(way) for way, _ in zip(product(*(word.sounds for word in words)), range(_WAYS), strict=False)]
    bare = frozenset(map(without_vowels, sounds)) - {""}
    return Word(
        text=" ".join(word.text for word in words),
        meanings=frozenset({"".join(word.text for word in words)}),
        known=False,
        sounds=tuple(dict.fromkeys(sounds)),
        skeletons=bare,
        initials=frozenset(skeleton[0] for skeleton in bare),
        arabic=words[0].arabic,
    )


def _without_article(word: str) -> Iterator[str]:
    """Leave out the Arabic article, or Arabic `for the`, at the beginning of a Latin word."""
    for prefix in _ARTICLES:
        if word.startswith(prefix) and len(word) - len(prefix) >= SHORTEST:
            yield word[len(prefix) :]


def _abbreviation(text: str, letters: Sequence[str]) -> Word:
    ways = ["".join(way) for way, _ in zip(product(*letters), range(_WAYS), strict=False)]
    return _spelled(text, ways, frozenset({text, *ways}), known=False)


def _spelled(text: str, spellings: Sequence[str], meanings: frozenset[str], *, known: bool) -> Word:
    bare = frozenset(skeleton for one in spellings for skeleton in skeletons(one))
    return Word(
        text=text,
        meanings=meanings,
        known=known,
        sounds=tuple(dict.fromkeys(sound for one in spellings for sound in sounded(one))),
        skeletons=bare,
        initials=frozenset(skeleton[0] for skeleton in bare),
        arabic=is_arabic(text),
    )


def _longest(meanings: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """Give the number of words of the longest phrase, by the first word of the phrases."""
    found: dict[str, int] = {}
    for phrase in meanings:
        first, *others = phrase.split(" ")
        if others:
            found[first] = max(found.get(first, 0), min(len(others) + 1, LONGEST_PHRASE))
    return found


def _beginnings(forms: Mapping[tuple[str, ...], str]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Give the legal forms by their first word, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for form in sorted(forms, key=len, reverse=True):
        found.setdefault(form[0], []).append((form, forms[form]))
    return found
