"""Put companies with similar names before the stewards: a queue of suggestions, never a merge.

One task, on one partition: any two names may be alike. It holds in memory what finds names, and leaves their texts and
the cases in its state. Whenever it opens it is told all states; what it was told before it takes from a file.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import structlog

from bus.record import ConsumedRecord
from matching.index.index_file import IndexFile
from matching.suggesting.pair_queue import NameQueue
from matching.suggesting.queue_changes import OpenCase, QueueChanges
from matching.suggesting.suggester import Suggester
from register.ids import CompanyId, RegistrationId
from register.names.glossary import Glossary
from register.resolution.judgements import Judgement
from register.resolution.naming import Naming
from runtime.metrics import NAMES_BYTES, NAMES_HELD, Metric
from schemas.codec.reader import read
from schemas.codec.records import Datum
from schemas.codec.resolution_records import case_datum, case_from, judgement_from
from schemas.codec.suggestion_records import naming_from, suggested_datum
from schemas.codec.wire import encode
from schemas.facts.name_glossary import name_glossary
from schemas.facts.topics import Topics
from streams.tasks.processor import Processor, Work, portions

SAVED_AFTER: Final = 0.02  # of the names, changed since the index was written down
LEAST_SAVED: Final = 5_000  # names: so many are read again in a second

log = structlog.get_logger(__name__)


def processor(topics: Topics, index: Path | None = None) -> Processor:
    """Describe `suggest` to the task runtime. In the file `index` it keeps what it need not read again."""
    glossary = name_glossary()
    shelf = None if index is None else IndexFile(index, glossary)
    gauges = Gauges()
    return Processor(
        name="suggest",
        inputs=(topics.names, topics.judgements),
        state_topic=topics.suggestions,
        offsets_topic=topics.offsets,
        step=lambda partition: Suggest(topics, glossary, shelf, gauges),
    )


class Suggest:
    """The step of the one partition."""

    def __init__(self, topics: Topics, glossary: Glossary, shelf: IndexFile | None, gauges: "Gauges") -> None:
        self.counted = gauges.risen
        self._topics = topics
        self._suggester = Suggester(glossary, keep_texts=False)
        self._queue = NameQueue(self._suggester)
        self._shelf = shelf
        self._gauges = gauges
        self._recalling: float | None = None  # since when; None when all is recalled, or before
        self._settled = False
        self._saved = 0

    def recall(self, states: Sequence[tuple[bytes, bytes]]) -> None:
        """Learn again what was kept."""
        if self._recalling is None:
            self._recalling = time.monotonic()
            if self._shelf is not None and self._shelf.load(self._suggester.index):
                log.info("names_loaded", names=len(self._suggester))
        for _, state in states:
            kept = read(state, "Suggested")
            if kept["naming"] is not None:
                self._queue.recall_naming(naming_from(kept["naming"]))
            if kept["judgements"]:
                self._queue.recall_judgements(tuple(judgement_from(one) for one in kept["judgements"]))
            if kept["case"] is not None:
                self._queue.recall_case(_open(kept))

    def _drop_unconfirmed(self) -> None:
        """All was recalled: forget what the file had and the states have not."""
        self._settled = True
        self._suggester.index.drop_unconfirmed()
        if self._recalling is not None:
            seconds = round(time.monotonic() - self._recalling, 3)
            index = self._suggester.index
            log.info("names_recalled", names=len(index), words=len(index.words), bytes=index.bytes(), seconds=seconds)

    def __call__(self, records: Sequence[ConsumedRecord], work: Work) -> int:
        """Learn a slice of names and judgements, in portions."""
        if not self._settled:
            self._drop_unconfirmed()
        done = 0
        for portion in portions(records, work):
            self._update_queue(portion, work)
            done += len(portion)
        return done

    def _update_queue(self, records: Sequence[ConsumedRecord], work: Work) -> None:
        """Learn names and judgements; of several namings of one registration the last counts."""
        said: dict[RegistrationId, Naming | None] = {}
        judged: list[Judgement] = []
        for record in records:
            if record.topic == self._topics.judgements:
                judged.append(judgement_from(read(record.value or b"", "Judgement")))
            else:
                own = RegistrationId((record.key or b"").decode())
                said[own] = None if record.value is None else naming_from(read(record.value, "Naming"))
        turn = self._queue.update(said.items(), judged, _StoredTurns(work, said))
        _keep(turn, work)
        for case_id in turn.closed:
            work.emit(self._topics.cases, case_id.encode(), None, partition=work.partition)
        for case in turn.opened:
            value = encode("Case", case_datum(case))
            work.emit(self._topics.cases, case.case_id.encode(), value, partition=work.partition)
        self._save()
        self._gauges.set_to({NAMES_HELD: len(self._suggester), NAMES_BYTES: self._suggester.index.bytes()})

    def _save(self) -> None:
        """Write the index to its file when a fiftieth of it has changed. So a restart reads no more names anew."""
        index = self._suggester.index
        if self._shelf is None or index.changed - self._saved < max(len(index) * SAVED_AFTER, LEAST_SAVED):
            return
        try:
            self._shelf.save(index)
        except OSError as fault:
            log.warning("names_not_saved", message=str(fault))
        self._saved = index.changed


class Gauges:
    """How far the gauges rose or fell since somebody took that down, over all steps of a process."""

    def __init__(self) -> None:
        self.risen: Counter[tuple[str, ...]] = Counter()
        self._held: dict[str, int] = {}

    def set_to(self, held: Mapping[Metric, int]) -> None:
        """Say what they stand at."""
        for metric, number in held.items():
            self.risen[metric.name,] += number - self._held.get(metric.name, 0)
            self._held[metric.name] = number


class _StoredTurns:
    """What the states say, as far as a turn asks for it."""

    def __init__(self, work: Work, said: Iterable[RegistrationId]) -> None:
        self._work = work
        work.get_many([_registration(own) for own in said])

    def naming(self, own: RegistrationId) -> Naming | None:
        state = self._work.get(_registration(own))
        return None if state is None else naming_from(read(state, "Suggested")["naming"])

    def case(self, case_id: str) -> OpenCase | None:
        state = self._work.get(f"case/{case_id}".encode())
        return None if state is None else _open(read(state, "Suggested"))


def _registration(own: RegistrationId) -> bytes:
    return f"registration/{own}".encode()


def _open(kept: Datum) -> OpenCase:
    return OpenCase(case_from(kept["case"]), frozenset(map(CompanyId, kept["companies"])))


def _keep(turn: QueueChanges, work: Work) -> None:
    """Write down what a new step must be told."""
    for own, naming in turn.namings.items():
        state = None if naming is None else encode("Suggested", suggested_datum(naming=naming))
        work.put(_registration(own), state)
    for pair, judgements in turn.judgements.items():
        work.put(f"pair/{pair[0]}/{pair[1]}".encode(), encode("Suggested", suggested_datum(judgements=judgements)))
    for case_id, one in turn.cases.items():
        state = None if one is None else encode("Suggested", suggested_datum(case=one.case, companies=one.companies))
        work.put(f"case/{case_id}".encode(), state)
