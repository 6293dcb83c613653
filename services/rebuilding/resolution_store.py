"""The state of the rebuilt resolver, in memory as bytes: a fifth of what its objects would take."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from register.resolution.resolution_state import ResolutionState
from schemas.codec.reader import read
from schemas.codec.resolution_records import resolution_datum, resolution_from
from schemas.codec.wire import encode


@dataclass(slots=True)
class WrittenResolutionStore:
    """States by key, as `resolve` writes them."""

    held: dict[str, bytes] = field(default_factory=dict)

    def get_many(self, keys: Iterable[str]) -> Mapping[str, ResolutionState | None]:
        """Read what is kept under these keys."""
        return {key: resolution_state(self.held.get(key)) for key in keys}

    def put(self, key: str, state: ResolutionState | None) -> None:
        """Store the state of a key; None removes it."""
        if state is None:
            self.held.pop(key, None)
        else:
            self.held[key] = encode("Resolution", resolution_datum(state))


def resolution_state(written: bytes | None) -> ResolutionState | None:
    """Read a state; None where there is none."""
    return None if written is None else resolution_from(read(written, "Resolution"))
