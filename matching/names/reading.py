"""A name read word by word: what each word means, how it sounds, and which legal form it shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Final

from matching.names.skeleton import skeletons, sounded, without_vowels
from register.names.folding import tokens
from register.names.glossary import SHORTEST, Glossary, is_arabic, without_prefix

EVERY_JURISDICTION: Final = ""
LONGEST_PHRASE: Final = 6  # words
_ARTICLES: Final = ("al", "el", "lil", "ll")
_ABBREVIATED: Final = 2  # letter names in a row that make an abbreviation
_WAYS: Final = 12  # readings of one abbreviation
REMEMBERED: Final = 1 << 15  # words, the last ones: 2 kB each, and names are made of the same words again and again


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of a name, or a phrase that is one thing."""

    text: str
    meanings: frozenset[str]
    """What it may mean, itself among it: Latin words and the names of meanings are one vocabulary."""
    known: bool
    """Whether the glossary has it."""
    sounds: tuple[str, ...]
    """How it may sound, with long vowels."""
    skeletons: frozenset[str]
    """The consonants of that."""
    initials: frozenset[str]
    """The letters with which those begin."""
    arabic: bool
    light: bool = False
    """Whether it tells little whatever its rarity: it says that there is a body, and of what kind."""
    number: str = ""
    """The number that it is, in digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadName:
    """A name without its legal form and its fillers."""

    words: tuple[Word, ...]
    legal_classes: frozenset[str]


class NameReader:
    """Reads names by one glossary, and remembers the words that it has read."""

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary
        self._phrases = _longest(glossary.meanings)
        self._forms = {jurisdiction: _beginnings(forms) for jurisdiction, forms in glossary.legal_forms.items()}
        self._known: dict[str, Word] = {}
        self._parted: dict[str, tuple[str, ...]] = {}

    def read(self, name: str, jurisdiction: str = EVERY_JURISDICTION) -> ReadName:
        """Read a name as it stands in a register of a jurisdiction (ISO 3166-1, or none)."""
        classes: set[str] = set()
        rest = self._without_legal_forms(self._without_articles(tokens(name)), jurisdiction, classes)
        parts = self._parts([part for word in rest for part in self._split(word)])
        words = [word for part in parts for word in self._of(part)]
        return ReadName(words=tuple(words), legal_classes=frozenset(classes))

    def _without_articles(self, words: Sequence[str]) -> list[str]:
        """Leave out `ar` before `rahma` and its like: the article of Arabic, as it is said before such letters."""
        return [
            word
            for word, after in zip(words, (*words[1:], ""), strict=False)
            if not (word in self._glossary.articles and after.startswith(word[1:]))
        ]

    def _without_legal_forms(self, words: Sequence[str], jurisdiction: str, classes: set[str]) -> list[str]:
        """Leave out the longest form that begins at a word; a name that is nothing but a form keeps it."""
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
        """Put the words of a phrase together, and the letters of an abbreviation."""
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
        """Read a word, or a phrase, by the text that it has in a name that was read."""
        word = self._known.get(text)
        if word is None:
            if len(self._known) >= REMEMBERED:
                for old in list(islice(self._known, REMEMBERED // 2)):
                    del self._known[old]
            word = self._known[text] = self._word(tuple(text.split(" ")), text)
        return word

    def _split(self, word: str) -> tuple[str, ...]:
        """Part a Latin word that is two words of the glossary (lifeline); any other stays whole."""
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
        """The word; and without what may be a prefix of Arabic, or an article written with it in Latin."""
        joined = text.replace(" ", "")
        if is_arabic(joined):
            return [joined, *(rest for rest in without_prefix(joined) if joined[0] in "ولب")]
        return [joined, *_without_article(joined)]


def _number(glossary: Glossary, text: str, meanings: frozenset[str]) -> str:
    if text.isascii() and text.isdigit():
        return text.lstrip("0") or "0"
    return next((glossary.numbers[one] for one in (text, *sorted(meanings)) if one in glossary.numbers), "")


def _numbered(number: str) -> frozenset[str]:
    """Give the meaning that all words for a number share."""
    return frozenset({f"#{number}"} if number else ())


def joined_skeletons(one: Word, other: Word) -> set[str]:
    """Give the skeletons of two words put together as one."""
    ways = islice(product(one.sounds, other.sounds), _WAYS)
    return {without_vowels(first + second) for first, second in ways} - {""}


def joined(words: Sequence[Word]) -> Word:
    """Put words together as one: names differ in where a blank stands (BinDawood, بن داود)."""
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
    """Give what remains of a Latin word that is Arabic with its article, or with `for the`, written as one."""
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
    """By the first word of the phrases that are known, how many words the longest has."""
    found: dict[str, int] = {}
    for phrase in meanings:
        first, *others = phrase.split(" ")
        if others:
            found[first] = max(found.get(first, 0), min(len(others) + 1, LONGEST_PHRASE))
    return found


def _beginnings(forms: Mapping[tuple[str, ...], str]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """The legal forms by their first word, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for form in sorted(forms, key=len, reverse=True):
        found.setdefault(form[0], []).append((form, forms[form]))
    return found
