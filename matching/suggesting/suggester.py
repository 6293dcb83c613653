"""The name suggester: new names against all that are known, in either script."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from matching.index.entries import KnownName
from matching.index.name_index import Allowed, NameIndex
from matching.names.comparing import Compared, NameComparer, Reason
from matching.names.reading import NameReader, ReadName
from register.names.glossary import Glossary
from register.names.likelihood import NameEvidence

THRESHOLD: Final = (
    0.5  # a pair that is rather one company than not enters the queue: docs/explanation/name-suggestions.md
)
MOST: Final = 5  # suggestions for one name


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A known name that may be the asked company's."""

    key: str
    name: str
    jurisdiction: str
    score: float
    """How probable it is that they are one company's."""
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Two known names at the threshold, the one with the smaller key first, so that either leads to the same."""

    left: KnownName
    right: KnownName
    compared: Compared


class Suggester:
    """Knows names by key, and suggests. Not for several threads."""

    def __init__(self, glossary: Glossary, *, keep_texts: bool = True) -> None:
        """Without `keep_texts` a suggestion does not say the name: its caller has it, and a million take 200 MB."""
        self._reader = NameReader(glossary)
        self._home = glossary.home
        self.index = NameIndex(self._reader.word, glossary.frequencies, glossary.names_counted, keep_texts=keep_texts)
        self.compared = 0
        """Pairs of names that were compared word by word, ever."""
        self._comparison = NameComparer(self.index.weight, self.index.word_weight, glossary.likelihood)

    def __len__(self) -> int:
        return len(self.index)

    def __contains__(self, key: str) -> bool:
        return key in self.index

    def add(self, key: str, name: str, jurisdiction: str) -> None:
        """Know a name, under a key of the caller's; a second name under the same key takes its place."""
        self.index.add(key, name, jurisdiction, self._reader.read(name, jurisdiction))

    def recall(self, key: str, name: str, jurisdiction: str) -> None:
        """Know a name that was known before: read it again only where the index was not restored with it."""
        if not self.index.confirm(key, name, jurisdiction):
            self.add(key, name, jurisdiction)

    def remove(self, key: str) -> bool:
        """Forget the name under a key; says whether there was one."""
        return self.index.remove(key)

    def suggest(
        self, name: str, jurisdiction: str, *, least: float = THRESHOLD, most: int = MOST
    ) -> tuple[Suggestion, ...]:
        """Give known names with at least this score, the best first, equal ones in the order of their keys."""
        asked = self._reader.read(name, jurisdiction)
        scored = [one for one in self._asked(asked, jurisdiction) if one[0].score >= least]
        scored.sort(key=lambda one: (-one[0].score, one[1].key))
        return tuple(
            Suggestion(
                key=known.key,
                name=known.name,
                jurisdiction=known.jurisdiction,
                score=round(compared.score, 4),
                reasons=self._comparison.reasons(asked, known.read, compared),
            )
            for compared, known in scored[:most]
        )

    def evidence(self, name: str, jurisdiction: str) -> Iterator[tuple[str, NameEvidence]]:
        """Give the keys of the names that are compared with this one, and what their words say: for fitting."""
        asked = self._reader.read(name, jurisdiction)
        return ((known.key, compared.evidence) for compared, known in self._asked(asked, jurisdiction))

    def _asked(self, asked: ReadName, jurisdiction: str) -> list[tuple[Compared, KnownName]]:
        candidates = self.index.candidates(asked)
        self.compared += len(candidates)
        compare = self._comparison.compare
        home = self._home.get(jurisdiction, frozenset())
        return [
            (compare(asked, known.read, same_jurisdiction=True, home=home), known)
            if known.jurisdiction == jurisdiction
            else (compare(asked, known.read, same_jurisdiction=False), known)
            for known in candidates
        ]

    def alike(self, key: str, allowed: Allowed) -> Iterator[Alike]:
        """Give the known names that are allowed and at the threshold with the one under a key."""
        asked = self.index.held(key)
        candidates = self.index.candidates(asked.read, allowed, held=key)
        self.compared += len(candidates)
        yield from (
            alike for known in candidates if (alike := self._compared(asked, known)).compared.score >= THRESHOLD
        )

    def compare(self, one: str, other: str) -> Alike:
        """Compare the names under two keys, as of now."""
        self.compared += 1
        return self._compared(self.index.held(one), self.index.held(other))

    def _compared(self, one: KnownName, other: KnownName) -> Alike:
        left, right = (one, other) if one.key < other.key else (other, one)
        same = left.jurisdiction == right.jurisdiction
        home = self._home.get(left.jurisdiction, frozenset()) if same else frozenset()
        compared = self._comparison.compare(left.read, right.read, same_jurisdiction=same, home=home)
        return Alike(left=left, right=right, compared=compared)

    def reasons(self, alike: Alike) -> tuple[Reason, ...]:
        """Say word by word why two names are alike."""
        return self._comparison.reasons(alike.left.read, alike.right.read, alike.compared)
