"""Decide which registrations are one company, and tell admit where each belongs.

One task, on one partition: who is one company with whom cannot be decided in parts. What it has to do is little: a
registration's evidence changes a few times in its life.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bus.record import ConsumedRecord
from register.authority_kinds import AuthorityKinds
from register.ids import RegistrationId
from register.resolution.assignments import assignment_of
from register.resolution.evidence import Evidence
from register.resolution.judgements import Judgement
from register.resolution.moves import StatedEvidence
from register.resolution.resolution_state import ResolutionState
from register.resolution.resolver import Resolver
from schemas.codec.reader import read
from schemas.codec.resolution_records import (
    assignment_datum,
    case_datum,
    evidence_from,
    judgement_from,
    known_datum,
    known_from,
)
from schemas.codec.wire import encode
from schemas.facts.authorities import kinds
from schemas.facts.topics import Topics
from streams.tasks.processor import Processor, Work, portions


def processor(topics: Topics) -> Processor:
    """Describe `resolve` to the task runtime."""
    known = kinds()
    return Processor(
        name="resolve",
        inputs=(topics.links, topics.judgements),
        state_topic=topics.resolution,
        offsets_topic=topics.offsets,
        step=lambda partition: Resolve(topics, known),
    )


class Resolve:
    """The step of the one partition."""

    def __init__(self, topics: Topics, authorities: AuthorityKinds) -> None:
        self._topics = topics
        self._authorities = authorities

    def __call__(self, records: Sequence[ConsumedRecord], work: Work) -> int:
        """Learn a slice of evidence and judgements, in portions."""
        done = 0
        for portion in portions(records, work):
            self._resolve(portion, work)
            done += len(portion)
        return done

    def _resolve(self, records: Sequence[ConsumedRecord], work: Work) -> None:
        """Learn evidence and judgements; of several things that a registration said, the last counts."""
        said: dict[RegistrationId, Evidence | None] = {}
        judged: list[Judgement] = []
        for record in records:
            if record.topic == self._topics.judgements:
                judged.append(judgement_from(read(record.value or b"", "Judgement")))
            else:
                said |= [_stated_evidence(record)]
        resolved = Resolver(_Shelf(work), self._authorities).resolve(list(said.items()), judged)
        for move in resolved.moves:
            value = encode("Assignment", assignment_datum(assignment_of(move)))
            work.emit(self._topics.assignments, move.registration_id.encode(), value)
        for case_id in resolved.closed:
            work.emit(self._topics.cases, case_id.encode(), None, partition=work.partition)
        for case in resolved.opened:
            value = encode("Case", case_datum(case))
            work.emit(self._topics.cases, case.case_id.encode(), value, partition=work.partition)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The task's state as what the resolver knows."""

    work: Work

    def get_many(self, keys: Iterable[str]) -> Mapping[str, ResolutionState | None]:
        wanted = {key: key.encode() for key in keys}
        states = self.work.get_many(wanted.values())
        return {key: _known(states[raw]) for key, raw in wanted.items()}

    def put(self, key: str, known: ResolutionState | None) -> None:
        self.work.put(key.encode(), None if known is None else encode("Resolution", known_datum(known)))


def _known(state: bytes | None) -> ResolutionState | None:
    return None if state is None else known_from(read(state, "Resolution"))


def _stated_evidence(record: ConsumedRecord) -> StatedEvidence:
    if record.value is None:
        return RegistrationId((record.key or b"").decode()), None
    evidence = evidence_from(read(record.value, "Evidence"))
    return evidence.registration_id, evidence
