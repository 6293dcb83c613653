"""A registration's history as `admit` keeps it, with events as they arrive; a body looks itself up."""

from dataclasses import dataclass, field

from register.authority_words import Words
from register.codes import Code, Outcome
from register.events import RegistrationEvent
from register.history import Admission, History, admit, empty_history
from register.ids import RegistrationId
from tests.unit.register.stating import NOOR, WORDS


@dataclass(slots=True)
class Books:
    """The history of one registration, and the answer to each of its events."""

    registration: RegistrationId = NOOR
    words: Words = field(default_factory=lambda: WORDS)
    body_bytes: int = 0
    history: History[bytes] = field(init=False)
    answers: list[Admission[bytes]] = field(default_factory=list)
    reads: int = 0
    _bodies: dict[bytes, RegistrationEvent] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.history = empty_history(self.registration)

    def take(self, *events: RegistrationEvent) -> "Books":
        """Admit these events, in this order."""
        for event in events:
            body = (
                str(len(self._bodies)).encode().rjust(self.body_bytes, b"0")
            )  # never equal: the content decides whether it is a repeat
            self._bodies[body] = event
            answer = admit(self.history, event, body, self.read, self.words)
            self.history = answer.history or self.history
            self.answers.append(answer)
        return self

    def read(self, body: bytes) -> RegistrationEvent:
        """Read a held body back."""
        self.reads += 1
        return self._bodies[body]

    @property
    def outcome(self) -> Outcome:
        """The answer to the last event."""
        return self.answers[-1].outcome

    @property
    def code(self) -> Code | None:
        """Why the last event was refused."""
        rejected = self.answers[-1].rejected
        return None if rejected is None else rejected.code
