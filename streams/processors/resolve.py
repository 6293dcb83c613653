"""Decide which registrations are one company, and send `admit` the company of each registration that moves.

One task on one partition must see all links. It has little work: the evidence of a registration changes only a few
times.
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
    resolution_datum,
    resolution_from,
)
from schemas.codec.wire import encode
from schemas.facts.authorities import kinds
from schemas.facts.topics import Topics
from streams.tasks.processor import Processor, Work, portions


def processor(topics: Topics) -> Processor:
    """Describe `resolve` to the task runtime."""
    authorities = kinds()
    return Processor(
        name="resolve",
        inputs=(topics.links, topics.judgements),
        state_topic=topics.resolution,
        offsets_topic=topics.offsets,
        step=lambda partition: Resolve(topics, authorities),
    )


class Resolve:
    """The step of the one partition."""

    def __init__(self, topics: Topics, authorities: AuthorityKinds) -> None:
        self._topics = topics
        self._authorities = authorities

    def __call__(self, records: Sequence[ConsumedRecord], work: Work) -> int:
        """Resolve a slice of evidence and judgements, in portions."""
        done = 0
        for portion in portions(records, work):
            self._resolve(portion, work)
            done += len(portion)
        return done

    def _resolve(self, records: Sequence[ConsumedRecord], work: Work) -> None:
        """Resolve evidence and judgements; of several pieces of evidence of one registration, the last counts."""
        stated: dict[RegistrationId, Evidence | None] = {}
        judgements: list[Judgement] = []
        for record in records:
            if record.topic == self._topics.judgements:
                judgements.append(judgement_from(read(record.value or b"", "Judgement")))
            else:
                stated |= [_stated_evidence(record)]
        resolved = Resolver(_TaskStore(work), self._authorities).resolve(list(stated.items()), judgements)
        for move in resolved.moves:
            value = encode("Assignment", assignment_datum(assignment_of(move)))
            work.emit(self._topics.assignments, move.registration_id.encode(), value)
        for case_id in resolved.closed:
            work.emit(self._topics.cases, case_id.encode(), None, partition=work.partition)
        for case in resolved.opened:
            value = encode("Case", case_datum(case))
            work.emit(self._topics.cases, case.case_id.encode(), value, partition=work.partition)


@dataclass(frozen=True, slots=True)
class _TaskStore:
    """The resolver's store, in the state of the task."""

    work: Work

    def get_many(self, keys: Iterable[str]) -> Mapping[str, ResolutionState | None]:
        wanted = {key: key.encode() for key in keys}
        states = self.work.get_many(wanted.values())
        return {key: _resolution_state(states[raw]) for key, raw in wanted.items()}

    def put(self, key: str, state: ResolutionState | None) -> None:
        self.work.put(key.encode(), None if state is None else encode("Resolution", resolution_datum(state)))


def _resolution_state(state: bytes | None) -> ResolutionState | None:
    return None if state is None else resolution_from(read(state, "Resolution"))


def _stated_evidence(record: ConsumedRecord) -> StatedEvidence:
    if record.value is None:
        return RegistrationId((record.key or b"").decode()), None
    evidence = evidence_from(read(record.value, "Evidence"))
    return evidence.registration_id, evidence
