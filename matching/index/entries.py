"""The arrays in which the index keeps the known names."""

from array import array
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from matching.index.packed_multimap import Multimap
from matching.index.packed_rows import PackedRows
from matching.names.name_parser import ReadName

NAME_BYTES: Final = 104  # of a name: its key (80), its total, digest, row's start and place in the crowds


class KnownName(NamedTuple):
    """A name that the index holds; its text only where it was told to keep texts."""

    key: str
    name: str
    jurisdiction: str
    read: ReadName


@dataclass(slots=True)
class Entries:
    """The parts of the known names; each list is indexed by the name's place."""

    rows: PackedRows = field(default_factory=PackedRows)
    """The number of its jurisdiction and legal forms, then those of its words."""
    keys: list[str] = field(default_factory=list)
    """"" where a place is free."""
    digests: "array[int]" = field(default_factory=lambda: array("Q"))
    """A digest of the jurisdiction and the text from which a row was read."""
    pairs: Multimap = field(default_factory=Multimap)
    """From the skeleton of two neighbouring words, joined, to the places of names."""
    places: Multimap = field(default_factory=Multimap)
    """From the digest of a name's key to its place."""
    standings: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    """The jurisdictions and legal forms that names have, by number."""

    def bytes(self) -> int:
        """Reckon how much memory the names take."""
        rows = 2 * self.rows.pool.itemsize * len(self.rows.pool)  # each word of a name leads back to it
        return rows + self.pairs.bytes() + self.places.bytes() + NAME_BYTES * self.rows.places
