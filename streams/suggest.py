"""Put companies with similar names before the stewards: a queue of suggestions, never a merge.

One task, on one partition: any two names may be alike. It holds all names in memory, in an index that it makes anew
from its state whenever it opens.
"""

from collections.abc import Sequence

from register.ids import CompanyId, RegistrationId
from register.names.glossary import Glossary
from register.resolution.judgements import Judgement
from register.resolution.naming import Naming
from schemas.consumed import Record
from schemas.name_glossary import name_glossary
from schemas.reader import read
from schemas.resolution_records import case_datum, case_from, judgement_from
from schemas.suggestion_records import naming_from, suggested_datum
from schemas.topic_contracts import Topics
from schemas.wire import encode
from streams.processor import Processor, Work, portions
from streams.suggestions.queue import NameQueue, Open, Turn
from streams.suggestions.suggester import Suggester


def processor(topics: Topics) -> Processor:
    """Describe `suggest` to the task runtime."""
    glossary = name_glossary()
    return Processor(
        name="suggest",
        inputs=(topics.names, topics.judgements),
        state_topic=topics.suggestions,
        offsets_topic=topics.offsets,
        step=lambda partition: Suggest(topics, glossary),
    )


class Suggest:
    """The step of the one partition."""

    def __init__(self, topics: Topics, glossary: Glossary) -> None:
        self._topics = topics
        self._queue = NameQueue(Suggester(glossary))

    def recall(self, states: Sequence[tuple[bytes, bytes]]) -> None:
        """Learn again what was kept."""
        for _, state in states:
            kept = read(state, "Suggested")
            if kept["naming"] is not None:
                self._queue.recall_naming(naming_from(kept["naming"]))
            if kept["judgements"]:
                self._queue.recall_judgements(tuple(judgement_from(one) for one in kept["judgements"]))
            if kept["case"] is not None:
                companies = frozenset(map(CompanyId, kept["companies"]))
                self._queue.recall_case(Open(case_from(kept["case"]), companies))

    def __call__(self, records: Sequence[Record], work: Work) -> int:
        """Learn a slice of names and judgements, in portions."""
        done = 0
        for portion in portions(records, work):
            self._learn(portion, work)
            done += len(portion)
        return done

    def _learn(self, records: Sequence[Record], work: Work) -> None:
        """Learn names and judgements; of several namings of one registration the last counts."""
        said: dict[RegistrationId, Naming | None] = {}
        judged: list[Judgement] = []
        for record in records:
            if record.topic == self._topics.judgements:
                judged.append(judgement_from(read(record.value or b"", "Judgement")))
            else:
                own = RegistrationId((record.key or b"").decode())
                said[own] = None if record.value is None else naming_from(read(record.value, "Naming"))
        turn = self._queue.take(said.items(), judged)
        _keep(turn, work)
        for case_id in turn.closed:
            work.emit(self._topics.cases, case_id.encode(), None, partition=work.partition)
        for case in turn.opened:
            value = encode("Case", case_datum(case))
            work.emit(self._topics.cases, case.case_id.encode(), value, partition=work.partition)


def _keep(turn: Turn, work: Work) -> None:
    """Write down what a new step must be told."""
    for own, naming in turn.namings.items():
        state = None if naming is None else encode("Suggested", suggested_datum(naming=naming))
        work.put(f"registration/{own}".encode(), state)
    for pair, judgements in turn.judgements.items():
        work.put(f"pair/{pair[0]}/{pair[1]}".encode(), encode("Suggested", suggested_datum(judgements=judgements)))
    for case_id, one in turn.cases.items():
        state = None if one is None else encode("Suggested", suggested_datum(case=one.case, companies=one.companies))
        work.put(f"case/{case_id}".encode(), state)
