"""Decide which registrations are one company, and send `admit` the company of each registration that moves.

One task on one partition must see all links. It has little work: the evidence of a registration changes only a few
times.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bus.record import ConsumedRecord
from register.authority_kinds import AuthorityKinds
from register.ids import RegistrationId
from register.reprocessing import repair_event, resolution_repaired
from register.resolution.assignments import Assignment, assignment_of
from register.resolution.cases import Case
from register.resolution.evidence import Evidence
from register.resolution.judgements import Judgement
from register.resolution.moves import StatedEvidence
from register.resolution.resolution_state import ResolutionState
from register.resolution.resolver import Resolver
from schemas.codec.reader import read, read_if_readable
from schemas.codec.repair_records import Repair
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
from streams.processors.repairs import apply_repairs, separated
from streams.tasks.processor import Processor, Work, portions


def processor(topics: Topics) -> Processor:
    """Describe `resolve` to the task runtime."""
    authorities = kinds()
    return Processor(
        name="resolve",
        inputs=(topics.links, topics.judgements, topics.resolution_repairs),
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
        records, repairs = separated(records, self._topics.resolution_repairs)
        if repairs:
            return apply_repairs(repairs, work, self._repair)
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
        self._send((assignment_of(move) for move in resolved.moves), resolved.closed, resolved.opened, work)

    def _repair(self, repair: Repair, held: bytes | None, work: Work) -> None:
        """Put a rebuilt state in the place of the held one; a registration that it moves gets its assignment."""
        before = read_if_readable(held, "Resolution", resolution_from) or ResolutionState()
        after = _resolution_state(repair.state) or ResolutionState()
        made = repair_event(repair.rebuild_id, repair.made_at)
        work.put(repair.key.encode(), repair.state)
        found = resolution_repaired(repair.key, before, after, made, left_keeps_others=repair.left_keeps_others)
        self._send(filter(None, (found.assignment,)), found.closed, found.opened, work)

    def _send(
        self, assignments: Iterable[Assignment], closed: Iterable[str], opened: Iterable[Case], work: Work
    ) -> None:
        for assignment in assignments:
            value = encode("Assignment", assignment_datum(assignment))
            work.emit(self._topics.assignments, assignment.registration_id.encode(), value)
        for case_id in closed:
            work.emit(self._topics.cases, case_id.encode(), None, partition=work.partition)
        for case in opened:
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
