"""The name suggester: finds the known names that are similar to a name, in either script."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from matching.index.entries import KnownName
from matching.index.name_index import Allowed, NameIndex
from matching.names.name_comparer import Compared, NameComparer, Reason
from matching.names.name_parser import NameReader, ReadName
from register.names.glossary import Glossary
from register.names.likelihood import NameEvidence

THRESHOLD: Final = (
    0.5  # a pair that is more probably one company than two enters the queue: docs/explanation/name-suggestions.md
)
MOST: Final = 5  # suggestions for one name


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A known name that may name the asked company."""

    key: str
    name: str
    jurisdiction: str
    score: float
    """The probability that both names name one company."""
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarNames:
    """Two known names, the one with the smaller key first: both orders of asking give an equal value."""

    left: KnownName
    right: KnownName
    compared: Compared


class Suggester:
    """Holds names by key, and suggests similar ones. Not safe for several threads."""

    def __init__(self, glossary: Glossary, *, keep_texts: bool = True) -> None:
        """Without `keep_texts` a suggestion has no text: the caller has it, and a million texts take 200 MB."""
        self._reader = NameReader(glossary)
        self._home = glossary.home
        self.index = NameIndex(self._reader.word, glossary.frequencies, glossary.names_counted, keep_texts=keep_texts)
        self.compared = 0
        """Pairs of names compared word by word since the suggester was made."""
        self._comparison = NameComparer(self.index.weight, self.index.word_weight, glossary.likelihood)

    def __len__(self) -> int:
        return len(self.index)

    def __contains__(self, key: str) -> bool:
        return key in self.index

    def add(self, key: str, name: str, jurisdiction: str) -> None:
        """Add a name under a key of the caller; it replaces an earlier name under the key."""
        self.index.add(key, name, jurisdiction, self._reader.read(name, jurisdiction))

    def recall(self, key: str, name: str, jurisdiction: str) -> None:
        """Add a stored name again; it is read only where the restored index has not got it."""
        if not self.index.confirm(key, name, jurisdiction):
            self.add(key, name, jurisdiction)

    def remove(self, key: str) -> bool:
        """Remove the name under a key; returns whether there was one."""
        return self.index.remove(key)

    def suggest(
        self, name: str, jurisdiction: str, *, least: float = THRESHOLD, most: int = MOST
    ) -> tuple[Suggestion, ...]:
        """Give the known names that score at least `least`: the best first, equal ones by key."""
        asked = self._reader.read(name, jurisdiction)
        scored = [one for one in self._compare_with_candidates(asked, jurisdiction) if one[0].score >= least]
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
        """Give the keys of the candidates for a name, each with its evidence: for fitting the coefficients."""
        asked = self._reader.read(name, jurisdiction)
        return (
            (known.key, compared.evidence) for compared, known in self._compare_with_candidates(asked, jurisdiction)
        )

    def _compare_with_candidates(self, asked: ReadName, jurisdiction: str) -> list[tuple[Compared, KnownName]]:
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

    def similar_to(self, key: str, allowed: Allowed) -> Iterator[SimilarNames]:
        """Give the allowed known names that reach the threshold with the name under a key."""
        asked = self.index.get(key)
        candidates = self.index.candidates(asked.read, allowed, held=key)
        self.compared += len(candidates)
        yield from (
            similar
            for known in candidates
            if (similar := self._compare_names(asked, known)).compared.score >= THRESHOLD
        )

    def compare(self, one: str, other: str) -> SimilarNames:
        """Compare the names under two keys, with the weights of now."""
        self.compared += 1
        return self._compare_names(self.index.get(one), self.index.get(other))

    def _compare_names(self, one: KnownName, other: KnownName) -> SimilarNames:
        left, right = (one, other) if one.key < other.key else (other, one)
        same = left.jurisdiction == right.jurisdiction
        home = self._home.get(left.jurisdiction, frozenset()) if same else frozenset()
        compared = self._comparison.compare(left.read, right.read, same_jurisdiction=same, home=home)
        return SimilarNames(left=left, right=right, compared=compared)

    def reasons(self, similar: SimilarNames) -> tuple[Reason, ...]:
        """Give the reasons word by word."""
        return self._comparison.reasons(similar.left.read, similar.right.read, similar.compared)
