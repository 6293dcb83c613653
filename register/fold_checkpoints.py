"""Keep partial folds, so that a late event, a correction or a withdrawal does not fold the whole history again.

The fold of the first events of a history is kept, every few events. A fold is a function of the standing places in
their order. A later fold starts from the longest kept beginning that has not changed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic

from register.authority_words import Words
from register.events import EventKind, RegistrationEvent
from register.registration import Event, Registration, apply, event_in_place, standing_places

EVERY: Final = 4  # events; to keep more registrations takes more memory than it saves time


@dataclass(frozen=True, slots=True)
class Folds(Generic[Event]):
    """The standing places of the latest fold, and the registrations after the first `EVERY`, 2 * `EVERY` … places."""

    standing_places: tuple[tuple[Event, Event], ...] = ()
    registrations: tuple[Registration, ...] = ()

    def with_last(self, event: Event, registration: Registration) -> "Folds[Event]":
        """Add an event that comes last and changes no other; `registration` is the fold with this event."""
        stood = (*self.standing_places, (event, event))
        kept = self.registrations
        return Folds(stood, kept if len(stood) % EVERY else (*kept, registration))


def refold(
    before: Folds[Event],
    base: Registration,
    events: Iterable[Event],
    read: Callable[[Event], RegistrationEvent],
    words: Words,
) -> tuple[Registration, Folds[Event]]:
    """Fold as `register.registration.fold`, from the first place that differs from `before`, with equal bases."""
    now = standing_places(events, lambda event: read(event).kind is EventKind.WITHDRAWN)
    kept = list(before.registrations[: _agreeing(before.standing_places, now) // EVERY])
    registration = kept[-1] if kept else base
    for number, (place, content) in enumerate(now[len(kept) * EVERY :], len(kept) * EVERY + 1):
        registration = apply(registration, event_in_place(read(place), read(content)), words)
        if number % EVERY == 0:
            kept.append(registration)
    return registration, Folds(tuple(now), tuple(kept))


def _agreeing(before: Sequence[tuple[Event, Event]], now: Sequence[tuple[Event, Event]]) -> int:
    """Count the equal places at the beginning of both."""
    differs = (at for at, (one, other) in enumerate(zip(before, now, strict=False)) if one != other)
    return next(differs, min(len(before), len(now)))
