"""Words of registries that none of our maps has, as labels of a metric. Only some words get a label of their own."""

from collections.abc import Iterator, Sequence
from typing import Final

from register.codes import UNMAPPED, Warning
from register.ids import RegistrationId, authority_of
from runtime.metrics import UNMAPPED_WORDS
from streams.processors.receipts import shortened

TOLD_APART: Final = 200  # words of a task: each is a series in Prometheus, and a registry may send any words
LABEL_LENGTH: Final = 60  # characters
OTHERS: Final = "…"


class UnmappedWords:
    """The words that one task has counted."""

    def __init__(self, most: int = TOLD_APART) -> None:
        self._most = most
        self._met: set[tuple[str, ...]] = set()

    def counts(self, registration: RegistrationId, warnings: Sequence[Warning]) -> Iterator[tuple[str, ...]]:
        """Give the counters of an event's warnings: the metric's name and its labels."""
        for one in warnings:
            if one.code in UNMAPPED:
                key = (authority_of(registration), one.field or "", shortened(one.word or "", LABEL_LENGTH))
                if key not in self._met and len(self._met) >= self._most:
                    key = (*key[:2], OTHERS)
                else:
                    self._met.add(key)
                yield UNMAPPED_WORDS.name, *key
