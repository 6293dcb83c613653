"""A register's memory in a test: events that arrive one a minute, answered as `admit` answers them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from register.as_of import Answered, TimedJudgement
from register.authority_words import Words
from register.bounded_history import Received
from register.codes import Outcome
from register.events import RegistrationEvent
from register.history import Admission, History, admit, empty_history
from register.ids import RegistrationId
from register.resolution.judgements import Judgement
from register.resolution.stated_keys import stated_keys
from tests.unit.laws.pure_register import body_of, read
from tests.unit.laws.resolved_register import NUMBERINGS
from tests.unit.register.stating import WORDS

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)


def moment(number: int) -> datetime:
    """The moment at which the event of this number was answered, counted from 0."""
    return BEGIN + timedelta(minutes=number)


class Remembered:
    """An `EventMemory` of events that arrive one a minute, and of judgements known from their decision on."""

    def __init__(
        self,
        arriving: Iterable[RegistrationEvent],
        decided: Iterable[Judgement] = (),
        words: Callable[[RegistrationId], Words] = lambda own: WORDS,
    ) -> None:
        self._decided = list(decided)
        self._answered: dict[RegistrationId, list[Answered]] = {}
        self._stating: dict[str, set[RegistrationId]] = {}
        held: dict[RegistrationId, History[bytes]] = {}
        for number, one in enumerate(arriving):
            own = one.registration_id
            for key in stated_keys(one, NUMBERINGS):
                self._stating.setdefault(key, set()).add(own)
            told: Admission[bytes] = admit(held.get(own) or empty_history(own), one, body_of(one), read, words(own))
            if told.outcome is Outcome.ACCEPTED and told.history is not None:
                held[own] = told.history
                taken = Received(event=one, size=len(body_of(one)))
                self._answered.setdefault(own, []).append(Answered(received=taken, answered_at=moment(number)))

    def answered(self, registrations: Iterable[RegistrationId]) -> Mapping[RegistrationId, Sequence[Answered]]:
        return {own: self._answered[own] for own in registrations if own in self._answered}

    def stating(self, keys: Iterable[str]) -> Mapping[str, Sequence[RegistrationId]]:
        return {key: sorted(self._stating[key]) for key in keys if key in self._stating}

    def judgements(self, registrations: Iterable[RegistrationId]) -> Iterable[TimedJudgement]:
        among = set(registrations)
        return [TimedJudgement(judgement=one, made_at=one.decided_at) for one in self._decided if among & {*one.pair}]

    def everybody(self) -> list[RegistrationId]:
        return sorted(self._answered)
